"""What fills the fields of a saved reply, and how the event of a post is told to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.wording import Wording
from mirroring.facts import Facts
from mirroring.plain_text import one_line
from models.conversation import Conversation
from web.families.languages import voices
from web.families.telling import Teller, Words
from web.inbox.conversation.gather import AboutEvent


@dataclass(frozen=True, slots=True)
class EventLine:
    """The event of a post, in a line."""

    title: Words
    when: str
    where: str
    code: str
    is_cancelled: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Speaker:
    """Tells an event in a language. `original` is the language of its facts."""

    original: str
    wordings: Mapping[str, Wording]
    public_url: str
    now: datetime

    def event_line(self, about: AboutEvent, language: str) -> EventLine:
        facts = facts_meant(about, self.now)
        [voice] = voices([language], self.wordings)
        title = Teller(self.original, about.texts, self.wordings).told(facts, voice).title
        return EventLine(
            title, voice.when(facts), one_line(facts.location), about.post.code,
            about.planned.standing == "cancelled" or facts.status == "cancelled", facts.ends_at <= self.now,
        )  # fmt: skip

    def fields(self, talk: Conversation, about: AboutEvent | None, language: str) -> dict[str, str]:
        """field -> what stands for it in `language`; "" where nobody knows."""
        told = {"event": "", "when": "", "where": "", "link": "", "name": talk.author_name}
        if about is None:
            return told
        line = self.event_line(about, language)
        link = f"{self.public_url}/e/{line.code}"
        return {**told, "event": line.title.text, "when": line.when, "where": line.where, "link": link}


def facts_meant(about: AboutEvent, now: datetime) -> Facts:
    """Of the date that the post is about; of a series as a whole: its next date."""
    planned = about.planned
    date = planned.date(about.post.occurrence_at) if about.post.occurrence_at else None
    date = date or (planned.next_date(now) if planned.is_series else None)
    return date.facts if date else planned.facts
