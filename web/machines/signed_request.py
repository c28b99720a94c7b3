"""Facebook's `signed_request`: who it is about, once it is certain that Facebook made it, lately, for our app. Pure."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

LATEST = timedelta(days=1)  # an older one is a replay
AHEAD = timedelta(minutes=5)  # how far clocks may differ


class Untrusted(Exception):
    """Refused, with the HTTP status and one sentence that says why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True)
class Signed:
    """`user_id` is the person as our app knows them (app-scoped)."""

    user_id: str
    issued_at: datetime


def read_signed_request(text: str, app_secret: str, now: datetime) -> Signed:
    """Of `<signature>.<payload>`, both base64url without padding; signed is the payload's text. Raises Untrusted."""
    if not app_secret:
        raise Untrusted(403, "This server has no app secret, so nothing can be shown to come from Facebook.")
    signature, dot, payload = text.partition(".")
    if not dot or "." in payload:
        raise Untrusted(400, "The signed request is not in two parts.")
    expected = hmac.new(app_secret.encode(), payload.encode("utf-8", "replace"), sha256).digest()
    if not hmac.compare_digest(_decoded(signature), expected):
        raise Untrusted(403, "The request is not signed by our app.")
    return _checked(_object(_decoded(payload)), now)


def _checked(told: dict[str, Any], now: datetime) -> Signed:
    if str(told.get("algorithm")).upper() != "HMAC-SHA256":
        raise Untrusted(400, "The request is signed in a way that is not HMAC-SHA256.")
    issued_at, expires_at = _moment(told.get("issued_at")), _moment(told.get("expires"))
    if issued_at is None or not now - LATEST <= issued_at <= now + AHEAD or (expires_at and expires_at < now):
        raise Untrusted(400, "The request has expired: it must be made anew.")
    user_id = told.get("user_id")
    if not isinstance(user_id, (str, int)) or isinstance(user_id, bool) or not str(user_id).isdecimal():
        raise Untrusted(400, "The request names nobody.")
    return Signed(str(user_id), issued_at)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Untrusted(400, "The signed request is not base64url.") from None


def _object(raw: bytes) -> dict[str, Any]:
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Untrusted(400, "The signed request holds no JSON object.")
    return told


def _moment(seconds: Any) -> datetime | None:
    """Seconds since 1970; 0 and nonsense are no moment."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
