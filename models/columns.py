"""Column kinds that behave alike on SQLite and PostgreSQL, and the ids of all rows.

Plain `datetime` annotations are aware UTC on both databases (SQLModel's UTCDateTime); never declare DateTime columns.
JSON columns don't notice changes in place: assign a new value.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, Column, ForeignKeyConstraint
from sqlmodel import Field

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letters that read as digits


def new_id(kind: str) -> str:
    """A random id, unique across kinds by its prefix: `new_id("ev")` -> "ev_9k2m…" (80 bits)."""
    return kind + "_" + _told(secrets.randbits(80), 16)


def stable_id(kind: str, *told: str) -> str:
    """An id made from what a row is about: the same again wherever it is made again (80 bits)."""
    number = int.from_bytes(sha256("\n".join(told).encode()).digest()[:10], "big")
    return kind + "_" + _told(number, 16)


def new_code() -> str:
    """The public code of a post: short enough to read aloud, too long to guess (50 bits)."""
    return _told(secrets.randbits(50), 10)


def stable_code(salt: str, *told: str) -> str:
    """The code of a post, made from what it is for: the same again in a restored database, and still not to be guessed."""
    number = int.from_bytes(hmac.digest(salt.encode(), "\n".join(told).encode(), "sha256")[:7], "big")
    return _told(number, 10)


def _told(number: int, letters: int) -> str:
    """The last `letters` times five bits."""
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (letters - 1), -1, -5))


def json_list() -> Any:
    """A JSON column that holds a list."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def json_map() -> Any:
    """A JSON column that holds a mapping."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def of_school(*pairs: tuple[Sequence[str], str]) -> list[ForeignKeyConstraint]:
    """Foreign keys that carry the school with them, so that no row can point across the wall.

    Each pair is (our columns after `school`, "table.column" names' table with the same key): (["page"], "page") means
    (school, page) -> page(school, slug).
    """
    keys = {"page": "slug", "source": "slug", "center": "slug", "group": "slug"}
    return [
        ForeignKeyConstraint(["school", *columns], [f"{table}.school", f"{table}.{keys.get(table, 'id')}"])
        for columns, table in pairs
    ]
