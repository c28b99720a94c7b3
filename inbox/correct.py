"""A person says which language it is. Their word stands over every guess, and whoever speaks it is found."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.languages import language_tag
from inbox.assign import route_again
from inbox.language.tags import UNSURE
from inbox.permitted import one_who_answers, the_conversation
from models import audit
from models.conversation import Conversation, messages
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
    for one in messages(session, school.slug, [row.id])[row.id]:
        if one.direction == "received" and one.language in (before, UNSURE):
            one.language, one.confidence = tag, 1.0
            session.add(one)
    if row.state == "open":
        route_again(session, school, row, now, told_by=person.name, by=person.email)
    audit.note(session, school.slug, now, person.email, "correct language", row.id, before=before, after=tag)
    return row
