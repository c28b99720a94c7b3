"""What the page of one conversation is made of: rows, read in one transaction, each query within the school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from connector.graph.page import identity
from inbox.permitted import the_conversation
from inbox.routing.decide import ANSWERING_ROLES
from inbox.urgent.first import first_in
from inbox.urgent.lists import words_of
from inbox.urgent.look import Urgent
from mirroring.gather import planned_events
from mirroring.planned import PlannedEvent
from models.conversation import Conversation, Message, messages, of_visitor
from models.delivery import Delivery
from models.draft import Draft, SavedReply, drafts_of, saved_replies
from models.event import EventText, texts_of
from models.page import Page, PagePost
from models.post import Post
from models.promise import Promise, promises_of
from models.school import School
from models.shared import Shared, shared_of
from models.staff import StaffMember

ANSWERS, HIDING = ("reply", "first-word", "private-reply"), ("hide",)
EARLIER = 5  # conversations of the same family that are shown


@dataclass(frozen=True, slots=True)
class AboutEvent:
    """The event that the post was made for."""

    post: Post
    planned: PlannedEvent
    texts: Sequence[EventText]


@dataclass(frozen=True, slots=True)
class Gathered:
    """`deliveries`: message id -> how far our answer is, where it does not stand yet. `people`: who ever answered here."""

    talk: Conversation
    said: Sequence[Message]
    deliveries: Mapping[str, Delivery]
    page: Page
    post: PagePost | None
    event: AboutEvent | None
    people: Mapping[str, StaffMember]
    drafts: Mapping[str, Draft]
    saved: Sequence[SavedReply]
    promises: Sequence[Promise]
    shared: Shared | None
    earlier: Sequence[tuple[Conversation, str]]
    alarm: Urgent | None  # what made it urgent, of words that still stand

    def name_of(self, email: str) -> str:
        found = self.people.get(email)
        return found.name if found else email

    def answering(self) -> list[StaffMember]:
        """Those who may have it, by name."""
        there = [one for one in self.people.values() if one.role in ANSWERING_ROLES and one.off_at is None]
        return sorted(there, key=lambda one: one.name)


def gather(session: Session, school: School, conversation_id: str, now: datetime) -> Gathered:
    """NotPossible where there is no such conversation."""
    talk = the_conversation(session, school.slug, conversation_id, only_look=True)
    said = messages(session, school.slug, [talk.id])[talk.id]
    return Gathered(
        talk=talk,
        said=said,
        deliveries=owed(session, school.slug, said),
        page=session.exec(select(Page).where(Page.school == school.slug, Page.slug == talk.page)).one(),
        post=_page_post(session, talk),
        event=about_event(session, school, talk, now),
        people={one.email: one for one in session.exec(select(StaffMember).where(StaffMember.school == school.slug))},
        drafts=drafts_of(session, school.slug, talk.id),
        saved=saved_replies(session, school.slug),
        promises=promises_of(session, school.slug, talk.id),
        shared=shared_of(session, school.slug, talk.id),
        earlier=_earlier(session, talk),
        alarm=first_in(said, words_of(session, school.slug)) if talk.urgent else None,
    )


def owed(session: Session, school: str, said: Sequence[Message]) -> dict[str, Delivery]:
    """The newest delivery of each answer that does not stand yet, and of each comment that was ever hidden from here."""
    answers = [one.id for one in said if one.direction == "sent" and one.state not in ("sent", "")]
    comments = [one.id for one in said if one.direction == "received"]
    return {**_deliveries(session, school, ANSWERS, answers), **_deliveries(session, school, HIDING, comments)}


def _deliveries(session: Session, school: str, kinds: Sequence[str], targets: Sequence[str]) -> dict[str, Delivery]:
    found: dict[str, Delivery] = {}
    for start in range(0, len(targets), 500):
        query = select(Delivery).where(
            Delivery.school == school,
            col(Delivery.kind).in_(kinds),
            col(Delivery.target).in_(targets[start : start + 500]),
        )
        found.update({row.target: row for row in session.exec(query.order_by(col(Delivery.created_at)))})
    return found


def about_event(session: Session, school: School, talk: Conversation, now: datetime) -> AboutEvent | None:
    """Of a post that we made; a post by hand is about nothing that we know."""
    names = (talk.post_external_id, identity(talk.post_external_id))
    query = select(Post).where(Post.school == school.slug, Post.page == talk.page, col(Post.external_id).in_(names))
    post = session.exec(query.limit(1)).first()
    planned = planned_events(session, school, {post.event_id}, now) if post and post.event_id else []
    if post is None or not planned:
        return None
    return AboutEvent(post, planned[0], texts_of(session, school.slug, [planned[0].id])[planned[0].id])


def _page_post(session: Session, talk: Conversation) -> PagePost | None:
    query = select(PagePost).where(
        PagePost.school == talk.school, PagePost.page == talk.page, PagePost.external_id == talk.post_external_id
    )
    return session.exec(query).one_or_none()


def _earlier(session: Session, talk: Conversation) -> list[tuple[Conversation, str]]:
    """Other conversations of the same family, with the first words of each. Of a nameless one nobody knows."""
    if talk.visitor_id is None:
        return []
    rows = [one for one in of_visitor(session, talk.school, talk.visitor_id) if one.id != talk.id][:EARLIER]
    said = messages(session, talk.school, [one.id for one in rows])
    return [(one, next((first.text for first in said[one.id] if not first.removed_at), "")) for one in rows]
