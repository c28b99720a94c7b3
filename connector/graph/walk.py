"""Going through an edge page by page, without believing that it ends well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qs, urlsplit

from connector.errors import Refused, TryLater
from connector.graph import sentences

Row = TypeVar("Row")
_CURSOR_NAMES = ("after", "until", "since", "offset", "__paging_token")
_BAD_PARAMETER = 100  # what Facebook answers to a cursor whose row is gone
_EMPTY_PAGES = 5  # Facebook gives empty pages with a next one; nobody has seen many of them in a row


class Unreadable(ValueError):
    """A row lacks what every row must have."""


class Walk(Generic[Row]):
    """An iterator over pages of rows. Each row comes once; errors of `ask` pass through.

    `ask` gets the cursor's parameters and answers one page as Facebook gives it; `shape` makes a value of one row, or
    raises Unreadable. A cursor dies with the row it points to: then the walk begins once more at the top. Once it is
    exhausted, `complete` tells whether everything was seen: it is False when Facebook repeated itself, gave no way on,
    or gave rows that cannot be read.
    """

    def __init__(
        self,
        ask: Callable[[dict[str, str]], Any],
        shape: Callable[[dict[str, Any]], Row],
        *,
        after: str | None = None,
    ) -> None:
        self.ended = False
        self.skipped = 0
        self.pages = 0  # answers so far
        self._ask = ask
        self._shape = shape
        self._seen: set[str] = set()
        self._batches = self._run({"after": after} if after else {})

    @property
    def complete(self) -> bool:
        return self.ended and not self.skipped

    def __iter__(self) -> Iterator[tuple[Row, ...]]:
        return self

    def __next__(self) -> tuple[Row, ...]:
        return next(self._batches)

    def _run(self, cursor: dict[str, str]) -> Iterator[tuple[Row, ...]]:
        used = [cursor]
        empty = behind = 0  # behind: pages to go through again after a new beginning
        begun_anew = False
        while True:
            try:
                answer = self._ask(cursor)
            except Refused as wrong:
                if wrong.code != _BAD_PARAMETER or not cursor or begun_anew:
                    raise
                cursor, used, behind, begun_anew = {}, [{}], self.pages + 1, True
                continue
            rows = _rows(answer)
            self.pages, behind = self.pages + 1, behind - 1
            fresh = self._unseen(rows)
            following = next_cursor(answer.get("paging"))
            self.ended = following is None
            if fresh:
                yield self._shaped(fresh)
            empty = 0 if rows else empty + 1
            stuck = following in used or not following or (rows and not fresh and behind < 0) or empty >= _EMPTY_PAGES
            if following is None or stuck:
                return
            used.append(following)
            cursor = following

    def _unseen(self, rows: list[Any]) -> list[Any]:
        fresh = []
        for row in rows:
            mark = _mark(row)
            if mark not in self._seen:
                self._seen.add(mark)
                fresh.append(row)
        return fresh

    def _shaped(self, rows: list[Any]) -> tuple[Row, ...]:
        values = []
        for row in rows:
            try:
                values.append(self._shape(row))
            except Unreadable:
                self.skipped += 1
        return tuple(values)


def next_cursor(paging: Any) -> dict[str, str] | None:
    """The parameters of the next page; None when there is none, empty when there is one but no way to it.

    Only the cursor is taken from `paging.next`: the rest of that address is our own question, and the token.
    """
    following = paging.get("next") if isinstance(paging, Mapping) else None
    if not following:
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    if after:
        return {"after": str(after)}
    query = parse_qs(urlsplit(str(following)).query)
    return {name: query[name][0] for name in _CURSOR_NAMES if name in query}


def _rows(answer: Any) -> list[Any]:
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise TryLater(sentences.later("an answer without a list"), subject="Facebook")
    return rows


def _mark(row: Any) -> str:
    named = row.get("id") if isinstance(row, dict) else None
    return str(named) if named else json.dumps(row, sort_keys=True)
