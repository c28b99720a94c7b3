"""What a write takes: Facebook's refusals seldom name the task, and not always the permission."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connector.errors import NotAllowed
from connector.graph import sentences


@dataclass(frozen=True, slots=True)
class Need:
    """To `do` it, the token needs `scope`, and the person who connected the Page needs `task` on it."""

    do: str
    scope: str
    task: str


TO_POST = Need("write posts", "pages_manage_posts", "CREATE_CONTENT")
TO_ANSWER = Need("write comments", "pages_manage_engagement", "MODERATE")
TO_WRITE_PRIVATELY = Need("answer privately", "pages_messaging", "MESSAGING")


@contextmanager
def needing(need: Need) -> Iterator[None]:
    """A refusal for want of a right names what it takes."""
    try:
        yield
    except NotAllowed as wrong:
        if wrong.code != 10 and wrong.code not in range(200, 300):
            raise
        scopes = dict.fromkeys((need.scope, *sentences.scopes_in(wrong.message)))
        message = sentences.lacks(need.do, list(scopes), need.task, wrong.code)
        raise NotAllowed(
            message, subject=wrong.subject, code=wrong.code, subcode=wrong.subcode, trace=wrong.trace
        ) from None
