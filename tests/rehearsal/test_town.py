"""The sample school: a calendar that always has something coming, families who write, a site file that parses."""

import tomllib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from rehearsal.town import calendar
from rehearsal.town.days import school_year
from rehearsal.town.families import FAMILIES, REPLIES, comments
from rehearsal.town.site import FALLBACK, site_toml
from rehearsal.town.write import change_town, write_town

TODAY = date(2026, 11, 23)
DAYS_OF_A_YEAR = [date(2026, month, day) for month in range(1, 13) for day in (3, 20)]
HARD_DAYS = [
    date(2026, 6, 30),
    date(2026, 7, 1),
    date(2027, 7, 31),
    date(2026, 12, 24),
    date(2029, 12, 23),
    date(2028, 2, 29),
]


def logical_lines(body: bytes) -> list[str]:
    return body.replace(b"\r\n ", b"").decode().split("\r\n")


def blocks(body: bytes) -> list[str]:
    """The VEVENTs, unfolded."""
    _, *rest = "\r\n".join(logical_lines(body)).split("BEGIN:VEVENT\r\n")
    return [block.split("END:VEVENT")[0] for block in rest]


def block_of(body: bytes, words: str) -> str:
    (found,) = [block for block in blocks(body) if words in block]
    return found


@cache
def read(body: bytes) -> tuple[Any, ...]:
    """Every event in a small calendar of its own, as a careful reader does."""
    head = "\r\n".join(logical_lines(body)).split("BEGIN:VEVENT")[0]
    alone = (f"{head}BEGIN:VEVENT\r\n{block}END:VEVENT\r\nEND:VCALENDAR\r\n" for block in blocks(body))
    return tuple(event for text in alone for event in icalendar.Calendar.from_ical(text).walk("VEVENT"))


def coming(body: bytes, today: date, days: int) -> list[Any]:
    """The dates that single events have in the `days` days after today."""
    starts = (event["DTSTART"].dt for event in read(body) if "DTSTART" in event and "RRULE" not in event)
    as_days = (at.date() if isinstance(at, datetime) else at for at in starts)
    return [day for day in as_days if today < day <= today + timedelta(days=days)]


def test_the_calendar_is_the_same_for_the_same_day() -> None:
    assert calendar.school_calendar(TODAY) == calendar.school_calendar(TODAY)


def test_some_fifty_events_and_all_but_one_of_them_parse_whole() -> None:
    events = read(calendar.school_calendar(TODAY))

    assert 50 <= len(events) <= 65
    assert [event["SUMMARY"] for event in events if "DTSTART" not in event] == ["Spring Musical (date to be announced)"]
    assert not [event.errors for event in events if event.errors]


def test_lines_end_with_crlf_and_keep_within_75_octets() -> None:
    body = calendar.school_calendar(TODAY)

    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert max(map(len, body.split(b"\r\n"))) <= 75


def test_one_event_is_folded_inside_a_letter_and_reads_well_once_unfolded() -> None:
    body = calendar.school_calendar(TODAY)

    torn = [line for line in body.split(b"\r\n") if "�" in line.decode(errors="replace")]
    assert torn
    assert "Quý phụ huynh muốn con học hai ngôn ngữ?" in block_of(body, "UID:dual-language")


@pytest.mark.parametrize("today", [*DAYS_OF_A_YEAR, *HARD_DAYS], ids=str)
def test_on_any_day_of_the_year_there_is_something_to_announce(today: date) -> None:
    body = calendar.school_calendar(today)

    assert len(coming(body, today, 14)) >= 4
    assert len(coming(body, today, 10)) >= 2


