"""What a Google center's lines must look like: the calendar's id, and the credentials that Google's console gives as JSON."""

from __future__ import annotations

import json
import re

from config.mistake import Mistake
from config.site_checks import plain

_NEEDED = {
    "service_account": ("client_email", "private_key"),
    "authorized_user": ("client_id", "client_secret", "refresh_token"),
}
_WHOLE = "put the whole JSON file that Google gave there, unchanged"


def calendar_id(text: str) -> str:
    """An id looks like an email address; "primary" is the account's own calendar."""
    text = plain(text)
    if text != "primary" and not re.fullmatch(r"[^@\s/]+@[^@\s/]+", text):
        mend = "write the calendar's id from its settings at Google, under Integrate calendar (…@group.calendar.google.com)"
        raise Mistake(f'"{text[:80]}" is not the id of a Google calendar', mend)
    return text


def credentials(text: str) -> str:
    """Nothing of it is shown in a message."""
    try:
        said = json.loads(text)
    except ValueError:
        raise Mistake("is not JSON", _WHOLE) from None
    kind = said.get("type") if isinstance(said, dict) else None
    if kind not in _NEEDED:
        known = '"service_account" or "authorized_user"'
        raise Mistake(f"is JSON, but not credentials of the type {known}", _WHOLE)
    if lacking := [name for name in _NEEDED[kind] if not isinstance(said.get(name), str) or not said[name].strip()]:
        raise Mistake(f"lacks {' and '.join(lacking)}", _WHOLE)
    if kind == "service_account" and "-----BEGIN" not in said["private_key"]:
        raise Mistake("holds a private_key that is none", _WHOLE)
    return text
