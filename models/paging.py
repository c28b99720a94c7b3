"""Paging along an order, both ways: the address carries where the last row stood, never how many rows to skip."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where one row stands in an order: by a time or a day, then by its id. `back`: what comes before it is wanted.

    `part`: of a list that goes part by part, in which of them it stands.
    """

    at: datetime | date
    id: str
    back: bool = False
    part: str = ""


def told(place: Place) -> str:
    """For an address. It holds nothing that its reader does not see in the row."""
    plain = f"{'<' if place.back else '>'}{place.at.isoformat()} {place.id} {place.part}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def place_of(told: str, *, days: bool = False) -> Place | None:
    """What `told` wrote; None for anything else, which then is the first page. `days`: of an order by days."""
    try:
        plain = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode("ascii")
        at, id, part = plain[1:].split(" ")
        moment = date.fromisoformat(at) if days else datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error):
        return None
    known = plain[:1] in "<>" and id.replace("_", "").isalnum()
    return Place(moment, id, plain[0] == "<", part) if known else None
