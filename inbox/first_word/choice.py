"""Whether a school sends first words, whom they name, and which words somebody of the school has approved."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.first_word import checked
from config.languages import language_tag
from inbox.permitted import NotPossible, an_owner, one_who_answers
from models import audit
from models.switched_on import FirstWord, SwitchedOn, first_words, switched_on


def switch(session: Session, school: str, email: str, now: datetime, *, on: bool, names: str = "") -> None:
    """`names`: the email of whom they name, "" for whoever has the comment. Comments from before are not greeted."""
    person = an_owner(session, school, email, "switch first words on or off")
    if names:
        one_who_answers(session, school, names, "be named in a first word")
    if on and not first_words(session, school):
        raise NotPossible("Approve the words of at least one language first: without them nothing can be sent.")
    row = switched_on(session, school) or SwitchedOn(school=school, changed_at=now)
    row.acknowledges_since = (row.acknowledges_since or now) if on else None
    row.acknowledged_by = names if on else row.acknowledged_by
    row.changed_by, row.changed_at = person.email, now
    session.add(row)
    what = "switch first words on" if on else "switch first words off"
    audit.note(session, school, now, person.email, what, school, person=names)


def approve(session: Session, school: str, email: str, language: str, text: str, now: datetime) -> FirstWord:
    """In these words from now on. Mistake where they name nobody or no day."""
    person = one_who_answers(session, school, email, "approve a first word")
    tag, text = language_tag(language), checked(text)
    row = first_words(session, school).get(tag)
    row = row or FirstWord(school=school, language=tag, text=text, approved_by="", approved_at=now)
    row.text, row.approved_by, row.approved_at = text, person.email, now
    session.add(row)
    audit.note(session, school, now, person.email, "approve first word", school, language=tag)
    return row


def take_back(session: Session, school: str, email: str, language: str, now: datetime) -> None:
    """Nothing is sent in this language any more."""
    person = one_who_answers(session, school, email, "take a first word back")
    row = first_words(session, school).get(language)
    if row is not None:
        session.delete(row)
        audit.note(session, school, now, person.email, "take back first word", school, language=language)
