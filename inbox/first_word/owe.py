"""A first word to a family, before somebody answers, is owed here where inbox.first_word.rules wants one.

It answers nothing and changes no state. The outbox sends it like an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from config.wording import Wording
from inbox.first_word.rules import AGAIN, FRESH, Given, Ways, named, newest_asked, the_words, why_not, words_for
from inbox.language.tags import UNSURE
from models.columns import new_id
from models.conversation import Conversation, Message, messages
from models.database import Database
from models.delivery import Delivery
from models.page import pages
from models.school import School
from models.staff import staff
from models.switched_on import first_words, switched_on


def greet(db: Database, school: School, wordings: Mapping[str, Wording], now: datetime) -> int:
    """Owes a first word to each family that shall have one. Where nobody shall, nothing is written."""
    with db.read() as session:
        if not _wanted(session, school, now):
            return 0
    with db.write() as session:
        found = _wanted(session, school, now)
        for ways, talk, under in found:
            _owe(session, ways, talk, under, wordings, now)
        return len(found)


def ways_of(session: Session, school: School) -> Ways | None:
    """None where it is off."""
    on = switched_on(session, school.slug)
    if on is None or on.acknowledges_since is None:
        return None
    return Ways(
        school, on.acknowledges_since, on.acknowledged_by, first_words(session, school.slug),
        {one.email: one for one in staff(session, school.slug)}, {one.slug: one for one in pages(session, school.slug)},
    )  # fmt: skip


def _wanted(session: Session, school: School, now: datetime) -> list[tuple[Ways, Conversation, Message]]:
    ways = ways_of(session, school)
    if ways is None or not ways.words or school.paused_at is not None:
        return []
    talks = _fresh(session, school, now)
    if not talks:
        return []
    said, given, found = messages(session, school.slug, [one.id for one in talks]), _given(session, school, now), []
    for talk in talks:
        if not why_not(talk, said[talk.id], ways, given, now) and (under := newest_asked(said[talk.id])):
            given.count(talk)
            found.append((ways, talk, under))
    return found


def _fresh(session: Session, school: School, now: datetime) -> list[Conversation]:
    query = select(Conversation).where(
        Conversation.school == school.slug, Conversation.state == "open", col(Conversation.updated_at) >= now - FRESH,
        Conversation.urgent == "", Conversation.language != UNSURE,
    )  # fmt: skip
    return list(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))


def _given(session: Session, school: School, now: datetime) -> Given:
    query = select(Conversation).join(Message, col(Message.conversation_id) == Conversation.id).where(
        Message.school == school.slug, Conversation.school == school.slug, Message.automatic,
        col(Message.created_at) > now - AGAIN, Message.state != "failed",
    )  # fmt: skip
    given = Given()
    for talk in session.exec(query):
        given.count(talk)
    return given


def _owe(
    session: Session, ways: Ways, talk: Conversation, under: Message, wordings: Mapping[str, Wording], now: datetime
) -> None:
    words, person = words_for(talk.language, ways.words), named(talk, ways)
    assert words is not None and person is not None and talk.due_at is not None, "why_not says so"
    row = Message(
        id=new_id("me"), school=talk.school, page=talk.page, conversation_id=talk.id, direction="sent", automatic=True,
        text=the_words(words, person, talk.due_at, ways.school.timezone, wordings), language=words.language,
        parent_external_id=under.external_id or "", post_external_id=talk.post_external_id, author=words.approved_by,
        created_at=now, state="due",
    )  # fmt: skip
    session.add(row)
    session.add(
        Delivery(
            school=talk.school, kind="first-word", lane=f"page:{talk.page}", target=row.id, revision="1", state="due",
            created_at=now, next_at=now, expires_at=under.created_at + FRESH,
        )
    )  # fmt: skip
