"""What families may know about what is kept of them. A school's lawyers may want other words: its own file stands in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from config.wording.beside import load_beside

_FILE = "privacy.toml"


def _fills(text: str) -> str:
    text.format(school="", service="")
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=600), AfterValidator(_fills)]


class Part(BaseModel):
    """A heading and its paragraphs; `{school}` is the school's name, `{service}` who translates."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    lines: tuple[Line, ...] = Field(min_length=1)


class Privacy(BaseModel):
    """All of it, in one language. `school`: what stands in place of a name where no school is meant.

    `translating`: told only while the school has words translated by a machine; where a file says nothing of it, ours stands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    school: Line
    parts: tuple[Part, ...] = Field(min_length=1)
    translating: tuple[Part, ...] = ()


def load_privacy(extra: Path | None = None) -> Mapping[str, Privacy]:
    """language -> its words. Raises WordingUnusable."""
    ours, told = load_beside(_FILE, Privacy), load_beside(_FILE, Privacy, extra)
    return MappingProxyType({tag: _with_ours(one, ours.get(tag)) for tag, one in told.items()})


def _with_ours(one: Privacy, ours: Privacy | None) -> Privacy:
    if one.translating or ours is None:
        return one
    return one.model_copy(update={"translating": ours.translating})
