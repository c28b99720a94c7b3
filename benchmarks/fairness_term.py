"""A term of a school that is made up: families write, also in the evening; staff answer in their sittings. Seeded, no clock.

Who is asked is decided by the program itself (`inbox.routing.decide.route`, `inbox.follow.is_late`), so is the order of voices
(`upkeep.heard_order`). Beside it stands what most schools have: whoever's turn it is among those who speak the language,
and first in, first out.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.hours import working_time
from config.worked import Worked, worked
from inbox.follow import is_late
from inbox.routing.decide import Rules, Speaker, route, speaks
from inbox.routing.roster import A_WEEK
from models.conversation import Conversation
from upkeep.heard_order import smallest_voice_first
from upkeep.heard_waits import Wait

ZONE = ZoneInfo("America/Chicago")
SCHOOL = working_time("Mon-Fri 08:00-16:00", ZONE.key, ["2026-11-25/2026-11-27"])
# When somebody has time for families' comments: three hours of the eight, in which twenty can be answered.
SITTINGS = working_time(
    "Mon-Fri 08:00-09:00, Mon-Fri 11:30-12:30, Mon-Fri 15:00-16:00", ZONE.key, ["2026-11-25/2026-11-27"]
)
MINUTES = 9  # an answer
BEGIN, WEEKS = datetime(2026, 9, 14, 13, 0, tzinfo=UTC), 13
END = BEGIN + timedelta(weeks=WEEKS)
LANGUAGES = ("en", "es", "vi", "so")
STEP, LOOKED_BACK = timedelta(minutes=3), timedelta(weeks=4)
COMING_DAYS = 5 + 2 * 0.35  # of a week, as many comments as on a school day; on free days a third as many
HELPED = 30  # minutes, where whoever answers does not speak the language and calls a partner first


class Remembered:
    """The school's hours, asked once for each moment: a term asks two million times."""

    is_open = staticmethod(lru_cache(4096)(SCHOOL.is_open))
    add = staticmethod(lru_cache(4096)(SCHOOL.add))


def somebody(name: str, *languages: str, role: str = "staff") -> Speaker:
    return Speaker(name, name.title(), role, languages, Remembered(), 20)


STAFF = (somebody("office", "en", role="owner"), somebody("ben", "en"), somebody("ellen", "en"), somebody("maria", "es", "en"),
         somebody("lan", "vi", "en"))  # fmt: skip
RULES = Rules("office", timedelta(days=1), Remembered(), languages=LANGUAGES)


def comments(daily: Mapping[str, int], seed: int) -> list[tuple[datetime, str]]:
    """(when, language). Six of ten come from the morning to late evening, most after work; on free days a third as many."""
    rng, found = random.Random(seed), list[tuple[datetime, str]]()
    for number in range(7 * WEEKS):
        midnight = datetime(2026, 9, 14, tzinfo=ZONE) + timedelta(days=number)
        share = 0.25 if SCHOOL.is_open(midnight.replace(hour=12)) else 0.0875
        for language, usual in daily.items():
            for _ in range(sum(rng.random() < share for _ in range(4 * usual))):  # about as many as usual
                hour = rng.triangular(6, 23, 19) if rng.random() < 0.6 else rng.uniform(8, 16)
                found.append(((midnight + timedelta(hours=hour)).astimezone(UTC), language))
    return sorted(found)


class Way:
    """How a school goes about it: who is asked, and whose comment is answered first. This is ours."""

    def ask(self, term: Term, language: str, now: datetime, without: str = "") -> str:
        people = [one for one in term.people(now) if one.email != without]
        return route(language, (), people, RULES, now).assignee or ""

    def first(self, term: Term, rows: Sequence[Conversation]) -> Conversation:
        """As the inbox shows them: by the day they are due."""
        return min(rows, key=lambda row: (row.due_at, row.opened_at))


class SmallestVoiceFirst(Way):
    def first(self, term: Term, rows: Sequence[Conversation]) -> Conversation:
        return min(rows, key=lambda row: (term.voices.index(row.language), row.due_at, row.opened_at))


class EachInTurn(Way):
    """Without us: round robin among who speaks it, first in, first out; what nobody speaks goes round among all."""

    def ask(self, term: Term, language: str, now: datetime, without: str = "") -> str:
        if without:
            return without  # nobody hands it on
        able = [one for one in STAFF if speaks(one, language)] or STAFF
        term.turn[language] += 1
        return able[term.turn[language] % len(able)].email

    def first(self, term: Term, rows: Sequence[Conversation]) -> Conversation:
        return min(rows, key=lambda row: row.opened_at)


