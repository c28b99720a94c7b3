"""Which topics come back, in which languages: for the leadership team. Numbers only, and none by which a family is recognised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from config.languages import wider_tags
from config.topics import TOPICS
from models.conversation import Conversation, Message
from models.school import School

WEEKS = 13
LEAST = 5  # conversations: fewer are not told as a number
_NOT_COUNTED = ("spam", "before-us", "erased")


@dataclass(frozen=True, slots=True)
class Told:
    """How many conversations; `number` None: some, but fewer than LEAST. `share` of all in that language, where both are told."""

    number: int | None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One topic. `at_least` is its sum; not exact where a number in it is not told, so that taking away does not tell it."""

    topic: str
    by_language: Mapping[str, Told]
    at_least: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Recurring:
    """`languages`: those heard, the most heard first; `all_of`: conversations in each, with or without a topic."""

    weeks: int
    since: datetime
    languages: tuple[str, ...]
    all_of: Mapping[str, Told]
    rows: tuple[Row, ...]


def recurring(session: Session, school: School, now: datetime, weeks: int = WEEKS) -> Recurring:
    since = now - timedelta(weeks=weeks)
    counted = _counted(session, school.slug, since)
    totals: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for (topic, language), number in counted.items():
        totals[language] += number
        sums[topic] += number
    languages = tuple(sorted(totals, key=lambda one: (-totals[one], one)))
    often = [topic for topic in TOPICS if sums[topic] >= LEAST]
    rows = [_row(topic, languages, counted, totals) for topic in sorted(often, key=lambda one: -sums[one])]
    return Recurring(weeks, since, languages, {one: _told(totals[one]) for one in languages}, tuple(rows))


def _row(topic: str, languages: tuple[str, ...], counted: Mapping[tuple[str, str], int], totals: Counter[str]) -> Row:
    told = {one: _told(counted.get((topic, one), 0), totals[one]) for one in languages}
    hidden = sum(one.number is None for one in told.values())
    known = sum(one.number or 0 for one in told.values())
    return Row(topic, told, max(LEAST, known + hidden), is_exact=not hidden)


def _told(number: int, of: int = 0) -> Told:
    if 0 < number < LEAST:
        return Told(None)
    return Told(number, number / of if of >= LEAST else None)


def _counted(session: Session, school: str, since: datetime) -> Counter[tuple[str, str]]:
    """(topic, base language) -> conversations in which a family wrote since then."""
    wrote = select(Message.id).where(
        Message.school == Conversation.school, Message.conversation_id == Conversation.id,
        Message.direction == "received",
    )  # fmt: skip
    query = select(Conversation.topic, Conversation.language, func.count()).where(
        Conversation.school == school, Conversation.opened_at >= since, wrote.exists(),
        col(Conversation.closed_reason).not_in(_NOT_COUNTED),
    )  # fmt: skip
    found: Counter[tuple[str, str]] = Counter()
    for topic, language, number in session.exec(query.group_by(Conversation.topic, Conversation.language)):
        found[topic, wider_tags(language)[-1]] += number
    return found
