from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest

from models.account import Account
from models.database import Database
from models.vault import Vault, new_key
from tests.models.rows import NOW
from tests.upkeep.persons import MARIA, joins, start
from upkeep import second_step

VAULT = Vault(new_key())
STEP = timedelta(seconds=30)


class Phone:
    """Maria's, with the secret in its app."""

    def __init__(self, db: Database) -> None:
        with db.write() as session:
            start(session)
            joins(session, MARIA)
            self.secret = second_step.prepare(session, MARIA, VAULT)
        self.db = db

    def code(self, at: datetime) -> str:
        return pyotp.TOTP(self.secret).at(at)

    def turns_on(self, at: datetime = NOW - 10 * STEP) -> list[str]:
        with self.db.write() as session:
            codes = second_step.turn_on(session, MARIA, self.code(at), VAULT, at)
        assert codes is not None
        return codes


def good(db: Database, code: str, at: datetime = NOW) -> bool:
    with db.write() as session:
        return second_step.is_good(session, MARIA, code, VAULT, at)


@pytest.fixture
def phone(db: Database) -> Phone:
    return Phone(db)


def test_a_code_of_the_app_is_good_once(db: Database, phone: Phone) -> None:
    phone.turns_on()
    assert [good(db, phone.code(NOW)) for _ in range(2)] == [True, False]


def test_the_code_that_turned_it_on_is_used_up(db: Database, phone: Phone) -> None:
    phone.turns_on(NOW)
    assert not good(db, phone.code(NOW))
    assert good(db, phone.code(NOW + STEP), NOW + STEP)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off_and_no_more(db: Database, phone: Phone, steps: int, taken: bool) -> None:
    phone.turns_on()
    assert good(db, phone.code(NOW + steps * STEP)) is taken


def test_after_a_code_none_before_it_is_good(db: Database, phone: Phone) -> None:
    phone.turns_on()
    assert good(db, phone.code(NOW + STEP))
    assert not good(db, phone.code(NOW))
    assert good(db, phone.code(NOW + 2 * STEP), NOW + STEP)


@pytest.mark.parametrize("code", ["", "abc", "000000", "12345", "1234567", "１２３４５６", "-" * 6, "null"])
def test_anything_else_is_no_code(db: Database, phone: Phone, code: str) -> None:
    phone.turns_on()
    assert not good(db, code) or phone.code(NOW) == code


def test_a_code_may_be_typed_with_a_space(db: Database, phone: Phone) -> None:
    phone.turns_on()
    code = phone.code(NOW)
    assert good(db, f" {code[:3]} {code[3:]} ")


def test_ten_written_codes_are_each_good_once_however_they_are_typed(db: Database, phone: Phone) -> None:
    written = phone.turns_on()
    assert len(set(written)) == 10
    assert [good(db, one) for one in (written[0], written[0].upper(), written[1].replace("-", " ").upper())] == [
        True,
        False,
        True,
    ]
    with db.read() as session:
        known = session.get_one(Account, MARIA)
    assert len(known.recovery) == 8 and not set(written) & set(known.recovery)


def test_new_written_codes_replace_the_old_ones(db: Database, phone: Phone) -> None:
    (old, *_) = phone.turns_on()
    with db.write() as session:
        (new, *_) = second_step.renew_written(session, MARIA)
    assert (good(db, old), good(db, new)) == (False, True)


def test_nothing_is_asked_for_until_a_code_was_given(db: Database, phone: Phone) -> None:
    with db.write() as session:
        assert second_step.turn_on(session, MARIA, "000000", VAULT, NOW) is None or phone.code(NOW) == "000000"
        assert not second_step.is_on(session.get_one(Account, MARIA))
        assert second_step.prepare(session, MARIA, VAULT) == phone.secret, "a page that is loaded again shows the same"
    assert not good(db, phone.code(NOW))


def test_it_cannot_be_turned_on_over_one_that_is_on(db: Database, phone: Phone) -> None:
    phone.turns_on()
    with db.write() as session:
        assert second_step.turn_on(session, MARIA, phone.code(NOW), VAULT, NOW) is None


def test_turned_off_no_code_is_good_any_more_and_the_next_secret_is_another(db: Database, phone: Phone) -> None:
    (written, *_) = phone.turns_on()
    with db.write() as session:
        second_step.turn_off(session, MARIA)
    assert not good(db, phone.code(NOW)) and not good(db, written)
    with db.write() as session:
        assert second_step.prepare(session, MARIA, VAULT) != phone.secret


def test_the_secret_is_sealed(db: Database, phone: Phone) -> None:
    with db.read() as session:
        assert phone.secret not in str(session.get_one(Account, MARIA).model_dump())


def test_of_two_who_give_one_code_at_once_one_comes_in(any_db: Database) -> None:
    phone = Phone(any_db)
    (written, *_) = phone.turns_on()
    code = phone.code(NOW)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda one: good(any_db, one), [code] * 4)) == [False, False, False, True]
        assert sorted(pool.map(lambda one: good(any_db, one), [written] * 4)) == [False, False, False, True]


def test_what_the_app_reads_names_the_person_and_the_school() -> None:
    told = second_step.address_for_app("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", MARIA, "Maple Street Elementary")
    assert told.startswith(
        "otpauth://totp/Maple%20Street%20Elementary:maria%40maple.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    )
    assert second_step.square(told).startswith(b"\x89PNG")
    assert second_step.in_groups("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP") == "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"
