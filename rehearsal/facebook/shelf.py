"""A dictionary whose things are also found by what they hang under: the posts of a page, the comments of a post.

With thousands of pages in the world nothing may look through all posts to find those of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeVar

Thing = TypeVar("Thing")


class Shelf(dict[str, Thing]):
    """`place` tells what a thing hangs under; that never changes. Things leave only all at once."""

    def __init__(self, place: Callable[[Thing], str]) -> None:
        super().__init__()
        self._place = place
        self._under: dict[str, dict[str, Thing]] = defaultdict(dict)

    def under(self, place: str) -> list[Thing]:
        """What hangs there, in the order in which it came."""
        return list(self._under[place].values()) if place in self._under else []

    def __setitem__(self, key: str, thing: Thing) -> None:
        super().__setitem__(key, thing)
        self._under[self._place(thing)][key] = thing

    def update(self, things: Mapping[str, Thing]) -> None:  # type: ignore[override]
        for key, thing in things.items():
            self[key] = thing

    def clear(self) -> None:
        super().clear()
        self._under.clear()
