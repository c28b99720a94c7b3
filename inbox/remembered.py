"""What is remembered of who wrote before, as odds for the next guess of a language.

What a person confirmed counts most, then what we guessed of the same family before; how a page or post is spoken on counts
least. Facebook names no family to most apps: a nameless one is remembered within its own thread only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.graph.page import identity
from connector.graph.values import RemoteComment
from inbox.language.tags import UNSURE

_CONFIDENT = 0.8  # a guess below that teaches nothing
_CONFIRMED, _OWN, _AROUND = 20.0, 3.0, 1.0  # what one of each adds to a language, where all begin with 1
_MOST_OWN = 4  # guesses: a habit of ours outweighs nobody's word
Counts = Mapping[str, int]


def prior(confirmed: Counts, own: Counts, around: Mapping[str, float], languages: Sequence[str]) -> dict[str, float]:
    """Each language -> 0..1, the likeliest 1; {} where nothing is remembered. `around`: shares that sum up to 1. Pure."""
    if not (confirmed or own or around):
        return {}
    certain, guessed = _CONFIRMED * bool(confirmed), _OWN * min(sum(own.values()), _MOST_OWN)
    said, heard = _shares(confirmed), _shares(own)
    odds = {
        tag: 1 + certain * said.get(tag, 0) + guessed * heard.get(tag, 0) + _AROUND * around.get(tag, 0)
        for tag in dict.fromkeys((*languages, *confirmed, *own, *around))
    }
    most = max(odds.values())
    return {tag: one / most for tag, one in odds.items()}


class Remembered:
    """All that is known of a page's writers, and how each of its posts is spoken on.

    `known`: messages, or what `inbox.held.Older.received` tells of them.
    """

    def __init__(self, known: Iterable[Any], languages: Sequence[str]) -> None:
        self._languages = tuple(languages)
        self._confirmed: dict[str, Counter[str]] = {}
        self._own: dict[str, Counter[str]] = {}
        self._under: dict[str, Counter[str]] = {}
        self._page: Counter[str] = Counter()
        for row in known:
            if row.direction == "received" and row.external_id:
                self._note(_writer_of(row), row.post_external_id, row.language, row.confidence, bool(row.language_by))

    def of(self, comment: RemoteComment, post_id: str) -> dict[str, float]:
        """The prior for what this comment's writer says."""
        writer, nothing = _writer(comment), Counter[str]()
        confirmed, own = self._confirmed.get(writer, nothing), self._own.get(writer, nothing)
        return prior(confirmed, own, self._around(post_id), self._languages)

    def note(self, comment: RemoteComment, post_id: str, language: str, confidence: float) -> None:
        """One more guess."""
        self._note(_writer(comment), post_id, language, confidence, confirmed=False)

    def _note(self, writer: str, post_id: str, language: str, confidence: float, confirmed: bool) -> None:
        if language == UNSURE or not (confirmed or confidence >= _CONFIDENT):
            return
        where = self._confirmed if confirmed else self._own
        for counter in (where.setdefault(writer, Counter()), self._under.setdefault(identity(post_id), Counter())):
            counter[language] += 1
        self._page[language] += 1

    def _around(self, post_id: str) -> dict[str, float]:
        """Half the page, half the post, as far as anybody spoke there."""
        page = _shares(self._page)
        post = _shares(self._under.get(identity(post_id), self._page))
        return {tag: (page[tag] + post.get(tag, 0)) / 2 for tag in page}


def _shares(counts: Counts) -> dict[str, float]:
    whole = sum(counts.values())
    return {tag: count / whole for tag, count in counts.items()}


def _writer(comment: RemoteComment) -> str:
    return comment.author_id or identity(comment.parent_id or comment.id)


def _writer_of(row: Any) -> str:
    """The family; of a nameless one the comment that its thread began with."""
    begins = row.parent_external_id in ("", row.post_external_id)
    return row.author_external_id or identity((row.external_id if begins else row.parent_external_id) or "")