@pytest.mark.parametrize("today", [*DAYS_OF_A_YEAR, *HARD_DAYS], ids=str)
def test_on_any_day_of_the_year_a_series_has_a_date_within_two_weeks(today: date) -> None:
    master = block_of(calendar.school_calendar(today), "UID:story-hour")
    single = icalendar.Calendar.from_ical(f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{master}END:VEVENT\r\nEND:VCALENDAR\r\n")

    assert recurring_ical_events.of(single).between(today + timedelta(days=1), today + timedelta(days=15))


@pytest.mark.parametrize(
    ("today", "fall"), [(date(2026, 6, 30), 2025), (date(2026, 7, 1), 2026), (date(2027, 2, 1), 2026)]
)
def test_the_school_year_turns_in_july(today: date, fall: int) -> None:
    assert school_year(today).fall == fall
    assert f"X-WR-CALNAME:Maple Street Elementary {fall}-{fall + 1}" in logical_lines(calendar.school_calendar(today))


@pytest.mark.parametrize("weeks", [0, 1, 5, 20])
def test_a_calendar_written_the_next_day_still_holds_all_that_was_to_come(weeks: int) -> None:
    today = TODAY + timedelta(weeks=weeks, days=6)
    tomorrow = today + timedelta(days=1)
    now, later = set(blocks(calendar.school_calendar(today))), set(blocks(calendar.school_calendar(tomorrow)))

    gone = [block.split("DTSTART;TZID=America/Chicago:")[1][:8] for block in now - later]
    assert all(day < f"{today:%Y%m%d}" for day in gone)


def test_winter_break_ends_with_the_first_day_of_classes() -> None:
    event: Any = icalendar.Event.from_ical(
        f"BEGIN:VEVENT\r\n{block_of(calendar.school_calendar(TODAY), 'UID:winter-break')}END:VEVENT\r\n"
    )

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 21), date(2027, 1, 4))


def test_pta_meets_on_second_tuesdays_but_not_in_december() -> None:
    whole = icalendar.Calendar.from_ical(calendar.school_calendar(TODAY))
    meetings = [event for event in whole.walk("VEVENT") if event.get("SUMMARY") == "PTA Meeting"]
    alone = icalendar.Calendar()
    alone.add_component(meetings[0])

    dates = [event["DTSTART"].dt for event in recurring_ical_events.of(alone).between((2026, 8, 1), (2027, 7, 1))]

    assert {at.month for at in dates} == {9, 10, 11, 1, 2, 3, 4, 5}
    assert all(at.weekday() == 1 and 8 <= at.day <= 14 and at.hour == 18 for at in dates)


def test_the_reading_club_has_one_moved_and_one_cancelled_date_and_keeps_the_breaks_free() -> None:
    series = [event for event in read(calendar.school_calendar(TODAY)) if event.get("SUMMARY") == "Reading Club"]
    alone = icalendar.Calendar()
    for event in series:
        alone.add_component(event)

    dates = recurring_ical_events.of(alone).between((2026, 8, 1), (2027, 7, 1))

    assert [event["DTSTART"].dt.date() for event in dates if event["DTSTART"].dt.weekday() == 3] == [date(2026, 10, 15)]
    assert [event["DTSTART"].dt.date() for event in dates if event.get("STATUS") == "CANCELLED"] == [date(2027, 2, 3)]
    year = school_year(TODAY)
    assert not [event for event in dates if year.on_break(event["DTSTART"].dt.date())]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("UID:conferences-evening", "DTSTART;TZID=Central Standard Time:20261104T160000"),
        ("UID:conferences-morning", "DTSTART:20261105T140000Z"),
        ("UID:flu-shots", "DTSTART:20261019T140000\r\n"),
        ("UID:screening", "DURATION:PT2H30M"),
        ("UID:walk-a-thon", "STATUS:CANCELLED"),
        ("UID:movie-night", "STATUS:TENTATIVE"),
        ("UID:kindergarten-round-up", "<li>Shot record</li>"),
        ("RRULE:FREQ=WEEKLY;BYDAY=WE", "UNTIL=20270515T235959\r\n"),
        ("UID:tet-celebration", "CATEGORIES:Family"),
        ("UID:pd-day", "SUMMARY:Staff only: PD day"),
    ],
)
def test_each_oddity_of_real_calendars_is_there(words: str, written: str) -> None:
    assert written in block_of(calendar.school_calendar(TODAY), words)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("UID:hundredth-day", "DTEND"),
        ("UID:bus-change", "DTEND"),
        ("UID:screening", "DTEND"),
        ("Lost and Found", "UID:"),
        ("UID:yearbook", "DTSTAMP"),
        ("UID:spring-musical", "DTSTART"),
    ],
)
def test_what_publishers_leave_out_is_left_out(words: str, missing: str) -> None:
    assert missing not in block_of(calendar.school_calendar(TODAY), words)


