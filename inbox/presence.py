"""Who is writing an answer just now, so that two don't. It passes by itself when nothing more is typed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.replies import assign
from models.conversation import Conversation
from models.staff import member

LASTS = timedelta(minutes=10)
_FRESH = timedelta(minutes=1)  # what is newer is not written anew with every key that is pressed


def writer(row: Conversation, now: datetime) -> str:
    """The email of who is writing, "" for nobody. Pure."""
    return row.taken_by if row.taken_at is not None and now - row.taken_at < LASTS else ""


def is_writing(session: Session, school: str, conversation_id: str, email: str, now: datetime) -> str:
    """`email` is at it, if nobody else is. Returns who is. Nothing that others would have to read anew changes."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    there = writer(row, now)
    if there and there != person.email:
        return there
    if there != person.email or row.taken_at is None or now - row.taken_at > _FRESH:
        row.taken_by, row.taken_at = person.email, now
        session.add(row)
    return person.email


def take(
    session: Session, school: str, conversation_id: str, email: str, now: datetime, *, anyway: bool = False
) -> Conversation:
    """They answer it: it is theirs from now on, and others see that they write. Refused while somebody else writes."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    there = writer(row, now)
    if there not in ("", person.email) and not anyway:
        found = member(session, school, there)
        name = found.name if found else there
        raise NotPossible(f"{name} is writing an answer just now: talk to them, or wait ten minutes.")
    assign(session, school, conversation_id, person.email, person.email, now)
    row.taken_by, row.taken_at = person.email, now
    session.add(row)
    return row


def let_go(session: Session, school: str, conversation_id: str, email: str) -> Conversation:
    """They stop writing; who has the conversation stays. What another one writes is not touched."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    if row.taken_by == person.email:
        row.taken_by, row.taken_at = "", None
        session.add(row)
    return row
