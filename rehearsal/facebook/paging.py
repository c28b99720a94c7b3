"""Cursors and pages of a list: opaque, and dead when their item is gone."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from rehearsal.facebook.problems import parameter

DEFAULT_LIMIT = 25


@dataclass(frozen=True, slots=True)
class Slice:
    """Positions `start` up to `stop` (exclusive) of the whole list, and whether something lies on either side."""

    start: int
    stop: int
    more_before: bool
    more_after: bool


def limit_of(params: Mapping[str, Any], largest: int | None) -> int:
    text = str(params.get("limit", DEFAULT_LIMIT))
    if not text.isdecimal():
        raise parameter("Param limit must be an integer")
    if largest is not None and int(text) > largest:
        raise parameter(f"The limit parameter must be less than or equal to {largest}")
    return int(text)


def cut(ids: Sequence[str], params: Mapping[str, Any], limit: int) -> Slice:
    """The part of `ids` that `after`, `before` and `limit` ask for; GraphProblem 100 for a cursor whose item is gone."""
    if params.get("before"):
        stop = _position(ids, str(params["before"]), inclusive=0)
        start = max(0, stop - limit)
    else:
        start = _position(ids, str(params["after"]), inclusive=1) if params.get("after") else 0
        stop = min(len(ids), start + limit)
    return Slice(start, stop, more_before=start > 0, more_after=stop < len(ids))


def cursor(object_id: str, *, starts_here: bool = False) -> str:
    """`starts_here`: a cursor whose page begins with the item, as the faults of paging need it."""
    raw = f"{'s' if starts_here else 'c'}:{object_id}".encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode() + "ZD"


def address(root: str, path: str, params: Mapping[str, Any], **changed: str) -> str:
    """A full URL of another page of the same list, with everything that was asked, the token too, as the real one has."""
    kept = {name: value for name, value in params.items() if name not in ("after", "before", "method")}
    return f"{root}/{path}?{urlencode({**kept, **changed})}"


def _position(ids: Sequence[str], text: str, *, inclusive: int) -> int:
    kind, _, object_id = _decoded(text).partition(":")
    if kind not in ("c", "s") or object_id not in ids:
        raise parameter("Invalid cursor: the object it points to is not available")
    return ids.index(object_id) + (inclusive if kind == "c" else 0)


def _decoded(text: str) -> str:
    raw = text.removesuffix("ZD")
    try:
        return base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
