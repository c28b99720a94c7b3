"""One event as its public page shows it to one reader. Pure: values in, values out; the template only places them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from mirroring.blocks import Voice
from mirroring.facts import Facts, from_json, same_words
from mirroring.plain_text import one_line
from mirroring.planned import EventDate, PlannedEvent
from models.post import Post
from web.families.add_links import AddLink, add_links
from web.families.telling import Teller, Told, Words

DATES = 8  # next dates of a series that are shown


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of a series; title and place only where they are not the usual ones."""

    when: str
    title: Words | None
    place: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """`before` is the old time of an event that was moved after families had heard of it, else ""."""

    told: Told
    when: str
    before: str
    place: str
    url: str
    is_cancelled: bool
    is_over: bool
    dates: tuple[DateLine, ...]
    facebook: str
    add_links: tuple[AddLink, ...]


def event_view(
    event: PlannedEvent,
    ics: str,
    said: Sequence[Post],
    opened: Post,
    teller: Teller,
    voice: Voice,
    now: datetime,
    link: str,
) -> EventView:
    """`said` are all posts about the event, `opened` the one whose link was followed; `link` leads here."""
    told = teller.told(event.facts, voice)
    is_cancelled = event.standing == "cancelled"
    ahead = [one for one in event.dates if one.facts.ends_at > now]
    return EventView(
        told=told,
        when=voice.when(event.facts),
        before="" if is_cancelled else _before(event.facts, said, voice),
        place=one_line(event.facts.location),
        url=web_address(event.facts.url),
        is_cancelled=is_cancelled,
        is_over=not ahead and event.facts.ends_at <= now,
        dates=() if is_cancelled or not event.is_series else _dates(event, ahead, teller, voice),
        facebook=web_address(_permalink(said, opened)),
        add_links=() if is_cancelled else add_links(event.facts, ics, told.title.text, link, is_series=event.is_series),
    )


def _dates(event: PlannedEvent, ahead: Sequence[EventDate], teller: Teller, voice: Voice) -> tuple[DateLine, ...]:
    return tuple(_date_line(event.facts, one, teller, voice) for one in ahead[:DATES])


def _date_line(usual: Facts, date: EventDate, teller: Teller, voice: Voice) -> DateLine:
    facts = date.facts
    return DateLine(
        when=voice.when(facts),
        title=None if same_words(usual.title, facts.title) else teller.told(facts, voice).title,
        place="" if same_words(usual.location, facts.location) else one_line(facts.location),
        is_cancelled=not date.on,
    )


def _before(facts: Facts, said: Sequence[Post], voice: Voice) -> str:
    """The time that families knew before the newest change they were told of; "" if it is the same time."""
    changes = [post for post in said if post.kind == "change" and post.state == "sent" and "before" in post.said]
    if not changes or facts.rhythm:
        return ""
    old = from_json(changes[-1].said["before"])
    words = voice.when(old)
    return "" if words == voice.when(facts) else words


def _permalink(said: Sequence[Post], opened: Post) -> str:
    """Where the event can be talked about: the post that was opened, or the one it stands under; only what stands."""
    here = [post for post in said if post.page == opened.page and post.state == "sent" and post.permalink]
    wanted = (opened.under or opened.id, opened.id)
    best = [post for post in here if post.id in wanted] or [post for post in here if not post.under]
    return (best[0].permalink or "") if best else ""


def web_address(url: str) -> str:
    """`url` if a browser may be sent there; a calendar can hold any scheme, `javascript:` too."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.hostname else ""
