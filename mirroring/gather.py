"""Rows → the values that plans are made of. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from config.durations import parse_duration
from config.hours import QuietHours
from connector.graph.page import identity
from mirroring import by_hand
from mirroring.by_hand import ByHand, found_by_hand
from mirroring.facts import Facts, from_json, rhythm_from_json
from mirroring.owe import is_busy
from mirroring.planned import EventDate, PageRules, PlannedEvent, Standing, Telling, Told
from mirroring.tellers import tellers
from models.delivery import Delivery
from models.event import Event, Occurrence, texts_of
from models.page import Page, own_posts
from models.post import Post, posts_that_matter, sent_ids
from models.school import School

RECENT = timedelta(days=2)  # what ended lately is looked at once more, so that its unsent posts are withdrawn
A_YEAR = timedelta(days=366)  # a series that was told a school year ago may have ended early


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one page's plan is made of."""

    rules: PageRules
    events: list[PlannedEvent]
    standing: list[Standing]
    tellings: list[Telling]


def gather(session: Session, school: School, page: Page, hold: str, now: datetime) -> Gathered:
    """Events with a date near enough to say something about, and all that posts of this page stand for."""
    rules = page_rules(school, page, hold)
    found = posts_that_matter(session, school.slug, page.slug, now - RECENT, now - A_YEAR)
    rows, others = [row for row in found if row.event_id], [row for row in found if not row.event_id]
    reach = max([rules.announce, *rules.remind])
    near = _heads_with_dates(session, school.slug, now - RECENT, now + reach)
    spoken_of = {row.event_id for row in rows if row.event_id and row.state in ("waiting", "due", "sent")}
    planned = planned_events(session, school, near | spoken_of, now)
    said = _said_by_hand(session, school, page, planned, rows)
    planned = [replace(one, by_hand=said.get(one.id)) for one in planned]
    owed = _owed(session, school.slug, found)
    standing = [_stands(row, owed.get(row.id, set())) for row in rows]
    return Gathered(rules, planned, standing, _tellings(others, owed, school.timezone, now))


def _said_by_hand(
    session: Session, school: School, page: Page, planned: Sequence[PlannedEvent], rows: Sequence[Post]
) -> dict[str, ByHand]:
    """Of events that this page has not announced: the post that somebody made by hand for it, if there is one."""
    told = {row.event_id for row in rows if row.kind == "announcement" and row.state == "sent"}
    new = [one for one in planned if one.id not in told]
    if not new:
        return {}
    since = min(one.facts.starts_at for one in new) - by_hand.RECENT
    made = {identity(one) for one in sent_ids(session, school.slug, page.slug)}
    posts = [
        ByHand(row.external_id, row.permalink, row.message, row.created_at)
        for row in own_posts(session, school.slug, page, since)
        if identity(row.external_id) not in made
    ]
    if not posts:
        return {}
    words = texts_of(session, school.slug, [one.id for one in new])
    events = {one.id: (one.facts, [one.facts.title, *(text.title for text in words[one.id])]) for one in new}
    return found_by_hand(posts, events, [*school.languages, *page.languages, "en"])


def page_rules(school: School, page: Page, hold: str) -> PageRules:
    return PageRules(
        slug=page.slug,
        zone=school.timezone,
        categories=tuple(page.categories),
        include=tuple(page.include),
        exclude=tuple(page.exclude),
        announce=parse_duration(page.announce),
        remind=tuple(parse_duration(one) for one in page.remind),
        needs_approval=page.approval == "person",
        quiet=QuietHours.parse(page.quiet_hours),
        daily_limit=page.daily_limit,
        hold=hold,
    )


def planned_events(session: Session, school: School, ids: set[str], now: datetime) -> list[PlannedEvent]:
    """Head events with their dates from two days ago on, soonest date first; of several that are one, the one that tells."""
    rows = {row.id: row for row in _rows(session, Event, school.slug, Event.id, ids)}
    heads = tellers(session, school.slug, [row for row in rows.values() if not row.series])
    says = {one.says.id for one in heads}
    dates = _rows(session, Occurrence, school.slug, Occurrence.series, says, col(Occurrence.ends_at) >= now - RECENT)
    exceptions = {date.event_id for date in dates} - rows.keys()
    rows |= {row.id: row for row in _rows(session, Event, school.slug, Event.id, exceptions)}
    by_head: dict[str, list[EventDate]] = {}
    for date in sorted(dates, key=lambda one: (one.starts_at, one.id)):
        by_head.setdefault(date.series, []).append(_event_date(date, rows[date.event_id], school.timezone))
    planned = [_planned(one.as_told(), tuple(by_head.get(one.says.id, ())), school.timezone) for one in heads]
    return sorted(planned, key=lambda one: (one.facts.starts_at, one.id))


