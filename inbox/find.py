"""Finds where an id belongs, for commands that are given nothing else. Everything after this names the school."""

from __future__ import annotations

from sqlmodel import Session, select

from models.conversation import Conversation


def conversation_school(session: Session, conversation_id: str) -> str | None:
    """The slug of the school that a conversation belongs to; None when there is no such conversation."""
    query = select(Conversation.school).where(Conversation.id == conversation_id)
    return session.exec(query).one_or_none()
