"""The first page of the inbox twice: as it is served, and filled by the same templates from plain Core rows, joined by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session
from starlette.requests import Request

from benchmarks.inbox_rows import NOW
from config.settings import Settings
from models.account import Account, SignIn
from models.conversation import Conversation, Message, languages_heard
from models.database import Database, table
from models.event import Event
from models.inbox import COUNTED, NOBODY, PAGE, STATES, VIEWS, counts_query
from models.page import Page, PagePost
from models.post import Post
from models.school import School
from models.staff import StaffMember
from upkeep.sign_in import Present
from web.context import Context
from web.inbox.address import AGES, Asked
from web.inbox.list_page import inbox_page, told
from web.visit import Visit


def ours(db: Database, school: str, reader: str) -> Callable[[], str]:
    visit = _visit(db, school, reader)
    return lambda: bytes(inbox_page(_anew(visit)).body).decode()


def plain(db: Database, school: str, reader: str) -> Callable[[], str]:
    visit = _visit(db, school, reader)

    def page() -> str:
        with db.everywhere.read() as session:  # on PostgreSQL: also without the wall
            values = _by_hand(session, visit)
        return bytes(_anew(visit).page("inbox.html", **values).body).decode()

    return page


def _anew(visit: Visit) -> Visit:
    return Visit(visit.context, visit.request, visit.present, visit.person, visit.school, visit.token, visit.now)


def _visit(db: Database, slug: str, reader: str) -> Visit:
    with db.read() as session:
        school = session.get_one(School, slug)
        person = session.get_one(StaffMember, (slug, reader))
    account = Account(email=reader, made_at=NOW)
    sign_in = SignIn(token_digest="", email=reader, made_at=NOW, seen_at=NOW, proven_at=NOW)
    context = Context(db.nowhere, Settings(data=Path()), {}, lambda: NOW)
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"view=mine", "headers": []})
    return Visit(context, request, Present(sign_in, account, (person,), {slug: school}), person, school, "token", NOW)


def _by_hand(session: Session, visit: Visit) -> dict[str, Any]:
    connection, school = session.connection(), visit.school.slug
    person, page = table(StaffMember).c, table(Page).c
    known = connection.execute(
        select(person.email, person.name, person.role, person.off_at)
        .where(person.school == school)
        .order_by(person.name)
    ).all()
    counted = connection.execute(counts_query(school, visit.email, ("en", "es"), NOW)).one()
    sight = SimpleNamespace(
        rows=connection.execute(_joined(school, visit.email)).all(), alarms={}, offers={},
        counts={view: told(n) for view, n in zip(COUNTED, counted, strict=True)},
        before=None, after=None, names={one.email: one.name for one in known}, people=[(one.email, one.name) for one in known],
        languages=languages_heard(session, school),
        pages=list(connection.execute(select(page.slug).where(page.school == school)).scalars()),
        mark="",
    )  # fmt: skip
    return {
        "asked": Asked(), "sight": sight, "views": VIEWS, "ages": AGES, "states": STATES, "nobody": NOBODY,
        "writing_since": NOW - timedelta(minutes=10), "today": visit.moments.today(), "now": NOW,
    }  # fmt: skip


def _joined(school: str, reader: str) -> Any:
    """All in one question, each column named as the template calls it."""
    one, said, inner, post, event, standing = (
        table(Conversation).c, table(Message).alias("said"), table(Message).alias("inner"), table(Post), table(Event),
        table(PagePost),
    )  # fmt: skip
    newest = (
        select(inner.c.id).where(inner.c.school == one.school, inner.c.conversation_id == one.id, inner.c.direction == "received",
                                 inner.c.removed_at.is_(None))
        .order_by(inner.c.created_at.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    owed = func.coalesce(one.due_at, one.opened_at)
    return (
        select(
            one.id, one.author_name.label("name"), one.language, one.state, one.closed_reason, one.assignee, one.due_at,
            one.opened_at.label("since"), one.updated_at, one.snoozed_until, one.taken_by, one.taken_at, one.promised_for,
            func.substr(said.c.text, 1, 180).label("words"), said.c.language.label("words_language"),
            (one.post_external_id == one.comment_external_id).label("is_own_post"), (one.language == "?").label("is_photo"),
            func.coalesce(event.c.title, standing.c.message).label("about"), (one.language == "?").label("guesses"),
            one.urgent, one.urgent_seen_by, one.urgent_seen_at,
        )
        .select_from(table(Conversation))
        .outerjoin(said, and_(said.c.school == one.school, said.c.id == newest))
        .outerjoin(post, and_(post.c.school == one.school, post.c.page == one.page, post.c.external_id == one.post_external_id))
        .outerjoin(event, and_(event.c.school == one.school, event.c.id == post.c.event_id))
        .outerjoin(standing, and_(standing.c.school == one.school, standing.c.page == one.page,
                                  standing.c.external_id == one.post_external_id))
        .where(one.school == school, one.state == "open", one.assignee == reader,
               or_(one.snoozed_until.is_(None), one.snoozed_until <= NOW))
        .order_by(owed, one.id).limit(PAGE)
    )  # fmt: skip
