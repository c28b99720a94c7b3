"""What becomes of a conversation after something new was said in it: its language, topic and state, and whether it alarms.

No query and no network: rows are changed in place, and whoever calls keeps them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.urgent import KINDS
from inbox.language.tags import UNSURE
from inbox.listen import Heard
from inbox.routing.assign import Call
from inbox.states import News, Said, State, first_state, is_old, next_state, wakes
from inbox.threads import order
from inbox.topics import topic_of
from models.conversation import Conversation, Message
from models.page import Page

_NOBODY_ASKED = {"before-us": "From before this page was connected.", "": "Answered on Facebook before we saw it."}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """`news` and `heard`: by message id, what one reading found out. `fallback` has what nobody needs to be asked about."""

    page: Page
    now: datetime
    fallback: str
    news: Mapping[str, News]
    heard: Mapping[str, Heard]
    counts: Counter[str]

    def settle(self, row: Conversation, messages: Sequence[Message], *, began: bool) -> list[Call]:
        """The conversation's language, topic and state after all that is new in it; a call if somebody must be found for it."""
        before = row.language
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
            row.assignee, row.reason = self.fallback, row.reason or _NOBODY_ASKED[row.closed_reason]
        if wakes(said):
            row.snoozed_until = None
        row.updated_at = self.now
        understood = before == UNSURE != row.language
        if row.state != "open" or not (began or state is not None or understood or alarms):
            return []
        return [Call(row, self._newest_heard(messages), not began, state is not None, before)]

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
            self.counts["opened"] += 1
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
