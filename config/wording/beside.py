"""Texts beside the catalogues: one file a language, where somebody wrote it.

A school's own file in its data folder stands in place of ours, whole: it may want other words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from config.wording import WordingUnusable

_SHIPPED = Path(__file__).parent
Text = TypeVar("Text", bound=BaseModel)


def load_beside(name: str, shape: type[Text], extra: Path | None = None) -> Mapping[str, Text]:
    """language -> what the files of this name say. Raises WordingUnusable."""
    roots = [_SHIPPED, *([extra] if extra and extra.is_dir() else [])]
    files = {file.parent.name: file for root in roots for file in sorted(root.glob(f"*/{name}"))}
    return MappingProxyType({tag: _read(file, shape) for tag, file in sorted(files.items())})


def _read(file: Path, shape: type[Text]) -> Text:
    try:
        return shape.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, KeyError, IndexError) as wrong:
        first = str(wrong).splitlines()[0]
        raise WordingUnusable(
            f"{file} cannot be used ({first})", "correct it, or remove it to have ours back"
        ) from None
