"""One conversation as its page shows it. Pure: rows in, values out; the templates only place them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inbox.language.tags import ALL_LANGUAGES, UNSURE
from inbox.presence import writer
from models.conversation import Conversation, Message
from models.delivery import Delivery
from models.school import School
from web.families.event_view import web_address
from web.inbox.conversation.gather import Gathered

SHOWN = 40  # messages; the older ones are a click away
_SURE, _FAIRLY = 0.9, 0.7
Standing = Literal["", "on-its-way", "checking", "sent", "needs-you", "failed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `who` is "" for a family without a name, and for what was typed on Facebook by the Page."""

    id: str
    kind: Literal["received", "sent", "note"]
    who: str
    at: datetime
    text: str
    language: str
    edited_at: datetime | None
    removed_at: datetime | None
    hidden_at: datetime | None
    hidden_by: str
    hidden_why: str
    hiding: Literal["", "under-way", "needs-you"]
    can_be_hidden: bool
    private: bool
    attachment: str
    attachment_url: str
    permalink: str
    standing: Standing
    delivery_id: str
    error: str
    automatic: bool  # a first word: `who` approved it
    machine: Mapping[str, str]  # of what was sent in another language than it was written in


@dataclass(frozen=True, slots=True)
class Tongue:
    """How the language is known. `candidates`: (tag, percent) to choose from at a click, where nobody is sure."""

    tag: str
    sure: Literal["said", "sure", "fairly", "guess", "unsure"]
    by: str
    why: str
    candidates: tuple[tuple[str, int], ...]
    choices: tuple[str, ...]


def lines(found: Gathered, *, everything: bool) -> tuple[list[Line], int]:
    """The thread in order, and how many older messages are left away."""
    said = [one for one in found.said if not (one.automatic and one.state == "failed")]  # nobody ever saw it
    shown = said if everything else said[-SHOWN:]
    return [_line(one, found) for one in shown], len(said) - len(shown)


def _line(one: Message, found: Gathered) -> Line:
    delivery = found.deliveries.get(one.id)
    theirs = one.direction == "received" and one.removed_at is None and bool(one.external_id)
    kind: Literal["received", "sent", "note"] = (
        "note" if one.direction == "note" else "sent" if one.direction == "sent" else "received"
    )
    return Line(
        id=one.id,
        kind=kind,
        who=one.author if kind == "received" else found.name_of(one.author),
        at=one.created_at,
        text="" if one.removed_at else one.text,
        language="" if one.language == UNSURE else one.language,
        edited_at=one.edited_at,
        removed_at=one.removed_at,
        hidden_at=one.hidden_at,
        hidden_by=found.name_of(one.hidden_by),
        hidden_why=one.hidden_why,
        hiding=_hiding(one, delivery),
        can_be_hidden=theirs and one.external_id != one.post_external_id,
        private=one.private,
        attachment=str(one.attachment.get("type", "")),
        attachment_url=web_address(str(one.attachment.get("url", ""))),
        permalink=web_address(one.permalink),
        standing=standing(one, delivery),
        delivery_id=delivery.id if delivery else "",
        error=delivery.error if delivery else "",
        automatic=one.automatic,
        machine=one.machine,
    )


def standing(one: Message, delivery: Delivery | None) -> Standing:
    """How far an answer of ours is; "" for all others and for what was typed on Facebook."""
    if one.direction != "sent" or not one.author:
        return ""
    owed = delivery.state if delivery else ""
    if "needs-person" in (one.state, owed):
        return "needs-you"
    if one.state == "failed" or owed in ("failed", "dropped", "expired"):
        return "failed"
    if one.state == "sent":
        return "sent"
    return "checking" if owed == "unsure" else "on-its-way"


def _hiding(one: Message, delivery: Delivery | None) -> Literal["", "under-way", "needs-you"]:
    """Whether others still see, or don't see yet, what this page says they don't, or do."""
    if one.direction != "received" or delivery is None:
        return ""
    if delivery.state == "needs-person":
        return "needs-you"
    return "under-way" if delivery.state in ("due", "sending", "unsure") else ""


def tongue(found: Gathered, school: School) -> Tongue:
    """The language of the conversation, with the way it was found."""
    talk = found.talk
    guess = next((one.guess for one in reversed(found.said) if one.direction == "received" and one.guess), {})
    candidates = [(str(tag), round(100 * float(share))) for tag, share in guess.get("candidates", [])]
    sure = _sureness(talk)
    offered = [one for one in candidates if one[1] >= 1 and one[0] != talk.language][:3]
    return Tongue(
        tag=talk.language, sure=sure, by=found.name_of(talk.language_by), why=str(guess.get("why", "")),
        candidates=tuple(offered) if sure in ("unsure", "guess") else (),
        choices=tuple(dict.fromkeys([*school.languages, *(tag for tag, _ in candidates), *ALL_LANGUAGES])),
    )  # fmt: skip


def _sureness(talk: Conversation) -> Literal["said", "sure", "fairly", "guess", "unsure"]:
    if talk.language_by:
        return "said"
    if talk.language == UNSURE:
        return "unsure"
    return "sure" if talk.confidence >= _SURE else "fairly" if talk.confidence >= _FAIRLY else "guess"


def also_writing(found: Gathered, email: str, now: datetime) -> str:
    """The name of a colleague who writes an answer just now."""
    there = writer(found.talk, now)
    return found.name_of(there) if there not in ("", email) else ""


def newer(said: Sequence[Message], seen: str, email: str) -> Mapping[str, int]:
    """How much came after the message `seen`, from whom: {"received": 1, "sent": 2}. One's own does not count."""
    ids = [one.id for one in said]
    later = said[ids.index(seen) + 1 :] if seen in ids else said
    counts = {"received": 0, "sent": 0}
    for one in later:
        if one.direction in counts and one.author != email and not one.automatic:
            counts[one.direction] += 1
    return counts
