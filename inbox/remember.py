"""Writes what a reading found into our rows: messages, conversations and their states. One transaction, no network.

Rows are looked up again by Facebook's ids inside the transaction, so that a second reading of the same is harmless.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.first_word import is_one
from connector.graph.page import identity
from connector.graph.values import Attachment, RemoteComment
from inbox.aftermath import Aftermath
from inbox.held import Held, unseen
from inbox.listen import Ears, Heard
from inbox.moderation import UNDER_WAY
from inbox.one_post import PostReading
from inbox.routing.assign import Call
from inbox.states import News
from inbox.threads import Difference, Ours, Thread, by_identity, compare, place
from models.columns import new_id
from models.conversation import Conversation, Message, Visitor, known_comments, visitors
from models.delivery import of_target
from models.page import Page, PagePost


@dataclass(slots=True)
class Recorder:
    """Writes the readings of one page. `counts` says what changed; `calls` who must be found to answer.

    `unseen`: posts of which Facebook now counts more comments than before that we may not see -> how many in all.
    `moved`: something stood otherwise than in our rows, also where that is for later. `spoken_at`: of the newest new
    words of a family.
    `fallback` is the e-mail of who has what nobody needs to be asked about: no conversation is without a person.
    `first_words`: the approved ones, by which one that a restored database has forgotten is known again.
    """

    session: Session
    page: Page
    held: Held
    ears: Ears
    fallback: str
    now: datetime
    first_words: Sequence[str] = ()
    counts: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    unseen: dict[str, int] = field(default_factory=dict)
    moved: bool = False
    spoken_at: datetime | None = None

    def write(self, reading: PostReading) -> None:
        """One post: itself, then what was said under it."""
        row = self.held.posts.get(identity(reading.post.id))
        before = unseen(row, self.held.under(reading.post.id))
        row = self._post(reading)
        said = _OnePost(self, reading.said, reading.gone, row.external_id)
        said.write()
        if reading.counted and (now := unseen(row, said.known) - said.not_taken()) > before:
            self.unseen[row.external_id] = now

    def post_gone(self, external_id: str) -> None:
        """Facebook does not show it. A visitor's own words went with it; those of others under it stay as they are."""
        self.moved = True
        row = self.held.posts.get(identity(external_id))
        if row is not None:
            row.gone_at = self.now
            self.session.add(row)
        theirs = [
            one for one in self.held.under(external_id) if identity(one.external_id or "") == identity(external_id)
        ]
        if theirs:
            _OnePost(self, (), [one.id for one in theirs], external_id).write()

    def _post(self, reading: PostReading) -> PagePost:
        """The row of the post. How far it was read is only noted when something moved."""
        post = reading.post
        row = self.held.posts.get(identity(post.id))
        if row is None:
            row = PagePost(
                school=self.page.school, page=self.page.slug, external_id=post.id, created_at=post.created_at
            )
        facts: dict[str, Any] = {
            "updated_at": post.updated_at, "message": post.message, "author_external_id": post.author_id or "",
            "permalink": post.permalink_url, "gone_at": None,
        }  # fmt: skip
        if reading.counted:
            facts["comments_told"] = post.comments_total
        deep = reading.whole and post.more_comments is not None
        if deep or row.read_at is None or any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            self.moved = True
            row.read_at = self.now
            row.census_at = self.now if deep else row.census_at
            self.session.add(row)
        return row


