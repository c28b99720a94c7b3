"""The whole way of one text, as steps that a person can read: what `routes explain` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.topics import topic_name
from inbox.language.guess import Guesser, LanguageGuess
from inbox.owed import Owed, owes_answer
from inbox.permitted import NotPossible
from inbox.routing.decide import Route, Rules, Speaker, route
from inbox.routing.roster import all_rules, speakers, words_of_event
from inbox.routing.rules import About
from inbox.topics import topic_of
from inbox.urgent.first import KIND_NAMES, looks_after, why_urgent
from inbox.urgent.lists import words_of
from inbox.urgent.look import Urgent, UrgentWords
from models.page import pages
from models.school import School
from models.staff import StaffMember

_ANYWHERE = About()


@dataclass(frozen=True, slots=True)
class Explained:
    """`route` is None for what needs no answer. `topic` is one of config.topics, or ""."""

    guess: LanguageGuess
    owed: Owed
    route: Route | None
    topic: str = ""
    urgent: str = ""  # one of config.urgent

    @property
    def steps(self) -> tuple[str, ...]:
        if not self.route:
            return (*self.guess.steps, f"No answer needed: {self.owed.reason}")
        return (
            *self.guess.steps,
            f"Owed: {self.owed.reason}",
            *((f"Urgent: {KIND_NAMES[self.urgent]}.",) if self.urgent else ()),
            *((f"Topic: {topic_name(self.topic, 'en')}.",) if self.topic else ()),
            *(f"Passed over: {one}." for one in self.route.tried),
            f"Rule: {self.route.own or self.route.rule}.",
            f"Person: {self.route.assignee}, by {self.route.due_at.isoformat(timespec='minutes')}.",
            self.reason,
        )

    @property
    def reason(self) -> str:
        return self.route.reason if self.route else self.owed.reason


@dataclass(frozen=True, slots=True)
class Alarm:
    """What makes a text urgent at this school, and who looks after that now; `without`: whom it would have been."""

    words: UrgentWords
    person: StaffMember | None
    without: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """What is known at one school, at one moment, of who answers; and under which post of which page a text is tried."""

    languages: tuple[str, ...]
    speakers: tuple[Speaker, ...]
    rules: Rules
    now: datetime
    about: About = _ANYWHERE
    alarm: Alarm | None = None

    def explain(self, text: str, guesser: Guesser) -> Explained:
        return explain(
            text, guesser, self.languages, self.speakers, self.rules, self.now, about=self.about, alarm=self.alarm
        )


def here(session: Session, school: School, now: datetime, *, page: str = "", event_id: str = "") -> Here:
    """`page` "" is the only one, where there is only one. NotPossible where there is no such page or event."""
    known = {one.slug: one.group or "" for one in pages(session, school.slug)}
    if page and page not in known:
        raise NotPossible(f"{school.slug} has no page {page}: choose {' or '.join(known) or 'none'}.")
    page = page or (next(iter(known)) if len(known) == 1 else "")
    told = words_of_event(session, school.slug, event_id) if event_id else ""
    if event_id and not told:
        raise NotPossible(f"{school.slug} has no event {event_id}: `events` lists them.")
    people = tuple(speakers(session, school, now).values())
    about = About(page=page, group=known.get(page, ""), event=told)
    alarm = Alarm(words_of(session, school.slug), *looks_after(session, school, now))
    return Here(tuple(school.languages), people, all_rules(session, school), now, about, alarm)


def explain(
    text: str,
    guesser: Guesser,
    languages: Sequence[str],
    speakers: Sequence[Speaker],
    rules: Rules,
    now: datetime,
    *,
    prior: Mapping[str, float] | None = None,
    attachment: str = "",
    about: About = _ANYWHERE,
    alarm: Alarm | None = None,
) -> Explained:
    guess, owed = guesser.guess(text, languages, prior), owes_answer(text, attachment)
    if alarm and (found := alarm.words.look(text)):
        return Explained(guess, owed, _at_once(found, alarm, rules, now), topic_of(text, guess.language), found.kind)
    if not owed.owed:
        return Explained(guess, owed, None)
    topic = about.topic or topic_of(text, guess.language)
    way = route(
        guess.language, guess.candidates, speakers, rules, now,
        attachment_only=bool(attachment) and owed.no_language, mixed_with=guess.mixed_with, about=replace(about, topic=topic),
    )  # fmt: skip
    return Explained(guess, owed, way, topic)


def _at_once(found: Urgent, alarm: Alarm, rules: Rules, now: datetime) -> Route:
    """To the person for what is urgent, past all rules."""
    reason = why_urgent(found.kind, f"“{found.phrase}”", alarm.person, alarm.without)
    assignee = alarm.person.email if alarm.person else None
    return Route(assignee, "urgent", reason, rules.working.add(now, rules.respond_within))


def explained_json(explained: Explained) -> dict[str, Any]:
    """The same for programs; times in ISO 8601."""
    told = asdict(explained.route) if explained.route else None
    if told:
        told["due_at"] = told["due_at"].isoformat()
    return {
        "language": explained.guess.language,
        "confidence": explained.guess.confidence,
        "mixed_with": explained.guess.mixed_with,
        "candidates": [list(pair) for pair in explained.guess.candidates],
        "engines": list(explained.guess.engines),
        "owed": explained.owed.owed,
        "topic": explained.topic,
        "urgent": explained.urgent,
        "reason": explained.reason,
        "route": told,
        "steps": list(explained.steps),
    }
