"""Links by mail: sent by the round to the person alone, in their language, once; and tried again when the mail is down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from connector.notices import Notifier
from models.account import Account, Invitation
from models.database import Database
from models.school import School
from models.staff import StaffMember
from models.vault import Vault, new_key
from tests.mail import MailServer
from tests.models.rows import NOW
from tests.upkeep.persons import GOOD, MARIA, OFFICE, joins, start
from upkeep.invitations import LASTS, accept, ask_for_link, invite
from upkeep.link_letters import letters_in, send_links
from upkeep.notices import Tries
from upkeep.people import off

VAULT = Vault(new_key())
HERE = "https://bridge.example.org"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def maple(db: Database) -> Database:
    with db.write() as session:
        start(session)
        joins(session, OFFICE, role="owner")
        joins(session, MARIA)
    return db


class Round:
    """The part of it that sends letters."""

    def __init__(self, db: Database, url: str) -> None:
        self.db, self.notifier, self.failed = db, Notifier(url), dict[str, Tries]()

    def goes(self, now: object = NOW, vault: Vault = VAULT) -> list[str]:
        with self.db.read() as session:
            school = session.get_one(School, "maple")
        return send_links(self.db, self.notifier, vault, school, HERE, now, self.failed)  # type: ignore[arg-type]


def invited(db: Database) -> None:
    with db.write() as session:
        invite(session, session.get_one(StaffMember, ("maple", MARIA)), OFFICE, NOW, letter=VAULT)


def link_in(body: str) -> str:
    (line,) = [line for line in body.splitlines() if line.startswith(HERE)]
    return line.removeprefix(f"{HERE}/invitation/")


def test_whoever_is_invited_gets_one_letter_whose_link_works(maple: Database, mail: MailServer) -> None:
    invited(maple)
    clock = Round(maple, mail.url())
    assert [clock.goes(), clock.goes()] == [[], []]
    (letter,) = mail.letters
    assert letter["to"] == MARIA and "Maple" in str(letter["subject"])
    with maple.write() as session:
        accept(session, link_in(letter.get_content()), GOOD, NOW)
        assert session.exec(select(Invitation)).one().used_at == NOW


def test_whoever_forgot_gets_theirs_in_their_own_language(maple: Database, mail: MailServer) -> None:
    with maple.write() as session:
        session.get_one(Account, MARIA).language = "es"
        ask_for_link(session, MARIA, NOW, VAULT)
    Round(maple, mail.url()).goes()
    assert "Hola, maria" in mail.letters[0].get_content()


def test_nothing_is_sent_to_whoever_left_or_for_a_link_that_is_over(maple: Database, mail: MailServer) -> None:
    invited(maple)
    assert Round(maple, mail.url()).goes(NOW + LASTS) == []
    with maple.write() as session:
        off(session, "maple", MARIA, NOW)
    Round(maple, mail.url()).goes()
    assert mail.letters == []


def test_where_others_would_read_it_no_link_is_sent(maple: Database, mail: MailServer) -> None:
    invited(maple)
    Round(maple, mail.url(to="office@maple.example")).goes()
    Round(maple, "json://127.0.0.1:9/").goes()
    assert mail.letters == []


def test_a_letter_that_fails_is_tried_again_ever_less_often(maple: Database, mail: MailServer) -> None:
    invited(maple)
    clock = Round(maple, "mailto://127.0.0.1:9?from=bridge@maple.example")
    assert len(clock.goes()) == 1
    assert clock.goes(NOW + timedelta(seconds=30)) == [], "not yet"
    assert len(clock.goes(NOW + timedelta(minutes=1))) == 1
    clock.notifier = Notifier(mail.url())
    assert clock.goes(NOW + timedelta(minutes=2)) == [] and mail.letters == []
    assert clock.goes(NOW + timedelta(minutes=3)) == [] and len(mail.letters) == 1


def test_without_the_key_nothing_is_sent_and_the_round_goes_on(maple: Database, mail: MailServer) -> None:
    invited(maple)
    assert Round(maple, mail.url()).goes(vault=Vault(new_key())) == []
    assert mail.letters == []


def test_each_kind_of_letter_says_the_same_in_each_language() -> None:
    assert set(letters_in("en")) == set(letters_in("es")) == {"invitation", "forgot"}
    assert letters_in("es-MX") == letters_in("es") and letters_in("tlh") == letters_in("en")
    for language in ("en", "es"):
        for words in letters_in(language).values():
            told = words["body"].format(name="N", school="S", link="L")
            assert "\nL\n" in told and "N" in told
