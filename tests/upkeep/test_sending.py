"""Letters leave by a real mail server, once each, and tell nothing that a family wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from connector.channels import Channels
from connector.notices import Notifier
from models.account import Account
from models.card import open_cards, show_card
from models.conversation import Assignment, Conversation, Message
from models.database import Database
from models.delivery import Delivery
from models.event import Occurrence
from models.notice import NoticeChoice, NoticeSent
from models.post import Post
from models.promise import Promise
from models.school import School
from models.staff import StaffMember
from models.vault import Vault
from tests.mail import MailServer
from tests.models import rows
from upkeep.notices import Tries, send_notices
from upkeep.sending import send_letters
from upkeep.ways import Ways

EIGHT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)  # Tuesday morning, the school opens
NOON = EIGHT + timedelta(hours=5)  # too late for a daily letter
MARIA, ROSA, OFFICE, PAT = (f"{name}@maple.example" for name in ("maria", "rosa", "office", "pat"))
PEOPLE = ((MARIA, "staff"), (ROSA, "staff"), (OFFICE, "owner"), (PAT, "volunteer"))
SECRET = "Mi hija Sofía de 2B"


class Desk:
    def __init__(self, db: Database, mail: MailServer | None) -> None:
        self.db, self.vault, self.failed = db, Vault(Fernet.generate_key().decode()), dict[str, Tries]()
        self.mail = mail
        url = mail.url() if mail else ""
        self.ways = Ways(Notifier(url) if url else None, Channels(common=url), self.vault)
        with db.write() as session:
            session.add(rows.school(name="Maple Street"))
            session.flush()
            session.add_all((rows.page(), rows.source()))
            for email, role in PEOPLE:
                name = email.split("@")[0].title()
                session.add(StaffMember(school="maple", email=email, name=name, role=role, made_by="site"))
                session.add(Account(email=email, made_at=EIGHT, language="es" if email == MARIA else ""))

    def add(self, *rows_: Any) -> None:
        with self.db.write() as session:
            for row in rows_:
                session.add(row)
                session.flush()

    def asked(self, to: str = MARIA, at: datetime = NOON, by: str = "routing", **more: Any) -> Conversation:
        given = {"state": "open", "language": "es", "due_at": at + timedelta(days=1), **more}
        row = Conversation(
            school="maple", page="pta-page", post_external_id="1_1", comment_external_id=f"c{at}{to}{by}{more}", assignee=to,
            author_name="Ana Familia", opened_at=at, updated_at=at, **given,
        )  # fmt: skip
        said = Message(
            school="maple", page="pta-page", conversation_id=row.id, direction="received", text=SECRET, created_at=at
        )
        self.add(row, said)
        self.add(Assignment(school="maple", conversation_id=row.id, email=to, by=by, reason="x", assigned_at=at))
        return row

    def choose(self, email: str, *moments: str, channel: str = "", **more: Any) -> None:
        sealed = self.vault.seal(channel)
        chosen = NoticeChoice(
            school="maple", email=email, moments=list(moments), channel_sealed=sealed, changed_at=EIGHT, **more
        )
        self.add(chosen)

    def tell(self, now: datetime = NOON) -> list[str]:
        with self.db.read() as session:
            school = session.get_one(School, "maple")
        return send_letters(self.db, self.ways, school, "https://bridge.example.org", now, self.failed)

    def told(self) -> list[tuple[str, str]]:
        assert self.mail
        return [(str(one["To"]), str(one["Subject"])) for one in self.mail.letters]

    def notes(self) -> list[tuple[str, str]]:
        with self.db.read() as session:
            return sorted((one.email, one.moment) for one in session.exec(select(NoticeSent)))


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def desk(db: Database, mail: MailServer) -> Desk:
    return Desk(db, mail)


def test_on_both_databases_who_was_asked_is_told_once_in_their_language(any_db: Database, mail: MailServer) -> None:
    desk = Desk(any_db, mail)
    row = desk.asked()
    for minutes in (0, 1, 60):
        assert desk.tell(NOON + timedelta(minutes=minutes)) == []
    assert desk.told() == [(MARIA, "Maple Street: una familia espera su respuesta")]
    whole = mail.letters[0].as_string()
    assert f"https://bridge.example.org/c/{row.id}" in whole.replace("=\n", "")
    assert "Sof" not in whole and "Ana" not in whole
    assert desk.notes() == [(MARIA, "assigned")]


def test_nobody_is_told_of_what_they_took_themselves_put_off_or_no_longer_have(desk: Desk) -> None:
    desk.asked(by=MARIA)
    desk.asked(snoozed_until=NOON + timedelta(days=1))
    desk.asked(state="waiting")
    row = desk.asked()
    with desk.db.write() as session:
        session.exec(select(Conversation).where(Conversation.id == row.id)).one().assignee = None
    desk.tell()
    assert desk.told() == [] and desk.notes() == []


def test_who_had_it_and_who_has_it_now_are_both_told(desk: Desk) -> None:
    desk.asked(ROSA, due_at=NOON, handed_back_at=NOON, handed_back_from=MARIA)
    desk.tell()
    assert sorted(desk.told()) == [
        (MARIA, "Maple Street: hay algo atrasado"),
        (ROSA, "Maple Street: a family waits for you"),
    ]
    assert "Rosa" in next(one for one in desk.mail.letters if one["To"] == MARIA).as_string()  # type: ignore[union-attr]


def test_an_overdue_promise_is_told_to_its_owner_or_to_the_owners_of_the_school(desk: Desk) -> None:
    row = desk.asked(state="closed")
    for owner in (MARIA, "gone@maple.example"):
        given = {"what": SECRET, "due_on": date(2026, 11, 30), "made_by": MARIA, "made_at": EIGHT - timedelta(days=3)}
        desk.add(Promise(school="maple", conversation_id=row.id, owner=owner, **given))
    desk.tell()
    desk.tell(NOON + timedelta(hours=1))
    assert sorted(desk.told()) == [
        (MARIA, "Maple Street: hay algo atrasado"),
        (OFFICE, "Maple Street: one thing is overdue"),
    ]
    assert all("Sof" not in one.as_string() for one in desk.mail.letters)  # type: ignore[union-attr]


def test_the_daily_letter_comes_with_the_morning_and_not_again(desk: Desk) -> None:
    desk.asked(at=EIGHT - timedelta(days=1))
    desk.choose(MARIA, "daily-digest")
    desk.choose(OFFICE)
    for hours in (-2, 0, 1, 6):
        desk.tell(EIGHT + timedelta(hours=hours))
    assert desk.told() == [(MARIA, "Maple Street: su día, mar, 1 dic")]


def test_a_quiet_morning_has_no_letter_and_no_write(desk: Desk) -> None:
    desk.asked(at=EIGHT + timedelta(minutes=5), state="waiting")
    assert desk.tell(EIGHT) == []
    assert desk.told() == [] and desk.notes() == []


def test_a_missing_event_of_today_is_told_at_night_to_who_can_decide(desk: Desk) -> None:
    night = EIGHT + timedelta(hours=14)
    start = night + timedelta(hours=20)
    event = rows.event(title="Winter concert", starts_at=start, ends_at=start, last_at=start, status="missing")
    date_ = {"original_at": start, "starts_at": start, "ends_at": start, "status": "confirmed"}
    desk.add(event, Occurrence(school="maple", series=event.id, event_id=event.id, **date_))
    for hours in (-8, 0, 1):
        desk.tell(night + timedelta(hours=hours))
    assert sorted(to for to, _ in desk.told()) == [OFFICE, PAT]
    assert "Winter concert" in desk.mail.letters[0].as_string()  # type: ignore[union-attr]


def test_a_cancellation_that_needs_a_person_is_told(desk: Desk) -> None:
    start = NOON + timedelta(hours=20)
    event = rows.event()
    facts = {"title": "Fair", "starts_at": start.isoformat(), "status": "cancelled"}
    post = Post(
        school="maple", page="pta-page", kind="cancellation", event_id=event.id, purpose="x", text="", fingerprint="1",
        said={"facts": facts}, state="due", created_at=NOON, due_at=NOON,
    )  # fmt: skip
    owed = Delivery(
        school="maple", kind="comment", lane="page:pta-page", target=post.id, revision="first", state="needs-person",
        created_at=NOON, next_at=NOON,
    )  # fmt: skip
    desk.add(event, post, owed)
    desk.tell()
    assert sorted(to for to, _ in desk.told()) == [OFFICE, PAT]


# --- ways


def test_each_person_is_told_by_the_way_they_chose(desk: Desk, mail: MailServer) -> None:
    desk.choose(MARIA, "assigned", channel="maria@home.example")
    desk.choose(ROSA, "assigned", channel=mail.url(to="rosa@home.example"))
    desk.asked(MARIA)
    desk.asked(ROSA)
    desk.tell()
    assert mail.recipients() == ["maria@home.example", "rosa@home.example"]


def test_without_any_way_nothing_is_told_and_nothing_written(db: Database) -> None:
    desk = Desk(db, None)
    desk.asked()
    assert desk.tell() == [] and desk.notes() == []


def test_one_refused_address_keeps_nothing_from_the_others_and_is_tried_ever_less_often(
    desk: Desk, mail: MailServer
) -> None:
    mail.refuses = {MARIA}
    desk.asked(MARIA)
    desk.asked(ROSA)
    assert len(desk.tell()) == 1
    assert desk.tell(NOON + timedelta(seconds=30)) == []  # not tried yet
    assert mail.recipients() == [ROSA]
    mail.refuses = set()
    desk.tell(NOON + timedelta(minutes=2))
    assert mail.recipients() == [MARIA, ROSA]


def test_a_restored_or_copied_database_tells_nobody(desk: Desk) -> None:
    desk.asked()
    with desk.db.write() as session:
        session.get_one(School, "maple").paused_at = NOON
    desk.tell()
    assert desk.told() == []


def test_a_test_is_sent_by_the_clock_once_and_what_became_of_it_is_noted(desk: Desk, mail: MailServer) -> None:
    night = NOON + timedelta(hours=12)
    desk.choose(MARIA, channel="maria@home.example", test_asked_at=night)
    desk.choose(ROSA, channel="mailto://10.0.0.9?from=a@b.example&to=c@d.example", test_asked_at=night)
    for minutes in (1, 2, 3):
        desk.tell(night + timedelta(minutes=minutes))
    assert desk.told() == [("maria@home.example", "Maple Street: una prueba")]
    with desk.db.read() as session:
        maria, rosa = (session.get_one(NoticeChoice, ("maple", email)) for email in (MARIA, ROSA))
    assert (maria.tested_at, maria.test_problem) == (night + timedelta(minutes=1), "")
    assert "private network" in rosa.test_problem and "10.0.0.9" not in rosa.test_problem


# --- cards


def test_a_dead_token_is_told_to_who_chose_it_and_always_to_some_owner(desk: Desk, mail: MailServer) -> None:
    desk.choose(OFFICE)
    desk.choose(PAT)
    with desk.db.write() as session:
        show_card(session, "maple", "token", "pta-page", "pta-page: The token is dead: connect it again.", NOON)
    desk.add(StaffMember(school="maple", email="head@maple.example", name="Head", role="owner", made_by="site"))
    with desk.db.read() as session:
        school, cards = session.get_one(School, "maple"), open_cards(session, "maple")
    send_notices(desk.db, desk.ways, school, cards, "https://b.example", NOON, {})
    assert mail.recipients() == ["head@maple.example"]


def test_a_card_goes_by_each_persons_own_way(desk: Desk, mail: MailServer) -> None:
    desk.choose(OFFICE, "token-died", channel="office@home.example")
    with desk.db.write() as session:
        show_card(session, "maple", "token", "pta-page", "pta-page: The token is dead: connect it again.", NOON)
    with desk.db.read() as session:
        school, cards = session.get_one(School, "maple"), open_cards(session, "maple")
    send_notices(desk.db, desk.ways, school, cards, "https://b.example", NOON, {})
    assert mail.recipients() == ["office@home.example", PAT]


def test_on_both_databases_what_is_urgent_leaves_at_night_and_wakes_owners_when_nobody_looks(
    any_db: Database, mail: MailServer
) -> None:
    desk, night = Desk(any_db, mail), NOON + timedelta(hours=10)
    desk.asked(to=ROSA, at=night, urgent="danger", urgent_at=night)
    desk.choose(ROSA, "daily-digest")
    desk.tell(night)
    assert [to for to, _ in desk.told()] == [ROSA] and desk.notes() == [(ROSA, "urgent")]
    assert SECRET not in str(mail.letters[0])
    for minutes in (10, 29, 30, 31):
        desk.tell(night + timedelta(minutes=minutes))
    assert [to for to, _ in desk.told()] == [ROSA, OFFICE]
    body = mail.letters[1].get_body(("plain",))
    assert body and "nobody has looked yet" in body.get_content()


def test_an_urgent_one_that_nobody_can_be_told_of_goes_to_the_owners_at_once(desk: Desk, mail: MailServer) -> None:
    desk.asked(to="gone@maple.example", at=NOON, urgent="custody", urgent_at=NOON)
    desk.tell(NOON)
    assert OFFICE in [to for to, subject in desk.told() if "URGENT" in subject]


def test_what_somebody_looks_at_already_is_told_to_nobody(desk: Desk, mail: MailServer) -> None:
    desk.asked(to=ROSA, at=NOON, urgent="danger", urgent_at=NOON - timedelta(hours=1), urgent_seen_by=ROSA)
    desk.tell(NOON)
    assert [subject for _, subject in desk.told() if "URGENT" in subject] == []
