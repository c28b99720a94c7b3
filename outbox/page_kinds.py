"""What goes to a Facebook Page: new posts, edits, the comment under an edited post, staff's replies to families."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, select

from connector.errors import Gone
from connector.graph.page import FacebookPage, identity
from connector.graph.values import RemoteComment
from models.conversation import Conversation, Message
from models.delivery import Attempt, Delivery
from models.page import Page, PagePost
from models.post import Post
from outbox.kinds import Absent, Errand, Look, Stands, Unclear

# Clocks differ a little, ours and Facebook's: look this far before the attempt began.
SLACK = timedelta(minutes=10)


class Publish:
    """A new post, found again by the code of its own link in its text."""

    repeatable = False
    gone: Literal["failed", "needs-person"] = "needs-person"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        post = _post(session, delivery)
        if post is None or post.state != "due":
            return None
        return Errand(delivery, post.text, post.link, marker=post.code, older=_older(session, post))

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        published = door.publish(errand.text, errand.link)
        return Stands(published.id, published.permalink_url or "")

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        earlier = [(one, at) for one, at in errand.older if at < attempt.started_at]
        newest = max((at for _, at in earlier), default=attempt.started_at)
        reading = door.own_posts(min(newest, attempt.started_at - SLACK) - timedelta(seconds=1))
        for post in reading.posts:
            if errand.marker in post.message:
                return Stands(post.id, post.permalink_url or "")
        if not reading.complete:
            return Unclear("the page could not be read to the end")
        seen = {identity(post.id) for post in reading.posts}
        if earlier and not any(identity(one) in seen for one, _ in earlier):
            return Unclear("the page shows none of the posts that stood there before")
        return Absent()

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
            older=_comments_under(session, post, under.external_id),
        )  # fmt: skip

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        return Stands(door.comment(errand.to, errand.text))

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        return _look_among(door, errand, lambda comment: errand.marker in comment.message, attempt)


class Reply:
    """A staff member's answer under a family's comment, found again by its text among the Page's own replies there."""

    repeatable = False
    gone: Literal["failed", "needs-person"] = "needs-person"

    def prepare(self, session: Session, delivery: Delivery) -> Errand | None:
        message = _message(session, delivery)
        if message is None or message.external_id:
            return None
        query = select(Message.external_id).where(
            Message.school == message.school, Message.page == message.page, col(Message.external_id).is_not(None)
        )
        ours = query.where(Message.direction == "sent", Message.post_external_id == message.post_external_id)
        taken = frozenset(identity(str(one)) for one in session.exec(ours))
        # Any comment that stood there before shows that a read is true: what it answers may lie deep below the newest.
        older = _comments_under(session, message, message.post_external_id)
        if message.parent_external_id != message.post_external_id:  # a visitor's post is no comment of its own
            older += ((message.parent_external_id, message.created_at),)
        return Errand(
            delivery, message.text, to=message.parent_external_id, under=message.post_external_id, taken=taken, older=older
        )  # fmt: skip

    def send(self, door: FacebookPage, errand: Errand) -> Stands:
        return Stands(door.comment(errand.to, errand.text))

    def look(self, door: FacebookPage, errand: Errand, attempt: Attempt) -> Look:
        wanted = _normal(errand.text)
        return _look_among(door, errand, lambda comment: _normal(comment.message) == wanted, attempt)

    def done(self, session: Session, delivery: Delivery, result: Stands, now: datetime) -> None:
        message = _message(session, delivery)
        if message is not None:
            _make_room(session, message, result.external_id)
            message.external_id, message.state = result.external_id, "sent"
            _turn(session, message, "open", "waiting")

    def lost(
        self, session: Session, delivery: Delivery, state: Literal["failed", "needs-person"], now: datetime
    ) -> None:
        message = _message(session, delivery)
        if message is not None:
            message.state = state
            _turn(session, message, "waiting", "open")  # we still owe the family an answer
            if state == "failed":
                _close_if_nothing_stands(session, message, now)


def _turn(session: Session, message: Message, old: str, new: str) -> None:
    """Whose turn it is, unless the family wrote again after this answer."""
    talk = _talk(session, message)
    if talk.state == old and talk.opened_at <= message.created_at:
        talk.state = new


def _talk(session: Session, message: Message) -> Conversation:
    query = select(Conversation).where(
        Conversation.school == message.school, Conversation.id == message.conversation_id
    )
    return session.exec(query).one()


