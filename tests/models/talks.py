"""Conversations that tests of the inbox start from."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlmodel import Session

from models.conversation import Conversation, Message
from tests.models import rows
from tests.models.rows import NOW

MARIA, OFFICE = "maria@maple.example", "office@maple.example"
_numbers = count(1)


def school(session: Session, slug: str = "maple") -> None:
    session.add(rows.school(slug))
    session.flush()
    session.add(rows.page(slug))
    session.flush()


def talk(
    session: Session, text: str = "¿A qué hora empieza?", *, school: str = "maple", ago: timedelta = timedelta(hours=2),
    state: str = "open", language: str = "es", **more: Any,
) -> Conversation:  # fmt: skip
    """One family's conversation, begun `ago`; `more` are its other facts."""
    n, at = next(_numbers), NOW - ago
    post = more.pop("post", "10001_1")
    row = Conversation(
        **{
            "id": f"co_{n:016}", "school": school, "page": "pta-page", "post_external_id": post,
            "comment_external_id": f"{post}_{n}", "language": language, "state": state, "assignee": MARIA,
            "opened_at": at, "updated_at": at, "due_at": at + timedelta(days=1), **more,
        }
    )  # fmt: skip
    session.add(row)
    session.flush()
    say(session, row, text, at, language=language, external_id=row.comment_external_id)
    return row


def say(session: Session, row: Conversation, text: str, at: datetime = NOW, **more: Any) -> Message:
    said = Message(
        **{
            "school": row.school, "page": row.page, "conversation_id": row.id, "direction": "received", "text": text,
            "post_external_id": row.post_external_id, "author": row.author_name, "created_at": at, **more,
        }
    )  # fmt: skip
    session.add(said)
    session.flush()
    return said
