"""Families who comment, edit and remove; staff who answer; a volunteer who decides in the morning what waits for a person."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from benchmarks.tally import Tally
from inbox.replies import NotPossible, reply
from mirroring import decide
from models.card import open_card
from models.conversation import Conversation, Message
from models.database import Database
from models.delivery import Delivery, in_state
from models.event import Event
from models.page import pages
from models.post import Post
from models.source import sources
from outbox.person import settle_by_hand
from rehearsal.facebook.happenings import add_comment, edit_comment, picture, remove_comment
from rehearsal.facebook.world import Comment, Person, World
from rehearsal.facebook.world import Post as Standing
from rehearsal.town.families import FAMILIES, comments
from rehearsal.town.office import Office
from rehearsal.town.site import FALLBACK
from upkeep.release import release

RECENT = timedelta(days=12)


@dataclass
class People:
    """Each deed is a throw of seeded dice."""

    db: Database
    school: str
    world: World
    office: Office
    tally: Tally
    chance: random.Random
    answered: int = 0
    said: list[str] = field(default_factory=list)

    def families(self, now: datetime) -> None:
        """Comments under recent posts, replies to earlier ones; some are edited or taken away later."""
        with self.world.lock:
            for family in FAMILIES:
                self.world.people.setdefault(family.external_id, Person(family.external_id, family.name))
            recent = [
                post
                for post in self.world.posts.values()
                if not post.removed_at and post.created_at > (now - RECENT).timestamp()
            ]
            for _ in range(self.chance.choice((0, 0, 0, 1, 1, 2)) if recent else 0):
                self._comment(self.chance.choice(recent))
            self._second_thoughts(now)

    def _comment(self, post: Standing) -> None:
        sample = self.chance.choice(comments())
        under = [one for one in self.world.comments.values() if one.post_id == post.id and not one.removed_at]
        parent = self.chance.choice(under) if under and self.chance.random() < 0.25 else None
        made = add_comment(
            self.world, post, sample.text, author_id=sample.family.external_id, parent=parent,
            attachment=picture("photo", "https://scontent.example/photo.jpg") if sample.attachment else None,
            tags=[tag.as_json() for tag in sample.tags],
        )  # fmt: skip
        self.said.append(made.id.rpartition("_")[2])

    def _second_thoughts(self, now: datetime) -> None:
        """Of what was said more than a day ago, so that it was read: of a hundred, two are removed and some four edited."""
        for name in self.said[-30:]:
            comment = self.world.comments[name]
            if comment.removed_at or comment.created_at > (now - timedelta(days=1.5)).timestamp():
                continue
            if self.chance.random() < 0.0007:
                remove_comment(self.world, comment)
                self.tally.counts["comments removed"] += 1
            elif self.chance.random() < 0.0015 and comment.message:
                edit_comment(self.world, comment, f"{comment.message} (!)")
                self.tally.counts["comments edited"] += 1

    def staff(self, now: datetime) -> None:
        """Most open conversations are answered soon."""
        with self.db.write() as session:
            query = select(Conversation.id).where(Conversation.school == self.school, Conversation.state == "open")
            for id in session.exec(query.order_by(Conversation.comment_external_id)).all():
                if self.chance.random() < 0.6:
                    try:
                        reply(session, self.school, id, FALLBACK, f"Answer {self.answered}: yes, do come!", now)
                        self.answered += 1
                    except NotPossible:
                        self.tally.counts["answers not possible"] += 1

    def morning(self, now: datetime, *, accident: bool) -> None:
        """A volunteer looks at what waits, once a day, and knows what the school means."""
        with self.db.write() as session:
            for page in pages(session, self.school):
                if open_card(session, self.school, "expiry", page.slug):
                    self._sign_in_anew(page.facebook_id, now)
                if page.blocked_at is not None:
                    release(session, self.school, page.slug, FALLBACK, now)
            for source in sources(session, self.school):
                if source.held_at is not None and not accident:
                    release(session, self.school, source.slug, FALLBACK, now)
            self._missing(session, now)
            for owed in in_state(session, self.school, "needs-person"):
                self._settle(session, owed, now)

    def _sign_in_anew(self, page_id: str, now: datetime) -> None:
        """Twice a year or so: the access to people's data ends, which the card foretells."""
        with self.world.lock:
            for token in self.world.tokens.values():
                if token.page_id == page_id:
                    token.issued_at = now.timestamp()
        self.tally.counts["sign-ins renewed"] += 1

    def _missing(self, session: Session, now: datetime) -> None:
        query = select(Event).where(
            Event.school == self.school, Event.status == "missing", col(Event.missing_decided) == ""
        )
        for event in list(session.exec(query)):
            if self.office.is_off(event.uid):
                decide.approve(session, self.school, event.id, FALLBACK, now)
                self.tally.counts["missing events decided"] += 1

    def _settle(self, session: Session, owed: Delivery, now: datetime) -> None:
        """Looks on the page whether it stands."""
        post = session.exec(select(Post).where(Post.school == self.school, Post.id == owed.target)).one_or_none()
        answer = session.exec(
            select(Message).where(Message.school == self.school, Message.id == owed.target)
        ).one_or_none()
        wanted = post.code if post else answer.text if answer else ""
        there: list[Standing | Comment] = [*self.world.posts.values(), *self.world.comments.values()]
        standing = [one for one in there if not one.removed_at]
        found = next((one.id for one in standing if wanted and wanted in one.message), "")
        gone = "no longer" in owed.error or "removed" in owed.error
        settle_by_hand(session, self.school, owed.id, FALLBACK, now, sent=found, again=not found and not gone)
