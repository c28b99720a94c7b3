"""Events without ids, corrected: what is taken for the same event, and what is not."""

from __future__ import annotations

from datetime import timedelta

from calendars.corrected import corrected
from calendars.spreadsheet.read import read_list
from calendars.values import EventValue
from tests.calendars.feeds import series


def listed(*lines: str) -> list[EventValue]:
    """Each line: title, day, time."""
    found = series(read_list("\n".join(["Title,Date,Time,Place", *lines]).encode(), "America/Chicago").ics)
    return [one.master for one in found if one.master]


def same(old: list[EventValue], new: list[EventValue]) -> list[tuple[str, str]]:
    pairs = corrected([("", one) for one in old], [("", one) for one in new])
    day = {one.uid: f"{one.title} {one.starts_at:%m-%d}" for one in (*old, *new)}
    return sorted((day[before], day[after]) for (before, _), (after, _) in pairs.items())


def test_another_day_in_the_line_is_the_same_event_moved() -> None:
    assert same(listed("Fair,2026-12-08,18:00"), listed("Fair,2026-12-10,18:00")) == [("Fair 12-08", "Fair 12-10")]


def test_a_slip_in_the_title_is_the_same_event_renamed() -> None:
    old, new = listed("Bok fair,2026-12-08,18:00"), listed("Book fair,2026-12-08,18:00")
    assert same(old, new) == [("Bok fair 12-08", "Book fair 12-08")]


def test_another_event_at_the_same_time_is_another_event() -> None:
    assert same(listed("No school,2026-12-08,"), listed("Winter concert,2026-12-08,")) == []


def test_all_lines_of_a_title_may_move_at_once() -> None:
    old = listed(*(f"Chess club,2026-12-{day:02},16:00" for day in (1, 8, 15)))
    new = listed(*(f"Chess club,2026-12-{day:02},16:00" for day in (2, 9, 16)))
    assert [after[-5:] for _, after in same(old, new)] == ["12-02", "12-09", "12-16"]


def test_one_less_and_two_more_is_not_clear() -> None:
    assert same(listed("Meeting,2026-12-08,"), listed("Meeting,2026-12-09,", "Meeting,2026-12-15,")) == []


def test_further_apart_than_a_month_it_is_one_less_and_one_more() -> None:
    assert same(listed("Meeting,2026-12-08,"), listed("Meeting,2027-03-09,")) == []


def test_events_with_ids_of_their_own_are_never_guessed_at() -> None:
    lines = ("Title,Date,ID", "Fair,2026-12-08,a"), ("Title,Date,ID", "Fair,2026-12-10,b")
    old, new = (series(read_list("\n".join(each).encode(), "UTC").ics)[0].master for each in lines)
    assert old and new and abs(new.starts_at - old.starts_at) < timedelta(days=3)
    assert same([old], [new]) == []
