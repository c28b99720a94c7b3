"""Hints: what Facebook's webhooks say. Kept as they came, and only ever used as a reason to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_id, of_school
from models.database import table
from models.page import Page

KEPT = timedelta(days=14)  # how long a parcel stays after it was unpacked


class Hint(SQLModel, table=True):
    """One signed parcel, byte for byte. It names no school: one app's parcel may speak of many pages.

    `digest` is SHA-256 of the body: a parcel that comes again is the same hint.
    """

    id: str = Field(default_factory=lambda: new_id("hi"), primary_key=True)
    digest: str = Field(unique=True)
    body: bytes
    received_at: datetime
    unpacked_at: datetime | None = Field(default=None, index=True)


class HintedPost(SQLModel, table=True):
    """A post of one page under which something happened, as a hint says. Gone once the post was read after that.

    `external_id` is "" where the hint says only that something happened on the page.
    """

    __tablename__ = "hinted_post"

    school: str = Field(primary_key=True)
    page: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    hinted_at: datetime

    __table_args__ = (*of_school((["page"], "page")),)


class Parcel(NamedTuple):
    """What is looked at of a hint: in a burst, rows as objects that can be changed would cost as much as keeping them."""

    id: str
    body: bytes
    received_at: datetime


def packed(session: Session, limit: int) -> list[Parcel]:
    """Hints that nobody has looked into yet, oldest first: a question without a school, see Hint."""
    query = select(Hint.id, Hint.body, Hint.received_at).where(col(Hint.unpacked_at).is_(None))
    return [Parcel(*row) for row in session.exec(query.order_by(col(Hint.received_at), col(Hint.id)).limit(limit))]


def hinted_posts(session: Session, school: str, page: str) -> list[HintedPost]:
    query = select(HintedPost).where(HintedPost.school == school, HintedPost.page == page)
    return list(session.exec(query.order_by(col(HintedPost.hinted_at), col(HintedPost.external_id))))


def keep(session: Session, bodies: Mapping[str, bytes], now: datetime) -> int:
    """Stores parcels by their digest; how many of them are new. One that is there already stays as it is."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table(Hint)).on_conflict_do_nothing(index_elements=["digest"])
    rows = [
        {"id": f"hi_{digest[:20]}", "digest": digest, "body": body, "received_at": now}
        for digest, body in bodies.items()
    ]
    if dialect is sqlite:
        return session.connection().execute(statement, rows).rowcount
    # PostgreSQL's driver does not count what many rows at once came to.
    return len(session.execute(statement.returning(table(Hint).c.digest), rows).all())


def pages_spoken_of(session: Session, facebook_ids: Collection[str]) -> list[Page]:
    """Pages that are on, of whatever school: a question without a school, see Hint. One Page may be in two schools."""
    query = select(Page).where(col(Page.facebook_id).in_(facebook_ids), col(Page.off_at).is_(None))
    return list(session.exec(query.order_by(Page.school, Page.slug)))


def hint_at(session: Session, spoken: Mapping[tuple[str, str, str], datetime]) -> None:
    """(school, page, post) -> when it was hinted at; the latest time counts. Two may say so at the same moment."""
    if not spoken:
        return
    is_postgres = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if is_postgres else sqlite).insert(table(HintedPost))
    latest = (func.greatest if is_postgres else func.max)(table(HintedPost).c.hinted_at, statement.excluded.hinted_at)
    key = ("school", "page", "external_id")
    # In one order, so that two who write the same rows never wait for each other.
    rows = [dict(zip(key, names, strict=True)) | {"hinted_at": at} for names, at in sorted(spoken.items())]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_={"hinted_at": latest}), rows)


def unpacked(session: Session, ids: Sequence[str], now: datetime) -> None:
    session.execute(update(Hint).where(col(Hint.id).in_(ids)).values(unpacked_at=now))


def heeded(session: Session, school: str, page: str, external_ids: Collection[str], began: datetime) -> None:
    """These were read by a reading that began then: what was hinted at before it is done with."""
    done = delete(HintedPost).where(
        col(HintedPost.school) == school, col(HintedPost.page) == page,
        col(HintedPost.external_id).in_(external_ids), col(HintedPost.hinted_at) <= began,
    )  # fmt: skip
    session.execute(done)


def hinted_pages(session: Session) -> list[tuple[Page, datetime]]:
    """Pages that are on, with when something was last hinted at there, over all schools: in one question, however many."""
    newest = (
        select(HintedPost.school, HintedPost.page, func.max(HintedPost.hinted_at).label("at"))
        .group_by(col(HintedPost.school), col(HintedPost.page))
        .subquery()
    )
    here = (col(Page.school) == newest.c.school) & (col(Page.slug) == newest.c.page)
    return list(session.exec(select(Page, newest.c.at).join(newest, here).where(col(Page.off_at).is_(None))))


def newest_hints(session: Session) -> dict[tuple[str, str], datetime]:
    """(school, page) -> when something was last hinted at there, as `hinted_pages`."""
    return {(row.school, row.slug): at for row, at in hinted_pages(session)}


def last_received(session: Session) -> datetime | None:
    return session.exec(select(func.max(Hint.received_at))).one()


def is_purge_due(session: Session, now: datetime) -> bool:
    """A day of old parcels has gathered, so that purging is a matter of once a day."""
    old = select(Hint.id).where(col(Hint.unpacked_at) < now - KEPT - timedelta(days=1))
    return session.exec(old.limit(1)).first() is not None


def purge(session: Session, now: datetime) -> None:
    session.execute(delete(Hint).where(col(Hint.unpacked_at) < now - KEPT))
