"""Where in a TOML text a table, a key or an item of a list stands: tomllib reads the values but tells no lines.

Only for text that tomllib has already accepted: what is wrong with the syntax is tomllib's to say.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{1,2}(?!"))?' r"|'''.*?'''(?:'{1,2}(?!'))?" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]+")


class Lines:
    """The lines of a TOML text, from 1. A path is ("pages", 0, "languages", 1): keys, and positions in lists."""

    def __init__(self, text: str) -> None:
        self._found = _Scanner(text).scan()

    def of(self, path: Path) -> int:
        """The line of `path`; of the narrowest table or list around it if it is not there; 1 if there is none."""
        for size in range(len(path), 0, -1):
            if path[:size] in self._found:
                return self._found[path[:size]]
        return 1


class _Scanner:
    """Walks over the text once and notes where each path begins first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self._breaks = [mark.start() for mark in re.finditer("\n", text)]
        self._counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._blank()
        return self.found

    def _header(self) -> Path:
        start, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        *parents, last = self._keys()
        self._skip("]]" if many else "]")
        path: Path = ()
        for key in parents:
            path = (*path, key)
            self._note(path, start)
            path = self._last_of(path)
        path = (*path, last)
        if many:
            self._note(path, start)
            self._counts[path] = self._counts.get(path, 0) + 1
        else:
            self.found.pop(path, None)  # until now only implied by a table inside it
        path = self._last_of(path)
        self._note(path, start)
        return path

    def _last_of(self, path: Path) -> Path:
        """A list of tables is spoken of by its last member."""
        return (*path, self._counts[path] - 1) if path in self._counts else path

    def _pair(self, table: Path) -> None:
        start, path = self.at, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._skip("=")
        self._blank()
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._blank()
            keys.append(_plain(self._take(_KEY)))
            self._blank()
            if not self.text.startswith(".", self.at):
                return keys
            self._skip(".")

    def _value(self, path: Path) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._take(_STRING if opening in ('"', "'") else _BARE)

    def _list(self, path: Path) -> None:
        self._skip("[")
        self._blank()
        position = 0
        while not self.text.startswith("]", self.at):
            self._note((*path, position), self.at)
            self._value((*path, position))
            self._blank_and_comma()
            position += 1
        self._skip("]")

    def _inline_table(self, path: Path) -> None:
        self._skip("{")
        self._blank()
        while not self.text.startswith("}", self.at):
            self._pair(path)
            self._blank_and_comma()
        self._skip("}")

    def _note(self, path: Path, start: int) -> None:
        self.found.setdefault(path, bisect_left(self._breaks, start) + 1)

    def _blank(self) -> None:
        self._take(_BLANK)

    def _blank_and_comma(self) -> None:
        self._blank()
        if self.text.startswith(",", self.at):
            self._skip(",")
            self._blank()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if not found:
            raise ValueError(f"not TOML at character {self.at}")
        self.at = found.end()
        return found[0]

    def _skip(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise ValueError(f"not TOML at character {self.at}")
        self.at += len(mark)


def _plain(key: str) -> str:
    """A key without its quotes and escapes."""
    return key if key[0] not in "\"'" else next(iter(tomllib.loads(f"{key} = 0")))