def test_two_events_share_a_uid_and_a_sequence_but_not_their_start() -> None:
    twins = [block for block in blocks(calendar.school_calendar(TODAY)) if "UID:volunteer-training" in block]

    assert len(twins) == 2
    assert all("SEQUENCE:0" in twin for twin in twins)
    assert len({line for twin in twins for line in twin.split("\r\n") if line.startswith("DTSTART")}) == 2


@pytest.mark.parametrize("today", [*DAYS_OF_A_YEAR, *HARD_DAYS], ids=str)
def test_a_change_touches_two_coming_events_and_nothing_else(today: date) -> None:
    made = calendar.changes(today)
    before, after = set(blocks(calendar.school_calendar(today))), set(blocks(calendar.changed(today)))

    touched = {line for block in before ^ after for line in block.split("\r\n") if line.startswith("UID:")}
    assert touched == {f"UID:{made.moved.uid}", f"UID:{made.cancelled.uid}"}
    assert isinstance(made.before.starts, datetime)
    assert made.moved.starts == made.before.starts + timedelta(hours=2)
    assert made.moved.place != made.before.place
    assert made.before.starts >= datetime.combine(today, datetime.min.time()) + timedelta(days=2)
    assert "STATUS:CANCELLED" in block_of(calendar.changed(today), made.cancelled.uid)


def test_six_families_write_in_five_languages() -> None:
    assert len({family.external_id for family in FAMILIES}) == 6
    assert {family.language for family in FAMILIES} == {"en", "es", "vi", "so", "ar"}
    assert {comment.family for comment in comments()} == set(FAMILIES)


def test_comments_cover_each_language_and_what_needs_no_words() -> None:
    said = comments()

    assert {comment.language for comment in said} == {"en", "es", "vi", "so", "ar", "und"}
    assert any(comment.language == "vi" and comment.text.isascii() for comment in said)
    assert any(comment.language == "es" and comment.text.isupper() for comment in said)
    assert any(comment.mixed_with for comment in said)
    assert [comment.attachment for comment in said if not comment.text] == ["photo"]


def test_a_follow_up_is_written_by_the_same_family_under_the_same_event() -> None:
    said = comments()

    followed = [(said[comment.reply_to], comment) for comment in said if comment.reply_to is not None]
    assert followed
    assert all(first.family == second.family and first.about == second.about for first, second in followed)
    assert all(comment.reply_to < place for place, comment in enumerate(said) if comment.reply_to is not None)


def test_a_tag_covers_the_name_it_stands_for() -> None:
    tagged = [(comment.text, tag) for comment in comments() for tag in comment.tags]

    assert tagged
    for text, tag in tagged:
        found = tag.as_json()
        assert text[tag.offset : tag.offset + len(tag.name)] == found["name"]
        assert found["length"] == len(tag.name)


@pytest.mark.parametrize("today", [*DAYS_OF_A_YEAR, *HARD_DAYS], ids=str)
def test_every_comment_has_an_event_to_stand_under_on_any_day(today: date) -> None:
    body = calendar.school_calendar(today)
    titles = [event["SUMMARY"] for event in read(body) if "RRULE" in event]
    titles += [
        event["SUMMARY"]
        for event in read(body)
        if "DTSTART" in event
        and isinstance(event["DTSTART"].dt, datetime)
        and today < event["DTSTART"].dt.date() <= today + timedelta(days=14)
    ]

    assert not [
        comment.about for comment in comments() if comment.about and not any(comment.about in t for t in titles)
    ]


def test_the_answers_are_in_the_language_of_the_question_and_by_people_of_the_site_file() -> None:
    staff = {person["email"] for person in tomllib.loads(site())["staff"]}

    assert [(reply.language, comments()[reply.to].language) for reply in REPLIES] == [("es", "es"), ("ar", "ar")]
    assert {reply.by for reply in REPLIES} <= staff


