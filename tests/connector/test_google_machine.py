"""Any series over any other, with people of the center at work between: what stands is what was put."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from calendars.standing import fingerprint
from calendars.write import center_object
from rehearsal.google.server import PretendGoogle
from tests.calendars.feeds import calendar, only
from tests.connector.google_calendar import ID, NAME, open_door, own

STAMP = datetime(2026, 10, 1, 12, tzinfo=UTC)
FIRST = datetime(2026, 10, 20, 18)  # a Tuesday; the clock goes back between the second date and the third
DATES = 4
RUNS = int(os.environ.get("GOOGLE_RUNS", "20"))


@pytest.fixture(scope="module")
def google() -> Iterator[PretendGoogle]:
    with PretendGoogle() as running:
        yield running


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A weekly series or a single event, at one of two times or all day, with dates left out, moved, renamed, cancelled."""
    start, all_day = FIRST + timedelta(hours=draw(st.integers(0, 1))), draw(st.booleans())
    repeats = draw(st.booleans())
    status = draw(st.sampled_from(["CONFIRMED", "TENTATIVE", "CANCELLED"]))
    what = [f"SUMMARY:{draw(st.sampled_from(['Club', 'Chess']))}", f"STATUS:{status}"]
    what += draw(st.sampled_from([[], ["LOCATION:Gym", "CATEGORIES:A"], ["DESCRIPTION:Bring\\na board"]]))
    lines = ["UID:club", *_when("DTSTART", start, all_day), *what]
    vevents = []
    if repeats:
        lines.append(f"RRULE:FREQ=WEEKLY;COUNT={DATES}")
        for number in range(1, DATES):
            fate = draw(st.sampled_from(["as it is", "as it is", "left out", "moved", "renamed", "cancelled"]))
            day = start + timedelta(weeks=number)
            if fate == "left out":
                lines += _when("EXDATE", day, all_day)
            elif fate != "as it is":
                vevents.append("\n".join(_date(fate, day, all_day, what)))
    one = only(calendar("\n".join(lines), *vevents))
    url = draw(st.sampled_from(["", "https://maple.example/e/1"]))
    return center_object(one, uid="club", description=_text(what), url=url, sequence=0, stamped_at=STAMP)


def _date(fate: str, day: datetime, all_day: bool, what: list[str]) -> list[str]:
    begin = day + timedelta(days=1) if fate == "moved" else day
    said = [line for line in what if not line.startswith(("SUMMARY", "STATUS"))]
    title = "SUMMARY:Otherwise" if fate == "renamed" else what[0]
    status = "STATUS:CANCELLED" if fate == "cancelled" else what[1]
    return ["UID:club", *_when("RECURRENCE-ID", day, all_day), *_when("DTSTART", begin, all_day), title, status, *said]


def _when(name: str, moment: datetime, all_day: bool) -> list[str]:
    if all_day:
        return [f"{name};VALUE=DATE:{moment:%Y%m%d}"]
    timed = [f"{name};TZID=America/Chicago:{moment:%Y%m%dT%H%M%S}"]
    return [*timed, "DURATION:PT1H"] if name == "DTSTART" else timed


def _text(what: list[str]) -> str:
    return next((line.removeprefix("DESCRIPTION:").replace("\\n", "\n") for line in what if "DESCRIPTION" in line), "")


def people(google: PretendGoogle, deed: tuple[str, int]) -> None:
    """Somebody at the center does something to our event, or to one date of it."""
    theirs, (what, number) = google.calendars[ID], deed
    [head] = [one for one in theirs.events.values() if one.get("iCalUID") == "club" and "recurringEventId" not in one]
    dates = theirs.instances(head["id"]) if head.get("recurrence") else []
    one = dates[number % len(dates)] if dates and number else head
    if one["status"] == "cancelled" or (what == "takes out" and one is head):
        return
    deeds: dict[str, Any] = {
        "adds a guest": {"attendees": [{"email": "rosa@center.example"}]},
        "renames": {"summary": "Theirs"},
        "moves": {"location": "Hall"},
        "clears": {"description": None},
    }
    if what == "takes out":
        theirs.delete(one["id"])
    else:
        theirs.patch(one["id"], deeds[what])


DEEDS = st.tuples(
    st.sampled_from(["adds a guest", "renames", "moves", "clears", "takes out"]), st.integers(0, DATES - 1)
)


@settings(
    max_examples=RUNS,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(plan=st.lists(st.tuples(bodies(), st.lists(DEEDS, max_size=3)), min_size=1, max_size=4))
def test_what_was_put_last_stands_and_nothing_else_moved(
    google: PretendGoogle, plan: list[tuple[bytes, list[tuple[str, int]]]]
) -> None:
    theirs = google.calendar(ID, zone="Europe/Berlin")
    foreign = dict(theirs.add(own()))
    door, etag = open_door(google), None
    for body, deeds in plan:
        door.put(NAME, body, etag=etag)
        stored = door.get(NAME)
        assert stored is not None
        assert fingerprint(stored.body) == fingerprint(body)
        assert door.listing().etags[NAME] == stored.etag
        writes = google.methods().count("PATCH")
        door.put(NAME, body, etag=stored.etag)
        assert google.methods().count("PATCH") == writes, "the same again writes nothing"
        for deed in deeds:
            people(google, deed)
        found = door.get(NAME)
        assert found is not None
        etag = found.etag
    assert theirs.events[foreign["id"]] == foreign
