from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.account import Knock
from models.database import Database
from tests.models.rows import NOW
from upkeep.knocking import (
    ADDRESS,
    KNOWN_FOR,
    RULES,
    Attempts,
    Door,
    Rule,
    counted,
    may_try,
    network,
    succeeded,
    waits_for,
)

MARIA = "maria@maple.example"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"
MINUTE = timedelta(minutes=1)


def knock(
    db: Database, email: str = MARIA, address: str = ELSEWHERE, at: datetime = NOW, door: Door = "account"
) -> int:
    """Seconds to wait; 0 = they might."""
    with db.write() as session:
        return may_try(session, email, address, at, door) or 0


def let_in(db: Database, email: str = MARIA, address: str = HOME, at: datetime = NOW) -> None:
    with db.write() as session:
        succeeded(session, email, address, at)


def test_after_five_failures_an_account_rests_for_a_quarter_of_an_hour(any_db: Database) -> None:
    assert [knock(any_db, address=f"203.0.113.{n}") for n in range(6)] == [0, 0, 0, 0, 0, 900]
    assert knock(any_db, at=NOW + 14 * MINUTE) == 60
    assert knock(any_db, at=NOW + 15 * MINUTE) == 0


def test_who_goes_on_guessing_waits_longer_each_time_but_never_more_than_an_hour(db: Database) -> None:
    at, waits = NOW, []
    for _ in range(10):
        if wait := knock(db, at=at):
            waits.append(wait)
            at += timedelta(seconds=wait)
            assert knock(db, at=at) == 0
    assert waits == [900, 1800, 3600, 3600, 3600][: len(waits)] and len(waits) >= 4
    assert knock(db, at=at + timedelta(hours=6)) == 0


def test_failures_with_a_quarter_of_an_hour_between_them_are_nobodys_attack(db: Database) -> None:
    assert [knock(db, address=f"203.0.113.{n}", at=NOW + n * 15 * MINUTE) for n in range(30)] == [0] * 30


def test_twenty_failures_from_one_address_close_it_for_an_hour_whoever_is_tried(any_db: Database) -> None:
    waits = [knock(any_db, f"person{n}@maple.example") for n in range(22)]
    assert waits == [0] * 20 + [3600] * 2
    assert knock(any_db, "another@maple.example", at=NOW + timedelta(hours=1)) == 0
    assert knock(any_db, "another@maple.example", HOME) == 0, "another address is not meant"


def test_the_addresses_of_one_household_count_as_one() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9%eth0") == "2001:db8:1:2::/64"
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("::ffff:198.51.100.7") == HOME
    assert network("") == network("not an address") == "unknown"


def test_a_stranger_who_guesses_does_not_lock_out_whom_it_is_about(any_db: Database) -> None:
    let_in(any_db)
    while not knock(any_db):
        pass
    assert knock(any_db, address=HOME) == 0


def test_a_house_full_of_guessers_does_not_lock_out_who_works_there(db: Database) -> None:
    let_in(db)
    for n in range(25):
        knock(db, f"person{n}@maple.example", HOME)
    assert knock(db, "new@maple.example", HOME) > 0
    assert knock(db, MARIA, HOME) == 0


def test_who_is_known_at_an_address_may_not_guess_there_any_better(db: Database) -> None:
    let_in(db)
    assert [bool(knock(db, address=HOME)) for _ in range(6)] == [False] * 5 + [True]


def test_an_address_is_known_for_a_month_only(db: Database) -> None:
    let_in(db)
    later = NOW + KNOWN_FOR
    for _ in range(5):
        knock(db, at=later)
    assert knock(db, address=HOME, at=later) > 0


def test_signing_in_forgets_what_was_mistyped_before(any_db: Database) -> None:
    for _ in range(4):
        knock(any_db, address=HOME)
    assert knock(any_db, address=HOME) == 0
    let_in(any_db)
    assert [knock(any_db, address=HOME) for _ in range(5)] == [0] * 5


def test_one_right_password_does_not_pay_for_wrong_ones_at_other_accounts(db: Database) -> None:
    for n in range(19):
        assert knock(db, f"person{n}@maple.example") == 0
    assert knock(db, "eve@maple.example") == 0
    let_in(db, "eve@maple.example", ELSEWHERE)
    assert [bool(knock(db, f"other{n}@maple.example")) for n in range(2)] == [False, True]


def test_what_is_refused_is_not_counted(db: Database) -> None:
    for _ in range(5):
        knock(db)
    assert {knock(db) for _ in range(20)} == {900}
    assert knock(db, at=NOW + 15 * MINUTE) == 0


def test_the_second_step_is_counted_apart_from_the_password(db: Database) -> None:
    for _ in range(5):
        knock(db)
    assert [bool(knock(db, door="code")) for _ in range(6)] == [False] * 5 + [True]


def test_a_hundred_at_the_same_moment_are_not_all_the_first(any_db: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: knock(any_db, address=f"203.0.113.{n}"), range(40)))
    assert waits.count(0) == 5


def test_what_was_typed_as_an_email_is_kept_nowhere(db: Database) -> None:
    knock(db, "my secret password")
    let_in(db, "my secret password")
    with db.read() as session:
        rows = session.exec(select(Knock)).all()
    assert len(rows) >= 3 and not any("secret" in row.key for row in rows)


def test_the_case_of_an_email_opens_no_second_door(db: Database) -> None:
    for _ in range(5):
        knock(db)
    assert knock(db, f" {MARIA.upper()} ") > 0


@pytest.mark.parametrize("rule", [*RULES.values(), ADDRESS])
@given(steps=st.lists(st.integers(0, 4000), min_size=1, max_size=80))
def test_in_no_stretch_of_time_are_there_more_attempts_than_the_rule_says(rule: Rule, steps: list[int]) -> None:
    """Somebody who tries whenever they may, at whatever times."""
    state, at, made = Attempts(0, NOW), NOW, []
    for seconds in steps:
        at += timedelta(seconds=seconds)
        wait = waits_for(state.not_before, at)
        assert wait <= 3600, "never shut for good"
        if not wait:
            state = counted(rule, state, at)
            made.append(at)
    for first in made:
        assert len([one for one in made if first <= one < first + rule.within]) <= rule.most
