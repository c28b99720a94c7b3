"""What rounds do for people: nobody's question is forgotten, both are told, and a quiet round writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import event
from sqlmodel import select

from config.settings import Settings
from connector.doors import Doors
from connector.notices import Notifier
from inbox.language.guess import Guesser
from models.conversation import Assignment, Conversation
from models.database import Database
from models.school import School, schools
from models.staff import StaffMember
from models.vault import Vault
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_TOKEN
from schedulers import inward
from schedulers.house import House
from schedulers.report import RoundReport
from schedulers.round import run_round
from tests.mail import MailServer
from tests.models import rows
from upkeep.sending import send_letters

MARIA, ROSA = "maria@maple.example", "rosa@maple.example"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


def furnished(db: Database, vault: Vault, due_at: datetime, **more: Any) -> School:
    asked_at = due_at - timedelta(days=1)
    with db.write() as session:
        session.add(rows.school(hours="Mon-Sun 00:00-23:59"))
        session.flush()
        session.add(rows.page(token_sealed=vault.seal(PAGE_TOKEN)))
        for email in (MARIA, ROSA):
            name = email.split("@")[0].title()
            session.add(
                StaffMember(school="maple", email=email, name=name, role="staff", languages=["es"], made_by="site")
            )
        session.flush()
        row = Conversation(
            school="maple", page="pta-page", post_external_id="1_1", comment_external_id="1_2", language="es", state="open",
            assignee=MARIA, opened_at=asked_at, updated_at=asked_at, due_at=due_at, **more,
        )  # fmt: skip
        session.add(row)
        session.flush()
        given = {"email": MARIA, "by": "routing", "reason": "x", "assigned_at": asked_at}
        session.add(Assignment(school="maple", conversation_id=row.id, **given))
    with db.read() as session:
        (school,) = schools(session)
    return school


def test_a_round_hands_on_what_nobody_answered_and_tells_both(db: Database, mail: MailServer) -> None:
    now, vault = datetime.now(UTC), Vault(Fernet.generate_key().decode())
    school = furnished(db, vault, now - timedelta(minutes=1))
    with PretendFacebook() as facebook:
        settings = Settings(graph_url=facebook.url, notify_url=mail.url())
        house = House(
            db, Doors(graph_url=facebook.url), vault, settings, {}, Guesser(()), lambda: now, notifier=Notifier(mail.url())
        )  # fmt: skip
        for _ in range(2):
            report = run_round(house, school, everything=True)
    with db.read() as session:
        row = session.exec(select(Conversation)).one()
    assert (row.assignee, row.handed_back_from) == (ROSA, MARIA)
    assert report.counts["handed_on"] == 0  # once
    handed = [one for one in mail.letters if "overdue" in str(one["Subject"]) or "waits" in str(one["Subject"])]
    assert sorted(str(one["To"]) for one in handed) == [MARIA, ROSA]


def test_where_nothing_is_due_following_and_telling_write_nothing(db: Database, mail: MailServer) -> None:
    vault = Vault(Fernet.generate_key().decode())
    now = datetime(2026, 12, 1, 22, 0, tzinfo=UTC)
    school = furnished(db, vault, now + timedelta(days=1))
    settings = Settings(notify_url=mail.url())
    house = House(db, Doors(), vault, settings, {}, Guesser(()), lambda: now, notifier=Notifier(mail.url()))
    written: list[str] = []

    def follow_and_tell() -> None:
        inward.follow_up(house, school, RoundReport("maple"))
        send_letters(db, house.ways(), school, "https://b.example", now, {})

    follow_and_tell()  # Maria is told that she was asked
    event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *_: written.append(sql))
    follow_and_tell()
    assert len(mail.letters) == 1
    assert written == []  # the writing connection was not even used
