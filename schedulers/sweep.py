"""What is due, by the rows alone: rounds, lanes, pages, webhooks nobody looked into. Over all schools."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from config.durations import parse_duration
from models.center import KEPT_IN_STEP, Center
from models.delivery import Delivery
from models.hint import packed
from models.page import Page
from models.school import School, schools
from models.source import Source, sources
from schedulers import poll
from schedulers.hinted import hinted
from schedulers.house import House
from schedulers.outward import LOOK_EVERY
from schedulers.wishes import HEED, Wish, look_at, owed_in, round_of

_AHEAD = timedelta(days=1)  # a time further ahead was written while the clock was wrong


def due(session: Session, now: datetime, *, taken_for: timedelta | None = None) -> list[Wish]:
    """`taken_for`: write down that it was asked for, so that the next sweep leaves it alone for so long.

    What is lost all the same (a process that died with it) comes again after that.
    """
    return [
        *(owed_in(*one) for one in _lanes(session, now)),
        *([HEED] if packed(session, 1) or hinted(session, now).ready else []),
        *(round_of(one) for one in _rounds(session, now, taken_for)),
        *(look_at(chunk) for chunk in poll.pick(session, now, take=taken_for is not None)),
    ]


def set_next_round(house: House, school: str) -> None:
    """After a round: when the next one is. Sooner when a calendar is to be read before that."""
    now = house.clock()
    with house.db.write() as session:
        row = session.get_one(School, school)
        soonest = min((_next_reading(one, now) for one in sources(session, school)), default=now + house.pace)
        row.round_at = max(min(soonest, now + house.pace), now + timedelta(seconds=10))


def _next_reading(row: Source, now: datetime) -> datetime:
    return now if row.checked_at is None else row.checked_at + parse_duration(row.every)


def _rounds(session: Session, now: datetime, taken_for: timedelta | None) -> list[str]:
    rows = [one for one in schools(session) if _is_time(one.round_at, now)]
    if taken_for is not None:
        for row in rows:
            row.round_at = now + taken_for
    return [row.slug for row in rows]


def _is_time(at: datetime | None, now: datetime) -> bool:
    return at is None or at <= now or at > now + _AHEAD


def _lanes(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    """Where something waits and may go, and centers whose calendars are to be looked at."""
    found = {
        (school, lane)
        for school, lane in session.exec(
            select(Delivery.school, Delivery.lane)
            .where(col(Delivery.state).in_(("due", "unsure", "sending")), Delivery.next_at <= now)
            .distinct()
        )
    }
    shut = {(school, f"page:{slug}") for school, slug in session.exec(select(Page.school, Page.slug).where(_shut(now)))}
    looks = session.exec(
        select(Center.school, Center.slug).where(
            col(Center.off_at).is_(None),
            col(Center.kind).in_(KEPT_IN_STEP),
            or_(col(Center.checked_at).is_(None), col(Center.checked_at) <= now - LOOK_EVERY),
        )
    )
    on = {one.slug for one in schools(session) if one.paused_at is None}
    found |= {(school, f"center:{slug}") for school, slug in looks}
    yield from sorted(one for one in found - shut if one[0] in on)


def _shut(now: datetime) -> ColumnElement[bool]:
    """Pages to which nothing can be sent now, as outbox.lanes has it: their round tells why."""
    return or_(
        col(Page.off_at).is_not(None), col(Page.token_problem) != "", col(Page.token_kind) != "page",
        col(Page.parked_until) > now,
    )  # fmt: skip
