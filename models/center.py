"""Community centers, what stands in their calendars, and the calendar addresses given out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, new_id, of_school
from models.event import Event
from models.vault import Vault

KEPT_IN_STEP = ("caldav", "google")  # kinds of center whose calendar we write into

FEED_PAST, FEED_AHEAD = timedelta(days=60), timedelta(days=548)  # longer calendars hurt phones


class Center(SQLModel, table=True):
    """One community center. Password and credentials are sealed."""

    school: str = Field(primary_key=True, foreign_key="school.slug")
    slug: str = Field(primary_key=True)
    name: str
    kind: str  # caldav | google | feed
    url: str = ""
    username: str = ""
    password_sealed: str = ""
    calendar: str = ""
    credentials_sealed: str = ""
    categories: list[str] = json_list()
    places: list[str] = json_list()
    accept: str = "auto"
    off_at: datetime | None = None
    checked_at: datetime | None = None
    problem: str = ""
    reconciled_at: datetime | None = None  # read back after a restore
    sync_token: str = ""  # it only saves reading
    listed_at: datetime | None = None  # last full listing


class CenterObject(SQLModel, table=True):
    """An object of the center's own, as we last read it: never changed, only looked at for double bookings."""

    __tablename__ = "center_object"

    school: str = Field(primary_key=True)
    center: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    etag: str = ""
    body: str

    __table_args__ = (*of_school((["center"], "center")),)


class CalendarEntry(SQLModel, table=True):
    """One object of ours in a center's calendar: one per UID. Only what this ledger names is ever touched there."""

    __tablename__ = "calendar_entry"

    id: str = Field(default_factory=lambda: new_id("ce"), primary_key=True)
    school: str
    center: str
    event_id: str
    href: str
    uid: str
    body: str  # what should stand there
    fingerprint: str  # of body, as a reader would notice
    made_from: str = ""  # digest of the event that body was made from
    sequence: int = 0
    removing: bool = False  # what should stand there is nothing
    etag: str | None = None
    sent_fingerprint: str = ""  # of what we last put there
    sent_body: str = ""  # what the school said when we last put it there: what differs now is a person's edit
    kept_body: str = ""  # what the calendar made of that by itself, where it did not keep it as it was given
    tried: list[str] = json_list()  # what the school said in tries since, of which nobody heard whether they stand
    # What a person at the center changed of the school's, and is kept: property, of, school, center, since; and, until the
    # school's words are there again, taken_back and taken_back_by.
    conflicts: list[dict[str, str]] = json_list()
    stands_fingerprint: str = ""  # of what was there when last read (the center may have added to it)
    state: str  # waiting | due | sent | conflict | removed | withdrawn
    problem: str = ""
    changed_at: datetime

    __table_args__ = (
        *of_school((["center"], "center"), (["event_id"], "event")),
        UniqueConstraint("school", "center", "event_id"),
        UniqueConstraint("school", "center", "href"),
        UniqueConstraint("school", "id"),
    )

    def said(self) -> list[bytes]:
        """What may stand there without anybody's edit, newest first; empty where we never put anything."""
        return [body.encode() for body in (self.sent_body, self.kept_body, *self.tried) if body]

    def note_conflicts(self, found: Iterable[tuple[str, str, str, str]], now: datetime) -> list[dict[str, str]]:
        """What a person changed: (property, date of an exception or "", the school's, the center's). Returns what is new."""
        before = {(one["property"], one["of"], one["center"]): one for one in self.conflicts}
        told = [
            {**before.get((what, of, center), {"since": now.isoformat()}), "property": what, "of": of,
             "school": school, "center": center}
            for what, of, school, center in found
        ]  # fmt: skip
        new = [one for one in told if (one["property"], one["of"], one["center"]) not in before]
        self.conflicts = told
        return new


class Feed(SQLModel, table=True):
    """A subscribed calendar address. Only a digest of its token is kept: the address is shown once, when made."""

    id: str = Field(default_factory=lambda: new_id("fe"), primary_key=True)
    school: str = Field(foreign_key="school.slug")
    center: str = ""
    category: str = ""
    token_digest: str = Field(unique=True)
    made_at: datetime
    revoked_at: datetime | None = None
    fetched_at: datetime | None = None  # when a subscriber asked: the first of an hour, and the first after a change


