"""What a Facebook Page says: new posts, edits, the comment under an edited post."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, select

from connector.errors import Gone
from connector.graph.page import FacebookPage, identity
from models.delivery import Attempt, Delivery
from models.post import Post
from outbox.finding import SLACK, comments_under, look_among, own_posts, tried_at, weigh
from outbox.kinds import Absent, Errand, Look, Stands


class Publish:
    """A new post, found again by the code of its own link in its text."""

    repeatable = False
    gone: Literal["failed", "needs-person"] = "needs-person"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        post = _post(session, delivery)
        if post is None or post.state != "due":
            return None
        before = tried_at(session, post.school, delivery.id)
        return Errand(
            delivery, post.text, post.link, marker=post.code, older=own_posts(session, post.school, post.page, before)
        )

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        published = door.publish(errand.text, errand.link)
        return Stands(published.id, published.permalink_url or "")

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        earlier = [(one, at) for one, at in errand.older if at < attempt.started_at]
        newest = max((at for _, at in earlier), default=attempt.started_at)
        reading = door.own_posts(min(newest, attempt.started_at - SLACK) - timedelta(seconds=1))
        found = [post for post in reading.posts if errand.marker in post.message]
        seen = {identity(post.id) for post in reading.posts}
        return weigh(found, seen, {identity(one) for one, _ in earlier}, complete=reading.complete)

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        post = _post(session, delivery)
        if post is not None:
            post.state, post.external_id, post.sent_at = "sent", result.external_id, post.sent_at or now
            post.permalink = result.permalink or post.permalink

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        """The post row stays due: a person settles the delivery."""


class Revise:
    """The whole new text of a post that stands. Editing twice is editing once."""

    repeatable = True
    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        post = _post(session, delivery)
        if post is None or not post.external_id:
            return None
        return Errand(delivery, post.text, to=post.external_id)

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        door.revise(errand.to, errand.text)
        return Stands(errand.to)

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        found = door.post(errand.to)
        if found is None:
            raise Gone("The post is no longer on Facebook.")
        return Stands(errand.to) if found.message == errand.text else Absent()

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        """The row says already what should stand."""

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        """The text on Facebook is the older one; the delivery's error says so."""


class Comment(Publish):
    """The comment by the Page under an edited post, found again by its code."""

    gone: Literal["failed", "needs-person"] = "failed"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        post = _post(session, delivery)
        if post is None or post.state != "due" or post.under is None:
            return None
        under = session.exec(select(Post).where(Post.school == post.school, Post.id == post.under)).one()
        if not under.external_id:
            return None
        return Errand(
            delivery, post.text, marker=post.code, to=under.external_id, under=under.external_id,
            older=comments_under(session, post, under.external_id, tried_at(session, post.school, delivery.id)),
        )  # fmt: skip

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        return Stands(door.comment(errand.to, errand.text))

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        return look_among(door, errand, lambda comment: errand.marker in comment.message, attempt)


def _post(session: Session, delivery: Delivery) -> Post | None:
    return session.exec(select(Post).where(Post.school == delivery.school, Post.id == delivery.target)).one_or_none()
