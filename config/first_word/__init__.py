"""The first word to a family: what it must hold, our proposals, and how one of ours is known again.

It names a human and a day. A school approves its words in each language before any of them is sent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from config.mistake import Mistake

_HERE = Path(__file__).parent
_FIELDS = ("{name}", "{time}")
LONGEST = 500  # characters: a first word, not a letter


@cache
def proposals() -> dict[str, str]:
    """language -> words that we propose."""
    found = {
        file.stem: tomllib.loads(file.read_text(encoding="utf-8"))["text"] for file in sorted(_HERE.glob("*.toml"))
    }
    return {language: checked(text) for language, text in found.items()}


def checked(text: str) -> str:
    """The words, if they can be sent. Raises Mistake."""
    text = text.strip()
    if missing := [one for one in _FIELDS if one not in text]:
        what = "a person" if missing[0] == "{name}" else "a day"
        raise Mistake(f"A first word must name {what}", f"write {missing[0]} where it belongs")
    if unknown := [one for one in re.findall(r"{[^{}]*}", text) if one not in _FIELDS]:
        raise Mistake(f"{unknown[0]} is no field that can be filled in", "use {name} and {time}")
    if len(text) > LONGEST:
        raise Mistake(f"The words have {len(text)} characters, more than {LONGEST}", "shorten them")
    return text


def filled(text: str, name: str, day: str) -> str:
    return text.replace("{name}", name).replace("{time}", day)


def is_one(said: str, texts: Iterable[str]) -> bool:
    """Was this said by itself, in one of these approved texts? After a restore nothing else tells."""
    return any(_pattern(text).fullmatch(" ".join(said.split())) for text in texts)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"({name}|{time})", " ".join(text.split()))
    return re.compile("".join(".{1,80}?" if part in _FIELDS else re.escape(part) for part in parts))


def first_name(name: str) -> str:
    """As a family would call them: "Maria" of "Maria Ortiz", but all of "Ms. Kim"."""
    first = name.split(" ")[0]
    return name if first.endswith(".") else first
