"""Conversations: one person's thread under one post, its messages, and who answers."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, and_, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_map, new_id, of_school
from models.page import PagePost
from models.search import keep_findable

# When we owe an answer by; a conversation without a day waits since it was opened.
OWED = "coalesce(due_at, opened_at)"
_OPEN = text("state = 'open'")
_URGENT = text("state = 'open' AND urgent <> ''")
_IS_OWED = text("owed")
_BY_ITSELF = text("automatic")
_SEEN = text("seen_at IS NOT NULL")


class Visitor(SQLModel, table=True):
    """Who commented, as far as Facebook tells: page-scoped id and name. Nameless families have no row."""

    id: str = Field(default_factory=lambda: new_id("vi"), primary_key=True)
    school: str
    page: str
    external_id: str
    name: str = ""
    first_seen_at: datetime

    __table_args__ = (
        *of_school((["page"], "page")),
        UniqueConstraint("school", "page", "external_id"),
        UniqueConstraint("school", "id"),
    )


class Conversation(SQLModel, table=True):
    """A named person's thread under one post; nameless: one top-level comment with its thread.

    open = we owe an answer; waiting = the family's turn; closed with a reason. `reason` says why it went to `assignee`.
    """

    id: str = Field(default_factory=lambda: new_id("co"), primary_key=True)
    school: str
    page: str
    post_external_id: str
    comment_external_id: str
    visitor_id: str | None = None
    author_name: str = ""
    author_external_id: str = ""
    language: str = "und"
    confidence: float = 0.0
    language_by: str = ""  # the email of who said so; "" = it was guessed
    state: str  # open | waiting | closed
    closed_reason: str = ""  # answered | no-answer-needed | elsewhere | before-us | spam
    closed_at: datetime | None = None
    closed_by: str = ""
    assignee: str | None = None
    reason: str = ""
    due_at: datetime | None = None
    opened_at: datetime
    answered_at: datetime | None = None
    snoozed_until: datetime | None = None  # out of sight until then, or until the family writes
    taken_by: str = ""  # who is writing an answer just now, so that two don't
    taken_at: datetime | None = None
    handed_back_at: datetime | None = None  # nobody answered in time: it went back to the pool
    handed_back_from: str = ""  # the email of who had it until then
    promised_for: date | None = None  # the first day of its open promises; the database keeps it (migration 0004)
    topic: str = ""  # one of config.topics; "" = none was found
    topic_by: str = ""  # the email of who said so; "" = by its words
    urgent: str = ""  # one of the kinds of config.urgent
    urgent_at: datetime | None = None
    urgent_seen_by: str = ""  # who looked at it first
    urgent_seen_at: datetime | None = None
    updated_at: datetime

    __table_args__ = (
        *of_school((["page"], "page"), (["visitor_id"], "visitor")),
        UniqueConstraint("school", "page", "comment_external_id"),
        UniqueConstraint("school", "id"),
        # What the lists of models.inbox walk along, in their order.
        Index("ix_conversation_state", "school", "state", "updated_at", "id"),
        Index("ix_conversation_assignee", "school", "assignee", "updated_at", "id"),
        Index("ix_conversation_language", "school", "language", "updated_at", "id"),
        Index("ix_conversation_updated", "school", "updated_at", "id"),
        Index(
            "ix_conversation_owed", "school", text(OWED), "id", "language", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "ix_conversation_mine", "school", "assignee", text(OWED), "id", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "ix_conversation_voice", "school", "language", text(OWED), "id", sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        Index(
            "ix_conversation_promised",
            "school",
            "promised_for",
            "id",
            sqlite_where=text("promised_for IS NOT NULL"),
            postgresql_where=text("promised_for IS NOT NULL"),
        ),
        Index("ix_conversation_urgent", "school", "urgent_at", "id", sqlite_where=_URGENT, postgresql_where=_URGENT),
        Index("ix_conversation_post", "school", "page", "post_external_id"),
        Index("ix_conversation_visitor", "school", "visitor_id", "opened_at"),
    )


class Message(SQLModel, table=True):
    """One comment, answer or note. `external_id` is Facebook's, once it is known; a removed one is a tombstone."""

    id: str = Field(default_factory=lambda: new_id("me"), primary_key=True)
    school: str
    page: str
    conversation_id: str
    direction: str  # received | sent | note
    text: str
    owed: bool = False  # a family's: somebody must answer it (inbox.owed)
    language: str = "und"
    confidence: float = 0.0
    language_by: str = ""  # the email of who said so; "" = it was guessed
    guess: dict[str, Any] = json_map()  # how the language was told: {"candidates": [[tag, confidence] …], "why": …}
    external_id: str | None = None
    parent_external_id: str = ""
    post_external_id: str = ""
    author: str = ""  # a family's name, or the email of who wrote it here, "" when unknown
    author_external_id: str = ""
    attachment: dict[str, Any] = json_map()
    permalink: str = ""
    created_at: datetime
    seen_at: datetime | None = None  # when we first read it; None for what was written here
    edited_at: datetime | None = None
    removed_at: datetime | None = None
    hidden_at: datetime | None = None
    hidden_by: str = ""  # an email; "" = on Facebook
    hidden_why: str = ""
    private: bool = False  # sent as a message that only this person sees
    automatic: bool = False  # a first word that nobody wrote: it answers nothing
    machine: dict[str, Any] = (
        json_map()
    )  # sent in another language than it was written in: provider, source, original, accepted_by
    state: str = ""  # of what we send: due | sent | failed | needs-person; "" for what came in

    __table_args__ = (
        *of_school((["page"], "page"), (["conversation_id"], "conversation")),
        UniqueConstraint("school", "page", "external_id"),
        UniqueConstraint("school", "id"),
        Index("ix_message_conversation", "school", "conversation_id", "created_at"),
        Index("ix_message_post", "school", "page", "post_external_id"),
        Index("ix_message_owed", "school", "created_at", sqlite_where=_IS_OWED, postgresql_where=_IS_OWED),
        Index("ix_message_seen", "seen_at", sqlite_where=_SEEN, postgresql_where=_SEEN),
        Index("ix_message_automatic", "school", "created_at", sqlite_where=_BY_ITSELF, postgresql_where=_BY_ITSELF),
    )


