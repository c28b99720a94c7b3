"""What families may know about what is kept of them: one file a language, beside its catalogue, where somebody wrote it.

A school's own file in its data folder stands in place of ours, whole: its lawyers may want other words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from config.wording import WordingUnusable

_SHIPPED = Path(__file__).parent
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
    roots = [_SHIPPED, *([extra] if extra and extra.is_dir() else [])]
    ours = {file.parent.name: _read(file) for file in sorted(_SHIPPED.glob(f"*/{_FILE}"))}
    files = {file.parent.name: file for root in roots for file in sorted(root.glob(f"*/{_FILE}"))}
    return MappingProxyType({tag: _with_ours(_read(file), ours.get(tag)) for tag, file in sorted(files.items())})


def _with_ours(one: Privacy, ours: Privacy | None) -> Privacy:
    if one.translating or ours is None:
        return one
    return one.model_copy(update={"translating": ours.translating})


def _read(file: Path) -> Privacy:
    try:
        return Privacy.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, KeyError, IndexError) as wrong:
        first = str(wrong).splitlines()[0]
        raise WordingUnusable(
            f"{file} cannot be used ({first})", "correct it, or remove it to have ours back"
        ) from None
