"""One notice for one card, to those who can mend it; one that fails is tried again, ever less often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from connector.channels import Channels
from connector.errors import TryLater
from connector.notices import Notifier
from models.card import Card, open_cards, show_card
from models.database import Database
from models.staff import StaffMember
from models.vault import Vault
from tests.mail import MailServer
from tests.models import rows
from upkeep.notices import Tries, send_notices, text_of, title_of
from upkeep.ways import Telling, Ways

NOW, KEY = rows.NOW, Fernet.generate_key().decode()
DEAD = "pta-page: The person who connected this Page changed their password, which ended the token: connect it again."
PEOPLE = (("office", "owner"), ("helper", "volunteer"), ("maria", "staff"), ("center", "center"))


class Silent:
    """Takes no notice, and counts how often one was tried."""

    personal = True

    def __init__(self) -> None:
        self.tries = 0

    def send(self, title: str, body: str, *, to: Sequence[str], reference: str, html: str = "") -> None:
        self.tries += 1
        raise TryLater("A notice could not be sent: check BRIDGE_NOTIFY_URL.")


class Desk:
    def __init__(self, db: Database) -> None:
        self.db, self.failed = db, dict[str, Tries]()
        with db.write() as session:
            session.add(rows.school())
            session.flush()
            for name, role in PEOPLE:
                email = f"{name}@maple.example"
                session.add(StaffMember(school="maple", email=email, name=name, role=role, made_by="site"))
            session.add(rows.school("oak"))
            session.flush()
            session.add(StaffMember(school="oak", email="head@oak.example", name="x", role="owner", made_by="site"))

    def show(self, kind: str = "token", message: str = DEAD) -> None:
        with self.db.write() as session:
            show_card(session, "maple", kind, "pta-page", message, NOW)

    def cards(self) -> list[Card]:
        with self.db.read() as session:
            return open_cards(session, "maple")

    def tell(self, notifier: Telling, now: datetime = NOW) -> list[str]:
        ways = Ways(notifier, Channels(), Vault(KEY))
        return send_notices(self.db, ways, rows.school(), self.cards(), "https://bridge.example.org", now, self.failed)


@pytest.fixture
def desk(any_db: Database) -> Desk:
    return Desk(any_db)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def test_owners_and_volunteers_of_that_school_are_told_once(desk: Desk, mail: MailServer) -> None:
    desk.show()
    for hour in range(3):
        assert desk.tell(Notifier(mail.url()), NOW + timedelta(hours=hour)) == []
    assert mail.recipients() == ["helper@maple.example", "office@maple.example"]
    assert desk.cards()[0].told_at == NOW


def test_who_may_resume_is_told_of_a_paused_school(desk: Desk, mail: MailServer) -> None:
    desk.show("paused", "This database was restored: an owner says `resume`.")
    desk.tell(Notifier(mail.url()))
    assert mail.recipients() == ["office@maple.example"]


def test_it_says_what_happened_what_to_do_and_where(desk: Desk, mail: MailServer) -> None:
    desk.show()
    desk.tell(Notifier(mail.url()))
    letter = mail.letters[0]
    assert letter["Subject"] == "Maple: pta-page is cut off from Facebook"
    told = " ".join(letter.get_content().split())
    assert "pta-page: The person who connected this Page changed their password, which ended the token." in told
    assert "What to do: connect it again." in told
    assert "Where: https://bridge.example.org" in told


def test_a_sentence_without_a_mend_is_told_as_it_is() -> None:
    card = Card(school="maple", kind="duplicate", subject="po_1", message="It stands twice.", opened_at=NOW)
    assert title_of(rows.school(), card) == "Maple: something waits for you"
    assert text_of(rows.school(), card, "https://b.example").startswith("po_1: It stands twice.\n\nWhere:")


def test_a_notice_that_fails_is_told_and_tried_ever_less_often(desk: Desk) -> None:
    desk.show()
    silent = Silent()
    assert desk.tell(silent) == ["A notice could not be sent: check BRIDGE_NOTIFY_URL."]
    for minute in range(1, 24 * 60):
        desk.tell(silent, NOW + timedelta(minutes=minute))
    assert 24 <= silent.tries <= 32  # at 0, 1, 3, 7, 15, 31, 63 minutes, then every hour
    assert desk.cards()[0].told_at is None


def test_a_notice_that_failed_leaves_when_its_server_is_back(desk: Desk, mail: MailServer) -> None:
    desk.show()
    desk.tell(Silent())
    assert desk.tell(Notifier(mail.url()), NOW + timedelta(minutes=2)) == []
    assert len(mail.letters) == 2 and desk.cards()[0].told_at == NOW + timedelta(minutes=2)
    assert desk.failed == {}
