"""Sources: where a school's events are read, and how the reading stands."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from models.columns import json_list, of_school


class Source(SQLModel, table=True):
    """One feed. `etag`, `last_modified` and `body_digest` are those of the last copy that was taken over whole."""

    school: str = Field(primary_key=True, foreign_key="school.slug")
    slug: str = Field(primary_key=True)
    group: str | None = None
    kind: str  # ics | csv | caldav
    address: str  # a URL, or an absolute path
    username: str = ""
    password_sealed: str = ""
    every: str = "15m"
    missing: str = "ask"
    off_at: datetime | None = None

    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    checked_at: datetime | None = None  # asked, whatever came of it
    read_at: datetime | None = None  # last good answer, 304 included
    expanded_until: datetime | None = None  # dates are known up to here
    problem: str = ""
    failing_since: datetime | None = None
    held_at: datetime | None = None
    held_reason: str = ""
    released_at: datetime | None = None  # a person said: the next copy is right, however much vanished
    released_by: str = ""
    held_difference: list[dict[str, str]] = json_list()  # what the held copy would change, for who decides
    sync_token: str = ""  # of a CalDAV collection: it only saves reading
    listed_at: datetime | None = None  # last full listing of a CalDAV collection

    __table_args__ = (*of_school((["group"], "group")),)


class FeedItem(SQLModel, table=True):
    """What a source last said under one UID: the digest that spares us parsing it again, and its problem, if any."""

    __tablename__ = "feed_item"

    school: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    uid: str = Field(primary_key=True)
    digest: str
    problem: str = ""

    __table_args__ = (*of_school((["source"], "source")),)


class SourceObject(SQLModel, table=True):
    """One object of a CalDAV source as we last read it, so that only what changed is asked for."""

    __tablename__ = "source_object"

    school: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    etag: str = ""
    body: str

    __table_args__ = (*of_school((["source"], "source")),)


def sources(session: Session, school: str) -> list[Source]:
    """The sources of a school that are on."""
    query = select(Source).where(Source.school == school, Source.off_at == None)  # noqa: E711
    return list(session.exec(query.order_by(Source.slug)))


def feed_items(session: Session, school: str, source: str) -> dict[str, FeedItem]:
    query = select(FeedItem).where(FeedItem.school == school, FeedItem.source == source)
    return {row.uid: row for row in session.exec(query)}


def object_etags(session: Session, school: str, source: str) -> dict[str, str]:
    """Name -> ETag of every object that we remember of a CalDAV source."""
    query = select(SourceObject.name, SourceObject.etag).where(SourceObject.school == school)
    return dict(session.exec(query.where(SourceObject.source == source)).all())


def object_bodies(session: Session, school: str, source: str) -> dict[str, str]:
    """Name -> the object itself, as last read."""
    query = select(SourceObject.name, SourceObject.body).where(SourceObject.school == school)
    return dict(session.exec(query.where(SourceObject.source == source)).all())
