"""Letters say the same in every language: the same phrases, the same blanks, links at the end."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import config.letters
from config.letters import letter_words

FOLDER = Path(config.letters.__file__).parent
TAGS = sorted(path.stem for path in FOLDER.glob("*.toml"))


def phrases(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        yield from phrases(value, f"{before}{key}.") if isinstance(value, dict) else [(before + key, value)]


def all_of(tag: str) -> dict[str, str]:
    return dict(phrases(tomllib.loads((FOLDER / f"{tag}.toml").read_text())))


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_says_all_with_the_same_blanks(tag: str) -> None:
    english, told = all_of("en"), all_of(tag)
    assert set(told) == set(english) and letter_words(tag).tag == tag
    for key, text in told.items():
        if not key.endswith(".one"):
            assert blanks(text) == blanks(english[key]), key


@pytest.mark.parametrize("tag", TAGS)
def test_a_link_stands_at_the_end(tag: str) -> None:
    assert [text for text in all_of(tag).values() if "{link}" in text and not text.endswith("{link}")] == []


def test_a_language_without_letters_is_written_to_in_english() -> None:
    assert (letter_words("es-MX").tag, letter_words("so").tag, letter_words("").tag) == ("es", "en", "en")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