def site(**choices: Any) -> str:
    return site_toml(**{"ics_path_or_url": "maple.ics", "page_token": "PAGE-10001", **choices})


def test_the_site_file_names_every_part_of_the_school() -> None:
    read_back = tomllib.loads(site(center_url="http://127.0.0.1:5232/bridge/eastside/"))

    assert read_back["school"]["languages"] == ["en", "es", "vi", "so", "ar"]
    assert [group["kind"] for group in read_back["groups"]] == ["pta", "parent-support"]
    assert read_back["sources"][0]["path"] == "maple.ics"
    assert read_back["pages"][0]["languages"] == ["en", "es", "ar"]
    assert read_back["centers"][0] == {
        "slug": "eastside",
        "name": "Eastside Community Center",
        "kind": "caldav",
        "url": "http://127.0.0.1:5232/bridge/eastside/",
        "username": "bridge",
        "password": "secret",
    }
    assert read_back["routing"]["fallback"] == FALLBACK


def test_without_a_calendar_server_the_center_has_a_feed() -> None:
    assert tomllib.loads(site())["centers"][0]["kind"] == "feed"


def test_nobody_answers_in_arabic_so_that_the_fallback_is_seen() -> None:
    staff = tomllib.loads(site())["staff"]

    spoken = {language for person in staff for language in person["languages"]}
    assert spoken == {"en", "es", "vi", "so"}


@pytest.mark.parametrize(
    "address", ["https://example.org/maple.ics", "http://127.0.0.1:9/a.ics", "webcal://example.org/a"]
)
def test_an_address_becomes_a_url_and_anything_else_a_path(address: str) -> None:
    assert tomllib.loads(site(ics_path_or_url=address))["sources"][0]["url"] == address


@pytest.mark.parametrize(
    "path", ['C:\\new folder\\"maple".ics', "/tmp/ñandú/ma\tple\n.ics", "/tmp/a\x7fb\x01.ics", "{x}#'.ics"]
)
def test_any_path_and_any_secret_survive_the_site_file(path: str) -> None:
    read_back = tomllib.loads(site(ics_path_or_url=path, page_token=path, center_url="http://h/", center_password=path))

    assert read_back["sources"][0]["path"] == path
    assert read_back["pages"][0]["token"] == path
    assert read_back["centers"][0]["password"] == path


def test_what_may_be_chosen_is_chosen() -> None:
    read_back = tomllib.loads(
        site(
            approval="person",
            quiet_hours="21:00-07:00",
            daily_limit=12,
            hours="Mon-Sun 00:00-23:59",
            closed=["2026-12-21/2027-01-03"],
        )
    )

    page, school = read_back["pages"][0], read_back["school"]
    assert (page["approval"], page["quiet_hours"], page["daily_limit"]) == ("person", "21:00-07:00", 12)
    assert (school["hours"], school["closed"]) == ("Mon-Sun 00:00-23:59", ["2026-12-21/2027-01-03"])


def test_a_town_is_a_folder_with_a_calendar_and_a_site_file(tmp_path: Path) -> None:
    site_file = write_town(tmp_path / "new" / "town", TODAY, page_token="PAGE-10001", daily_limit=9)

    read_back = tomllib.loads(site_file.read_text(encoding="utf-8"))
    assert (site_file.parent / read_back["sources"][0]["path"]).read_bytes() == calendar.school_calendar(TODAY)
    assert read_back["pages"][0]["daily_limit"] == 9


def test_writing_a_town_again_replaces_it_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_town(tmp_path, TODAY)
    write_town(tmp_path, TODAY + timedelta(days=1))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["maple.ics", "site.toml"]


def test_the_school_can_change_its_calendar(tmp_path: Path) -> None:
    write_town(tmp_path, TODAY)
    change_town(tmp_path, TODAY)

    assert (tmp_path / "maple.ics").read_bytes() == calendar.changed(TODAY)
