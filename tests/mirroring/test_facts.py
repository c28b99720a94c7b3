"""What counts as a change, and that facts survive the way through JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.values import EventValue, Rhythm
from mirroring.facts import (
    Facts,
    changes,
    event_fingerprint,
    fingerprint,
    from_json,
    rhythm_from_json,
    rhythm_to_json,
    to_json,
)

START = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NIGHT = Facts("Reading Night", "Bring a book.", "Gym", START, START + HOUR, False, "America/Chicago", "confirmed", None)
CLUB = replace(NIGHT, title="Reading Club", rhythm=Rhythm("weekly", weekdays=(1,)))


def kinds(old: Facts, new: Facts) -> list[str]:
    return [one.kind for one in changes(old, new)]


@pytest.mark.parametrize(
    "changed, expected",
    [
        ({"title": "reading  NIGHT "}, []),
        ({"location": " gym"}, []),
        ({"description": "bring a\nbook."}, []),
        ({"timezone": "US/Central"}, []),
        ({"status": "tentative"}, []),
        ({"status": "missing"}, []),
        ({"title": "Math Night"}, ["title"]),
        ({"location": "Library"}, ["place"]),
        ({"location": ""}, ["place"]),
        ({"description": "Bring two books."}, ["text"]),
        ({"url": "https://example.org"}, ["text"]),
        ({"starts_at": START + HOUR, "ends_at": START + 2 * HOUR}, ["time"]),
        ({"ends_at": START + 2 * HOUR}, ["time"]),
        ({"starts_at": START + timedelta(days=7), "ends_at": START + timedelta(days=7) + HOUR}, ["time"]),
        ({"timezone": "America/New_York"}, ["time"]),
        ({"all_day": True}, ["time"]),
        ({"status": "cancelled"}, ["cancelled"]),
        ({"status": "cancelled", "title": "CANCELLED: Reading Night"}, ["cancelled", "title"]),
        ({"starts_at": START + HOUR, "ends_at": START + 2 * HOUR, "location": "Library"}, ["time", "place"]),
        ({"rhythm": Rhythm("weekly")}, ["rhythm"]),
    ],
)
def test_what_a_reader_would_notice_is_a_change(changed: dict[str, object], expected: list[str]) -> None:
    new = replace(NIGHT, **changed)  # type: ignore[arg-type]
    assert kinds(NIGHT, new) == expected
    assert (fingerprint(new) == fingerprint(NIGHT)) == (expected == [])


def test_an_event_that_is_on_again_is_restored() -> None:
    assert kinds(replace(NIGHT, status="cancelled"), replace(NIGHT, location="Library")) == ["restored", "place"]


def test_nobody_is_told_that_a_cancelled_event_moved() -> None:
    old = replace(NIGHT, status="cancelled")
    assert kinds(old, replace(old, location="Library")) == ["text"]


@pytest.mark.parametrize(
    "changed, expected",
    [
        ({"rhythm": Rhythm("weekly")}, []),  # the weekday is that of its first date
        ({"rhythm": Rhythm("weekly", weekdays=(1,), until=START)}, []),
        ({"starts_at": START + timedelta(days=7), "ends_at": START + timedelta(days=7) + HOUR}, []),
        ({"rhythm": Rhythm("weekly", weekdays=(2,))}, ["rhythm"]),
        ({"rhythm": Rhythm("weekly", 2, weekdays=(1,))}, ["rhythm"]),
        ({"rhythm": None}, ["rhythm"]),
        ({"starts_at": START + HOUR, "ends_at": START + 2 * HOUR}, ["time"]),
    ],
)
def test_a_series_is_compared_by_its_rhythm_and_time_of_day(changed: dict[str, object], expected: list[str]) -> None:
    assert kinds(CLUB, replace(CLUB, **changed)) == expected  # type: ignore[arg-type]


def test_a_series_keeps_its_time_of_day_when_the_clocks_change() -> None:
    later = datetime(2026, 10, 20, 23, 0, tzinfo=UTC)  # 6 PM in October too, in another offset
    assert kinds(CLUB, replace(CLUB, starts_at=later, ends_at=later + HOUR)) == []


def test_a_fingerprint_begins_with_its_version_and_stays_the_same_over_releases() -> None:
    assert fingerprint(NIGHT) == "186fc2f1a070db16f42f75c8c7754155"
    assert len(fingerprint(CLUB)) == 32


@pytest.mark.parametrize(
    "facts", [NIGHT, CLUB, replace(CLUB, rhythm=Rhythm("monthly", 2, (4,), -1, None, START), url="x")]
)
def test_facts_come_back_from_json_as_they_went(facts: Facts) -> None:
    back = from_json(json.loads(json.dumps(to_json(facts))))
    assert back == facts
    assert fingerprint(back) == fingerprint(facts)


@pytest.mark.parametrize("rhythm", [None, Rhythm("daily"), Rhythm("monthly", 2, (4,), -1, None, START)])
def test_a_rhythm_comes_back_from_its_text(rhythm: Rhythm | None) -> None:
    assert rhythm_from_json(rhythm_to_json(rhythm)) == rhythm


def test_an_event_has_the_fingerprint_of_its_facts() -> None:
    value = EventValue(
        "uid", None, CLUB.title, CLUB.description, CLUB.location, "", START, START + HOUR, False, CLUB.timezone,
        "confirmed", 3, ("family",),
    )  # fmt: skip
    assert event_fingerprint(value, rhythm_to_json(CLUB.rhythm)) == fingerprint(CLUB)
    assert event_fingerprint(value, "") != fingerprint(CLUB)


words = st.sampled_from(["Gym", "gym ", "Library", ""])
starts = st.sampled_from([START, START + HOUR, START + timedelta(days=7)])
rhythms = st.sampled_from([None, Rhythm("weekly"), Rhythm("weekly", weekdays=(1,)), Rhythm("monthly"), Rhythm("other")])
some_facts = st.builds(
    lambda title, place, start, all_day, status, rhythm: Facts(
        title, "", place, start, start + HOUR, all_day, "America/Chicago", status, rhythm
    ),
    words, words, starts, st.booleans(), st.sampled_from(["confirmed", "cancelled", "missing"]), rhythms,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(some_facts, some_facts)
def test_there_is_a_change_exactly_when_fingerprints_differ(old: Facts, new: Facts) -> None:
    assert bool(changes(old, new)) == (fingerprint(old) != fingerprint(new))
