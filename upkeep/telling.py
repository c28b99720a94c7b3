"""Decides which letters leave now: who is told what, once, and when. Pure.

Quiet outside of a person's own hours, but for what cannot wait; what is told often is gathered, so that a busy evening
does not make forty letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from config.hours import WorkingTime

Moment = Literal["assigned", "overdue", "daily-digest", "token-died", "late-cancellation", "urgent"]

# What somebody hears who chose nothing, and what there is to choose.
DEFAULT: Mapping[str, tuple[Moment, ...]] = {
    "owner": ("assigned", "overdue", "daily-digest", "token-died", "late-cancellation"),
    "staff": ("assigned", "overdue", "daily-digest"),
    "volunteer": ("token-died", "late-cancellation"),
    "center": (),
}
ALWAYS = frozenset({"urgent"})  # nobody who looks after that can choose not to hear it
CANNOT_WAIT = frozenset({"token-died", "late-cancellation", *ALWAYS})
APART = timedelta(minutes=30)  # two letters of one kind to one person
MORNING = timedelta(hours=4)  # after the opening a daily letter is no longer one of the morning

Key = tuple[str, str, str]  # email, moment, subject


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that one person should know. `subject` is the same each time the same is told.

    `kind`: assigned | late | handed | promise | missing | stuck | unseen, or a kind of config.urgent. `language` and `since`
    are of the conversation, `name` of who has it now or of an event, `path` where it is seen.
    """

    email: str
    moment: Moment
    subject: str
    kind: str
    path: str
    at: datetime
    language: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What waits for one person when their day begins. `school`: (all that wait, overdue), for owners."""

    email: str
    on: str  # the local day, ISO
    mine: tuple[Happening, ...] = ()
    overdue: tuple[Happening, ...] = ()
    promises: tuple[Happening, ...] = ()
    school: tuple[int, int] = (0, 0)

    @property
    def is_quiet(self) -> bool:
        return not self.mine and not self.promises and not self.school[0]


@dataclass(frozen=True, slots=True)
class Listener:
    """A person of the school, and what they chose. `reached`: is there a way to tell them anything?"""

    email: str
    name: str
    role: str
    language: str
    working: WorkingTime
    moments: frozenset[str]
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. `day` is set for the daily one, else `happenings` are told, the oldest first."""

    to: Listener
    moment: Moment
    happenings: tuple[Happening, ...] = ()
    day: Day | None = None
    subjects: tuple[str, ...] = field(default=())


def letters(
    happenings: Iterable[Happening],
    days: Iterable[Day],
    listeners: Sequence[Listener],
    told: Mapping[Key, datetime],
    now: datetime,
) -> list[Letter]:
    """Those that leave now, what cannot wait first."""
    who = {one.email: one for one in listeners if one.reached}
    found: dict[tuple[str, Moment], list[Happening]] = {}
    for one in happenings:
        if one.email in who and (one.email, one.moment, one.subject) not in told:
            found.setdefault((one.email, one.moment), []).append(one)
    gathered = [
        Letter(who[email], moment, tuple(sorted(these, key=lambda one: one.at)), None, tuple(x.subject for x in these))
        for (email, moment), these in found.items()
        if _leaves(who[email], moment, told, now)
    ]
    daily = [Letter(who[one.email], "daily-digest", (), one, (one.on,)) for one in days if _is_new(one, who, told, now)]
    return sorted(
        [*gathered, *daily],
        key=lambda one: (one.moment not in ALWAYS, one.moment not in CANNOT_WAIT, one.to.email, one.moment),
    )


def _leaves(to: Listener, moment: Moment, told: Mapping[Key, datetime], now: datetime) -> bool:
    if moment not in to.moments | ALWAYS:
        return False
    if moment in CANNOT_WAIT:
        return True
    last = max((at for (email, kind, _), at in told.items() if (email, kind) == (to.email, moment)), default=None)
    return to.working.is_open(now) and (last is None or now - last >= APART)


def _is_new(day: Day, who: Mapping[str, Listener], told: Mapping[Key, datetime], now: datetime) -> bool:
    to = who.get(day.email)
    if to is None or "daily-digest" not in to.moments or day.is_quiet:
        return False
    return (day.email, "daily-digest", day.on) not in told and to.working.is_open(now)


def opening_today(working: WorkingTime, midnight: datetime, now: datetime) -> datetime | None:
    """When this local day's work began, if that was not long ago. `midnight`: the one that the day began with."""
    opened = working.next_open(midnight)
    return opened if opened <= now < opened + MORNING else None


# --- troubles that are told as cards


def who_hears_of_a_dead_token(menders: Sequence[Listener]) -> list[Listener]:
    """Those who chose to; no owner can be without it unless another owner hears it."""
    chose = [one for one in menders if "token-died" in one.moments and one.reached]
    if any(one.role == "owner" for one in chose):
        return chose
    return [one for one in menders if one in chose or one.role == "owner"]
