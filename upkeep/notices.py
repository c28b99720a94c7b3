"""Tells the people who can mend it, once for each card, after all is written down and outside any transaction.

At least once: a program that dies between the sending and the note of it tells again, which harms nobody.
docs/decisions/0016.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from connector.errors import OutsideError, TryLater
from models.card import Card, told
from models.database import Database
from models.school import School
from models.staff import StaffMember, staff

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
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


class Telling(Protocol):
    """connector.notices.Notifier."""

    def send(self, title: str, body: str, *, to: Sequence[str], reference: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Tries:
    """Notices of one card that failed so far, and when the next may be tried."""

    count: int
    next_at: datetime


Failed = MutableMapping[str, Tries]  # card id ->


def send_notices(
    db: Database,
    notifier: Telling,
    school: School,
    cards: Sequence[Card],
    public_url: str,
    now: datetime,
    failed: Failed,
) -> list[str]:
    """One notice for each open card that nobody was told of yet. Returns a sentence for each that could not be sent."""
    with db.read() as session:
        people = staff(session, school.slug)
    wrong: list[str] = []
    for card in [one for one in cards if one.told_at is None]:
        if card.id in failed and failed[card.id].next_at > now:
            continue
        try:
            notifier.send(
                title_of(school, card), text_of(school, card, public_url), to=menders(card, people), reference=card.id
            )
        except OutsideError as error:
            failed[card.id] = _again(failed.get(card.id), now)
            log.warning("a notice was not sent", card=card.id, kind=card.kind, tries=failed[card.id].count)
            wrong += [error.message] if error.message not in wrong else []
            if isinstance(error, TryLater):
                break  # the next would wait for the same server
            continue
        failed.pop(card.id, None)
        with db.write() as session:
            told(session, school.slug, card.id, now)
        log.info("a notice was sent", card=card.id, kind=card.kind)
    return wrong


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


def _again(before: Tries | None, now: datetime) -> Tries:
    """After 1, 2, 4 … 60 minutes."""
    count = before.count + 1 if before else 1
    return Tries(count, now + min(FIRST_WAIT * 2 ** min(count - 1, 10), LONGEST_WAIT))
