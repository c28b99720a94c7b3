"""What families write about: the topics of school life, what they are called, and the words each is known by.

One file a language: `[words]` holds, by topic, words and phrases between commas; a `*` stands for any ending. `[names]` is
there for the languages of the pages. A topic is first told by its words, and anybody who answers may say otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
OTHER = "other"  # said by people only: no words stand for it


def topic_name(topic: str, language: str) -> str:
    """What a topic is called for readers of `language`; in English where we have no name in theirs."""
    names = _table(language).get("names", {}) if language in topic_languages() else {}
    return str(names.get(topic) or TOPICS.get(topic, topic))


@cache
def topic_languages() -> tuple[str, ...]:
    """The languages whose words for topics we know."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def topic_words(language: str) -> Mapping[str, tuple[str, ...]]:
    """topic -> its words in one of `topic_languages`, as they are written."""
    told = _table(language)["words"]
    return {topic: tuple(word.strip() for word in told[topic].split(",")) for topic in TOPICS if topic != OTHER}


@cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))


# slug -> English name, in the order in which lists show them and in which the first of two equals is taken.
TOPICS: Mapping[str, str] = _table("en")["names"]