keep_findable(Message)


class Assignment(SQLModel, table=True):
    """Who was asked to answer, when, by whom and why: kept, so that a hand-over can be followed."""

    id: str = Field(default_factory=lambda: new_id("as"), primary_key=True)
    school: str
    conversation_id: str
    email: str | None = None
    by: str  # "routing" or an email
    reason: str
    assigned_at: datetime

    __table_args__ = (
        *of_school((["conversation_id"], "conversation")),
        Index("ix_assignment_who", "school", "email", "assigned_at"),
    )


def conversation(session: Session, school: str, conversation_id: str) -> Conversation | None:
    query = select(Conversation).where(Conversation.school == school, Conversation.id == conversation_id)
    return session.exec(query).one_or_none()


def conversations(session: Session, school: str, page: str | None = None) -> list[Conversation]:
    query = select(Conversation).where(Conversation.school == school)
    if page is not None:
        query = query.where(Conversation.page == page)
    return list(session.exec(query.order_by(col(Conversation.opened_at), col(Conversation.id))))


def messages(session: Session, school: str, conversation_ids: Collection[str]) -> dict[str, list[Message]]:
    """conversation id -> its messages, oldest first."""
    wanted = list(conversation_ids)
    found: dict[str, list[Message]] = {one: [] for one in wanted}
    for start in range(0, len(wanted), 500):
        ids = wanted[start : start + 500]
        query = select(Message).where(Message.school == school, col(Message.conversation_id).in_(ids))
        for row in sorted(session.exec(query), key=_moment):
            found[row.conversation_id].append(row)
    return found


def _moment(row: Message) -> tuple[datetime, int, str]:
    """Facebook tells whole seconds: of two comments in one second the lower number came first."""
    number = (row.external_id or "").rpartition("_")[2]
    return (row.created_at, int(number) if number.isdigit() else 0, row.id)


def messages_under(session: Session, school: str, page: str, post_external_ids: Collection[str]) -> list[Message]:
    """All messages that stand on Facebook under these posts of one page."""
    query = select(Message).where(
        Message.school == school, Message.page == page, col(Message.post_external_id).in_(post_external_ids)
    )
    return list(session.exec(query))


