"""What a replayed year cost people, and whether the promises held: counted from our rows and from what stands outside."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from benchmarks.misfortunes import Broken
from models.conversation import Message
from models.database import Database
from models.delivery import Attempt, deliveries, in_state
from models.event import Event
from models.post import Post
from models.source import sources
from rehearsal.facebook.world import Comment, World
from rehearsal.facebook.world import Post as Standing
from rehearsal.town.office import Office
from rehearsal.town.places import ZONE

_CODE = re.compile(r"/e/([\w-]+)")
_ANSWER = re.compile(r"^Answer \d+:")


@dataclass
class Tally:
    """`false_holds`: why and when. `wrong_cancellations`: events. `cards`: deliveries that needed a person, and why."""

    db: Database
    school: str
    world: World
    office: Office
    counts: Counter[str] = field(default_factory=Counter)
    false_holds: list[str] = field(default_factory=list)
    wrong_cancellations: set[str] = field(default_factory=set)
    cards: dict[str, str] = field(default_factory=dict)
    held: bool = False

    def after_round(self, now: datetime, *, accident: Broken | None) -> None:
        self.counts["rounds"] += 1
        with self.db.read() as session:
            self._holds(session, now, accident)
            self._cancellations(session)
            for one in in_state(session, self.school, "needs-person"):
                self.cards.setdefault(one.id, f"{now:%Y-%m-%d} {one.kind}: {one.error}")

    def _holds(self, session: Session, now: datetime, accident: Broken | None) -> None:
        [source] = sources(session, self.school)
        if source.held_at is not None and not self.held:
            self.counts["holds"] += 1
            if accident is None:
                self.false_holds.append(f"{now:%Y-%m-%d}: {source.held_reason}")
        self.held = source.held_at is not None
        self.counts["rounds with a refused calendar"] += bool(source.problem)

    def _cancellations(self, session: Session) -> None:
        """Told to families as cancelled, or taken for cancelled by us, though the school never said so."""
        query = select(Post.event_id).where(Post.school == self.school, Post.kind == "cancellation")
        told = set(session.exec(query))
        for event in session.exec(select(Event).where(Event.school == self.school)):
            day = event.recurrence_id.astimezone(ZoneInfo(ZONE)).date() if event.recurrence_id else None
            if (event.id in told or event.status == "cancelled") and not self.office.is_off(event.uid, day):
                self.wrong_cancellations.add(f"{event.title} {event.starts_at:%Y-%m-%d}")

    # --- at the end

    def doubles(self) -> list[str]:
        """Texts of ours that stand more than once: posts and comments by their code, answers by their number."""
        with self.world.lock:
            there: list[Standing | Comment] = [*self.world.posts.values(), *self.world.comments.values()]
            marks = Counter(_mark(one.message) for one in there if one.by_page and not one.removed_at)
        return [mark for mark, count in marks.items() if mark and count > 1]

    def lost_comments(self) -> list[str]:
        """What families said and still stands, but not as the same words in exactly one message of ours."""
        with self.db.read() as session:
            rows = list(
                session.exec(select(Message).where(Message.school == self.school, Message.direction == "received"))
            )
        held = Counter(str(row.external_id).rpartition("_")[2] for row in rows)
        words = {str(row.external_id).rpartition("_")[2]: row for row in rows}
        with self.world.lock:
            families = {name: one for name, one in self.world.comments.items() if not one.by_page}
            wrong = [name for name, one in families.items() if not one.removed_at and held[name] != 1]
            wrong += [
                name
                for name, one in families.items()
                if not one.removed_at and name in words and words[name].text != one.message
            ]
            wrong += [
                name
                for name, one in families.items()
                if one.removed_at and name in words and not words[name].removed_at
            ]
        return wrong

    def not_sent(self) -> list[str]:
        """What is owed still, though nothing is wrong any more, and answers that do not stand."""
        with self.db.read() as session:
            open_ones = in_state(session, self.school, "due", "sending", "unsure", "needs-person")
            waiting = [f"{one.kind} {one.state}: {one.error}" for one in open_ones]
            answers = select(Message).where(
                Message.school == self.school, Message.direction == "sent", Message.state == "sent"
            )
            said = [row.text for row in session.exec(answers) if _ANSWER.match(row.text) and not row.removed_at]
        with self.world.lock:
            standing = {one.message for one in self.world.comments.values() if not one.removed_at}
        return waiting + [text for text in said if text not in standing]

    def doubts(self) -> int:
        """Writes of which nobody knew at first whether they stand."""
        with self.db.read() as session:
            return len(
                session.exec(select(Attempt.id).where(Attempt.school == self.school, Attempt.outcome == "unsure")).all()
            )

    def deliveries(self) -> int:
        with self.db.read() as session:
            return len(deliveries(session, self.school))


def _mark(text: str) -> str:
    code, answer = _CODE.search(text), _ANSWER.match(text)
    return code.group(1) if code else answer.group() if answer else ""
