"""An answer goes out in another language only after a person has accepted what the machine made of it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from inbox.drafts import unfilled
from inbox.language.tags import base
from inbox.permitted import NotPossible, one_who_answers
from inbox.replies import reply
from inbox.translation.comments import digest
from models.conversation import Message
from models.draft import drafts_of
from models.staff import StaffMember
from models.translation import Translation

UNREAD = "Not sent: a translation goes out only after somebody who can has read it, and that is ticked."
CHANGED = "You changed your own words since they were translated: translate them again."


def send_translated(
    session: Session, school: str, conversation_id: str, email: str, text: str, now: datetime,
    *, translation_id: str, made: str, accepted: bool, line: str = "", seen: str = "",
) -> Message:  # fmt: skip
    """`text`: the writer's own words; `made`: what the family reads, as the writer left it. `line`: if it shall be said under
    it that a machine translated it. Raises NotPossible, also where nobody accepted it."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_translation(session, school, conversation_id, translation_id)
    if digest(text) != row.digest:
        raise NotPossible(CHANGED)
    if not accepted:
        raise NotPossible(UNREAD)
    if not made.strip():
        raise NotPossible("The translation is empty: translate your words again, or write it yourself.")
    how = {
        "provider": row.provider, "source": row.source, "target": row.target, "original": text.strip(),
        "accepted_by": person.email,
    }  # fmt: skip
    sent = under_it(made, line, text)
    return reply(session, school, conversation_id, email, sent, now, seen=seen, language=row.target, machine=how)


def the_translation(session: Session, school: str, conversation_id: str, translation_id: str) -> Translation:
    query = select(Translation).where(
        Translation.school == school, Translation.conversation_id == conversation_id, Translation.id == translation_id
    )
    row = session.exec(query).one_or_none()
    if row is None or row.state != "made" or row.message_id:
        raise NotPossible("This translation is no longer there: translate your words again.")
    return row


def under_it(made: str, line: str, original: str) -> str:
    """The family reads its own language first. Pure."""
    return f"{made.strip()}\n\n{line}\n{original.strip()}" if line else made.strip()


def reads(person: StaffMember, language: str) -> bool:
    """Then nothing need be said under it. Pure."""
    return base(language) in map(base, person.languages)


def begun(session: Session, school: str, conversation_id: str, email: str) -> tuple[Translation, str] | None:
    """The translation of the answer that they are writing, and its words as they left them."""
    draft = drafts_of(session, school, conversation_id).get(email)
    if draft is None or not draft.machine:
        return None
    try:
        row = the_translation(session, school, conversation_id, draft.machine.get("translation", ""))
    except NotPossible:
        return None
    return row, draft.machine.get("text") or row.text


def still_blank(*texts: str) -> str:
    """A {field} that nobody has filled in, "" where there is none. Pure."""
    return next((field for text in texts for field in unfilled(text)), "")