class _OnePost:
    """What was said under one post, against what we hold of it."""

    def __init__(self, recorder: Recorder, said: Sequence[RemoteComment], gone: Sequence[str], post_id: str) -> None:
        self.to, self.said, self.gone, self.post_id = recorder, said, gone, post_id
        self.page, self.now = recorder.page, recorder.now
        self.known: list[Message] = list(recorder.held.under(post_id))
        self.conversations = {row.id: row for row in recorder.held.conversations.get(identity(post_id), ())}
        self.ours: Ours = recorder.held.ours(post_id, recorder.page.facebook_id)
        self.news: dict[str, News] = {}
        self.heard: dict[str, Heard] = {}  # by message id
        self.begun: set[str] = set()

    def write(self) -> None:
        difference = compare(self.said, self.known)
        self.to.moved |= bool(self.gone) or difference != Difference()
        for row, comment in difference.met:
            row.permalink = comment.permalink_url
            self.to.session.add(row)
        for row, comment in difference.hidden:
            self._hide(row, comment)
        for row, _ in difference.returned:
            row.removed_at = None
            self._note(row, "returned")
        for row, comment in difference.edited:
            self._edit(row, comment)
        self._remove(set(self.gone))
        threads = place(
            self._nowhere_else(difference.new), self.post_id, self.known, list(self.conversations.values()), self.ours
        )
        known_people = self._people(threads)
        homes = [self._home(thread, known_people) for thread in threads]
        self.to.session.flush()  # messages point to their conversations
        for thread, conversation in zip(threads, homes, strict=True):
            self._take(thread, conversation)
        after = Aftermath(self.page, self.now, self.to.fallback, self.news, self.heard, self.to.counts)
        for conversation_id, messages in self._touched().items():
            talk = self.conversations[conversation_id]
            self.to.calls += after.settle(talk, messages, began=talk.id in self.begun)
            self.to.session.add(talk)

    def not_taken(self) -> int:
        """How many were shown to us and are no rows here: what the outbox is sending, what stands under another post."""
        held = by_identity(self.known)
        return sum(1 for one in self.said if identity(one.id) not in held)

    # --- messages

    def _nowhere_else(self, new: Sequence[RemoteComment]) -> list[RemoteComment]:
        """Facebook may show one comment under two posts, a photo's and its album's: it stands where it was first met."""
        known = known_comments(self.to.session, self.page.school, self.page.slug, [one.id for one in new])
        return [one for one in new if one.id not in known]

    def _note(self, row: Message, news: News) -> None:
        self.news[row.id] = news
        self.to.counts[news] += 1
        self.to.session.add(row)

    def _hide(self, row: Message, comment: RemoteComment) -> None:
        """Hidden, or shown again, on Facebook; not while a wish of ours is on its way there."""
        owed = of_target(self.to.session, row.school, row.id)
        if any(one.kind == "hide" and one.state in UNDER_WAY for one in owed):
            return
        row.hidden_at, row.hidden_by, row.hidden_why = (self.now if comment.is_hidden else None), "", ""
        self.to.counts["hidden" if comment.is_hidden else "shown"] += 1
        self.to.session.add(row)

    def _edit(self, row: Message, comment: RemoteComment) -> None:
        row.text, row.attachment, row.edited_at = comment.message, _attachment(comment.attachment), self.now
        if row.direction == "received":
            self._hear(row, comment)
        self._note(row, "edited")

    def _remove(self, ids: set[str]) -> None:
        for row in self.known:
            if row.id in ids and row.removed_at is None:
                row.removed_at = self.now
                self._note(row, "removed")

    def _hear(self, row: Message, comment: RemoteComment) -> None:
        heard = self.to.ears.hear(comment)
        row.owed, row.language, row.confidence, row.guess = heard.owed, heard.language, heard.confidence, heard.guess
        row.language_by = ""
        self.heard[row.id] = heard

    def _take(self, thread: Thread, conversation: Conversation) -> None:
        for comment in thread.comments:
            row = self._message(comment, conversation)
            if row.direction == "received":
                self._hear(row, comment)
                self.to.spoken_at = max(self.to.spoken_at or row.created_at, row.created_at)
            self.known.append(row)
            self._note(row, "new")

    def _message(self, comment: RemoteComment, conversation: Conversation) -> Message:
        own = self.ours.wrote(comment)
        return Message(
            id=new_id("me"), school=self.page.school, page=self.page.slug, conversation_id=conversation.id,
            direction="sent" if own else "received", text=comment.message, external_id=comment.id,
            parent_external_id=comment.parent_id or ("" if comment.id == self.post_id else self.post_id),
            post_external_id=self.post_id, author="" if own else comment.author_name or "",
            author_external_id=comment.author_id or "", attachment=_attachment(comment.attachment),
            permalink=comment.permalink_url, created_at=comment.created_at, seen_at=self.now,
            hidden_at=self.now if comment.is_hidden else None, state="sent" if own else "",
            automatic=own and is_one(comment.message, self.to.first_words),
        )  # fmt: skip

    # --- conversations

    def _home(self, thread: Thread, known_people: Mapping[str, Visitor]) -> Conversation:
        known = self.conversations.get(thread.conversation_id or "")
        return known or self._begin(thread.comments[0], known_people)

    def _touched(self) -> dict[str, list[Message]]:
        """The conversations that something is new in, each with all that was said in it."""
        found: dict[str, list[Message]] = {row.conversation_id: [] for row in self.known if row.id in self.news}
        for row in self.known:
            if row.conversation_id in found and row.direction != "note":
                found[row.conversation_id].append(row)
        return found

    def _begin(self, first: RemoteComment, known_people: Mapping[str, Visitor]) -> Conversation:
        family = "" if self.ours.wrote(first) else first.author_id or ""
        row = Conversation(
            id=new_id("co"), school=self.page.school, page=self.page.slug, post_external_id=self.post_id,
            comment_external_id=first.id, visitor_id=known_people[family].id if family else None,
            author_name=(first.author_name or "") if family else "", author_external_id=family,
            state="closed", opened_at=first.created_at, updated_at=self.now,
        )  # fmt: skip
        self.to.session.add(row)
        self.conversations[row.id] = row
        self.begun.add(row.id)
        return row

    def _people(self, threads: Sequence[Thread]) -> dict[str, Visitor]:
        """The named families of these threads; those we meet for the first time are written down."""
        named = {
            one.author_id: one.author_name or ""
            for thread in threads
            for one in thread.comments
            if one.author_id and not self.ours.wrote(one)
        }
        known = visitors(self.to.session, self.page.school, self.page.slug, named) if named else {}
        for external_id, name in named.items():
            row = known.get(external_id) or Visitor(
                school=self.page.school, page=self.page.slug, external_id=external_id, first_seen_at=self.now
            )
            row.name = name or row.name
            self.to.session.add(row)
            known[external_id] = row
        if named:
            self.to.session.flush()
        return known


def _attachment(attachment: Attachment | None) -> dict[str, str]:
    if attachment is None:
        return {}
    return {
        "type": attachment.type, "title": attachment.title, "url": attachment.url, "image_url": attachment.image_url,
    }  # fmt: skip
