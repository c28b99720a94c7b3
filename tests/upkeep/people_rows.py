"""A school in whose rows one family's words stand everywhere that they can, beside those of another family."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel

from models.account import Account, SignIn
from models.audit import note
from models.card import Card
from models.conversation import Assignment, Conversation, Message, Visitor
from models.database import Database
from models.delivery import Attempt, Delivery
from models.draft import Draft
from models.hint import Hint
from models.page import PagePost
from models.promise import Promise
from models.staff import StaffMember
from tests.models import rows

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
ROSA = "770000000000001"
NAME = "Rosa Canário Gómez"
# Each stands nowhere else; pairs of letters that JSON and SQL write in other ways are among them.
BIRDS = {
    "id": ROSA, "name": NAME, "text": "¿Cuándo es el kanarienvogel-uno?\n\"sí\"", "answer": "Estimada kanarienvogel-dos",
    "note": "kanarienvogel-tres llamó", "draft": "kanarienvogel-cuatro", "promise": "kanarienvogel-cinco preguntar",
    "picture": "https://example.org/kanarienvogel-seis.jpg", "link": "https://www.facebook.com/kanarienvogel-siete",
    "comment": "900000000000011", "reply": "900000000000012", "own post": "kanarienvogel-ocho visitor's post",
    "why hidden": "kanarienvogel-nueve", "error": "kanarienvogel-diez", "reason": "kanarienvogel-once",
    "nested": "900000000000013", "webhook": "kanarienvogel-doce",
}  # fmt: skip


def staff(email: str, role: str = "owner") -> StaffMember:
    return StaffMember(school="maple", email=email, name=email.split("@")[0].title(), role=role, made_by="site")


def fill(db: Database, *, away: bool = True) -> dict[str, str]:
    """Ids of ours by what they are. `away`: another school knows somebody by the same id of Facebook's."""
    with db.write() as session:
        for slug in ("maple", "oak"):
            session.add(rows.school(slug))
        session.flush()
        session.add_all([rows.page(), rows.page("oak", slug="oak-page", facebook_id="20002")])
        session.add_all([staff("office@maple.example"), staff("maria@maple.example", "staff")])
        session.add_all([staff("ola@maple.example"), staff("amina@maple.example", "staff")])
        session.add(staff("pat@maple.example", "volunteer"))
        session.flush()
        if away:
            session.add(Visitor(school="oak", page="oak-page", external_id=ROSA, name="Rosa of Oak", first_seen_at=NOW))
        return _families(session)


def _families(session: Session) -> dict[str, str]:
    rosa = Visitor(school="maple", page="pta-page", external_id=ROSA, name=NAME, first_seen_at=NOW)
    ali = Visitor(school="maple", page="pta-page", external_id="7702", name="Ali Other", first_seen_at=NOW)
    post = PagePost(
        school="maple", page="pta-page", external_id="10001_500", created_at=NOW, message=BIRDS["own post"],
        author_external_id=ROSA, permalink=BIRDS["link"],
    )  # fmt: skip
    ours = PagePost(
        school="maple", page="pta-page", external_id="10001_400", created_at=NOW, message="Fall Festival",
        author_external_id="10001",
    )  # fmt: skip
    session.add_all([rosa, ali, post, ours])
    session.flush()
    talk = conversation("400", BIRDS["comment"], rosa)
    own = conversation("500", "500", rosa)
    other = conversation("400", "900000000000021", ali)
    nameless = conversation("400", "900000000000031", None)
    session.add_all([talk, own, other, nameless])
    session.flush()
    picture = {"type": "photo", "title": BIRDS["text"], "url": BIRDS["picture"], "image_url": BIRDS["picture"]}
    asked = message(talk, BIRDS["comment"], BIRDS["text"], attachment=picture, hidden_why=BIRDS["why hidden"])
    asked.guess = {"candidates": [["es", 0.9]], "why": BIRDS["text"]}
    answer = message(
        talk, BIRDS["reply"], BIRDS["answer"], direction="sent", author="maria@maple.example", state="sent"
    )
    answer.author_external_id = ""
    due = message(
        talk, None, BIRDS["answer"] + " otra vez", direction="sent", author="maria@maple.example", state="due"
    )
    said = message(
        other, "900000000000021", "What time does it begin?", parent_external_id=f"10001_400_{BIRDS['comment']}"
    )
    session.add_all(
        [
            asked, answer, due, said, message(own, "500", BIRDS["own post"], post="500"),
            message(talk, None, BIRDS["note"], direction="note", author="maria@maple.example"),
            message(other, None, f"Same question as {NAME}", direction="note", author="maria@maple.example"),
            message(nameless, "900000000000031", "Nobody knows my name"),
        ]
    )  # fmt: skip
    session.flush()
    _work(session, talk, other, answer, due)
    return {
        "rosa": rosa.id, "talk": talk.id, "own": own.id, "other": other.id, "nameless": nameless.id, "asked": asked.id,
        "due": due.id, "said": said.id,
    }  # fmt: skip


