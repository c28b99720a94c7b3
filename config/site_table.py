"""One table of a site file, asked key by key. What is wrong is noted with its line, and the asking goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from config.mistake import Mistake
from config.site_checks import plain, secret
from config.site_lines import Lines
from config.site_lines import Path as Place

Check = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class SiteProblem:
    """One thing that is wrong in a site file. `line` is 0 when the file itself cannot be read; `table` may be ""."""

    file: str
    table: str
    key: str
    line: int
    message: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        table = f" [{self.table}]" if self.table else ""
        key = f" {self.key}" if self.key else ""
        return f"{where}{table}{key}: {self.message}; {self.mend}."


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one file needs and gathers."""

    file: Path
    lines: Lines
    environ: Mapping[str, str]
    wording_languages: Collection[str]
    problems: list[SiteProblem] = field(default_factory=list)

    def note(self, place: Place, table: str, key: str, mistake: Mistake) -> None:
        line = self.lines.of(place)
        self.problems.append(SiteProblem(str(self.file), table, key, line, mistake.message, mistake.mend))


@dataclass(frozen=True, slots=True)
class Table:
    """`place` is () for the file's top, ("school",) or ("pages", 0). A table that is `absent` notes nothing more."""

    reading: Reading
    place: Place
    raw: Mapping[str, Any]
    absent: bool = False

    @property
    def name(self) -> str:
        return str(self.place[0]) if self.place else ""

    def has(self, key: str) -> bool:
        return key in self.raw

    def note(self, key: str, mistake: Mistake, item: int | None = None) -> None:
        """Notes a mistake at `key` (at one item of its list), or at the table's head when the key is not there."""
        if not self.absent:
            place = (*self.place, key) if item is None else (*self.place, key, item)
            self.reading.note(place, self.name, key, mistake)

    def text(self, key: str, check: Check = plain, *, default: str | None = None) -> str:
        """The checked text; `default` (None: the key is required) when it is not there; "" when it is wrong."""
        if not self.has(key):
            if default is None:
                self.note(key, _missing(key))
            return default or ""
        return self._checked(key, self.raw[key], check) or ""

    def texts(self, key: str, check: Check = plain, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The items of a list that are right."""
        items = self.raw.get(key)
        if items is None:
            return default
        if not isinstance(items, list):
            shape = f'["{items}"]' if isinstance(items, str) else '["…"]'
            self.note(key, Mistake(f"is {_kind(items)} where a list belongs", f"write {key} = {shape}"))
            return default
        checked = [self._checked(key, item, check, position) for position, item in enumerate(items)]
        return tuple(text for text in checked if text is not None)

    def number(self, key: str, *, default: int, most: int = 10_000) -> int:
        value = self.raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(key, Mistake(f"is {_kind(value)} where a whole number belongs", f"write {key} = {default}"))
        elif not 1 <= value <= most:
            self.note(key, Mistake(f"is {value}", f"write a number from 1 to {most}"))
        return value if isinstance(value, int) else default

    def secret(self, key: str, *, required: bool = False) -> SecretStr:
        """A secret, resolved; empty when it is not there or wrong. No message shows any of it."""
        where = self.reading
        text = self.text(
            key, lambda text: secret(text, where.environ, where.file.parent), default=None if required else ""
        )
        if required and self.raw.get(key) == "":
            self.note(key, Mistake("is empty", 'write "env:NAME" and put the secret into that environment variable'))
        return SecretStr(text)

    def only(self, keys: Collection[str]) -> None:
        """Notes every key that is not one of `keys`."""
        for key, value in self.raw.items():
            if key not in keys and not self.place and not isinstance(value, (dict, list)):
                self.note(key, Mistake("stands outside of every table", "move it below the [table] it belongs to"))
            elif key not in keys:
                self.note(key, _unknown("key" if self.place else "table", key, keys))

    def _checked(self, key: str, value: object, check: Check, item: int | None = None) -> str | None:
        try:
            return check(_text(value, item is not None))
        except Mistake as mistake:
            self.note(key, mistake, item)
            return None


def _text(value: object, in_list: bool) -> str:
    if not isinstance(value, str):
        subject = "holds" if in_list else "is"
        mend = "write it in quotes" if not isinstance(value, (list, dict)) else "write one text in quotes"
        raise Mistake(f"{subject} {_kind(value)} where text belongs", mend)
    return value


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or a time")


def _missing(key: str) -> Mistake:
    return Mistake("is missing", f"add {key} = " + ('"env:NAME"' if key in ("token", "credentials") else '"…"'))


def _unknown(what: str, key: str, known: Collection[str]) -> Mistake:
    near = get_close_matches(key.lower(), known, n=1, cutoff=0.6)
    mend = f'write "{near[0]}"' if near else "remove it; known are " + ", ".join(known)
    return Mistake(f"is no {what} that a site file knows", mend)
