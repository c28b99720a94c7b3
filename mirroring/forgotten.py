"""What was found standing on a page that no row of ours knows: posts of the time that a restored database has forgotten.

`outbox/reconcile.py` finds it and writes it to `Page.standing`, by the code in its link. Codes follow from what a post is
for and the installation's salt, so what the plan wants to post next may be known here as posted already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlmodel import Session, select

from models.columns import stable_code
from models.installation import installed
from models.page import Page
from models.post import Post


@dataclass(frozen=True, slots=True)
class Found:
    """A post, or (`under` is the external id of its post) a comment by the Page."""

    external_id: str
    permalink: str | None
    created_at: datetime
    text: str
    under: str = ""


class Forgotten:
    """One page's. The page's row is read in this session, since what is adopted is forgotten in it."""

    def __init__(self, session: Session, school: str, page: str) -> None:
        self._salt = installed(session).salt
        self._told = (school, page)
        self._row = session.exec(select(Page).where(Page.school == school, Page.slug == page)).one()

    def code(self, purpose: str) -> str:
        return stable_code(self._salt, *self._told, purpose)

    def get(self, code: str) -> Found | None:
        return self.all().get(code)

    def all(self) -> dict[str, Found]:
        return {code: _found(told) for code, told in self._row.standing.items()}

    def comment_purpose(self, under: Post, told: str, taken: Collection[str]) -> str:
        """Made from what a comment tells (`told`, a digest), so that one of the forgotten time is known by it.

        Only the newest of those says what families know last; telling the same again later is another comment, with a
        code that is not `taken`.
        """
        newest = self._newest_under(under.external_id)
        for number in count(1):
            purpose = f"told:{under.id}:{told}:{number}"
            code = self.code(purpose)
            if code == newest or (code not in taken and code not in self._row.standing):
                return purpose
        raise AssertionError("there is always a next number")

    def _newest_under(self, external_id: str | None) -> str | None:
        """The code of the last comment by the Page under a post."""
        under = [(one["created_at"], code) for code, one in self._row.standing.items() if one["under"] == external_id]
        return max(under)[1] if under and external_id else None

    def forget(self, code: str) -> None:
        self._row.standing = {one: found for one, found in self._row.standing.items() if one != code}

    def forget_under(self, external_id: str) -> None:
        self._row.standing = {
            code: found for code, found in self._row.standing.items() if found["under"] != external_id
        }


def _found(told: Mapping[str, Any]) -> Found:
    return Found(**{**told, "created_at": datetime.fromisoformat(told["created_at"])})