def known_comments(session: Session, school: str, page: str, external_ids: Collection[str]) -> set[str]:
    """Which of these ids of Facebook's we hold already, under whatever post."""
    wanted, found = list(external_ids), set[str]()
    for start in range(0, len(wanted), 500):
        query = select(Message.external_id).where(
            Message.school == school, Message.page == page, col(Message.external_id).in_(wanted[start : start + 500])
        )
        found.update(str(one) for one in session.exec(query))
    return found


def unseen_comments(session: Session, school: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(page, post's external id) -> how many comments Facebook counts, and how many of them we may not see."""
    standing = (
        select(Message.page, Message.post_external_id, func.count())
        .where(
            Message.school == school, col(Message.external_id).is_not(None), col(Message.removed_at).is_(None),
            Message.external_id != Message.post_external_id,
        )
        .group_by(Message.page, Message.post_external_id)
    )  # fmt: skip
    held = {(page, post): count for page, post, count in session.exec(standing)}
    told = select(PagePost).where(
        PagePost.school == school, col(PagePost.comments_told).is_not(None), col(PagePost.gone_at).is_(None)
    )
    return {
        (row.page, row.external_id): (row.comments_told, max(0, row.comments_told - held.get(key, 0)))
        for row in session.exec(told)
        if (key := (row.page, row.external_id)) and row.comments_told is not None
    }


def visitors(session: Session, school: str, page: str, external_ids: Collection[str]) -> dict[str, Visitor]:
    """external id -> who that is, as far as we know them."""
    query = select(Visitor).where(
        Visitor.school == school, Visitor.page == page, col(Visitor.external_id).in_(external_ids)
    )
    return {row.external_id: row for row in session.exec(query)}


def last_assignee(session: Session, school: str, page: str, author_external_id: str) -> str | None:
    """Who was last asked to answer this family."""
    query = select(Conversation.assignee).where(
        Conversation.school == school,
        Conversation.page == page,
        Conversation.author_external_id == author_external_id,
        col(Conversation.assignee).is_not(None),
        col(Conversation.due_at).is_not(None),
    )
    return session.exec(query.order_by(col(Conversation.updated_at).desc()).limit(1)).first()


def assigned_since(session: Session, school: str, since: datetime) -> dict[str, int]:
    """email -> how many conversations were given to them since then."""
    query = (
        select(Assignment.email, func.count(func.distinct(Assignment.conversation_id)))
        .where(Assignment.school == school, Assignment.assigned_at >= since, Assignment.email != None)  # noqa: E711
        .group_by(Assignment.email)
    )
    return {str(email): count for email, count in session.exec(query)}


def given_by_language(session: Session, school: str, since: datetime) -> dict[str, dict[str, int]]:
    """email -> language -> how many conversations in it were given to them since then."""
    same = and_(col(Conversation.school) == Assignment.school, col(Conversation.id) == Assignment.conversation_id)
    query = (
        select(Assignment.email, Conversation.language, func.count(func.distinct(Assignment.conversation_id)))
        .join(Conversation, same)
        .where(Assignment.school == school, Assignment.assigned_at >= since, col(Assignment.email).is_not(None))
        .group_by(col(Assignment.email), col(Conversation.language))
    )
    found: dict[str, dict[str, int]] = {}
    for email, language, count in session.exec(query):
        found.setdefault(str(email), {})[language] = count
    return found


def of_visitor(session: Session, school: str, visitor_id: str, most: int = 20) -> list[Conversation]:
    """What a family that Facebook names to us wrote, the newest first."""
    query = select(Conversation).where(Conversation.school == school, Conversation.visitor_id == visitor_id)
    return list(session.exec(query.order_by(col(Conversation.opened_at).desc(), col(Conversation.id)).limit(most)))


def languages_heard(session: Session, school: str) -> list[str]:
    """Every language that families of this school wrote in: a step along the index for each, however many rows there are."""
    row = col(Conversation.language)
    first = select(func.min(row).label("tag")).where(Conversation.school == school).cte("heard", recursive=True)
    after = select(func.min(row)).where(Conversation.school == school, row > first.c.tag).scalar_subquery()
    heard = first.union_all(select(after).where(first.c.tag.is_not(None)))
    return list(session.exec(select(heard.c.tag).where(heard.c.tag.is_not(None))))
