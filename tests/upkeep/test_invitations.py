from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlmodel import select

from models.account import Account, Invitation
from models.audit import of_subject
from models.database import Database
from models.migrate import migrate
from models.staff import StaffMember
from models.vault import Vault, new_key
from tests.models.rows import NOW
from tests.upkeep.persons import GOOD, MARIA, OFFICE, joins, start
from upkeep import second_step
from upkeep.invitations import LASTS, LinkIsDead, accept, ask_for_link, invite, look, may_be_handed_over
from upkeep.passwords import is_right
from upkeep.people import off
from upkeep.sign_in import begin, find

VAULT = Vault(new_key())
SECOND = timedelta(seconds=1)


def invited(db: Database, at: datetime = NOW, where: str = "maple", letter: Vault | None = None) -> str:
    with db.write() as session:
        person = session.get_one(StaffMember, (where, MARIA))
        return invite(session, person, OFFICE, at, letter=letter)


def accepted(db: Database, token: str, at: datetime = NOW, password: str = GOOD) -> str:
    """ "" = taken, else why not."""
    try:
        with db.write() as session:
            accept(session, token, password, at)
    except LinkIsDead as dead:
        return dead.why
    return ""


@pytest.fixture
def maple(db: Database) -> Database:
    with db.write() as session:
        start(session, "maple", "oak")
        joins(session, OFFICE, role="owner")
        joins(session, MARIA)
    return db


def test_a_link_sets_a_password_once(maple: Database) -> None:
    token = invited(maple)
    assert accepted(maple, token) == ""
    assert accepted(maple, token, password="another one of mine") == "used"
    with maple.read() as session:
        assert is_right(GOOD, session.get_one(Account, MARIA).password_hash)
        assert {row.what for row in of_subject(session, "maple", MARIA)} == {"invite", "choose a password"}


def test_a_link_is_good_for_three_days(maple: Database) -> None:
    token = invited(maple)
    assert accepted(maple, token, NOW + LASTS) == "expired"
    assert accepted(maple, token, NOW + LASTS - SECOND) == ""


def test_a_new_link_withdraws_the_one_before(maple: Database) -> None:
    old, new = invited(maple), invited(maple)
    assert (accepted(maple, old), accepted(maple, new)) == ("withdrawn", "")


def test_a_link_that_was_used_withdraws_those_of_other_schools(maple: Database) -> None:
    with maple.write() as session:
        joins(session, MARIA, "oak")
    here, there = invited(maple), invited(maple, where="oak")
    assert (accepted(maple, here), accepted(maple, there)) == ("", "withdrawn")


@pytest.mark.parametrize("change", ["off", "ends"])
def test_whoever_is_no_longer_there_cannot_use_their_link(maple: Database, change: str) -> None:
    token = invited(maple)
    with maple.write() as session:
        if change == "off":
            off(session, "maple", MARIA, NOW)
        else:
            session.get_one(StaffMember, ("maple", MARIA)).ends_at = NOW
    assert accepted(maple, token) == "off"


def test_a_link_that_we_never_made_opens_nothing(maple: Database) -> None:
    assert accepted(maple, "x" * 43) == "unknown"
    assert accepted(maple, "") == "unknown"


def test_a_used_link_signs_out_everywhere(maple: Database) -> None:
    with maple.write() as session:
        _, token = begin(session, MARIA, "a browser", "password", NOW)
    assert accepted(maple, invited(maple)) == ""
    with maple.read() as session:
        assert find(session, token, NOW) is None


def test_a_link_takes_away_no_second_step(maple: Database) -> None:
    with maple.write() as session:
        secret = second_step.prepare(session, MARIA, VAULT)
        code = second_step.pyotp.TOTP(secret).at(NOW)
        assert second_step.turn_on(session, MARIA, code, VAULT, NOW)
    assert accepted(maple, invited(maple)) == ""
    with maple.read() as session:
        assert second_step.is_on(session.get_one(Account, MARIA))


