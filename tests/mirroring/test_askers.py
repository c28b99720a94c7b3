"""When an event changes, everyone who asked about it gets a suggested answer in their language, once, sent by nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.wording import load_wordings
from models.conversation import Conversation, Message
from models.database import Database
from models.delivery import Delivery
from models.draft import Draft
from models.event import Event
from models.school import School
from tests.mirroring.test_publish import NOW, START, Desk
from tests.models import rows

MARIA = "maria@maple.example"


class Asked(Desk):
    event: Event

    def ask(self, language: str = "es", post: str = "10001_1", **more: Any) -> Conversation:
        given: dict[str, Any] = {"state": "waiting", "opened_at": NOW, "answered_at": NOW, "closed_reason": "", **more}
        owed = given.pop("owed", True)
        removed_at = given.pop("removed_at", None)
        with self.db.write() as session:
            row = Conversation(
                school="maple", page="pta-page", post_external_id=post, comment_external_id=f"c{datetime.now()}",
                language=language, assignee=MARIA, updated_at=NOW, **given,
            )  # fmt: skip
            session.add(row)
            session.flush()
            message = Message(
                school="maple", page="pta-page", conversation_id=row.id, direction="received", text="¿?", owed=owed,
                created_at=NOW, removed_at=removed_at,
            )  # fmt: skip
            session.add(message)
        return row

    def row(self, asked: Conversation) -> Conversation:
        with self.db.read() as session:
            return session.exec(select(Conversation).where(Conversation.id == asked.id)).one()

    def drafts(self) -> dict[str, Draft]:
        with self.db.read() as session:
            return {one.conversation_id: one for one in session.exec(select(Draft))}


@pytest.fixture
def desk(db: Database) -> Asked:
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add_all((rows.source(), rows.page(approval="auto")))
    made = Asked(db, load_wordings())
    made.event = made.add_event()
    made.round()
    made.send("publish")
    return made


def test_a_moved_event_suggests_the_reviewed_words_in_the_familys_language(desk: Asked) -> None:
    asked, english = desk.ask(), desk.ask("en")
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    drafts = desk.drafts()
    assert drafts[asked.id].text.startswith("Nuevo horario") and "Antes:" in drafts[asked.id].text
    assert drafts[english.id].text.startswith("New time")
    assert (drafts[asked.id].email, drafts[asked.id].because) == ("", "The event has changed.")
    assert desk.post("change").link in drafts[asked.id].text


def test_their_conversation_is_open_for_its_person_again_and_due_anew(desk: Asked) -> None:
    asked = desk.ask(state="closed", closed_reason="answered", closed_at=NOW, closed_by=MARIA)
    desk.change(desk.event, status="cancelled")
    desk.round()
    row = desk.row(asked)
    assert (row.state, row.assignee, row.reason, row.closed_at) == ("open", MARIA, "The event has changed.", None)
    assert row.opened_at == desk.now and row.due_at == desk.now + timedelta(days=1)
    assert desk.drafts()[asked.id].text.startswith("Cancelado")


def test_nothing_is_sent_by_itself_and_it_is_suggested_once(desk: Asked) -> None:
    asked = desk.ask()
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    with desk.db.write() as session:  # the person found it not needed
        session.delete(session.exec(select(Draft)).one())
    desk.send("revise", "comment")
    for _ in range(3):
        desk.round()
    assert desk.drafts() == {}
    with desk.db.read() as session:
        assert "reply" not in {one.kind for one in session.exec(select(Delivery))}
    desk.change(desk.event, START + timedelta(hours=2))  # another change
    desk.round()
    assert set(desk.drafts()) == {asked.id}


@pytest.mark.parametrize(
    "more",
    [
        {"closed_reason": "spam", "state": "closed"},
        {"closed_reason": "no-answer-needed", "state": "closed"},
        {"closed_reason": "before-us", "state": "closed"},
        {"opened_at": NOW - timedelta(days=61)},
        {"post": "10001_2"},
        {"owed": False},
        {"removed_at": NOW},
    ],
)
def test_who_did_not_ask_about_it_is_left_alone(desk: Asked, more: dict[str, Any]) -> None:
    asked = desk.ask(**more)
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    assert desk.drafts() == {} and desk.row(asked).state == more.get("state", "waiting")


def test_who_still_waits_waits_since_they_asked(desk: Asked) -> None:
    asked = desk.ask(state="open", answered_at=None, due_at=NOW, reason="Spanish, and Maria speaks it.")
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    row = desk.row(asked)
    assert (row.opened_at, row.due_at, row.reason) == (NOW, NOW, "Spanish, and Maria speaks it.")
    assert asked.id in desk.drafts()


def test_what_a_person_began_to_write_stays_theirs(desk: Asked) -> None:
    asked = desk.ask()
    with desk.db.write() as session:
        session.add(Draft(school="maple", conversation_id=asked.id, email=MARIA, text="Querida", updated_at=NOW))
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    with desk.db.read() as session:
        assert {one.email for one in session.exec(select(Draft))} == {MARIA, ""}
        assert session.exec(select(Draft.text).where(Draft.email == MARIA)).one() == "Querida"


def test_there_and_back_again_before_it_was_said_suggests_nothing(desk: Asked) -> None:
    desk.rules(quiet_hours="12:00-23:00")
    desk.ask()
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    assert len(desk.drafts()) == 1
    desk.change(desk.event, START)
    desk.round()
    assert desk.drafts() == {}


def test_a_language_without_wording_gets_the_schools_own(desk: Asked) -> None:
    asked = desk.ask("und")
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    assert desk.drafts()[asked.id].text.startswith("New time")


def test_a_better_description_is_no_news(desk: Asked) -> None:
    desk.ask()
    desk.change(desk.event, description="Bring a book.")
    desk.round()
    assert desk.drafts() == {}


def test_the_answer_time_is_the_schools(desk: Asked) -> None:
    with desk.db.write() as session:
        session.get_one(School, "maple").respond_within = "2h"
    asked = desk.ask()
    desk.change(desk.event, START + timedelta(hours=1))
    desk.round()
    assert desk.row(asked).due_at == desk.now + timedelta(hours=2)
