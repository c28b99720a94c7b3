"""The words that make a comment urgent, one file a language: only languages whose list people have read are there.

How a phrase is written: words as people type them, accents or none. `word*` is any ending; `~` up to three words between;
`(a|b c)` one of these; `(a )?` with or without; `{name}` one of the group's words; a leading `=`: the whole sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

__all__ = ["KINDS", "LANGUAGES", "UrgentList", "urgent_lists"]

# What is worst comes first: a comment that is two of these is told as the first.
KINDS = ("danger", "self-harm", "missing-child", "custody", "bullying")
LANGUAGES = ("en", "es")
_HERE = Path(__file__).parent


class UrgentList(BaseModel):
    """`phrases`: kind -> its phrases. What is in `harmless` never makes a comment urgent: “photo shoot”."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]]
    harmless: tuple[str, ...]


@lru_cache(maxsize=1)
def urgent_lists() -> Mapping[str, UrgentList]:
    """language -> what ships."""
    return {tag: UrgentList(**tomllib.loads((_HERE / f"{tag}.toml").read_text(encoding="utf-8"))) for tag in LANGUAGES}