def centers(session: Session, school: str) -> list[Center]:
    """The centers of a school that are on."""
    query = select(Center).where(Center.school == school, Center.off_at == None)  # noqa: E711
    return list(session.exec(query.order_by(Center.slug)))


def center(session: Session, school: str, slug: str) -> Center:
    return session.exec(select(Center).where(Center.school == school, Center.slug == slug)).one()


def in_step(session: Session, school: str) -> list[Center]:
    """Those whose calendars we write into."""
    return [one for one in centers(session, school) if one.kind in KEPT_IN_STEP]


def way_to(center: Center, vault: Vault, language: str = "en") -> dict[str, str]:
    """What the door to its calendar needs, opened. `language`: the school's own. Raises KeyUnusable."""
    return {
        "kind": center.kind,
        "url": center.url,
        "username": center.username,
        "password": vault.open(center.password_sealed),
        "calendar": center.calendar,
        "credentials": vault.open(center.credentials_sealed),
        "language": language,
        "subject": f"the calendar of {center.name}",
    }


def lets_through(center: Center, event: Event) -> bool:
    """The center's own rules: its categories and places; empty = all. Case is ignored."""
    categories = {one.casefold() for one in center.categories}
    if categories and not categories & {one.casefold() for one in event.categories}:
        return False
    return not center.places or any(place.casefold() in event.location.casefold() for place in center.places)


def holds(feed: Feed, center: Center | None, event: Event, now: datetime) -> bool:
    """Does a subscribed calendar show this event (which heads a UID)? `center`: the feed's, if it is of one.

    One for a center holds what the center's calendar would, one for a category only what bears its name. What is cancelled
    stands until it is past, so that subscribers see it.
    """
    if event.told_by or event.last_at < now - FEED_PAST or event.starts_at >= now + FEED_AHEAD:
        return False
    if event.status == "cancelled" and event.last_at <= now:
        return False
    if center is not None and not lets_through(center, event):
        return False
    return not feed.category or feed.category.casefold() in {one.casefold() for one in event.categories}


def entries(session: Session, school: str, center_slug: str | None = None) -> list[CalendarEntry]:
    query = select(CalendarEntry).where(CalendarEntry.school == school)
    if center_slug is not None:
        query = query.where(CalendarEntry.center == center_slug)
    return list(session.exec(query.order_by(CalendarEntry.center, CalendarEntry.href)))


def entry(session: Session, school: str, id: str) -> CalendarEntry | None:
    query = select(CalendarEntry).where(CalendarEntry.school == school, CalendarEntry.id == id)
    return session.exec(query).one_or_none()


def foreign_objects(session: Session, school: str, center_slug: str) -> dict[str, CenterObject]:
    """name -> what stands there by the center's own hand, as last read."""
    query = select(CenterObject).where(CenterObject.school == school, CenterObject.center == center_slug)
    return {row.name: row for row in session.exec(query)}


def foreign_etags(session: Session, school: str, center_slug: str) -> dict[str, str]:
    """name -> its version as last read."""
    query = select(CenterObject.name, CenterObject.etag)
    return dict(session.exec(query.where(CenterObject.school == school, CenterObject.center == center_slug)).all())


def placed_objects(session: Session, school: str, center_slug: str) -> dict[str, str]:
    """name -> body of those of the center's own objects that name a place."""
    query = select(CenterObject.name, CenterObject.body)
    query = query.where(CenterObject.school == school, CenterObject.center == center_slug)
    return dict(
        session.exec(query.where(col(CenterObject.body).contains("LOCATION")).order_by(CenterObject.name)).all()
    )


def feeds(session: Session, school: str) -> list[Feed]:
    return list(session.exec(select(Feed).where(Feed.school == school).order_by(col(Feed.made_at), col(Feed.id))))


def note_fetch(session: Session, feed_id: str, now: datetime) -> None:
    """A subscriber asked. By the feed's own id: whoever holds its address is of no school."""
    session.execute(update(Feed).where(col(Feed.id) == feed_id).values(fetched_at=now))


def feed_by_token(session: Session, token_digest: str) -> Feed | None:
    """A question without a school: whoever holds the address opens it."""
    query = select(Feed).where(Feed.token_digest == token_digest, Feed.revoked_at == None)  # noqa: E711
    return session.exec(query).one_or_none()
