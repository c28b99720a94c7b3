"""Posts as those who plan them see them: the words in each language, when they go out, and why they wait. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.wording import Wording, wording_for
from mirroring.compose import BETWEEN
from models.audit import Audit
from models.delivery import Delivery
from models.page import Page
from models.post import Post
from web.moments import Moments
from web.speech import Speech

STATES = {  # tab -> the states it shows
    "coming": ("draft", "waiting", "due"),
    "out": ("sent",),
    "held": ("withdrawn",),
}
_STUCK = ("needs-person", "unsure", "failed")


@dataclass(frozen=True, slots=True)
class Block:
    """One language's part of a post; `language` is "" for what belongs to all of them."""

    text: str
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class PostLine:
    """`why` is a sentence: what happens to it next, or what became of it. `trouble` is what stops it."""

    id: str
    kind: str
    page: str
    title: str
    event_id: str | None
    state: str
    at: datetime
    why: str
    trouble: str
    permalink: str
    by_hand: str
    by_hand_link: str
    blocks: tuple[Block, ...]
    may_approve: bool
    may_hold: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a post's history."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Known:
    """What posts are shown with: titles by event id, pages by slug, what is owed by post id."""

    titles: Mapping[str, str]
    pages: Mapping[str, Page]
    owed: Mapping[str, Sequence[Delivery]]
    wordings: Mapping[str, Wording]
    speech: Speech
    moments: Moments


def post_line(post: Post, known: Known) -> PostLine:
    page = known.pages.get(post.page)
    owed = known.owed.get(post.id, ())
    return PostLine(
        id=post.id, kind=post.kind, page=post.page, title=_title(post, known), event_id=post.event_id,
        state=post.state, at=post.sent_at or post.due_at, why=_why(post, known), trouble=_trouble(post, page, owed, known),
        permalink=post.permalink or "", by_hand=post.looks_like.get("text", ""),
        by_hand_link=web_link(post.looks_like.get("permalink", "")), blocks=tuple(blocks(post, known.wordings)),
        may_approve=post.state == "waiting", may_hold=post.state in ("waiting", "due") and not _is_under_way(owed),
    )  # fmt: skip


def _title(post: Post, known: Known) -> str:
    """What it tells back begins with what families said first: a school may tell many things."""
    if post.event_id:
        return known.titles.get(post.event_id, "")
    said = next((pairs[0][0] for pairs in post.said.get("words", {}).values()), "")
    return ": ".join(filter(None, (known.speech.say("You said, we did"), said)))


def blocks(post: Post, wordings: Mapping[str, Wording]) -> Iterator[Block]:
    """The words as families will see them, each language by itself; one that somebody made by hand as it stands."""
    parts = post.text.split(BETWEEN)
    spoken = [(tag, found) for tag in post.languages if (found := wording_for(tag, wordings))]
    for place, part in enumerate(parts):
        told = spoken[place] if place < len(spoken) and not post.adopted_at else None
        yield Block(part, told[0] if told else "", told[1].direction if told else "auto")


def web_link(address: str) -> str:
    """What a browser may be sent to; Facebook's links always are."""
    return address if address.startswith("https://") else ""


def _why(post: Post, known: Known) -> str:
    say, moment = known.speech.say, known.moments.moment
    if post.state in ("waiting", "draft"):
        if post.looks_like:
            return say("Somebody seems to have posted this by hand already. Is that post this one?")
        if post.due_at > known.moments.now:
            return say("It waits for a yes. With one it goes out on {when}.", when=moment(post.due_at))
        return say("It waits for a yes. With one it goes out at once, outside quiet hours.")
    if post.state == "due":
        return _when_due(post, known)
    if post.state == "sent":
        return say("On the page since {when}.", when=moment(post.sent_at or post.due_at))
    if post.withdrawn_by:
        return say("{who} said no: it is not made.", who=post.withdrawn_by)
    return say("It was called off: {reason}.", reason=post.reason.rstrip(".") or "…")


def _when_due(post: Post, known: Known) -> str:
    if post.due_at > known.moments.now:
        return known.speech.say("It goes out on {when}.", when=known.moments.moment(post.due_at))
    return known.speech.say("It goes out with the next round, outside quiet hours and within the page’s daily limit.")


def _trouble(post: Post, page: Page | None, owed: Sequence[Delivery], known: Known) -> str:
    if any(one.state in _STUCK for one in owed) and post.state != "sent":
        return known.speech.say("Whether it arrived is not known, or it failed: see “Needs you”.")
    if page is None or post.state in ("sent", "withdrawn"):
        return ""
    return page.token_problem or page.problem or ""


def _is_under_way(owed: Iterable[Delivery]) -> bool:
    return any(one.state in ("sending", "unsure", "needs-person", "sent") for one in owed)


# --- one post


def history(post: Post, comments: Sequence[Post], audit: Sequence[Audit], speech: Speech) -> list[Happened]:
    """What became of it, oldest first."""
    from_where = speech.say("Written, from the calendar.") if post.event_id else speech.say("Written by people here.")
    found = [Happened(post.created_at, from_where)]
    if post.approved_at:
        found.append(Happened(post.approved_at, speech.say("{who} said yes.", who=post.approved_by)))
    if post.withdrawn_at:
        found.append(Happened(post.withdrawn_at, _withdrawn(post, speech)))
    if post.sent_at:
        found.append(Happened(post.sent_at, speech.say("It stands on the page.")))
    if post.adopted_at:
        found.append(
            Happened(
                post.adopted_at, speech.say("{who} said that the post made by hand is this one.", who=post.adopted_by)
            )
        )
    found += [
        Happened(one.sent_at, speech.say("A comment under it tells a change.")) for one in comments if one.sent_at
    ]
    known = {one.at for one in found}
    found += [Happened(one.at, f"{one.by}: {one.what}") for one in audit if one.at not in known]
    return sorted(found, key=lambda one: one.at)


def _withdrawn(post: Post, speech: Speech) -> str:
    if post.withdrawn_by:
        return speech.say("{who} said no: it is not made.", who=post.withdrawn_by)
    return speech.say("It was called off: {reason}.", reason=post.reason.rstrip(".") or "…")
