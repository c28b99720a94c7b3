"""How far back a page of numbers looks."""

from __future__ import annotations

WEEKS = (4, 8, 13, 26, 52)


def weeks_of(asked: str, otherwise: int) -> int:
    """What `?weeks=` asks for, if it is one of those offered."""
    return next((weeks for weeks in WEEKS if asked == str(weeks)), otherwise)
