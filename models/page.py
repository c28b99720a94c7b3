"""Facebook Pages: their rules, their token, and how far they may be used right now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, bindparam, or_, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, json_map, of_school
from models.school import School

BEFORE_US = timedelta(days=7)  # a comment older than this when its page is connected is not ours to answer
PROBE_AFTER = timedelta(hours=24)  # a page whose writes Facebook refused is tried once after this
_ON = text("off_at IS NULL")


class Page(SQLModel, table=True):
    """One Page of one group. The token is sealed (models.vault)."""

    school: str = Field(primary_key=True, foreign_key="school.slug")
    slug: str = Field(primary_key=True)
    group: str | None = None
    facebook_id: str
    token_sealed: str
    languages: list[str] = json_list()
    categories: list[str] = json_list()
    include: list[str] = json_list()
    exclude: list[str] = json_list()
    announce: str = "14d"
    remind: list[str] = json_list()
    approval: str = "person"
    quiet_hours: str = "21:00-07:00"
    daily_limit: int = 4
    connected_at: datetime
    off_at: datetime | None = None

    token_kind: str = ""  # page | user | app | unknown; "" = not proven yet
    token_proven_at: datetime | None = None
    token_missing: list[str] = json_list()  # scopes that are known to lack
    token_expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    token_user_id: str = ""  # who connected the page, as our app knows them (app-scoped id)
    token_problem: str = ""
    dead_since: datetime | None = None
    parked_until: datetime | None = None
    blocked_at: datetime | None = None  # 368: no write until a person releases it
    problem: str = ""
    usage: dict[str, Any] = json_map()
    read_at: datetime | None = None  # last complete read of its comments
    tried_at: datetime | None = None  # when they were last asked for, however that went
    census_at: datetime | None = None
    reconciled_at: datetime | None = None  # read back after a restore
    poll_at: datetime | None = None  # when it is looked at next, several machines together; None = now
    spoken_at: datetime | None = None  # when a family's newest comment was made
    told_at: datetime | None = None  # when a webhook last brought what polling had not; None = polling was first
    quiet: str = ""  # digest of what stood there when a reading left nothing to do; "" = there was something
    standing: dict[str, Any] = json_map()  # code -> what was found standing under it that no row of ours knows

    __table_args__ = (
        *of_school((["group"], "group")),
        Index("ix_page_poll", "poll_at", sqlite_where=_ON, postgresql_where=_ON),
        Index("ix_page_facebook", "facebook_id"),
    )


OfPage = tuple[str, str]  # (school, page)
FAR = timedelta(days=1)  # who is to be looked at later than that was given its time by a clock that was wrong


class PagePost(SQLModel, table=True):
    """A post that stands on a page, ours or not: how far we have read its comments (the bookmark of design.md)."""

    __tablename__ = "page_post"

    school: str = Field(primary_key=True)
    page: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    created_at: datetime
    updated_at: datetime | None = None  # Facebook's: moves when somebody comments
    message: str = ""
    author_external_id: str = ""
    permalink: str = ""
    comments_told: int | None = None  # how many Facebook says there are; may be more than we may see
    read_at: datetime | None = None  # all its comments were read up to here
    census_at: datetime | None = None
    gone_at: datetime | None = None

    __table_args__ = (*of_school((["page"], "page")),)


def pages(session: Session, school: str) -> list[Page]:
    """The pages of a school that are on."""
    query = select(Page).where(Page.school == school, Page.off_at == None)  # noqa: E711
    return list(session.exec(query.order_by(Page.slug)))


def page_slugs(session: Session, school: str) -> list[str]:
    """Of the pages that are on."""
    query = select(Page.slug).where(Page.school == school, Page.off_at == None)  # noqa: E711
    return list(session.exec(query.order_by(Page.slug)))


def due_pages(session: Session, now: datetime, limit: int, *, hold: bool = False) -> list[OfPage]:
    """Pages to be looked at, whoever waited longest first: a question over all schools that are on.

    `hold` (PostgreSQL): nobody else gets them until the transaction ends; who is held by another is left out.
    """
    at, may_be = col(Page.poll_at), (col(Page.off_at).is_(None), col(Page.dead_since).is_(None))
    query = (
        select(Page.school, Page.slug)
        .join(School, col(School.slug) == Page.school)
        .where(*may_be, col(School.off_at).is_(None), or_(at.is_(None), at <= now, at > now + FAR))
        .order_by(at.nulls_first(), Page.school, Page.slug)
        .limit(limit)
    )
    if hold:
        query = query.with_for_update(of=Page, skip_locked=True, key_share=True)
    return [(school, slug) for school, slug in session.exec(query)]


def poll_at(session: Session, rows: Collection[OfPage], at: datetime) -> None:
    """When these are looked at next."""
    statement = update(Page).where(col(Page.school) == bindparam("of"), col(Page.slug) == bindparam("named"))
    changes = [{"of": school, "named": slug} for school, slug in rows]
    if changes:
        session.connection().execute(statement.values(poll_at=at), changes)


def why_blocked(row: Page) -> str:
    """The one sentence for a page whose writes Facebook refuses (368), wherever it is told."""
    return f"Facebook refuses what {row.slug} writes: look at the Page on Facebook, then `release {row.slug}`."


def page(session: Session, school: str, slug: str) -> Page:
    return session.exec(select(Page).where(Page.school == school, Page.slug == slug)).one()


def page_posts(session: Session, school: str, slug: str) -> dict[str, PagePost]:
    query = select(PagePost).where(PagePost.school == school, PagePost.page == slug)
    return {row.external_id: row for row in session.exec(query)}


def own_posts(session: Session, school: str, row: Page, since: datetime) -> list[PagePost]:
    """What stands on a page by the Page itself, made since then."""
    query = select(PagePost).where(
        PagePost.school == school, PagePost.page == row.slug, PagePost.author_external_id == row.facebook_id,
        col(PagePost.gone_at).is_(None), PagePost.created_at >= since,
    )  # fmt: skip
    return list(session.exec(query))
