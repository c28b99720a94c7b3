"""A feed that every calendar program can live with, line by line of what is known about them."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import icalendar
import pytest
from sqlalchemy import text
from sqlmodel import select

from connector.doors import Doors
from mirroring.intake import Intake, take_in
from mirroring.receipts import Receipt
from mirroring.receipts_of import receipts
from models.center import Feed
from models.event import Event
from models.school import School
from models.source import Source
from models.vault import Vault, key_from
from tests.web.conftest import CALENDAR, NOW, Answer, Site

PATH = "/feeds/secret-address.ics"


@pytest.fixture
def feed(site: Site) -> Callable[..., Answer]:
    """Asks for the subscribed calendar of the whole school."""
    site.add(Feed(school="maple", token_digest=sha256(b"secret-address").hexdigest(), made_at=NOW))
    return lambda **headers: site.get(PATH, **headers)


Ask = Callable[..., Answer]


def vevent(uid: str, start: str, *more: str, title: str = "Fair") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART{start}", f"SUMMARY:{title}", *more, "END:VEVENT", ""])


def calendar(*vevents: str) -> str:
    return CALENDAR.replace("END:VCALENDAR", "".join(vevents) + "END:VCALENDAR")


def only(*vevents: str) -> str:
    return CALENDAR.split("BEGIN:VEVENT")[0] + "".join(vevents) + "END:VCALENDAR\n"


def lines(answer: Answer) -> list[str]:
    return answer.text.replace("\r\n ", "").split("\r\n")


def entries(answer: Answer) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(answer.body).walk("VEVENT")


def uids(answer: Answer) -> set[str]:
    return {str(one["UID"]) for one in entries(answer)}


def uid_of(answer: Answer, title: str) -> str:
    [found] = {str(one["UID"]) for one in entries(answer) if one["SUMMARY"] == title}
    return found


def read(site: Site, text: str) -> Intake:
    """As `Site.read_calendar`, whatever comes of it."""
    (site.folder / "school.ics").write_text(text.replace("\n", "\r\n"))
    with site.db.read() as session:
        school, source = session.get_one(School, "maple"), session.get_one(Source, ("maple", "calendar"))
    doors = Doors(graph_url="http://127.0.0.1:9", graph_version="v26.0")
    return take_in(site.db, doors, Vault(key_from("", site.folder)), school, source, site.now)


# --- type, robots


def test_it_is_a_calendar_in_utf_8_at_an_address_that_asks_for_no_login_and_leads_nowhere_else(feed: Ask) -> None:
    answer = feed()
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "set-cookie" not in answer.headers


def test_robots_are_not_kept_from_reading_it_or_googles_calendar_would_be(site: Site, feed: Ask) -> None:
    assert site.get("/robots.txt").status == 404
    assert feed(User_Agent="Google-Calendar-Importer").status == 200


# --- lines


def test_lines_end_with_crlf_and_are_folded_at_75_octets_without_splitting_a_character_or_an_escape(
    site: Site, feed: Ask
) -> None:
    words = "ñ\\, 学校\\; é\\\\ \\n" * 40
    site.read_calendar(calendar(vevent("long", ":20261211T180000Z", f"DESCRIPTION:{words}", title="学" * 80)))
    body = feed().body
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"") and b"\r" not in body.replace(b"\r\n", b"")
    rows = body.split(b"\r\n")
    assert max(map(len, rows)) in (74, 75)
    for row in rows:
        row.decode()
        assert len(re.findall(rb"\\+$", row)) == 0 or len(re.findall(rb"\\+$", row)[0]) % 2 == 0
    assert str(next(one for one in entries(feed()) if one["UID"] == "long")["SUMMARY"]) == "学" * 80


def test_words_are_escaped_and_come_back_whole(site: Site, feed: Ask) -> None:
    site.read_calendar(
        calendar(vevent("words", ":20261211T180000Z", "DESCRIPTION:one\\ntwo", title="a\\, b\\; c \\\\ d"))
    )
    assert "SUMMARY:a\\, b\\; c \\\\ d" in lines(feed())
    assert "DESCRIPTION:one\\ntwo" in lines(feed())


# --- what it says of itself


def test_it_says_version_maker_scale_method_name_zone_and_what_it_holds(feed: Ask) -> None:
    head = feed().text.split("BEGIN:VTIMEZONE")[0].replace("\r\n ", "").split("\r\n")
    assert head == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//pta-bridge//calendars//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
        "NAME:Maple Street Elementary", "X-WR-CALNAME:Maple Street Elementary",
        "X-WR-CALDESC:Events of the past 60 days and the next 18 months.", "X-WR-TIMEZONE:America/Chicago",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H", "",
    ]  # fmt: skip


def test_it_asks_programs_to_come_every_hour_in_a_duration_that_is_one(feed: Ask) -> None:
    parsed = icalendar.Calendar.from_ical(feed().body)
    assert parsed["REFRESH-INTERVAL"].dt == timedelta(hours=1)


# --- UIDs


def test_an_event_keeps_its_uid_when_its_calendar_gives_it_another_and_yet_another(site: Site, feed: Ask) -> None:
    for new in ("concert-2027", "concert-2028"):
        site.now += timedelta(minutes=15)
        site.read_calendar(CALENDAR.replace("UID:concert\n", f"UID:{new}\n"))
        assert uid_of(feed(), "Winter concert & sing-along") == "concert"
        assert site.heads()[new].published_uid == "concert"
    site.read_calendar(CALENDAR)
    assert uid_of(feed(), "Winter concert & sing-along") == "concert"


def test_a_whole_calendar_with_new_uids_is_the_same_calendar_to_subscribers(site: Site, feed: Ask) -> None:
    before = feed()
    site.now += timedelta(hours=1)
    site.read_calendar(re.sub(r"UID:(\w+)", r"UID:\1@new-program", CALENDAR))
    assert feed().body == before.body
    assert feed(If_None_Match=before.headers["etag"]).status == 304


def test_one_event_as_a_file_has_the_uid_of_the_subscribed_calendar(site: Site, feed: Ask) -> None:
    site.read_calendar(CALENDAR.replace("UID:concert\n", "UID:other\n"))
    assert uids(site.get(f"/e/{site.codes['concert']}.ics")) == {"concert"}


def test_a_uid_that_was_given_up_and_comes_again_for_another_event_is_published_under_another(
    site: Site, feed: Ask
) -> None:
    site.read_calendar(CALENDAR.replace("UID:concert\n", "UID:other\n"))
    site.now += timedelta(hours=1)
    second = vevent("concert", ":20270211T180000Z", title="Spring concert")
    site.read_calendar(
        CALENDAR.replace("UID:concert\n", "UID:other\n").replace("END:VCALENDAR", second + "END:VCALENDAR")
    )
    assert uid_of(feed(), "Winter concert & sing-along") == "concert"
    assert re.fullmatch(r"[0-9a-f]{40}@pta-bridge", uid_of(feed(), "Spring concert"))


@pytest.mark.parametrize("uid", ["x" * 300, "fête@école", "a b", "a\\, b\\; c", 'say "x"'])
def test_a_uid_that_some_program_might_not_bear_is_published_as_a_stable_opaque_one(
    site: Site, feed: Ask, uid: str
) -> None:
    site.read_calendar(calendar(vevent(uid, ":20261211T180000Z", title="Odd")))
    published = uid_of(feed(), "Odd")
    assert re.fullmatch(r"[0-9a-f]{40}@pta-bridge", published)
    site.now += timedelta(hours=1)
    site.read_calendar(calendar(vevent(uid, ":20261211T190000Z", title="Odd")))
    assert uid_of(feed(), "Odd") == published


def test_uids_as_programs_make_them_stay_as_they_are(site: Site, feed: Ask) -> None:
    made = ["040000008200E00074C5B7101A82E008", "{B1-9}", "7kukuqrfedlm2f9t@google.com", "https://x.example/e?id=3&v=1"]
    site.read_calendar(calendar(*(vevent(uid, f":202612{11 + n}T180000Z") for n, uid in enumerate(made))))
    assert set(made) <= uids(feed())


def test_different_events_of_two_calendars_that_share_a_uid_are_both_published(site: Site, feed: Ask) -> None:
    with site.db.write() as session:
        row = session.exec(select(Event).where(Event.uid == "concert")).one()
        session.add(Source(school="maple", slug="second", kind="ics", address="/none.ics"))
        session.flush()
        other = row.model_dump() | {
            "id": "ev_second", "source": "second", "title": "Chess", "first_seen_at": NOW + timedelta(days=1),
            "ics": row.ics.replace("Winter concert & sing-along", "Chess"),
        }  # fmt: skip
        session.add(Event(**other))
    assert uid_of(feed(), "Winter concert & sing-along") == "concert"
    assert uid_of(feed(), "Chess") not in ("concert", "")


def test_dates_whose_series_is_not_there_are_events_of_their_own_and_one_of_them_can_be_cancelled(
    site: Site, feed: Ask
) -> None:
    at = "RECURRENCE-ID:2026121{}T180000Z"
    site.read_calendar(calendar(
        vevent("lost", ":20261215T180000Z", at.format(5), "STATUS:CANCELLED", title="Off"),
        vevent("lost", ":20261216T200000Z", at.format(6), title="On"),
    ))  # fmt: skip
    found = {str(one["SUMMARY"]): one for one in entries(feed()) if str(one["UID"]).startswith("lost")}
    assert {title: one["STATUS"] for title, one in found.items()} == {"Off": "CANCELLED", "On": "CONFIRMED"}
    assert len({str(one["UID"]) for one in found.values()}) == 2
    assert not any("RECURRENCE-ID" in one for one in found.values())


# --- stamps


def test_stamps_and_numbers_that_only_the_calendar_program_made_new_change_nothing(site: Site, feed: Ask) -> None:
    before = feed()
    site.now += timedelta(days=1)
    noise = "DTSTAMP:20261202T000000Z\nLAST-MODIFIED:20261202T000000Z\nCREATED:20261202T000000Z\nSEQUENCE:7\nSUMMARY"
    site.read_calendar(CALENDAR.replace("SUMMARY", noise))
    assert feed().body == before.body


def test_a_real_change_raises_the_sequence_and_the_stamps_of_its_event_and_of_no_other(site: Site, feed: Ask) -> None:
    before = {str(one["UID"]): one for one in entries(feed())}
    site.now += timedelta(hours=1)
    site.read_calendar(CALENDAR.replace("LOCATION:Gym", "LOCATION:Hall"))
    after = {str(one["UID"]): one for one in entries(feed())}
    assert {uid for uid in after if after[uid].to_ical() != before[uid].to_ical()} == {"concert"}
    concert = after["concert"]
    assert concert["SEQUENCE"] > before["concert"]["SEQUENCE"]
    assert concert["DTSTAMP"].dt == concert["LAST-MODIFIED"].dt == site.now


# --- what is cancelled, what is old


def test_a_cancelled_event_stands_as_cancelled_with_a_higher_sequence_until_it_is_past(site: Site, feed: Ask) -> None:
    site.now += timedelta(hours=1)
    site.read_calendar(CALENDAR.replace("CATEGORIES:Music", "CATEGORIES:Music\nSTATUS:CANCELLED"))
    concert = next(one for one in entries(feed()) if one["UID"] == "concert")
    assert (concert["STATUS"], concert["SEQUENCE"] > 0) == ("CANCELLED", True)
    site.now = NOW + timedelta(days=9, hours=9)
    assert "concert" in uids(feed())
    site.now = NOW + timedelta(days=9, hours=11)
    assert "concert" not in uids(feed())


def test_it_holds_60_days_back_and_18_months_ahead(site: Site, feed: Ask) -> None:
    days = {"old": -62, "recent": -58, "far": 545, "too-far": 552}
    starts = {uid: f":{NOW + timedelta(days=n):%Y%m%dT%H%M%SZ}" for uid, n in days.items()}
    site.read_calendar(calendar(*(vevent(uid, start) for uid, start in starts.items())))
    assert uids(feed()) & days.keys() == {"recent", "far"}


def test_it_is_never_emptied_while_its_calendar_is_held_refused_or_away(site: Site, feed: Ask) -> None:
    before = feed()
    site.now += timedelta(hours=1)
    assert read(site, only()).outcome == "held"
    assert feed().body == before.body
    assert read(site, "<html>Please sign in</html>").outcome == "refused"
    assert feed().body == before.body
    (site.folder / "school.ics").unlink()
    with site.db.write() as session:
        session.get_one(Source, ("maple", "calendar")).address = str(site.folder / "nowhere.ics")
    assert read(site, CALENDAR).outcome == "failed"
    assert feed().body == before.body


# --- times


@pytest.mark.parametrize(
    "zone",
    ["Africa/Casablanca", "America/Nuuk", "Asia/Gaza", "Europe/Dublin", "Australia/Lord_Howe", "America/Phoenix"],
)
def test_each_zone_stands_once_before_its_use_as_rules_and_never_as_a_list_of_dates(
    site: Site, feed: Ask, zone: str
) -> None:
    club = vevent("club", f";TZID={zone}:20261211T180000", "RRULE:FREQ=WEEKLY;COUNT=60")
    site.read_calendar(calendar(club, club.replace("UID:club", "UID:club2")))
    body = feed().text
    assert body.count(f"TZID:{zone}\r\n") == 1
    assert body.rindex("END:VTIMEZONE") < body.index("BEGIN:VEVENT")
    assert f"DTSTART;TZID={zone}:20261211T180000" in body
    assert not re.search(r"^RDATE.*,", body, re.MULTILINE)


def test_all_day_events_are_dates_with_an_end_that_is_not_part_of_them_and_make_nobody_busy(
    site: Site, feed: Ask
) -> None:
    site.read_calendar(calendar(vevent("one", ";VALUE=DATE:20261224"), vevent("same", ";VALUE=DATE:20261225",
                                                                             "DTEND;VALUE=DATE:20261225")))  # fmt: skip
    body = feed().text
    for start, end in (("20261221", "20270101"), ("20261224", "20261225"), ("20261225", "20261226")):
        assert f"DTSTART;VALUE=DATE:{start}\r\nDTEND;VALUE=DATE:{end}\r\n" in body
    assert body.count("TRANSP:TRANSPARENT") == 3


# --- what must not be in it


def test_it_is_one_calendar_that_asks_for_no_mail_and_rings_no_alarm(site: Site, feed: Ask) -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT15M\nDESCRIPTION:x\nEND:VALARM"
    people = "ATTENDEE:mailto:a@x.example\nORGANIZER:mailto:b@x.example"
    site.read_calendar(calendar(vevent("loud", ":20261211T180000Z", people, alarm)))
    body = feed().body
    assert b"UID:loud" in body and body.count(b"BEGIN:VCALENDAR") == 1
    for name in (b"ATTENDEE", b"ORGANIZER", b"VALARM"):
        assert name not in body


# --- what is sent


def test_the_mark_is_strong_and_made_of_the_bytes_and_the_date_is_that_of_the_newest_real_change(
    site: Site, feed: Ask
) -> None:
    answer = feed()
    assert answer.headers["etag"] == f'"{sha256(answer.body).hexdigest()[:32]}"'
    assert answer.headers["last-modified"] == "Tue, 01 Dec 2026 15:00:00 GMT"
    assert answer.headers["cache-control"] == "private, max-age=900"
    assert feed(If_None_Match=answer.headers["etag"]).status == 304
    assert feed(If_Modified_Since=answer.headers["last-modified"]).status == 304
    site.now += timedelta(hours=2)
    site.read_calendar(CALENDAR.replace("LOCATION:Gym", "LOCATION:Hall"))
    assert feed().headers["last-modified"] == "Tue, 01 Dec 2026 17:00:00 GMT"


def test_whoever_asks_by_date_alone_learns_that_an_event_left_their_calendar(site: Site) -> None:
    site.add(Feed(school="maple", token_digest=sha256(b"music").hexdigest(), made_at=NOW, category="Music"))
    before = site.get("/feeds/music.ics")
    site.now += timedelta(hours=2)
    site.read_calendar(CALENDAR.replace("CATEGORIES:Music", "CATEGORIES:Sports"))
    after = site.get("/feeds/music.ics", If_Modified_Since=before.headers["last-modified"])
    assert (after.status, uids(before), uids(after)) == (200, {"concert"}, set())


def test_whoever_asks_by_date_alone_gets_an_event_that_came_near_enough_to_be_shown(site: Site, feed: Ask) -> None:
    site.read_calendar(calendar(vevent("far", f":{NOW + timedelta(days=549):%Y%m%dT%H%M%SZ}")))
    before = feed()
    site.now += timedelta(days=2)
    after = feed(If_Modified_Since=before.headers["last-modified"])
    assert (after.status, uids(after) - uids(before)) == (200, {"far"})


def test_equal_events_are_equal_bytes_in_the_order_of_their_start_and_uid(site: Site, feed: Ask) -> None:
    twins = [vevent(uid, ":20261211T180000Z", title=uid) for uid in ("b", "a", "c")]
    site.read_calendar(calendar(*twins))
    first = feed().body
    site.now += timedelta(minutes=30)
    site.read_calendar(calendar(*twins[::-1]))
    assert feed().body == first
    found = entries(feed())
    heads = [str(one["UID"]) for one in found if "RECURRENCE-ID" not in one]
    assert [uid for uid in heads if len(uid) == 1] == ["a", "b", "c"]
    assert heads[:2] == ["homework", "fair"] and heads[-1] == "break"


def test_it_is_packed_for_whoever_can_unpack_it_with_a_mark_of_its_own(feed: Ask) -> None:
    plain, packed = feed(), feed(Accept_Encoding="gzip, deflate, br")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body and len(packed.body) < len(plain.body) / 2
    assert packed.body == feed(Accept_Encoding="gzip").body, "equal bytes, whenever they are packed"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    for mark in (plain.headers["etag"], packed.headers["etag"]):
        again = feed(Accept_Encoding="gzip", If_None_Match=mark)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", packed.headers["etag"])
    assert "content-encoding" not in feed(Accept_Encoding="gzip;q=0, identity").headers


# --- who asked


def asked(site: Site) -> object:
    with site.db.read() as session:
        return session.exec(select(Feed.fetched_at)).one()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_that_somebody_asked_is_noted_once_an_hour_and_after_each_change(site: Site, feed: Ask) -> None:
    """After the answer: so we wait until it is."""
    assert asked(site) is None
    for minutes, noted in ((0, 0), (30, 0), (59, 0), (61, 61), (90, 61)):
        site.now = NOW + timedelta(minutes=minutes)
        assert feed().status == 200
        until(lambda at=NOW + timedelta(minutes=noted): asked(site) == at)  # type: ignore[misc]
    site.now = NOW + timedelta(minutes=95)
    site.read_calendar(CALENDAR.replace("LOCATION:Gym", "LOCATION:Hall"))
    assert asked(site) == NOW + timedelta(minutes=61)
    site.now = NOW + timedelta(minutes=96)
    feed()
    until(lambda: asked(site) == site.now)


def test_a_database_that_takes_no_note_costs_no_answer(site: Site, feed: Ask) -> None:
    with site.db.write() as session:
        session.execute(text("CREATE TRIGGER no BEFORE UPDATE ON feed BEGIN SELECT RAISE(ABORT, 'no'); END"))
    assert b"UID:concert" in feed().body
    assert feed().status == 200 and asked(site) is None


def test_an_events_receipts_tell_whether_somebody_asked_since_its_last_change(site: Site, feed: Ask) -> None:
    def of_feed(uid: str) -> Receipt:
        with site.db.read() as session:
            school = session.get_one(School, "maple")
            found = receipts(session, school, site.heads()[uid], "https://events.maple.example", site.now)
        [one] = [one for one in found if one.kind == "feed"]
        assert {"announcement", "feed", "event-page"} == {one.kind for one in found}
        return one

    assert of_feed("concert").note == "Nobody has asked for it yet."
    site.now += timedelta(hours=1)
    feed()
    until(lambda: of_feed("concert").up_to_date)
    site.now += timedelta(hours=1)
    site.read_calendar(CALENDAR.replace("LOCATION:Gym", "LOCATION:Hall"))
    assert not of_feed("concert").up_to_date and of_feed("fair").up_to_date
    assert of_feed("concert").note == "Last asked for 2026-12-01 10:00 -06:00, before the last change."