def _close_if_nothing_stands(session: Session, message: Message, now: datetime) -> None:
    """An answer that is given up is still owed, unless the family took all its words away."""
    query = select(Message.id).where(
        Message.school == message.school, Message.conversation_id == message.conversation_id,
        Message.direction == "received", col(Message.removed_at).is_(None),
    )  # fmt: skip
    talk = _talk(session, message)
    if talk.state == "open" and session.exec(query.limit(1)).first() is None:
        talk.state, talk.closed_reason, talk.closed_at = "closed", "elsewhere", now


def _make_room(session: Session, message: Message, external_id: str) -> None:
    """A person may say that what we read as typed on Facebook is this very answer: it stands once."""
    if (known := standing_as(session, message, external_id)) is not None:
        session.delete(known)
        session.flush()


def standing_as(session: Session, message: Message, external_id: str) -> Message | None:
    """Another message under the same post that is known by this id."""
    query = select(Message).where(
        Message.school == message.school, Message.page == message.page, Message.id != message.id,
        Message.post_external_id == message.post_external_id, col(Message.external_id).is_not(None),
    )  # fmt: skip
    wanted = identity(external_id)
    return next((row for row in session.exec(query) if identity(str(row.external_id)) == wanted), None)


def _look_among(door: FacebookPage, errand: Errand, is_it: Callable[[RemoteComment], bool], attempt: Attempt) -> Look:
    """Look for our own comment among the newest of the post, at every level, back to before the attempt.

    At every level, because Facebook keeps two: a reply to a reply hangs under the top comment, not under what it answers.
    """
    walk, seen = door.comments(errand.under), set[str]()
    for batch in walk:
        for comment in batch:
            if is_it(comment) and _may_be_ours(door, comment, errand, attempt):
                return Stands(comment.id)
            seen.add(identity(comment.id))
        if batch and batch[-1].created_at < attempt.started_at - SLACK:
            break
    else:
        if not walk.complete:
            return Unclear("the comments could not be read to the end")
    if not door.comment_exists(errand.to):
        raise Gone("What this answers is no longer on Facebook.")
    if errand.older and not any(identity(one) in seen for one, _ in errand.older):
        return Unclear("the post shows none of the comments that stood there before")
    return Absent()


def _may_be_ours(door: FacebookPage, comment: RemoteComment, errand: Errand, attempt: Attempt) -> bool:
    by_us = comment.author_id in (None, door.page_id)
    fresh = comment.created_at >= attempt.started_at - SLACK
    return by_us and fresh and identity(comment.id) not in errand.taken


def _normal(text: str) -> str:
    """Facebook may trim and re-compose what it stores; compare without that."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _post(session: Session, delivery: Delivery) -> Post | None:
    return session.exec(select(Post).where(Post.school == delivery.school, Post.id == delivery.target)).one_or_none()


def _message(session: Session, delivery: Delivery) -> Message | None:
    query = select(Message).where(Message.school == delivery.school, Message.id == delivery.target)
    return session.exec(query).one_or_none()


def _comments_under(session: Session, ours: Post | Message, external_id: str) -> tuple[tuple[str, datetime], ...]:
    """The newest comments that we know to stand under a post."""
    query = select(Message.external_id, Message.created_at).where(
        Message.school == ours.school, Message.page == ours.page, Message.post_external_id == external_id,
        col(Message.external_id).is_not(None), col(Message.removed_at).is_(None),
    )  # fmt: skip
    found = session.exec(query.order_by(col(Message.created_at).desc()).limit(5))
    return tuple((str(one), at) for one, at in found if str(one) != external_id)


def _older(session: Session, post: Post) -> tuple[tuple[str, datetime], ...]:
    """The newest of the Page's own posts that we know to stand: a read that shows none of them proves nothing."""
    ours = select(Post.external_id, Post.sent_at).where(
        Post.school == post.school, Post.page == post.page, Post.state == "sent", col(Post.under).is_(None)
    )
    page = select(Page.facebook_id).where(Page.school == post.school, Page.slug == post.page)
    seen = select(PagePost.external_id, PagePost.created_at).where(
        PagePost.school == post.school, PagePost.page == post.page, col(PagePost.gone_at).is_(None),
        PagePost.author_external_id == session.exec(page).one(),
    )  # fmt: skip
    found = [*session.exec(ours.order_by(col(Post.sent_at).desc()).limit(5))]
    found += [*session.exec(seen.order_by(col(PagePost.created_at).desc()).limit(5))]
    return tuple((str(one), at) for one, at in found if one and at)
