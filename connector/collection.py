"""What a center's calendar offers us, whatever its make: objects by name, each with a version, changed on condition only.

Names are of the kind "3fa9….ics"; bodies are iCalendar, one UID each. A version (`etag`) is any text that the server changes
whenever it changes the object. Every failure is one of connector.errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as the server holds it. `etag` is None if the server gave none."""

    body: bytes = field(repr=False)
    etag: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """Every object's name and ETag ("" where the server gives none), and the token for `changes` ("" if none)."""

    etags: Mapping[str, str]
    token: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened to objects since a token: new or changed ones with their ETags, names that are gone."""

    etags: Mapping[str, str]
    gone: frozenset[str]
    token: str


class Collection(Protocol):
    """One calendar. `subject` names it in sentences for people."""

    subject: str

    def listing(self) -> Listing:
        """All that is there. Complete, or an error."""

    def changes(self, token: str) -> Changes | None:
        """What changed since `token` was given. None when that cannot be told: then all is listed anew."""

    def get(self, name: str) -> Stored | None:
        """None if there is no such object."""

    def get_many(self, names: Iterable[str]) -> dict[str, Stored]:
        """What exists of `names`, in as few requests as will do."""

    def put(self, name: str, body: bytes, *, etag: str | None) -> str | None:
        """Creates (etag None) or replaces exactly the version `etag`; writes only names of our own making.

        The new ETag; None where the server does not tell it, or does not keep what it was given as it was given: then the
        object is read back. Conflict if it exists already, is another version, or its UID stands under another name.
        """

    def delete(self, name: str, *, etag: str) -> None:
        """Removes exactly the version `etag`; one that is gone already is fine. Conflict if it is another version."""
