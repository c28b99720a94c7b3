"""How much silence is believed, and which new UID is which old event: values in, a decision out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendars.values import EventValue, Series
from mirroring.reconcile import Known, Reconciled, reconcile
from mirroring.variants import told_apart

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def value(uid: str = "one", days: float = 5, title: str = "Book fair") -> EventValue:
    start = NOW + timedelta(days=days)
    return EventValue(
        uid=uid, recurrence_id=None, title=title, description="", location="", url="", starts_at=start,
        ends_at=start + timedelta(hours=1), all_day=False, timezone="America/Chicago", status="confirmed", sequence=0,
    )  # fmt: skip


def known(told: EventValue, *, missing: bool = False, cancelled: bool = False, variant: str = "") -> Known:
    return Known("ev_" + told.uid, told, variant, told.ends_at, missing, cancelled)


def decided(events: list[Known], listed: list[Known], *, released: bool = False) -> Reconciled:
    return reconcile(events, {one.key for one in listed}, [], now=NOW, released=released)


def crowd(count: int) -> list[Known]:
    return [known(value(str(n), days=n + 1, title=f"Evening {n}")) for n in range(count)]


@pytest.mark.parametrize(
    ("coming", "gone", "held"),
    [(10, 3, False), (10, 4, True), (20, 4, False), (20, 5, True), (100, 20, False), (100, 21, True), (1, 1, True),
     (2, 2, True), (4, 3, False), (0, 0, False)],
)  # fmt: skip
def test_so_much_silence_is_held_and_less_is_missing(coming: int, gone: int, held: bool) -> None:
    events = crowd(coming)
    decision = decided(events, events[gone:])
    assert bool(decision.held) is held
    assert len(decision.vanished) == gone


def test_what_a_person_released_is_not_held() -> None:
    events = crowd(10)
    assert decided(events, [], released=True).held == ""


def test_past_and_cancelled_events_never_vanish_and_do_not_count() -> None:
    events = [known(value("old", days=-5)), known(value("off"), cancelled=True), *crowd(4)]
    assert decided(events, events[3:]).vanished == (events[2].key,)


def test_what_is_missing_already_vanishes_only_once() -> None:
    events = [known(value("gone"), missing=True), *crowd(4)]
    assert decided(events, events[1:]) == Reconciled("", {}, (), ())


def test_what_was_missing_and_is_listed_returns() -> None:
    events = [known(value("gone"), missing=True), *crowd(4)]
    assert decided(events, events).returned == (events[0].key,)


def test_events_with_new_uids_are_recognised_past_ones_too() -> None:
    events = [known(value("old", days=-5)), *crowd(6)]
    appeared = [(replace(one.value, uid=f"new-{one.value.uid}"), "") for one in events]
    decision = reconcile(events, set(), appeared, now=NOW, released=False)
    assert (decision.held, decision.vanished) == ("", ())
    assert decision.renamed == {(one.value.uid, ""): (f"new-{one.value.uid}", "") for one in events}


# --- events that share a UID


def series(told: EventValue, variant: str = "") -> tuple[Series, list]:
    return Series(told.uid, variant, told, (), None, ""), []


def names(found: list[tuple[Series, list]], memory: dict[str, EventValue]) -> list[str]:
    return [one.variant for one, _ in told_apart(found, memory)]


def test_a_lonely_event_that_moved_and_was_renamed_is_still_itself() -> None:
    assert names([series(value(days=9, title="Fair"))], {"": value()}) == [""]


def test_one_that_joins_before_the_known_one_gets_a_name_of_its_own() -> None:
    first, second = names([series(value(days=2)), series(value(days=5), "abc")], {"": value(days=5)})
    assert second == ""
    assert first not in ("", "abc")


def test_the_one_that_is_left_keeps_its_name() -> None:
    assert names([series(value(days=5))], {"": value(days=2), "abc": value(days=5)}) == ["abc"]


def test_of_two_the_one_that_moved_is_found_by_its_title() -> None:
    memory = {"": value(days=2, title="Concert"), "abc": value(days=5, title="Fair")}
    found = [series(value(days=3, title="Fair")), series(value(days=6, title="Concert"), "new")]
    assert names(found, memory) == ["abc", ""]


def test_the_same_copy_gives_the_same_names_again() -> None:
    found = told_apart([series(value(days=2)), series(value(days=5), "abc")], {"": value(days=5)})
    memory = {one.variant: one.master for one, _ in found if one.master}
    assert told_apart(found, memory) == found
