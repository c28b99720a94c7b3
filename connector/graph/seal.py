"""A seal on what a page shows: the same again while nothing that we consider changed. Pure.

Addresses are left out: those of pictures are signed anew at every reading. What is kept is a keyed digest over all that
stands there, and its key is the Page's own token: from it nobody's words can be had, nor a guess at them be tried.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from connector.graph.values import RemoteComment, RemotePost


def seal(token: str, page_id: str, posts: Iterable[RemotePost]) -> str:
    """128 bits, told in 32 letters."""
    told = repr((page_id, [tuple(_post(one)) for one in posts]))
    return hmac.digest(token.encode(), told.encode(), sha256).hex()[:32]


def _post(one: RemotePost) -> Iterator[Any]:
    yield from (one.id, one.message, one.created_at.timestamp(), one.updated_at and one.updated_at.timestamp())
    yield from (one.author_id, one.author_name, one.is_published, one.comments_total, one.more_comments is None)
    yield from (tuple(_comment(comment)) for comment in one.comments)


def _comment(one: RemoteComment) -> Iterator[Any]:
    yield from (one.id, one.message, one.created_at.timestamp(), one.parent_id, one.is_hidden, one.replies_told)
    yield from (one.author_id, one.author_name, one.attachment and one.attachment.type)