def event_facts(row: Event, zone: str) -> Facts:
    """`zone` is the school's: its families read times on their own clocks, whatever zone the calendar was written in.

    All-day events keep the zone of their midnights.
    """
    return Facts(
        title=row.title,
        description=row.description,
        location=row.location,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        all_day=row.all_day,
        timezone=row.timezone if row.all_day else zone,
        status=row.status,
        rhythm=rhythm_from_json(row.rhythm),
        url=row.url,
    )


def _planned(head: Event, dates: tuple[EventDate, ...], zone: str) -> PlannedEvent:
    return PlannedEvent(
        id=head.id,
        facts=event_facts(head, zone),
        dates=dates,
        categories=tuple(head.categories),
        first_seen_at=head.first_seen_at,
        standing=_standing_of(head),
        is_series=bool(head.rhythm) or len(dates) > 1,
    )


def _standing_of(head: Event) -> Literal["on", "cancelled", "missing"]:
    if head.status == "cancelled":
        return "cancelled"
    # A person said that a missing event takes place: then it does.
    return "missing" if head.status == "missing" and head.missing_decided != "kept" else "on"


def _event_date(date: Occurrence, said_by: Event, zone: str) -> EventDate:
    facts = Facts(
        title=said_by.title,
        description=said_by.description,
        location=said_by.location,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        all_day=date.all_day,
        timezone=said_by.timezone if date.all_day else zone,
        status=date.status,
        rhythm=None,
        url=said_by.url,
    )
    return EventDate(date.original_at, facts, deviates=bool(said_by.series))


def _owed(session: Session, school: str, rows: Sequence[Post]) -> dict[str, set[str]]:
    """post id -> the states of what is or was owed for it."""
    states: dict[str, set[str]] = {}
    for delivery in _rows(session, Delivery, school, Delivery.target, {row.id for row in rows}):
        states.setdefault(delivery.target, set()).add(delivery.state)
    return states


def _tellings(rows: Sequence[Post], owed: Mapping[str, set[str]], zone: str, now: datetime) -> list[Telling]:
    """Those that a person approved. What was called off before it was begun may be owed again."""
    today, found = now.astimezone(ZoneInfo(zone)).date(), []
    for row in rows:
        if row.approved_at is None or row.state not in ("due", "sent"):
            continue
        begun = row.state == "sent" or bool(owed.get(row.id, set()) - {"superseded"})
        day = row.sent_at.astimezone(ZoneInfo(zone)).date() if row.sent_at else today
        title = row.text.partition("\n")[0]
        found.append(Telling(row.id, row.purpose, title, row.approved_at, begun, begun and day == today))
    return found


def _stands(row: Post, states: set[str]) -> Standing:
    said: Mapping[str, Any] = row.said
    return Standing(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # one of the four kinds about events: only publish.py writes them
        event_id=row.event_id or "",
        purpose=row.purpose,
        state=row.state,
        said=from_json(said["facts"]),
        busy=is_busy(states),
        queued="due" in states,
        approved=row.approved_at is not None,
        due_at=row.due_at,
        occurrence_at=row.occurrence_at,
        sent_at=row.sent_at,
        under=row.under,
        tells=tuple(_told(one) for one in said.get("tells", ())),
        refused_by=row.withdrawn_by,
        dates_said=tuple((datetime.fromisoformat(at), from_json(one)) for at, one in said.get("dates", {}).items()),
        coming_said=tuple(datetime.fromisoformat(at) for at in said.get("coming", ())),
    )


def _told(one: Mapping[str, Any]) -> Told:
    date = datetime.fromisoformat(one["date"]) if one["date"] else None
    return date, from_json(one["before"]), from_json(one["after"])


def _heads_with_dates(session: Session, school: str, start: datetime, end: datetime) -> set[str]:
    query = select(Occurrence.series).where(
        Occurrence.school == school, Occurrence.starts_at <= end, col(Occurrence.ends_at) >= start
    )
    return set(session.exec(query.distinct()))


def _rows(
    session: Session, model: Any, school: str, column: Any, ids: Iterable[str], *and_: ColumnElement[bool]
) -> list[Any]:
    """Rows whose `column` is one of `ids`, asked in portions that every database takes."""
    wanted = sorted(ids)
    found: list[Any] = []
    for start in range(0, len(wanted), 500):
        query = select(model).where(model.school == school, col(column).in_(wanted[start : start + 500]), *and_)
        found += session.exec(query)
    return found
