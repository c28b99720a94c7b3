"""Answers that are not sent yet: each person's own, and the words that a school says often."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from config.languages import language_tag
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.replies import LONGEST_REPLY, TWICE
from inbox.threads import normal
from models import audit
from models.conversation import Message, messages
from models.draft import Draft, SavedReply, drafts_of, saved_replies

FIELDS = ("event", "when", "where", "link", "name")
_FIELD = re.compile("{(" + "|".join(FIELDS) + ")}")
LONGEST_TITLE = 80


def save_draft(
    session: Session,
    school: str,
    conversation_id: str,
    email: str,
    text: str,
    now: datetime,
    machine: Mapping[str, str] | None = None,
) -> Draft | None:
    """Keeps what somebody typed; nothing typed keeps nothing. What they sent a moment ago does not come back.

    `machine`: the same in another language, as models.draft has it; None leaves that as it is.
    """
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    known = drafts_of(session, school, row.id).get(person.email)
    if not text.strip() or was_just_sent(messages(session, school, [row.id])[row.id], person.email, text, now):
        if known is not None:
            session.delete(known)
        return None
    draft = known or Draft(school=school, conversation_id=row.id, email=person.email, text="", updated_at=now)
    kept = (text[: 2 * LONGEST_REPLY], draft.machine if machine is None else dict(machine))
    if (draft.text, draft.machine) != kept:
        (draft.text, draft.machine), draft.updated_at = kept, now
        session.add(draft)
    return draft


def was_just_sent(known: Sequence[Message], email: str, text: str, now: datetime) -> bool:
    """A page keeps drafts while its answer is already on the way to us: the later of the two must not undo it. Pure."""
    return any(
        one.direction == "sent" and one.author == email and now - one.created_at < TWICE
        and normal(text) != "" and normal(one.machine.get("original", one.text)).startswith(normal(text))
        for one in known
    )  # fmt: skip


def drop_draft(session: Session, school: str, conversation_id: str, email: str, *, suggested: bool = False) -> None:
    """Away with their draft, or with the one that was suggested."""
    person = one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    found = drafts_of(session, school, row.id).get("" if suggested else person.email)
    if found is not None:
        session.delete(found)


# --- saved replies


def add_saved(
    session: Session, school: str, email: str, language: str, title: str, text: str, now: datetime
) -> SavedReply:
    """Words for the whole school. `language` is a BCP 47 tag; Mistake where there is none such."""
    person = one_who_answers(session, school, email, "change saved replies")
    title, text = _checked(title, text)
    row = SavedReply(
        school=school, language=language_tag(language), title=title, text=text, made_by=person.email, made_at=now
    )
    session.add(row)
    audit.note(session, school, now, person.email, "add saved reply", row.id)
    return row


def change_saved(
    session: Session, school: str, reply_id: str, email: str, language: str, title: str, text: str, now: datetime
) -> SavedReply:
    person = one_who_answers(session, school, email, "change saved replies")
    row = the_saved(session, school, reply_id)
    row.title, row.text = _checked(title, text)
    row.language, row.made_by, row.made_at = language_tag(language), person.email, now
    session.add(row)
    audit.note(session, school, now, person.email, "change saved reply", row.id)
    return row


def remove_saved(session: Session, school: str, reply_id: str, email: str, now: datetime) -> None:
    """It is offered no more; the row stays."""
    person = one_who_answers(session, school, email, "change saved replies")
    row = the_saved(session, school, reply_id)
    row.off_at = now
    session.add(row)
    audit.note(session, school, now, person.email, "remove saved reply", row.id)


def the_saved(session: Session, school: str, reply_id: str) -> SavedReply:
    found = next((one for one in saved_replies(session, school) if one.id == reply_id), None)
    if found is None:
        raise NotPossible("This saved reply is no longer there: choose another one.")
    return found


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The words with their {fields}; what nobody knows stays as it is, to be seen and filled by hand. Pure.

    Only {name} falls away: most families have none here, and "Hello {name}," is meant for the others.
    """
    if not fields.get("name"):
        text = re.sub(r" ?{name}", "", text)
    return _FIELD.sub(lambda found: fields.get(found[1]) or found[0], text)


def unfilled(text: str) -> list[str]:
    """The {fields} that still stand in an answer, in order, each once. Pure."""
    return list(dict.fromkeys(found[0] for found in _FIELD.finditer(text)))


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = " ".join(title.split()), text.strip()
    if not title or not text:
        raise NotPossible("A saved reply needs a title and words: fill in both.")
    if len(title) > LONGEST_TITLE:
        raise NotPossible(f"The title has {len(title)} characters, more than {LONGEST_TITLE}: shorten it.")
    if len(text) > LONGEST_REPLY:
        raise NotPossible(f"The words have {len(text):,} characters, more than {LONGEST_REPLY:,}: shorten them.")
    if unknown := [one for one in re.findall(r"{\w*}", text) if one[1:-1] not in FIELDS]:
        names = ", ".join("{" + one + "}" for one in FIELDS)
        raise NotPossible(f"{unknown[0]} is no field that can be filled in: use {names}.")
    return title, text
