"""Answers that a reader may already have: strong ETag, Last-Modified, 304; packed for whoever can unpack."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

_SMALL = 1000  # bytes; less is not worth packing


def unless_known(
    request: Request, body: bytes, media_type: str, changed_at: datetime, kept: str, **headers: str
) -> Response:
    """`body`, or 304 without one when the reader's copy is the same. `kept` is the Cache-Control."""
    changed_at = changed_at.astimezone(UTC).replace(microsecond=0)
    digest = sha256(body).hexdigest()[:32]
    packs = len(body) >= _SMALL and _unpacks(request.headers.get("accept-encoding", ""))
    marks = {
        "ETag": f'"{digest}-gzip"' if packs else f'"{digest}"',  # other bytes, another mark
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        "Cache-Control": kept,
        "Vary": "Accept-Encoding",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if _is_known(request, digest, changed_at):
        return Response(status_code=304, headers=marks)
    if packs:
        marks["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)  # equal bytes, whenever they are packed
    return Response(body, media_type=media_type, headers=marks)


def _is_known(request: Request, digest: str, changed_at: datetime) -> bool:
    """An ETag decides alone, in whichever packing the copy came; the date only where no ETag was sent (RFC 9110, 13.2.2).

    The date must be exactly ours: what a calendar shows can change by a step back, too, when its newest event leaves it.
    """
    given = request.headers.get("if-none-match")
    if given is not None:
        known = {one.strip().removeprefix("W/") for one in given.split(",")}
        return bool(known & {f'"{digest}"', f'"{digest}-gzip"', "*"})
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at == (since if since.tzinfo else since.replace(tzinfo=UTC))


def _unpacks(accepted: str) -> bool:
    """Does this Accept-Encoding take gzip?"""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
