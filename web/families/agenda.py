"""/s/{school}/: what happens at a school in the next weeks, day by day, for families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from config.wording.who_answers import load_who_answers
from mirroring.blocks import Voice
from mirroring.dates import clock, day
from mirroring.facts import Facts
from mirroring.gather import page_rules, planned_events
from mirroring.plain_text import one_line
from mirroring.planned import PageRules, PlannedEvent
from mirroring.wishes import wanted
from models.event import EventText, occurrences, texts_of
from models.page import pages
from models.post import codes
from models.school import School, schools
from web.context import Context
from web.families.languages import chosen, links, voices
from web.families.telling import Teller, Words
from web.families.who_answers import title_in

_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Line:
    """One date on the agenda. `time` is "" for a whole day, and where it lasts over midnight: then `days` names its days.

    `code` is None where no post leads to its page.
    """

    time: str
    days: str
    title: Words
    place: str
    is_cancelled: bool
    code: str | None


@dataclass(frozen=True, slots=True)
class Day:
    name: str
    iso: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the agenda is made of."""

    events: Sequence[PlannedEvent]
    texts: Mapping[str, list[EventText]]
    codes: Mapping[str, str]


def agenda_routes(context: Context) -> APIRouter:
    router = APIRouter()
    answers = load_who_answers(context.settings.data / "wording")

    @router.api_route("/s/{slug}", methods=["GET", "HEAD"])
    def without_slash(slug: str) -> Response:
        with context.db.of(slug).read() as session:
            school = _school(session, slug)
        return RedirectResponse(f"/s/{school.slug}/", status_code=308)

    @router.api_route("/s/{slug}/", methods=["GET", "HEAD"])
    def agenda(slug: str, request: Request) -> Response:
        with context.db.of(slug).read() as session:
            school = _school(session, slug)
            today = _today(school, context.clock())
            found = _look_up(session, school, today)
        offered = voices(school.languages, context.wordings)
        voice = chosen(request, offered)
        return context.page(
            "agenda.html",
            headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language", "Content-Language": voice.tag},
            days=list(_days(found, school, voice, context, today)), voice=voice, words=voice.wording.page,
            leads=voice.wording.leads, school=school, links=links(offered, voice),
            who_answers=title_in(answers, voice.tag),
        )  # fmt: skip

    return router


def _school(session: Session, slug: str) -> School:
    found = schools(session, slug) if slug.isprintable() else []
    if not found:
        raise HTTPException(404)
    return found[0]


def _today(school: School, now: datetime) -> datetime:
    """Midnight of today at the school."""
    zone = ZoneInfo(school.timezone)
    return datetime.combine(now.astimezone(zone).date(), time.min, zone)


def _look_up(session: Session, school: School, today: datetime) -> _Found:
    dates = occurrences(session, school.slug, today, today + _AHEAD)
    ids = {one.series for one in dates}
    rules = [page_rules(school, page, "") for page in pages(session, school.slug)]
    events = [one for one in planned_events(session, school, ids, today) if _is_for_families(one, rules)]
    kept = [one.id for one in events]
    return _Found(events, texts_of(session, school.slug, kept), codes(session, school.slug, kept))


def _is_for_families(event: PlannedEvent, rules: Sequence[PageRules]) -> bool:
    """What every page of the school keeps to itself ("staff only") is not shown here either."""
    return not rules or any(wanted(replace(one, categories=(), include=()), event) for one in rules)


# --- day by day


def _days(found: _Found, school: School, voice: Voice, context: Context, today: datetime) -> Iterator[Day]:
    dates = [(_begins(date.facts, today), date.facts, event) for event in found.events for date in event.dates]
    shown = [one for one in dates if one[1].ends_at > today and one[0] < today + _AHEAD]
    shown.sort(key=lambda one: (one[0].date(), not one[1].all_day, one[1].starts_at, one[1].title))
    for on, group in groupby(shown, key=lambda one: one[0].date()):
        at = datetime.combine(on, time(12), today.tzinfo)
        lines = tuple(_line(facts, event, found, school, voice, context) for _, facts, event in group)
        yield Day(day(at, school.timezone, voice.tag, voice.wording), on.isoformat(), lines)


def _begins(facts: Facts, today: datetime) -> datetime:
    """When it is first of interest, in its own zone: what began before today stands under today."""
    return max(facts.starts_at, today).astimezone(ZoneInfo(facts.timezone))


def _line(facts: Facts, event: PlannedEvent, found: _Found, school: School, voice: Voice, context: Context) -> Line:
    teller = Teller(school.languages[0], found.texts[event.id], context.wordings)
    return Line(
        time="" if facts.all_day or _lasts(facts) else _clock(facts, voice),
        days=voice.when(facts) if _lasts(facts) else "",
        title=teller.told(facts, voice).title,
        place=one_line(facts.location),
        is_cancelled=event.standing == "cancelled" or facts.status == "cancelled",
        code=found.codes.get(event.id),
    )


def _lasts(facts: Facts) -> bool:
    """Does it end on a later day than it began?"""
    zone = ZoneInfo(facts.timezone)
    last = max(facts.starts_at, facts.ends_at - timedelta(microseconds=1))  # the end is exclusive
    return facts.starts_at.astimezone(zone).date() != last.astimezone(zone).date()


def _clock(facts: Facts, voice: Voice) -> str:
    return clock(facts.starts_at, facts.ends_at, facts.timezone, voice.tag, voice.wording)