def _work(session: Session, talk: Conversation, other: Conversation, answer: Message, due: Message) -> None:
    sent = Delivery(
        school="maple", kind="reply", lane="page:pta-page", target=answer.id, revision="1", state="sent", created_at=NOW,
        next_at=NOW, external_id=f"10001_400_{BIRDS['reply']}", error=BIRDS["error"],
    )  # fmt: skip
    owed = Delivery(
        school="maple", kind="reply", lane="page:pta-page", target=due.id, revision="1", state="due", created_at=NOW,
        next_at=NOW, error=BIRDS["error"],
    )  # fmt: skip
    beside = Delivery(
        school="maple", kind="reply", lane="page:pta-page", target="me_other", revision="1", state="sent",
        created_at=NOW, next_at=NOW,
    )  # fmt: skip
    session.add_all([sent, owed, beside])
    session.flush()
    session.add_all([tried(sent, BIRDS["error"]), tried(beside, "")])
    session.add_all(
        [
            Draft(school="maple", conversation_id=talk.id, email="maria@maple.example", text=BIRDS["draft"], updated_at=NOW),
            Draft(school="maple", conversation_id=other.id, email="maria@maple.example", text="Yours", updated_at=NOW),
            Promise(
                school="maple", conversation_id=talk.id, what=BIRDS["promise"], due_on=date(2026, 12, 4),
                owner="maria@maple.example", made_by="maria@maple.example", made_at=NOW,
            ),
            Assignment(
                school="maple", conversation_id=talk.id, email="maria@maple.example", by="amina@maple.example",
                reason=BIRDS["reason"], assigned_at=NOW,
            ),
            Card(school="maple", kind="duplicate", subject=answer.id, message=f"“{BIRDS['answer']}” stands twice", opened_at=NOW),
            Hint(digest="1", body=webhook(BIRDS["comment"]), received_at=NOW, unpacked_at=NOW),
            Hint(digest="2", body=webhook("900000000000021", name="Ali Other", message="What time"), received_at=NOW),
            Account(email="maria@maple.example", made_at=NOW),
        ]
    )  # fmt: skip
    session.flush()
    session.add(
        SignIn(
            token_digest="1", email="maria@maple.example", made_at=NOW, seen_at=NOW, proven_at=NOW,
            told={"kind": "done", "text": f"{NAME} is yours now."},
        )
    )  # fmt: skip
    note(session, "maple", NOW, "maria@maple.example", "hide message", talk.id, f"rude: {NAME}")
    note(session, "maple", NOW, "maria@maple.example", "assign", talk.id, "Maria speaks Spanish")


def conversation(post: str, comment: str, who: Visitor | None, **more: Any) -> Conversation:
    given = {
        "school": "maple", "page": "pta-page", "post_external_id": f"10001_{post}",
        "comment_external_id": f"10001_{post}_{comment}" if comment != post else f"10001_{post}",
        "visitor_id": who.id if who else None, "author_name": who.name if who else "",
        "author_external_id": who.external_id if who else "", "language": "es", "confidence": 0.9, "state": "open",
        "assignee": "maria@maple.example", "reason": BIRDS["reason"] if who and who.external_id == ROSA else "", "opened_at": NOW,
        "updated_at": NOW, "due_at": NOW + timedelta(days=1),
    }  # fmt: skip
    return Conversation(**{**given, **more})


def message(talk: Conversation, number: str | None, text: str, *, post: str = "400", **more: Any) -> Message:
    id = None if number is None else f"10001_{post}" if number == post else f"10001_{post}_{number}"
    given = {
        "school": "maple", "page": "pta-page", "conversation_id": talk.id, "direction": "received", "text": text, "owed": True,
        "external_id": id, "post_external_id": f"10001_{post}", "parent_external_id": f"10001_{post}",
        "author": talk.author_name, "author_external_id": talk.author_external_id, "created_at": NOW,
        "permalink": BIRDS["link"] if talk.author_external_id == ROSA else "",
    }  # fmt: skip
    return Message(**{**given, **more})


def tried(delivery: Delivery, error: str) -> Attempt:
    return Attempt(
        school="maple", delivery_id=delivery.id, number=1, process="1", started_at=NOW, error=error,
        watermark=f"10001_400_{BIRDS['comment']}", outcome="sent",
    )  # fmt: skip


def webhook(comment: str, *, name: str = NAME, message: str = BIRDS["webhook"]) -> bytes:
    value = {"item": "comment", "comment_id": f"400_{comment}", "from": {"id": ROSA, "name": name}, "message": message}
    if name != NAME:
        value["from"] = {"id": "7702", "name": name}
    parcel = {"object": "page", "entry": [{"id": "10001", "changes": [{"field": "feed", "value": value}]}]}
    return json.dumps(parcel).encode()


def birds_in_rows(db: Database, school: str = "maple") -> list[str]:
    """Which strings of the family stand in which column still."""
    with db.read() as session:
        return sorted(set(_birds(session, school)))


def _birds(session: Session, school: str) -> Iterator[str]:
    for table in SQLModel.metadata.sorted_tables:
        for row in session.connection().execute(select(table).where(*_of(table, school))).mappings():
            for column, value in row.items():
                for name in birds_in(spelled(value)):
                    yield f"{name} in {table.name}.{column}"


def _of(table: Table, school: str) -> list[Any]:
    return [table.c.school.in_([school, ""])] if "school" in table.c else []


def spelled(value: object) -> bytes:
    return value if isinstance(value, bytes) else f"{value} {json.dumps(value, default=str)}".encode()


def birds_in(data: bytes) -> list[str]:
    """By name; in whatever way their letters are written."""
    return [
        name
        for name, bird in BIRDS.items()
        if any(one in data for one in (bird.encode(), json.dumps(bird)[1:-1].encode(), repr(bird)[1:-1].encode()))
    ]