def test_the_link_stands_in_no_row(maple: Database) -> None:
    token = invited(maple, letter=VAULT)
    with maple.read() as session:
        row = session.exec(select(Invitation)).one()
        assert token not in str(row.model_dump()) and VAULT.open(row.link_sealed) == token


def test_whoever_forgot_is_owed_a_letter_and_a_stranger_is_not(maple: Database) -> None:
    with maple.write() as session:
        assert ask_for_link(session, f" {MARIA.upper()}", NOW, VAULT)
        assert not ask_for_link(session, "stranger@maple.example", NOW, VAULT)
        (row,) = session.exec(select(Invitation))
    assert (row.kind, row.email) == ("forgot", MARIA)
    assert accepted(maple, VAULT.open(row.link_sealed)) == ""


def test_a_link_is_seen_only_by_whoever_owns_all_that_it_opens(maple: Database) -> None:
    with maple.write() as session:
        assert may_be_handed_over(session, OFFICE, MARIA, NOW)
        assert not may_be_handed_over(session, MARIA, OFFICE, NOW)
        joins(session, MARIA, "oak")
        assert not may_be_handed_over(session, OFFICE, MARIA, NOW)
        joins(session, OFFICE, "oak", role="owner")
        assert may_be_handed_over(session, OFFICE, MARIA, NOW)


def test_of_two_who_use_one_link_at_once_one_comes_in(any_db: Database) -> None:
    with any_db.write() as session:
        start(session)
        joins(session, MARIA)
    token = invited(any_db)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: accepted(any_db, token, password=f"{GOOD} {n}"), range(4)))
    assert sorted(told) == ["", "used", "used", "used"]


class Links(RuleBasedStateMachine):
    """Whatever happens in whatever order: at most the newest link is open, and each sets a password at most once."""

    tokens: Bundle[tuple[str, datetime]] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.db = Database(f"sqlite:///{_template(Path(self.folder.name))}")
        self.now = NOW
        self.newest = ""
        self.used: set[str] = set()
        self.password = ""

    def teardown(self) -> None:
        self.db.close()
        self.folder.cleanup()

    @rule(target=tokens)
    def invite(self) -> tuple[str, datetime]:
        self.newest = invited(self.db, self.now)
        return self.newest, self.now

    @rule(hours=st.integers(1, 50))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(link=tokens)
    def use(self, link: tuple[str, datetime]) -> None:
        token, made_at = link
        good = token == self.newest and token not in self.used and self.now < made_at + LASTS
        password = f"{GOOD} {len(self.used)}"
        assert (accepted(self.db, token, self.now, password) == "") == good
        if good:
            self.used.add(token)
            self.password = password

    @invariant()
    def the_password_is_the_last_that_was_chosen(self) -> None:
        with self.db.read() as session:
            known = session.get_one(Account, MARIA)
            assert bool(known.password_hash) == bool(self.password)
            open_ones = [row for row in session.exec(select(Invitation)) if look_is_open(row, self.now)]
        assert len(open_ones) <= 1


def look_is_open(row: Invitation, now: datetime) -> bool:
    return row.used_at is None and row.withdrawn_at is None and now < row.expires_at


_made: list[bytes] = []


def _template(folder: Path) -> Path:
    """A school with Maria, migrated once and then copied."""
    path = folder / "bridge.db"
    if not _made:
        db = Database(f"sqlite:///{path}")
        migrate(db)
        with db.write() as session:
            start(session)
            joins(session, MARIA)
        db.close()
        _made.append(path.read_bytes())
    path.write_bytes(_made[0])
    return path


Links.TestCase.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)
TestLinks: Callable[[], None] = Links.TestCase


def test_looking_at_a_link_uses_nothing_up(maple: Database) -> None:
    token = invited(maple)
    with maple.read() as session:
        assert [look(session, token, NOW)[0] for _ in range(3)] == ["open"] * 3
