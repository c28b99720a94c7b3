"""A person says which language it is. Their word stands over every guess, and whoever speaks it is found.

Each message that was meant is kept as a `Correction`, also where the guess had been right: it is remembered for the
family's next words (inbox.remembered), and a school may save it as labelled data (inbox.labelled).
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.languages import language_tag
from inbox.language.tags import UNSURE
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.routing.assign import BY_ROUTING, route_again
from models import audit
from models.conversation import Conversation, Message, messages
from models.correction import Correction, corrections_of
from models.school import School


def correct(
    session: Session, school: School, conversation_id: str, language: str, email: str, now: datetime
) -> Conversation:
    """`language` is a BCP 47 tag; Mistake where there is no such language. Routed anew where an answer is owed."""
    person = one_who_answers(session, school.slug, email, "say which language it is")
    row = the_conversation(session, school.slug, conversation_id)
    tag, before = language_tag(language), row.language
    if (row.language, bool(row.language_by)) == (tag, True):
        return row
    row.language, row.confidence, row.language_by, row.updated_at = tag, 1.0, person.email, now
    session.add(row)
    earlier = {one.message_id: one for one in corrections_of(session, school.slug, row.id)}
    for one in messages(session, school.slug, [row.id])[row.id]:
        if one.direction == "received" and one.language in (before, tag, UNSURE):
            session.add(_kept(one, earlier.get(one.id), tag, person.email, now))
            one.language, one.confidence, one.language_by = tag, 1.0, person.email
            session.add(one)
    _route(session, school, row, now, told_by=person.name, by=person.email)
    audit.note(session, school.slug, now, person.email, "correct language", row.id, before=before, after=tag)
    return row


def take_back(
    session: Session, school: School, conversation_id: str, said: str, email: str, now: datetime
) -> Conversation:
    """It was a slip: the last word about the language, `said`, counts for nothing, and what was before it holds again.

    NotPossible where somebody said otherwise since.
    """
    person = one_who_answers(session, school.slug, email, "say which language it is")
    row = the_conversation(session, school.slug, conversation_id)
    known = corrections_of(session, school.slug, row.id)
    if not known or not row.language_by or row.language != said:
        raise NotPossible("Somebody said otherwise since: look at the conversation again.")
    slips = [one for one in known if one.at == known[-1].at]
    before = [one for one in known if one not in slips]
    for one in messages(session, school.slug, [row.id])[row.id]:
        if slip := next((slip for slip in slips if slip.message_id == one.id), None):
            one.language, one.confidence, one.language_by = _before(slip, before)
            session.add(one)
    row.language, row.confidence, row.language_by = _before(slips[-1], before)
    row.updated_at = now
    for slip in slips:
        session.delete(slip)
    _route(session, school, row, now)
    audit.note(session, school.slug, now, person.email, "take back language", row.id, before=said, after=row.language)
    return row


def _kept(one: Message, earlier: Correction | None, tag: str, email: str, now: datetime) -> Correction:
    """`earlier`: what was said of this message before. The guess is that of the engines, whatever people said since."""
    if earlier is not None and one.language_by:
        guessed, confidence, engines = earlier.guessed, earlier.confidence, earlier.engines
    else:
        guessed, confidence, engines = one.language, one.confidence, _engines(one)
    return Correction(
        school=one.school, conversation_id=one.conversation_id, message_id=one.id, guessed=guessed, confidence=confidence,
        engines=engines, said=tag, by=email, at=now,
    )  # fmt: skip


def _engines(one: Message) -> dict[str, str]:
    """name -> version of those that had guessed."""
    return {name: version for told in one.guess.get("scores", {}) for name, _, version in [told.partition(" ")]}


def _before(slip: Correction, before: list[Correction]) -> tuple[str, float, str]:
    """(language, confidence, by) of a message before the slip."""
    earlier = next((one for one in reversed(before) if one.message_id == slip.message_id), None)
    return (earlier.said, 1.0, earlier.by) if earlier else (slip.guessed, slip.confidence, "")


def _route(
    session: Session, school: School, row: Conversation, now: datetime, *, told_by: str = "", by: str = BY_ROUTING
) -> None:
    """What is urgent stays with who looks after that."""
    if row.state == "open" and not row.urgent:
        route_again(session, school, row, now, told_by=told_by, by=by)
