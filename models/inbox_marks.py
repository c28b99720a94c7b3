"""Did anything change in the inbox of a school? One step along two indexes, however many rows there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from zlib import crc32

from sqlmodel import Session, col, func, select

from models.account import SignIn
from models.audit import Audit
from models.conversation import Conversation
from models.run import last_end

Mark = tuple[datetime | None, ...]


def mark_of(session: Session, school: str) -> Mark:
    """Another one whenever a conversation changed, a person did something, or a round ended: what a long round found bears
    the time when it began, and may be older than what others did meanwhile.
    """
    changed = select(func.max(Conversation.updated_at)).where(Conversation.school == school)
    done = select(func.max(Audit.at)).where(Audit.school == school)
    return session.exec(changed).one(), session.exec(done).one(), last_end(session, school)


def told(mark: Mark) -> str:
    """For a page, which then knows whether it is old. It holds times only."""
    return f"{crc32(repr(mark).encode()):08x}"


def ended_sign_ins(session: Session, ids: Collection[str]) -> set[str]:
    """Which of these have ended since."""
    query = select(SignIn.id).where(col(SignIn.id).in_(sorted(ids)), col(SignIn.ended_at).is_not(None))
    return set(session.exec(query))
