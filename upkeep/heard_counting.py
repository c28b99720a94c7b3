"""What became of each comment and each promise, and in which week it counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from config.durations import parse_duration
from config.hours import WorkingTime, working_time
from config.worked import Worked, worked
from models.heard import GivenPromise, OwedComment
from models.school import School
from upkeep.heard_waits import Wait

Outcome = Literal["answered", "elsewhere", "closed", "waiting"]


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week of the school's, by its Monday."""

    monday: date

    @property
    def name(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Counted:
    """One comment: `elsewhere` was answered as somebody said, `closed` was closed without an answer."""

    language: str
    week: Week
    outcome: Outcome
    wait: Wait | None
    was_unsure: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """A school's days and hours, from `since` (in `worked`) until `now`."""

    zone: ZoneInfo
    languages: Sequence[str]
    working: WorkingTime
    within: timedelta
    worked: Worked
    now: datetime

    def comment(self, one: OwedComment) -> Counted:
        outcome, wait = self.came_of(one)
        return Counted(self.called(one.language), self.week(one.written_at), outcome, wait, one.guessed == "und")

    def came_of(self, one: OwedComment) -> tuple[Outcome, Wait | None]:
        """With how long they waited; None where nobody owes an answer any more, or it is not late yet."""
        if one.answered_at is not None:
            return "answered", self._wait(one, one.answered_at)
        if one.closed_at is not None and one.closed_reason in ("elsewhere", "answered"):
            return "elsewhere", self._wait(one, one.closed_at)
        if one.closed_reason:
            return "closed", None
        is_late = self.working.add(one.written_at, self.within) < self.now
        return "waiting", replace(self._wait(one, self.now), at_least=True) if is_late else None

    def promise(self, one: GivenPromise) -> bool | None:
        """Was it kept by its day? None where that cannot be said: it is not over yet, or it was let go in time."""
        if one.dropped_at is not None and self._day(one.dropped_at) <= one.due_on:
            return None
        if one.kept_at is not None:
            return self._day(one.kept_at) <= one.due_on
        return False if one.due_on < self._day(self.now) else None

    def called(self, tag: str) -> str:
        """As the school calls it: pt is pt-BR where the school speaks no other Portuguese."""
        if tag in self.languages:
            return tag
        like = [one for one in self.languages if one.partition("-")[0] == tag]
        return like[0] if len(like) == 1 else tag

    def week(self, at: datetime | date) -> Week:
        day = self._day(at) if isinstance(at, datetime) else at
        return Week(day - timedelta(days=day.weekday()))

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _wait(self, one: OwedComment, until: datetime) -> Wait:
        return Wait(self.worked.hours(one.written_at, until))


def counter_of(school: School, since: datetime, now: datetime) -> Counter:
    working = working_time(school.hours, school.timezone, school.closed)
    return Counter(
        ZoneInfo(school.timezone), school.languages, working, parse_duration(school.respond_within),
        worked(working, since, now), now,
    )  # fmt: skip


def last_weeks(count: int, timezone: str, now: datetime) -> tuple[Week, ...]:
    """The oldest first; the last is the one that is under way."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    this = today - timedelta(days=today.weekday())
    return tuple(Week(this - timedelta(weeks=n)) for n in reversed(range(count)))


def begin_of(week: Week, timezone: str) -> datetime:
    return datetime.combine(week.monday, time(), ZoneInfo(timezone))
