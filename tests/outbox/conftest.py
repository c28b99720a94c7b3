"""A school with one page on the pretend Facebook, and a clock that we move."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from models.conversation import Conversation, Message
from models.database import Database
from models.delivery import Attempt, Delivery, attempts, delivery
from models.page import Page, page
from models.post import Post, post
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Delivered, Outbox
from rehearsal.facebook.server import PretendFacebook
from tests.models import rows

WAIT = timedelta(minutes=15)


class Clock:
    """Today's time, and as much later as a test says."""

    def __init__(self) -> None:
        self.later = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


@dataclass
class Yard:
    """What an outbox test works with."""

    db: Database
    facebook: PretendFacebook
    clock: Clock
    outbox: Outbox

    def tell(self, path: str, **body: Any) -> Any:
        """One call of the pretend Facebook's own control, or a GET without a body."""
        address = urlsplit(self.facebook.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        method = "POST" if body else "GET"
        connection.request(
            method, f"/_rehearsal/{path}", json.dumps(body) if body else None, {"Content-Type": "application/json"}
        )
        answer = json.loads(connection.getresponse().read() or b"null")
        connection.close()
        return answer

    def fault(self, kind: str, **more: Any) -> None:
        self.tell("faults", kind=kind, **more)

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [one for one in self.tell("calls") if one["method"] == method]

    def standing(self) -> list[str]:
        """The texts of all posts that stand on the page."""
        return [one["text"] for one in self._posts() if not one["removed_at"]]

    def comments(self) -> list[dict[str, Any]]:
        return [comment for post in self._posts() for comment in post["comments"]]

    def _posts(self) -> list[dict[str, Any]]:
        return self.tell("state")["pages"][0]["posts"]

    def owe_post(self, text: str = "Book fair on Tuesday", **more: Any) -> str:
        """A post that is due; returns its delivery's id."""
        with self.db.write() as session:
            happens = rows.event(uid=text)
            session.add(happens)
            session.flush()
            row = Post(
                school="maple", page="pta-page", kind="announcement", event_id=happens.id, purpose=text, text="",
                fingerprint="1", state="due", created_at=self.clock(), due_at=self.clock(),
            )  # fmt: skip
            row.link = f"http://127.0.0.1:8000/e/{row.code}"
            row.text = f"{text}\n{row.link}"
            session.add(row)
            session.flush()
            owed = Delivery(
                school="maple", kind="publish", lane="page:pta-page", target=row.id, revision="first", state="due",
                created_at=self.clock(), next_at=self.clock(), **more,
            )  # fmt: skip
            session.add(owed)
            return owed.id

    def deliver(self, later: timedelta = timedelta(0)) -> Delivered:
        self.clock.later += later
        return deliver(self.outbox, "maple")

    def delivery(self, id: str) -> Delivery:
        with self.db.read() as session:
            found = delivery(session, "maple", id)
            assert found is not None
            return found

    def post_of(self, id: str) -> Post:
        with self.db.read() as session:
            found = post(session, "maple", self.delivery(id).target)
            assert found is not None
            return found

    def attempts(self, id: str) -> list[Attempt]:
        with self.db.read() as session:
            return attempts(session, "maple", id)

    def page(self) -> Page:
        with self.db.read() as session:
            return page(session, "maple", "pta-page")


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as running:
        yield running


@pytest.fixture
def yard(any_db: Database, facebook: PretendFacebook) -> Yard:
    vault = Vault(Fernet.generate_key().decode())
    clock = Clock()
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.add(rows.page(token_sealed=vault.seal("PAGE-10001-REHEARSAL")))
    outbox = Outbox(any_db, Doors(graph_url=facebook.url), vault, clock, WAIT, "test")
    return Yard(any_db, facebook, clock, outbox)


@pytest.fixture
def reply(yard: Yard) -> str:
    """A staff member's answer that is due under a family's comment; the id of its delivery."""
    stands = yard.tell("pages/10001/posts", message="Hello families")["id"]
    comment = yard.tell(f"posts/{stands}/comments", name="Ana", message="¿Hay cuidado de niños?")["id"]
    with yard.db.write() as session:
        talk = Conversation(
            school="maple", page="pta-page", post_external_id=stands, comment_external_id=comment, state="waiting",
            opened_at=yard.clock(), updated_at=yard.clock(),
        )  # fmt: skip
        session.add(talk)
        session.flush()
        answer = Message(
            school="maple", page="pta-page", conversation_id=talk.id, direction="sent", text="Sí, en el gimnasio.",
            parent_external_id=comment, post_external_id=stands, state="due", author="maria@maple.example",
            created_at=yard.clock(),
        )  # fmt: skip
        session.add(answer)
        session.flush()
        owed = Delivery(
            school="maple", kind="reply", lane="page:pta-page", target=answer.id, revision="first", state="due",
            created_at=yard.clock(), next_at=yard.clock(),
        )  # fmt: skip
        session.add(owed)
        return owed.id
