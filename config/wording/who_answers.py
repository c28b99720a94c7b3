"""What families may know about how a comment finds its reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from config.wording.beside import load_beside

BLANKS = ("school", "hours", "zone", "n", "what", "name", "names")


def _fills(text: str) -> str:
    text.format(**dict.fromkeys(BLANKS, ""))
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=600, strip_whitespace=False), AfterValidator(_fills)]


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Counted(_Words):
    """By CLDR's plural of {n}."""

    one: Line
    other: Line

    def of(self, n: int, **blanks: str) -> str:
        return (self.one if n == 1 else self.other).format(n=n, **blanks)


class Part(_Words):
    title: Line
    lines: tuple[Line, ...] = Field(min_length=1)


class Hours(_Words):
    title: Line
    open: Line
    days: Counted
    hours: Counted
    after: Line


class Languages(_Words):
    title: Line
    spoken: Counted
    unspoken: Line
    helpers: Line
    other: Line


class Own(_Words):
    """How the school's own rules are told: the words that conditions are made of, and to how many people it goes."""

    title: Line
    intro: Line
    comments: Line
    all: Line
    languages: Line
    unsure: Line
    page: Line
    group: Line
    topic: Line
    event: Line
    either: Line
    goes: Counted
    outro: Line


class WhoAnswers(_Words):
    """All of it, in one language."""

    title: Line
    how: Part
    hours: Hours
    languages: Languages
    own: Own
    urgent: Part


def load_who_answers(extra: Path | None = None) -> Mapping[str, WhoAnswers]:
    """language -> its words. Raises WordingUnusable."""
    return load_beside("who_answers.toml", WhoAnswers, extra)
