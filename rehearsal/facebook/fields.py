"""The `fields` language: `id,comments.filter(stream).limit(50){id,from}` into a tree."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from rehearsal.facebook.problems import GraphProblem

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Field:
    """One wanted field. `inner` is empty when no braces were written; `inner_text` is what stood between them."""

    name: str
    arguments: dict[str, str] = field(default_factory=dict)
    inner: tuple[Field, ...] = ()
    inner_text: str = ""


@lru_cache(maxsize=64)
def parse(text: str) -> tuple[Field, ...]:
    """The tree of one `fields` parameter; a GraphProblem 2500 for bad syntax."""
    text = re.sub(r"\s+", "", text)
    if not text:
        return ()
    wanted, end = _list(text, 0)
    if end != len(text):
        raise _syntax(text, end)
    return wanted


def _list(text: str, at: int) -> tuple[tuple[Field, ...], int]:
    found: list[Field] = []
    while True:
        item, at = _item(text, at)
        found.append(item)
        if text[at : at + 1] != ",":
            return tuple(found), at
        at += 1


def _item(text: str, at: int) -> tuple[Field, int]:
    name, at = _name(text, at)
    arguments: dict[str, str] = {}
    inner: tuple[Field, ...] = ()
    inner_text = ""
    while text[at : at + 1] in (".", "{"):
        if text[at] == ".":
            key, value, at = _modifier(text, at + 1)
            if key == "fields":
                inner, inner_text = parse(value), value
            else:
                arguments[key] = value
        else:
            inner, end = _list(text, at + 1)
            if text[end : end + 1] != "}":
                raise _syntax(text, end)
            inner_text, at = text[at + 1 : end], end + 1
    return Field(name, arguments, inner, inner_text), at


def _modifier(text: str, at: int) -> tuple[str, str, int]:
    key, at = _name(text, at)
    if text[at : at + 1] != "(":
        raise _syntax(text, at)
    end, depth = at, 0
    while end < len(text):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return key, text[at + 1 : end], end + 1
        end += 1
    raise _syntax(text, end)


def _name(text: str, at: int) -> tuple[str, int]:
    found = NAME.match(text, at)
    if not found:
        raise _syntax(text, at)
    return found.group(), found.end()


def _syntax(text: str, at: int) -> GraphProblem:
    return GraphProblem(2500, f'Syntax error "Expected name." at character {at}: {text}')
