"""Ten years of a small school: a calendar with all its events, and the rows that posts, families and staff left behind."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Any

from sqlmodel import col, select

import models.tables  # noqa: F401  (rows point to each other's tables)
from mirroring.facts import to_json
from mirroring.gather import event_facts
from models.audit import Audit
from models.columns import new_id
from models.conversation import Assignment, Conversation, Message, Visitor
from models.database import Database
from models.delivery import Attempt, Delivery
from models.event import Event
from models.post import Post
from rehearsal.town.families import comments

YEARS, EVENTS_A_YEAR, POSTS_EACH = 10, 150, 4
CONVERSATIONS, COMMENTS, VISITORS = 20_000, 30_000, 900
SCHOOL, PAGE, OFFICE = "maple-street", "pta-page", "office@maple.example"
_NEW = 90  # days: what is younger than this the rehearsal brings itself


def calendar(today: date, own: bytes) -> bytes:
    """The sample school's calendar, and before it ten years of events that are over."""
    days = YEARS * 365 - _NEW
    old = [
        f"BEGIN:VEVENT\r\nUID:old-{number}@maple\r\nSUMMARY:Evening number {number} at school\r\nLOCATION:Gym\r\n"
        f"DTSTART:{today - timedelta(days=_NEW + number * days // _events()):%Y%m%d}T230000Z\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
        for number in range(_events())
    ]
    return own.replace(b"END:VCALENDAR", "".join(old).encode() + b"END:VCALENDAR")


def _events() -> int:
    return YEARS * EVENTS_A_YEAR


def fill(db: Database, now: datetime) -> dict[str, int]:
    """The rows of ten years; how many of each kind. The events are there already: the calendar was read."""
    with db.read() as session:
        query = select(Event).where(Event.school == SCHOOL, col(Event.starts_at) < now - timedelta(days=_NEW - 1))
        events = session.exec(query).all()
    chance, counts = random.Random(7), dict[str, int]()
    for rows in (_told(events), _families(events, chance), _done(events)):
        while some := list(islice(rows, 2_000)):
            _put(db, some, counts)
    return counts


def _put(db: Database, rows: Iterable[Any], counts: dict[str, int]) -> None:
    with db.write() as session:
        for kind in (Visitor, Post, Conversation, Delivery, Attempt, Message, Assignment, Audit):
            some = [one for one in rows if isinstance(one, kind)]
            session.add_all(some)
            session.flush()
            if some:
                counts[kind.__name__] = counts.get(kind.__name__, 0) + len(some)


def _told(events: Sequence[Event]) -> Iterator[Any]:
    """An announcement, a reminder and two more about each event; each was sent once."""
    for event in events:
        said = {"facts": to_json(event_facts(event, "America/Chicago"))}
        for number in range(POSTS_EACH):
            at = event.starts_at - timedelta(days=14 - 4 * number)
            kind = "announcement" if number == 0 else "reminder"
            row = Post(
                school=SCHOOL, page=PAGE, kind=kind, event_id=event.id, purpose=f"{kind}:{number}:{event.id}", state="sent",
                text=f"{event.title}. In two languages, with time and place, {at:%A}.", fingerprint="old", said=said, created_at=at,
                due_at=at, sent_at=at, expires_at=event.ends_at, occurrence_at=event.starts_at if number else None,
                external_id=f"10001_{event.id}{number}", permalink="https://www.facebook.com/10001/posts/old",
            )  # fmt: skip
            yield row
            yield from _sent("publish", row.id, at)


def _sent(kind: str, target: str, at: datetime) -> tuple[Delivery, Attempt]:
    owed = Delivery(
        school=SCHOOL, kind=kind, lane=f"page:{PAGE}", target=target, revision="first", state="sent", attempts=1,
        created_at=at, next_at=at, settled_at=at, external_id=f"10001_{target}",
    )  # fmt: skip
    tried = Attempt(
        school=SCHOOL, delivery_id=owed.id, number=1, process="old", started_at=at, ended_at=at, outcome="sent"
    )
    return owed, tried


def _families(events: Sequence[Event], chance: random.Random) -> Iterator[Any]:
    """Conversations of one comment or two, nearly all answered; and who had them."""
    long_ago = events[0].starts_at
    visitors = [
        Visitor(school=SCHOOL, page=PAGE, external_id=f"{number}", name=f"Family {number}", first_seen_at=long_ago)
        for number in range(VISITORS)
    ]
    yield from visitors
    texts, left, numbers = [one.text for one in comments() if one.text], COMMENTS - CONVERSATIONS, count(1)
    for number in range(CONVERSATIONS):
        event, visitor = chance.choice(events), chance.choice(visitors)
        at = event.starts_at - timedelta(hours=chance.randrange(1, 300))
        twice = number < left
        yield from _talk(event, visitor, at, [chance.choice(texts) for _ in range(1 + twice)], numbers)


def _talk(event: Event, visitor: Visitor, at: datetime, texts: list[str], numbers: Iterator[int]) -> Iterator[Any]:
    post, answered = f"10001_{event.id}0", at + timedelta(hours=3)
    talk = Conversation(
        school=SCHOOL, page=PAGE, post_external_id=post, comment_external_id=f"{post}_{next(numbers)}", language="es",
        visitor_id=visitor.id, author_name=visitor.name, author_external_id=visitor.external_id, confidence=0.95,
        state="closed", closed_reason="answered", closed_at=answered, closed_by=OFFICE, assignee=OFFICE, opened_at=at,
        answered_at=answered, updated_at=answered, reason="Maria speaks Spanish.",
    )  # fmt: skip
    yield talk
    shared = {"school": SCHOOL, "page": PAGE, "conversation_id": talk.id, "post_external_id": post}
    for text in texts:
        yield Message(
            **shared, direction="received", text=text, language="es", external_id=f"{post}_{next(numbers)}", author=visitor.name,
            author_external_id=visitor.external_id, created_at=at,
        )  # fmt: skip
    answer = Message(
        **shared, id=new_id("me"), direction="sent", text="Sí, hay cuidado de niños en el gimnasio.", state="sent", author=OFFICE,
        external_id=f"{post}_{next(numbers)}", created_at=answered,
    )  # fmt: skip
    yield answer
    yield from _sent("reply", answer.id, answered)
    yield Assignment(
        school=SCHOOL, conversation_id=talk.id, email=OFFICE, by="routing", reason="speaks Spanish", assigned_at=at
    )
    for what in ("reply", "close"):
        yield Audit(school=SCHOOL, at=answered, by=OFFICE, what=what, subject=talk.id)


def _done(events: Sequence[Event]) -> Iterator[Any]:
    for event in events:
        yield Audit(school=SCHOOL, at=event.starts_at.astimezone(UTC), by=OFFICE, what="approve", subject=event.id)
