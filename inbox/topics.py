"""Tells by its words what a comment is about, in the languages whose words we know; "" says that nobody can tell."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from config.languages import wider_tags
from config.topics import TOPICS, topic_languages, topic_words
from inbox.language.clean import bare
from inbox.language.tags import UNSURE

# What time and where are asked of everything: they name the topic only where nothing else does.
_ASKED_OF_ALL = "event"
# Arabic writes "and", "the", "in the" and "for the" into the word, Chinese no spaces between words.
_BEFORE = {"ar": r"(?<!\w)(?:[وف]?(?:ال|بال|كال|لل|[بلك])?)", "zh": ""}
_AFTER = {"zh": ""}


def topic_of(text: str, language: str) -> str:
    """One of config.topics, or "". Of a comment whose language is unsure: what the words of all languages agree on."""
    if language == UNSURE:
        agreed = {_topic(text, one) for one in topic_languages()} - {""}
        return agreed.pop() if len(agreed) == 1 else ""
    known = next((one for one in wider_tags(language) if one in topic_languages()), "")
    return _topic(text, known) if known else ""


def _topic(text: str, language: str) -> str:
    """The topic of which most different words are there; of two equals the one that stands first in the list."""
    pattern, groups = _pattern(language)
    found = {(groups[name], match[name]) for match in pattern.finditer(_folded(text)) if (name := match.lastgroup)}
    counts = Counter(topic for topic, _ in found)
    if set(counts) != {_ASKED_OF_ALL}:
        del counts[_ASKED_OF_ALL]
    return max(TOPICS, key=lambda topic: counts[topic]) if counts else ""


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Finds every word of every topic, the longest of two that begin alike; the name of its group leads to the topic."""
    words = [(_folded(word), topic) for topic, told in topic_words(language).items() for word in told]
    words.sort(key=lambda one: -len(one[0]))
    groups = {f"w{number}": topic for number, (_, topic) in enumerate(words)}
    told = (f"(?P<{name}>{_expression(word)})" for name, (word, _) in zip(groups, words, strict=True))
    before, after = _BEFORE.get(language, r"(?<!\w)"), _AFTER.get(language, r"(?!\w)")
    return re.compile(f"{before}(?:{'|'.join(told)}){after}"), groups


def _expression(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")


def _folded(text: str) -> str:
    return bare(text.casefold().replace("’", "'"))
