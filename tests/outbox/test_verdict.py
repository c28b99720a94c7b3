"""What each kind of error, and each look, means for a delivery and its lane: a table. No database, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.errors import (
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TooMuchData,
    TryLater,
    WritesBlocked,
)
from outbox.verdict import LATER_TIMES, LastState, Verdict, after_absence, after_error, after_unclear

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
WAIT = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)


def verdict(
    error: OutsideError, *, repeatable: bool = False, tries: int = 1, gone: LastState = "needs-person"
) -> Verdict:
    return after_error(error, repeatable=repeatable, tries=tries, now=NOW, wait=WAIT, gone=gone)


@pytest.mark.parametrize(
    ("error", "repeatable", "state", "lane"),
    [
        (OutcomeUnknown("?"), False, "unsure", "goes-on"),
        (OutcomeUnknown("?"), True, "due", "stops"),
        (WritesBlocked("no"), False, "unsure", "blocked"),
        (WritesBlocked("no"), True, "due", "blocked"),
        (Throttled("later"), False, "due", "parked"),
        (TryLater("later"), False, "due", "stops"),
        (TooMuchData("less"), False, "due", "stops"),
        (SignInNeeded("who?"), False, "due", "dead"),
        (NotAllowed("no"), True, "due", "dead"),
        (Conflict("changed"), True, "due", "goes-on"),
        (Conflict("taken", uid_conflict=True), True, "dropped", "goes-on"),
        (Gone("where?"), False, "needs-person", "goes-on"),
        (Refused("no"), True, "needs-person", "goes-on"),
        (OutsideError("?"), True, "needs-person", "goes-on"),
    ],
)
def test_what_an_error_means(error: OutsideError, repeatable: bool, state: str, lane: str) -> None:
    found = verdict(error, repeatable=repeatable)
    assert (found.state, found.lane) == (state, lane)


def test_what_is_gone_costs_nobodys_evening_where_nobody_waits_for_an_answer() -> None:
    assert verdict(Gone("where?"), gone="failed").state == "failed"


@pytest.mark.parametrize("error", [OutcomeUnknown("?"), WritesBlocked("no")])
def test_a_write_of_unknown_outcome_is_never_due_at_once(error: OutsideError) -> None:
    assert verdict(error).state == "unsure"


def test_a_page_is_left_alone_as_long_as_facebook_says_or_a_quarter_of_an_hour() -> None:
    assert verdict(Throttled("later", seconds=3600)).next_at == NOW + 60 * MINUTE
    assert verdict(Throttled("later", seconds=60)).next_at == NOW + MINUTE
    assert verdict(Throttled("later", seconds=0)).next_at == NOW + 15 * MINUTE
    assert verdict(Throttled("later")).next_at == NOW + 15 * MINUTE


def test_waiting_for_a_neighbour_or_a_password_costs_no_attempt() -> None:
    assert [verdict(one).counts for one in (Throttled("later"), SignInNeeded("who?"), TryLater("later"))] == [
        False,
        False,
        True,
    ]


def test_tries_get_rarer_and_end_with_a_person() -> None:
    waits = [(verdict(TryLater("later"), tries=n).next_at - NOW) // MINUTE for n in range(1, LATER_TIMES)]
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert verdict(TryLater("later"), tries=LATER_TIMES).state == "needs-person"


@pytest.mark.parametrize(
    ("reads", "over", "doubts", "state"),
    [
        (2, 2 * WAIT, 1, "unsure"),
        (3, WAIT - MINUTE, 1, "unsure"),
        (3, WAIT, 1, "due"),
        (30, 2 * WAIT, 2, "needs-person"),
    ],
)
def test_absence_must_be_shown_often_and_long_enough(reads: int, over: timedelta, doubts: int, state: str) -> None:
    found = after_absence(reads, NOW - over, doubts=doubts, now=NOW, wait=WAIT)
    assert found.state == state
    assert found.next_at == (NOW + WAIT / 3 if state == "unsure" else NOW)


def test_reads_that_prove_nothing_end_with_a_person_after_a_day() -> None:
    assert after_unclear(NOW - timedelta(hours=23), now=NOW, wait=WAIT) == Verdict("unsure", NOW + WAIT / 3)
    assert after_unclear(NOW - timedelta(hours=25), now=NOW, wait=WAIT).state == "needs-person"
    assert after_unclear(NOW - timedelta(hours=25), now=NOW, wait=timedelta(hours=12)).state == "unsure"
