"""What families may know about what is kept of them. A school's lawyers may want other words: its own file stands in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from config.wording.beside import load_beside


def _fills(text: str) -> str:
    text.format(school="")
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=600), AfterValidator(_fills)]


class Part(BaseModel):
    """A heading and its paragraphs; `{school}` is the school's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    lines: tuple[Line, ...] = Field(min_length=1)


class Privacy(BaseModel):
    """All of it, in one language. `school`: what stands in place of a name where no school is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    school: Line
    parts: tuple[Part, ...] = Field(min_length=1)


def load_privacy(extra: Path | None = None) -> Mapping[str, Privacy]:
    """language -> its words. Raises WordingUnusable."""
    return load_beside("privacy.toml", Privacy, extra)
