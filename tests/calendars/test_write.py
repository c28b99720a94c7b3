from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import gates
from calendars.expand import expand
from calendars.lines import escape, fold, parse, unescape
from calendars.values import OccurrenceValue, Series
from calendars.write import FeedItem, center_object, feed
from tests.calendars.feeds import BEGIN, END, SAMPLES, calendar, dates, only, series

STAMP = datetime(2026, 10, 1, 12, tzinfo=UTC)


def written(one: Series, **changes: object) -> bytes:
    told: dict[str, object] = {"uid": "x@bridge", "description": "Come!", "url": "https://s.example/e/1", "sequence": 3,
                               "stamped_at": STAMP} | changes  # fmt: skip
    return center_object(one, **told)  # type: ignore[arg-type]


def bare(date: OccurrenceValue) -> OccurrenceValue:
    return replace(date, uid="", description="")


@pytest.mark.parametrize("one", series((SAMPLES / "school.ics").read_bytes()), ids=lambda one: one.uid)
def test_what_is_written_gives_the_same_dates_when_read_again(one: Series) -> None:
    body = written(one)
    gates.check(body)
    found, wrong = dates(body)
    assert wrong == [] and {date.uid for date in found} == {"x@bridge"}
    assert [bare(date) for date in found] == [bare(date) for date in expand(one, BEGIN, END)]


def test_another_reader_understands_it() -> None:
    meeting = next(one for one in series((SAMPLES / "school.ics").read_bytes()) if one.uid == "pta@sample")
    parsed = icalendar.Calendar.from_ical(written(meeting, title="Reunión, PTA; "))
    master, moved, cancelled = parsed.walk("VEVENT")
    assert [event["UID"] for event in (master, moved, cancelled)] == ["x@bridge"] * 3
    assert (master["SUMMARY"], master["DESCRIPTION"]) == ("Reunión, PTA; ", "Come!")
    assert master["DTSTART"].dt == datetime.fromisoformat("2026-09-08T18:30-05:00")
    assert (master["SEQUENCE"], master["DTSTAMP"].dt, master["STATUS"]) == (3, STAMP, "CONFIRMED")
    assert (moved["SUMMARY"], moved["LOCATION"]) == ("PTA meeting (Thursday this time)", "Gym")
    assert (cancelled["SUMMARY"], cancelled["STATUS"]) == ("Reunión, PTA; ", "CANCELLED")
    assert not parsed.walk("VALARM") and len(parsed.walk("VTIMEZONE")) == 1


def test_a_cancelled_object_says_so_on_every_date() -> None:
    one = only(
        calendar(
            "UID:a\nDTSTART:20261103T100000\nRRULE:FREQ=WEEKLY;COUNT=2",
            "UID:a\nRECURRENCE-ID:20261110T100000\nDTSTART:20261110T120000",
        )
    )
    assert {date.status for date in dates(written(one, cancelled=True))[0]} == {"cancelled"}


def test_an_exception_keeps_words_of_its_own() -> None:
    one = only(calendar(
        "UID:a\nDTSTART:20261103T100000\nRRULE:FREQ=WEEKLY;COUNT=3\nDESCRIPTION:usual",
        "UID:a\nRECURRENCE-ID:20261110T100000\nDTSTART:20261110T120000\nDESCRIPTION:Bring boots",
        "UID:a\nRECURRENCE-ID:20261117T100000\nDTSTART:20261117T120000\nDESCRIPTION:usual",
    ))  # fmt: skip
    assert [date.description for date in dates(written(one))[0]] == ["Come!", "Bring boots", "Come!"]


def test_all_day_events_do_not_make_people_busy() -> None:
    assert b"TRANSP:TRANSPARENT" in written(only(calendar("UID:a\nDTSTART:20261103")))
    assert b"TRANSP" not in written(only(calendar("UID:a\nDTSTART:20261103T100000")))


def test_equal_input_gives_equal_bytes_and_crlf_lines_of_at_most_75_octets() -> None:
    one = only(calendar("UID:a\nDTSTART:20261103T100000\nSUMMARY:x"))
    body = written(one, description="ñ;,\\ \n" * 60)
    assert body == written(one, description="ñ;,\\ \n" * 60)
    assert b"\n" not in body.replace(b"\r\n", b"") and b"\r" not in body.replace(b"\r\n", b"")
    for line in body.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


