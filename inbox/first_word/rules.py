"""Decides whether a family gets a first word in its language, before somebody answers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from config.first_word import filled, first_name
from config.hours import QuietHours
from config.languages import wider_tags
from config.wording import Wording, wording_for
from config.wording.day import whole_day
from inbox.language.tags import UNSURE
from inbox.presence import writer
from models.conversation import Conversation, Message
from models.page import Page
from models.school import School
from models.staff import StaffMember
from models.switched_on import FirstWord

FRESH = timedelta(hours=12)  # a first word that comes later than this is none
AGAIN = timedelta(days=1)  # not the same family twice within this
PER_POST = 3  # first words under one post within AGAIN: strangers in one thread need no more to see that somebody reads
SURE = 0.9  # of a guessed language


@dataclass(frozen=True, slots=True)
class Ways:
    """What the school switched on. `by`: whom it names, "" for whoever has the comment."""

    school: School
    since: datetime
    by: str
    words: Mapping[str, FirstWord]
    people: Mapping[str, StaffMember]
    pages: Mapping[str, Page]


@dataclass(slots=True)
class Given:
    """First words of the last day: to which families (their ids and names), and how many under each post."""

    families: set[str] = field(default_factory=set)
    posts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, talk: Conversation) -> None:
        self.families |= _marks(talk)
        self.posts[talk.page, talk.post_external_id] += 1


def why_not(talk: Conversation, said: Sequence[Message], ways: Ways, given: Given, now: datetime) -> str:
    """Why this family gets no first word now, in a few words; "" where it gets one."""
    under = newest_asked(said)
    if talk.state != "open" or under is None:
        return "nothing is owed"
    if talk.urgent:
        return "urgent: a person, at once"
    return (
        _not_in_this_language(talk, under, ways)
        or _not_in_this_thread(talk, said, given, now)
        or _not_now(talk, under, ways, now)
    )


def _not_in_this_language(talk: Conversation, under: Message, ways: Ways) -> str:
    if talk.language == UNSURE or not (talk.language_by or talk.confidence >= SURE):
        return "the language is not sure"
    words = words_for(talk.language, ways.words)
    if words is None:
        return "no approved words in this language"
    return "from before" if under.created_at < max(ways.since, words.approved_at) else ""


def _not_in_this_thread(talk: Conversation, said: Sequence[Message], given: Given, now: datetime) -> str:
    if any(_answers(one) for one in said) or writer(talk, now):
        return "a person answers"
    if any(one.automatic and (not _marks(talk) or now - one.created_at < AGAIN) for one in said):
        return "this thread has one"
    if _marks(talk) & given.families:
        return "this family had one today"
    return "enough under this post today" if given.posts[talk.page, talk.post_external_id] >= PER_POST else ""


def _not_now(talk: Conversation, under: Message, ways: Ways, now: datetime) -> str:
    page = ways.pages.get(talk.page)
    if page is None or _rests(page, now):
        return "the page rests"
    if under.created_at < max(page.connected_at, ways.school.resumed_at or page.connected_at):
        return "from before"
    if now - under.created_at > FRESH:
        return "too late"
    if named(talk, ways) is None or talk.due_at is None or talk.due_at <= now:
        return "nobody, or no day, to name"
    return "quiet hours" if QuietHours.parse(page.quiet_hours).covers(now, ways.school.timezone) else ""


def words_for(language: str, words: Mapping[str, FirstWord]) -> FirstWord | None:
    """es-MX is greeted in es."""
    return next((words[tag] for tag in wider_tags(language) if tag in words), None)


def named(talk: Conversation, ways: Ways) -> StaffMember | None:
    return ways.people.get(ways.by) or ways.people.get(talk.assignee or "")


def newest_asked(said: Sequence[Message]) -> Message | None:
    """What the first word would stand under: the family's newest words that ask something and stand for all to see."""
    asked = [
        one for one in said if one.direction == "received" and one.owed and one.external_id
        if one.removed_at is None and one.hidden_at is None
    ]  # fmt: skip
    return max(asked, key=lambda one: one.created_at, default=None)


def the_words(
    words: FirstWord, person: StaffMember, due_at: datetime, zone: str, wordings: Mapping[str, Wording]
) -> str:
    """As the family reads them: with the name, and the day in the school's time."""
    day = due_at.astimezone(ZoneInfo(zone)).date()
    return filled(
        words.text,
        first_name(person.name),
        whole_day(day, words.language, wording_for(words.language, wordings)),
    )


def _answers(one: Message) -> bool:
    return one.direction == "sent" and not one.automatic and one.state != "failed" and one.removed_at is None


def _marks(talk: Conversation) -> set[str]:
    """By which a family is known again anywhere at the school: pages tell different ids of the same person."""
    return {one for one in (talk.author_external_id, talk.author_name) if one}


def _rests(page: Page, now: datetime) -> bool:
    return bool(page.off_at or page.token_problem or page.blocked_at or (page.parked_until and page.parked_until > now))
