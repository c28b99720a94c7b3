"""Promises: what somebody told a family they would do, by a day. They outlive the closing of the conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from config.hours import working_time
from inbox.days import day_meant
from inbox.language.clean import bare
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from models.audit import note
from models.promise import Promise, promise
from models.school import School, school_named
from models.staff import StaffMember

LONGEST = 300  # characters of what is promised
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an answer seems to promise. `due_on` is None where it names no day."""

    what: str
    due_on: date | None


def make(
    session: Session, school: str, conversation_id: str, what: str, due_on: date, owner: str, email: str, now: datetime
) -> Promise:
    """`owner` will do it, `email` wrote it down. Raises NotPossible."""
    maker, keeper = _person(session, school, email), _person(session, school, owner)
    asked = the_conversation(session, school, conversation_id)
    row = Promise(
        school=school, conversation_id=asked.id, what=_checked(what), due_on=due_on, owner=keeper.email,
        made_by=maker.email, made_at=now,
    )  # fmt: skip
    _check_day(session, school, due_on, now)
    session.add(row)
    note(session, school, now, maker.email, "make promise", row.id, conversation=conversation_id, due_on=str(due_on))
    session.flush()
    return row


def keep(session: Session, school: str, promise_id: str, email: str, now: datetime) -> Promise:
    """It is done. Kept twice is kept once."""
    person, row = _person(session, school, email), _promise(session, school, promise_id)
    if row.kept_at is None:
        _must_be_open(row)
        row.kept_at, row.kept_by = now, person.email
        _write(session, row, "keep promise", person, now)
    return row


def drop(session: Session, school: str, promise_id: str, email: str, why: str, now: datetime) -> Promise:
    """It is let go, with a reason that colleagues can read."""
    person, row = _person(session, school, email), _promise(session, school, promise_id)
    why = " ".join(why.split())
    if not why:
        raise NotPossible("A promise is only let go with a reason: say why the family need not wait for it.")
    if row.dropped_at is None:
        _must_be_open(row)
        row.dropped_at, row.dropped_by, row.dropped_because = now, person.email, why[:LONGEST]
        _write(session, row, "drop promise", person, now)
    return row


def move(
    session: Session, school: str, promise_id: str, email: str, now: datetime, *, due_on: date, owner: str = ""
) -> Promise:
    """To another day, to another owner, or both. `owner` "" leaves it with whom it is."""
    person, row = _person(session, school, email), _promise(session, school, promise_id)
    keeper = _person(session, school, owner).email if owner else row.owner
    _must_be_open(row)
    if (due_on, keeper) == (row.due_on, row.owner):
        return row
    if due_on != row.due_on:
        _check_day(session, school, due_on, now)
    before = {"due_on": str(row.due_on), "owner": row.owner}
    row.due_on, row.owner = due_on, keeper
    _write(session, row, "move promise", person, now, before=before, after={"due_on": str(due_on), "owner": keeper})
    return row


# --- days


def today_at(school: School, now: datetime) -> date:
    return now.astimezone(ZoneInfo(school.timezone)).date()


def is_overdue(row: Promise, today: date) -> bool:
    """`today` is the school's. Closed days move nothing: the family was told that day."""
    return row.kept_at is None and row.dropped_at is None and row.due_on < today


def is_closed_on(school: School, day: date) -> bool:
    """Is nobody at school on this day? It is told where a day is chosen."""
    hours = working_time(school.hours, school.timezone, school.closed)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(school.timezone))
    return hours.next_open(midnight).astimezone(ZoneInfo(school.timezone)).date() != day


def day_of(text: str, today: date, language: str = "en") -> date:
    """The day that somebody typed. Raises NotPossible."""
    found = day_meant(text, today, language)
    if found is None:
        raise NotPossible(f"“{text.strip()[:40]}” names no day that is still to come: write a date such as {today}.")
    return found


# --- what an answer seems to promise

_PROMISES = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| am going to| are going to|'m going to|'re going to)"
    r" (?:\w+ )?(?:find out|let (?:you|everyone|everybody|u) know|check|ask|look into|get back|tell you|confirm|"
    r"call you|write|send|post|follow up|share|update|see if|answer|reply|email)\b"
    r"|\blet me (?:find out|check|ask|look into|confirm)\b"
    r"|\b(?:le|les|te|lo|la|se lo) (?:\w+ )?(?:avis|confirm|inform|respond|dir|dar|llam|escrib|contest|mand|envi|cuent|comunic)\w*"
    r"|\b(?:voy|vamos) a (?:averiguar|preguntar|revisar|ver|confirmar|consultar|checar|avisar|investigar|llamar|mandar|enviar)\w*"
    r"|\b(?:averiguar|preguntar|revisar|confirmar|consultar|avisar|investigar)(?:e|emos)\b"
    r"|\bdejeme (?:averiguar|preguntar|revisar|ver|confirmar|consultar)\b"
)
_SENTENCE = re.compile(r"[^.!?\n。！？]+[.!?。！？]*")


def suggestion(text: str, today: date, language: str = "en") -> Suggestion | None:
    """The first sentence of an answer that promises something; one that names a day comes before others."""
    said = [one.strip() for one in _SENTENCE.findall(text)]
    found = [
        Suggestion(one[:LONGEST], day_meant(one, today, language))
        for one in said
        if _PROMISES.search(" ".join(bare(one.lower().replace("’", "'")).split()))
    ]
    return min(found, key=lambda one: one.due_on is None, default=None)


# --- the rows


def _person(session: Session, school: str, email: str) -> StaffMember:
    return one_who_answers(session, school, email, "make promises")


def _promise(session: Session, school: str, promise_id: str) -> Promise:
    row = promise(session, school, promise_id)
    if row is None:
        raise NotPossible(f"{school} has no promise {promise_id}: look at the list of promises.")
    return row


def _must_be_open(row: Promise) -> None:
    if row.kept_at is not None:
        raise NotPossible("This promise was kept already: make a new one if there is more to do.")
    if row.dropped_at is not None:
        raise NotPossible("This promise was let go already: make a new one if it is to be kept after all.")


def _checked(what: str) -> str:
    what = " ".join(what.split())
    if not what:
        raise NotPossible("The promise is empty: write what the family was promised.")
    if len(what) > LONGEST:
        raise NotPossible(f"The promise has {len(what)} characters, more than {LONGEST}: say it shorter.")
    return what


def _check_day(session: Session, school: str, due_on: date, now: datetime) -> None:
    today = today_at(school_named(session, school), now)
    if due_on < today:
        raise NotPossible("That day is over: choose today or a later day.")
    if due_on - today > FARTHEST:
        raise NotPossible("That day is more than a year away: choose a nearer one.")


def _write(session: Session, row: Promise, what: str, person: StaffMember, now: datetime, **details: object) -> None:
    session.add(row)
    why = row.dropped_because if what == "drop promise" else ""
    note(session, row.school, now, person.email, what, row.id, why, conversation=row.conversation_id, **details)
