"""Many pages looked at in one call: what each page's reading would ask first, with that page's own token.

https://developers.facebook.com/docs/graph-api/batch-requests: at most 50, each counts against its own page's quota, and
each is answered for itself, in their order, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.errors import NotAllowed, OutsideError, SignInNeeded, Throttled, TooMuchData, TryLater
from connector.graph import sentences
from connector.graph.decipher import decipher
from connector.graph.page import FacebookPage
from connector.graph.usage import Usage, read_usage

MOST = 50
_ALL_PAGES = 4  # the code of a throttle that is the whole app's
_UNTOLD = TryLater(sentences.later("it left that part of a call out"), subject="Facebook")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What one look at a page told. `seal`: that of what it shows; "" where a look is not enough, `problem` may say why."""

    seal: str = ""
    usage: Usage | None = None
    problem: OutsideError | None = None


def glimpse(pages: Sequence[FacebookPage], until: datetime) -> list[Glimpse]:
    """One for each page, in their order; never raises.

    The call itself goes out with the first page's token. Where that one's trouble is in the way, the others are asked
    once more without it; what is too much at once is asked in halves.
    """
    if not pages:
        return []
    try:
        parts = _asked(pages)
    except TooMuchData as wrong:
        half = len(pages) // 2
        return glimpse(pages[:half], until) + glimpse(pages[half:], until) if half else [Glimpse(problem=wrong)]
    except OutsideError as wrong:
        if _is_of_one(wrong) and len(pages) > 1:
            return [Glimpse(problem=wrong), *_others(pages[1:], until)]
        return [Glimpse(problem=wrong) for _ in pages]
    return [_seen(page, part, until) for page, part in zip(pages, parts, strict=True)]


def _others(pages: Sequence[FacebookPage], until: datetime) -> list[Glimpse]:
    """Once more: a second token that is refused, too, is no accident."""
    try:
        return [_seen(page, part, until) for page, part in zip(pages, _asked(pages), strict=True)]
    except OutsideError as wrong:
        rest = _UNTOLD if _is_of_one(wrong) else wrong
        return [Glimpse(problem=wrong), *(Glimpse(problem=rest) for _ in pages[1:])]


def _asked(pages: Sequence[FacebookPage]) -> list[Any]:
    parts = pages[0].door.together([page.door.asking(*page.first_ask()) for page in pages])
    if not isinstance(parts, list) or len(parts) != len(pages):
        raise TryLater(sentences.later("an answer without its parts"), subject="Facebook")
    return parts


def _is_of_one(wrong: OutsideError) -> bool:
    """Is it about the token that the call went out with?"""
    own = isinstance(wrong, Throttled) and wrong.code != _ALL_PAGES
    return own or isinstance(wrong, (SignInNeeded, NotAllowed))


def _seen(page: FacebookPage, part: Any, until: datetime) -> Glimpse:
    """A part is answered as a call is, but that its body is a text and its headers are a list."""
    if not isinstance(part, dict):
        return Glimpse(problem=_UNTOLD)
    headers = _headers(part.get("headers"))
    usage = read_usage(headers, page.page_id)
    try:
        answer = decipher(
            _status(part.get("code")), headers, str(part.get("body") or "").encode(), "GET",
            page_id=page.page_id, secrets=[page.door.access_token],
        )  # fmt: skip
        return Glimpse(page.seal_of(answer, until), usage)
    except OutsideError as wrong:
        return Glimpse(usage=usage, problem=wrong)


def _headers(told: Any) -> dict[str, str]:
    rows = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {str(one.get("name")): str(one.get("value")) for one in rows}


def _status(told: Any) -> int:
    return told if isinstance(told, int) else 0
