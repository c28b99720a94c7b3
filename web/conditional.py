"""Answers that a reader may already have: strong ETag, Last-Modified, 304."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def unless_known(
    request: Request, body: bytes, media_type: str, changed_at: datetime, kept: str, **headers: str
) -> Response:
    """`body`, or 304 without one when the reader's copy is the same. `kept` is the Cache-Control."""
    changed_at = changed_at.astimezone(UTC).replace(microsecond=0)
    marks = {
        "ETag": f'"{sha256(body).hexdigest()[:32]}"',
        "Last-Modified": format_datetime(changed_at, usegmt=True),
        "Cache-Control": kept,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if _is_known(request, marks["ETag"], changed_at):
        return Response(status_code=304, headers=marks)
    return Response(body, media_type=media_type, headers=marks)


def _is_known(request: Request, etag: str, changed_at: datetime) -> bool:
    """An ETag decides alone; the date only where no ETag was sent (RFC 9110, 13.2.2)."""
    given = request.headers.get("if-none-match")
    if given is not None:
        known = [one.strip().removeprefix("W/") for one in given.split(",")]
        return etag in known or "*" in known
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return changed_at <= (since if since.tzinfo else since.replace(tzinfo=UTC))
