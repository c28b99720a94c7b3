"""Tells the people who can mend it, once for each card, after all is written down and outside any transaction.

At least once: a program that dies between the sending and the note of it tells again, which harms nobody.
docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.errors import OutsideError, TryLater
from models.card import Card, told
from models.database import Database
from models.notice import NoticeChoice, choices
from models.school import School
from models.staff import StaffMember, staff
from upkeep.happenings import listeners
from upkeep.telling import Listener, who_hears_of_a_dead_token
from upkeep.ways import Ways

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_OF_TOKENS = ("token", "expiry", "blocked")  # the moment that people call token-died
_MENDERS = {"paused": ("owner",), "erasure": ("owner", "staff")}
_MAY_MEND = ("owner", "volunteer")
_TITLES = {
    "token": "{subject} is cut off from Facebook",
    "expiry": "{subject} will soon be cut off from Facebook",
    "blocked": "Facebook refuses what {subject} writes",
    "double-booking": "{subject} is booked twice",
    "erasure": "somebody asks to be forgotten",
}
_HOW = {
    "token": "Whoever runs this server puts the new token where the site file reads it, and runs `load` with that file. "
    "Until then nothing is lost: posts and answers wait, and comments are fetched afterwards.",
    "expiry": "Whoever runs this server puts the new token where the site file reads it, and runs `load` with that file.",
    "blocked": "Until then posts and answers of this page wait.",
    "double-booking": "Nothing is changed by itself, on neither side; this closes once the two no longer overlap.",
}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tries:
    """Notices of one card that failed so far, and when the next may be tried."""

    count: int
    next_at: datetime


Failed = MutableMapping[str, Tries]  # card id ->


def send_notices(
    db: Database,
    ways: Ways,
    school: School,
    cards: Sequence[Card],
    public_url: str,
    now: datetime,
    failed: Failed,
) -> list[str]:
    """One notice for each open card that nobody was told of yet. Returns a sentence for each that could not be sent."""
    untold = [one for one in cards if one.told_at is None and not waits(failed, one.id, now)]
    if not untold:
        return []
    with db.read() as session:
        people, chosen = staff(session, school.slug), choices(session, school.slug)
        who = listeners(session, school, people, chosen, ways.by_mail)
    wrong: list[str] = []
    for card in untold:
        to = {one.email for one in _hearers(card, people, who)}
        try:
            told_one = _send(card, [one for one in people if one.email in to], chosen, ways, school, public_url)
        except OutsideError as error:
            failed[card.id] = again(failed.get(card.id), now)
            log.warning("a notice was not sent", card=card.id, kind=card.kind, tries=failed[card.id].count)
            wrong += [error.message] if error.message not in wrong else []
            if isinstance(error, TryLater):
                break  # the next would wait for the same server
            continue
        failed.pop(card.id, None)
        if told_one:
            with db.write() as session:
                told(session, school.slug, card.id, now)
            log.info("a notice was sent", card=card.id, kind=card.kind)
    return wrong


def _hearers(card: Card, people: Sequence[StaffMember], who: Sequence[Listener]) -> list[Listener]:
    emails = menders(card, people)
    found = [one for one in who if one.email in emails]
    return who_hears_of_a_dead_token(found) if card.kind in _OF_TOKENS else found


def _send(
    card: Card, to: Sequence[StaffMember], chosen: Mapping[str, NoticeChoice], ways: Ways, school: School, public_url: str
) -> bool:  # fmt: skip
    """By each one's own way, the others by the common one. Raises OutsideError when it reached nobody; False: no way."""
    title, text = title_of(school, card), text_of(school, card, public_url)
    own = [one.email for one in to if _own(chosen, one.email)]
    others = [one.email for one in to if one.email not in own]
    reached, trouble = False, None
    for email in own:
        try:
            ways.own(chosen[email]).send(title, text, reference=card.id)
            reached = True
        except OutsideError as error:
            trouble = error
    if ways.common is not None and (others or not own or not ways.common.personal):
        try:
            ways.common.send(title, text, to=others, reference=card.id)
            reached = True
        except OutsideError as error:
            trouble = error
    if trouble is not None and not reached:
        raise trouble
    return reached


def _own(chosen: Mapping[str, NoticeChoice], email: str) -> bool:
    return email in chosen and bool(chosen[email].channel_sealed)


def menders(card: Card, people: Sequence[StaffMember]) -> list[str]:
    """Mail addresses of those who can mend it: of a double booking also the center's own people."""
    center = about(card) if card.kind == "double-booking" else None
    return [
        one.email
        for one in people
        if one.role in _MENDERS.get(card.kind, _MAY_MEND)
        or (center is not None and (one.role, one.center) == ("center", center))
    ]


def about(card: Card) -> str:
    """The slug, or the id, of what it is about."""
    return card.subject.partition(":")[0]


def title_of(school: School, card: Card) -> str:
    return f"{school.name}: {_TITLES.get(card.kind, 'something waits for you').format(subject=about(card))}"


def text_of(school: School, card: Card, public_url: str) -> str:
    """What happened, what to do, and where; no token, and nothing that a family wrote."""
    sentence = card.message.removeprefix(f"{card.subject}: ").rstrip(".")
    happened, _, mend = sentence.rpartition(": ")
    lines = [f"{about(card)}: {happened or mend}."]
    lines += [f"What to do: {mend}." if happened else "", _HOW.get(card.kind, "")]
    lines += [f"Where: {public_url} ({school.name}); the command `doctor` there tells more."]
    return "\n\n".join(line for line in lines if line) + "\n"


def waits(failed: Failed, key: str, now: datetime) -> bool:
    """Did it fail so lately that it is not tried yet?"""
    return key in failed and failed[key].next_at > now


def again(before: Tries | None, now: datetime) -> Tries:
    """After 1, 2, 4 … 60 minutes."""
    count = before.count + 1 if before else 1
    return Tries(count, now + min(FIRST_WAIT * 2 ** min(count - 1, 10), LONGEST_WAIT))
