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
from config.urgent import KINDS
from connector.graph.page import identity
from connector.graph.values import Attachment, RemoteComment
from inbox.held import Held, unseen
from inbox.language.tags import UNSURE
from inbox.listen import Ears, Heard
from inbox.moderation import UNDER_WAY
from inbox.one_post import PostReading
from inbox.routing.assign import Call
from inbox.states import News, Said, State, first_state, is_old, next_state, wakes
from inbox.threads import Ours, Thread, by_identity, compare, order, place
from inbox.topics import topic_of
from models.columns import new_id
from models.conversation import Conversation, Message, Visitor, known_comments, visitors
from models.delivery import of_target
from models.page import Page, PagePost

_NOBODY_ASKED = {"before-us": "From before this page was connected.", "": "Answered on Facebook before we saw it."}


@dataclass(slots=True)
class Recorder:
    """Writes the readings of one page. `counts` says what changed; `calls` who must be found to answer.

    `unseen`: posts of which Facebook now counts more comments than before that we may not see -> how many in all.
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
        for conversation_id, messages in self._touched().items():
            self._settle(self.conversations[conversation_id], messages)

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
            permalink=comment.permalink_url, created_at=comment.created_at,
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

    def _settle(self, row: Conversation, messages: Sequence[Message]) -> None:
        """The conversation's language and state after all that is new in it."""
        began, before = row.id in self.begun, row.language
        self._speak(row, messages)
        row.topic = row.topic or topic_of(_of_family(messages), row.language)
        telling = [one for one in messages if not one.automatic]  # a first word answers nothing
        said = [self._said(one) for one in telling if one.removed_at is None or one.id in self.news]
        state = first_state(said) if began else next_state(row.state, said)
        if state is not None and state.state == "closed" and row.state == "open" and row.urgent:
            state = None  # until a person says so
        if state is not None:
            row.urgent = row.urgent if row.state != "closed" else ""
            self._enter(row, state, messages)
        alarms = self._alarm(row, messages)
        if began and row.state != "open":
            row.assignee, row.reason = self.to.fallback, row.reason or _NOBODY_ASKED[row.closed_reason]
        understood = row.state == "open" and before == UNSURE != row.language
        if row.state == "open" and (began or state is not None or understood or alarms):
            heard = self._newest_heard(messages)
            self.to.calls.append(Call(row, heard, not began, state is not None, before))
        if wakes(said):
            row.snoozed_until = None
        row.updated_at = self.now
        self.to.session.add(row)

    def _alarm(self, row: Conversation, messages: Sequence[Message]) -> bool:
        """Is something urgent in what was heard just now? Of two the worse; whoever looked before must look again."""
        fresh = [
            one for one in messages if one.removed_at is None and not is_old(one.created_at, self.page.connected_at)
        ]
        kinds = {heard.urgent.kind for one in fresh if (heard := self.heard.get(one.id)) and heard.urgent}
        if row.state != "open" or not kinds:
            return False
        row.urgent = min(kinds, key=KINDS.index)
        row.urgent_at, row.urgent_seen_by, row.urgent_seen_at = self.now, "", None
        return True

    def _said(self, row: Message) -> Said:
        received = row.direction == "received"
        return Said(
            received, row.created_at, order(row.created_at, row.external_id), owed=row.owed,
            old=received and is_old(row.created_at, self.page.connected_at),
            here=not received and bool(row.author), news=self.news.get(row.id, ""), failed=row.state == "failed",
            undecided=row.state == "needs-person",
        )  # fmt: skip

    def _enter(self, row: Conversation, state: State, messages: Sequence[Message]) -> None:
        row.state, row.closed_reason = state.state, state.reason
        row.closed_at, row.closed_by = (self.now if state.state == "closed" else None), ""
        if state.opened_at:
            row.opened_at = state.opened_at
        if state.state == "open":
            row.answered_at = None
            self.to.counts["opened"] += 1
        row.answered_at = state.answered_at or row.answered_at
        if state.reason == "no-answer-needed":
            row.reason = self._newest_heard(messages).why

    def _speak(self, row: Conversation, messages: Sequence[Message]) -> None:
        """The language of the newest message that asks something, unless that is unsure, or a person said which it is.

        Their word holds as long as one message stands of which they said it, or none was changed.
        """
        asked = [one for one in messages if one.direction == "received" and one.removed_at is None]
        if row.language_by and any(self.news.get(one.id) == "edited" for one in asked):
            row.language_by = next((one.language_by for one in asked if one.language_by), "")
        if row.language_by:
            return
        asked.sort(key=lambda one: (one.owed, order(one.created_at, one.external_id)), reverse=True)
        known = next((one for one in asked if one.language != UNSURE), None)
        if known is not None:
            row.language, row.confidence = known.language, known.confidence
        elif row.language == UNSURE and asked:
            row.confidence = asked[0].confidence

    def _newest_heard(self, messages: Sequence[Message]) -> Heard:
        heard = [one for one in messages if one.id in self.heard]
        heard.sort(key=lambda one: (one.owed, order(one.created_at, one.external_id)))
        return self.heard[heard[-1].id] if heard else Heard(False, "The Page's own words.", unseen=False)


def _of_family(messages: Sequence[Message]) -> str:
    return "\n".join(one.text for one in messages if one.direction == "received" and one.removed_at is None)


def _attachment(attachment: Attachment | None) -> dict[str, str]:
    if attachment is None:
        return {}
    return {
        "type": attachment.type, "title": attachment.title, "url": attachment.url, "image_url": attachment.image_url,
    }  # fmt: skip