@dataclass
class Term:
    """`open`: email -> what they have to answer; `waits`: language -> (when it was answered, how long that took)."""

    way: Way
    open: dict[str, list[Conversation]] = field(default_factory=lambda: {one.email: [] for one in STAFF})
    free_at: dict[str, datetime] = field(default_factory=lambda: {one.email: BEGIN for one in STAFF})
    given: deque[tuple[datetime, date, str, str]] = field(default_factory=deque)
    waits: dict[str, list[tuple[datetime, Wait]]] = field(default_factory=lambda: {tag: [] for tag in LANGUAGES})
    turn: Counter[str] = field(default_factory=Counter)
    voices: Sequence[str] = LANGUAGES
    tally: Worked = field(default_factory=lambda: worked(SCHOOL, BEGIN - timedelta(days=3), END + timedelta(days=3)))

    def run(self, daily: Mapping[str, int], seed: int) -> dict[str, list[Wait]]:
        """language -> how long each first answer took, in working hours; what is not answered in the end, at least so long."""
        coming = deque(comments(daily, seed))
        for opens, closes in SITTINGS.spans(BEGIN, END):
            self._listen(opens)
            for now in (opens + n * STEP for n in range((closes - opens) // STEP)):
                while coming and coming[0][0] <= now:
                    self._comes(*coming.popleft())
                if now.minute % 15 == 0:
                    self._hand_on(now)
                self._answer(now)
        left = [
            (row.language, Wait(self.tally.hours(row.opened_at, END), True))
            for rows in self.open.values()
            for row in rows
        ]
        answered = [(tag, wait) for tag, waits in self.waits.items() for _, wait in waits]
        return {tag: [wait for one, wait in (*answered, *left) if one == tag] for tag in LANGUAGES}

    def people(self, now: datetime) -> list[Speaker]:
        """With what each was given today and in the last week."""
        while self.given and self.given[0][0] < now - A_WEEK:
            self.given.popleft()
        week: dict[str, Counter[str]] = defaultdict(Counter)
        today, day = Counter[str](), now.astimezone(ZONE).date()
        for _, on, email, language in self.given:
            week[email][language] += 1
            today[email] += on == day
        return [replace(one, given=week[one.email], assigned_today=today[one.email]) for one in STAFF]

    def _comes(self, at: datetime, language: str) -> None:
        row = Conversation(
            school="maple", page="pta-page", post_external_id="1_1", comment_external_id="1_2", language=language, state="open",
            opened_at=at, updated_at=at, due_at=SCHOOL.add(at, RULES.respond_within),
        )  # fmt: skip
        self._give(row, self.way.ask(self, language, at), at)

    def _give(self, row: Conversation, email: str, at: datetime) -> None:
        row.assignee = email
        self.open[email].append(row)
        self.given.append((at, at.astimezone(ZONE).date(), email, row.language))

    def _hand_on(self, now: datetime) -> None:
        """What nobody answered in time goes to somebody else, once."""
        for had, rows in self.open.items():
            for row in [one for one in rows if is_late(one, now)]:
                row.handed_back_at = now
                to = self.way.ask(self, row.language, now, without=had)
                if to != had and speaks_it(to, row.language):
                    rows.remove(row)
                    self._give(row, to, now)

    def _answer(self, now: datetime) -> None:
        for email, rows in self.open.items():
            if rows and self.free_at[email] <= now:
                row = self.way.first(self, rows)
                rows.remove(row)
                self.free_at[email] = done = now + timedelta(
                    minutes=MINUTES if speaks_it(email, row.language) else HELPED
                )
                self.waits[row.language].append((now, Wait(self.tally.hours(row.opened_at, done))))

    def _listen(self, now: datetime) -> None:
        """Before each sitting: whose voice is the smallest, by the waits of the last four weeks."""
        lately = {tag: [wait for at, wait in waits if at >= now - LOOKED_BACK] for tag, waits in self.waits.items()}
        self.voices = smallest_voice_first(lately)


def speaks_it(email: str, language: str) -> bool:
    return any(one.email == email and speaks(one, language) for one in STAFF)


def shortfalls(daily: Mapping[str, int]) -> dict[str, float]:
    """language -> hours a week that lack. Languages that fewer speak take their people's hours first."""
    left = {one.email: min(one.daily_limit * 5 * MINUTES / 60, SITTINGS.hours.a_week) for one in STAFF}
    found: dict[str, float] = {}
    for tag in sorted(daily, key=lambda tag: sum(speaks(one, tag) for one in STAFF)):
        lacks = daily[tag] * COMING_DAYS * MINUTES / 60
        for one in sorted((one for one in STAFF if speaks(one, tag)), key=lambda one: len(one.languages)):
            taken = min(lacks, left[one.email])
            left[one.email] -= taken
            lacks -= taken
        found[tag] = round(lacks, 1)
    return found