def test_words_cannot_smuggle_in_lines() -> None:
    one = only(calendar("UID:a\nDTSTART:20261103T100000"))
    body = written(one, title="a\r\nATTENDEE:b\x00\x07\rX:1", description="\nEND:VEVENT", uid="a\nb")
    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 1
    assert not re.search(rb"^(ATTENDEE|X)", body, re.MULTILINE)


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_escaped_and_folded_text_comes_back_whole(text: str) -> None:
    line = f"SUMMARY:{escape(text)}"
    assert fold(line).replace("\r\n ", "") == line
    assert not re.search(r"\\\r\n", fold(line).replace("\\\\", "__"))
    clean = re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", text.replace("\r\n", "\n"))
    assert unescape(parse(line).value) == clean


def item(vevent: str, uid: str, **changes: object) -> FeedItem:
    plain = FeedItem(only(calendar(f"UID:a\n{vevent}")), uid, "Come!", "https://s.example/e/1", 0, STAMP)
    return replace(plain, **changes)  # type: ignore[arg-type]


ITEMS = [
    item("DTSTART;TZID=America/Denver:20261110T100000\nSUMMARY:second", "2"),
    item("DTSTART:20261103T100000\nSUMMARY:first", "1"),
    item("DTSTART:20261103T100000\nSUMMARY:tie", "0"),
    item("DTSTART;VALUE=DATE:20261201\nSUMMARY:third", "3", cancelled=True, title="Third"),
]


def test_a_feed_names_itself_and_how_often_to_come() -> None:
    body = feed("Maple, Street", "America/Chicago", ITEMS)
    gates.check(body)
    lines = body.decode().split("\r\n")
    for line in ("VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "NAME:Maple\\, Street", "X-WR-CALNAME:Maple\\, Street",
                 "X-WR-TIMEZONE:America/Chicago", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"):  # fmt: skip
        assert lines.count(line) == 1


def test_a_feed_is_in_order_with_each_zone_once_before_its_use() -> None:
    body = feed("x", "America/Chicago", ITEMS)
    parsed = icalendar.Calendar.from_ical(body)
    assert [event["UID"] for event in parsed.walk("VEVENT")] == ["0", "1", "2", "3"]
    assert [zone["TZID"] for zone in parsed.walk("VTIMEZONE")] == ["America/Chicago", "America/Denver"]
    assert body.index(b"BEGIN:VEVENT") > body.rindex(b"END:VTIMEZONE")
    assert [event["STATUS"] for event in parsed.walk("VEVENT")][-1] == "CANCELLED"


def test_a_feed_of_the_same_events_is_the_same_bytes_in_any_order() -> None:
    assert feed("x", "America/Chicago", ITEMS) == feed("x", "America/Chicago", ITEMS[::-1])


def test_an_empty_feed_is_a_calendar() -> None:
    gates.check(feed("x", "America/Chicago", []))


def test_lengths_survive_the_change_of_clocks() -> None:
    one = only(calendar("UID:a\nDTSTART:20261101T013000\nDURATION:PT45M"))
    found = dates(written(one))[0][0]
    assert found.ends_at.astimezone(UTC) - found.starts_at.astimezone(UTC) == timedelta(minutes=45)


def test_a_series_in_utc_is_published_in_a_zone_since_programs_take_utc_for_the_calendars_own_clock() -> None:
    weekly = item("DTSTART:20261101T170000Z\nRRULE:FREQ=WEEKLY;COUNT=30\nEXDATE:20261108T170000Z", "weekly")
    body = feed("x", "America/Chicago", [weekly])
    assert b"DTSTART;TZID=Etc/GMT:20261101T170000\r\n" in body and b"EXDATE;TZID=Etc/GMT:20261108T170000\r\n" in body
    assert body.index(b"TZID:Etc/GMT") < body.index(b"BEGIN:VEVENT")
    assert dates(body)[0] == dates(center_object(weekly.series, uid="weekly", description="Come!", url="https://s.example/e/1",
                                                 sequence=0, stamped_at=STAMP))[0]  # fmt: skip
    assert b"DTSTART:20261101T170000Z\r\n" in feed("x", "America/Chicago", [item("DTSTART:20261101T170000Z", "single")])
