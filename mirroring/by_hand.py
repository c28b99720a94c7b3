"""Posts that somebody made by hand: does one say already what we are about to announce? Pure.

Asking costs a volunteer a look, and a second post about the same event costs the families' trust. So it is asked only
where a post of the Page names both: the event's whole title, and its day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from config.wording import locale_of
from mirroring.facts import Facts

RECENT = timedelta(days=60)  # an older post is about another year's event
_WORD = re.compile(r"\w+")
_LEAST = 2  # words, or letters where a script writes no spaces: "Gala" alone says too little


@dataclass(frozen=True, slots=True)
class ByHand:
    """A post of the Page's own that we did not make."""

    external_id: str
    permalink: str
    text: str
    created_at: datetime


def says_it(post: ByHand, facts: Facts, titles: Iterable[str], languages: Sequence[str]) -> bool:
    """`titles`: the event's in all its languages; `languages`: those in which the day may be written."""
    if not facts.starts_at - RECENT <= post.created_at <= facts.ends_at:
        return False
    words = _words(post.text)
    named = any(_contains(words, _words(title)) for title in titles if _says_enough(title))
    return named and _names_day(
        post.text, words, facts.starts_at.astimezone(ZoneInfo(facts.timezone)).date(), languages
    )


def found_by_hand(
    posts: Sequence[ByHand], events: Mapping[str, tuple[Facts, Sequence[str]]], languages: Sequence[str]
) -> dict[str, ByHand]:
    """event id -> the newest post that says it. `events`: facts and titles by event id; a post may say several."""
    newest_first = sorted(posts, key=lambda one: one.created_at, reverse=True)
    found = {}
    for id, (facts, titles) in events.items():
        saying = next((post for post in newest_first if says_it(post, facts, titles, languages)), None)
        if saying is not None:
            found[id] = saying
    return found


def _says_enough(title: str) -> bool:
    words = _words(title)
    return len(words) >= _LEAST or any(not word.isascii() and len(word) > 2 * _LEAST for word in words)


def _contains(words: Sequence[str], title: Sequence[str]) -> bool:
    """The title's words one after another."""
    return any(words[start : start + len(title)] == title for start in range(len(words) - len(title) + 1))


def _names_day(text: str, words: Sequence[str], day: date, languages: Sequence[str]) -> bool:
    """December 8, 8 de diciembre, 12/8, 8.12., 2026-12-08, 12月8日: whichever way people write it."""
    number, months = str(day.day), _months(tuple(languages), day.month)
    for place, word in enumerate(words):
        beside = {*words[max(0, place - 2) : place], *words[place + 1 : place + 3]}
        if re.fullmatch(rf"0?{number}(st|nd|rd|th|er|º|ª)?", word) and beside & months:
            return True
    pairs = rf"0?{day.month}[/.-]0?{day.day}|0?{day.day}[/.-]0?{day.month}|{day.month}月{day.day}日|{day.month}월 ?{day.day}일"
    return (
        re.search(rf"(?<![\d/.-])(?:{pairs})(?!\d)|{day.isoformat()}", unicodedata.normalize("NFKC", text)) is not None
    )


@lru_cache(maxsize=256)
def _months(languages: tuple[str, ...], month: int) -> frozenset[str]:
    """Its names, long and short, as they stand alone or in a date."""
    names: set[str] = set()
    for locale in filter(None, map(locale_of, languages)):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names.update(_words(get_month_names(width, context, locale)[month]))
    return frozenset(names)


def _words(text: str) -> list[str]:
    """Case and accents don't count, nor what is no word."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in plain if not unicodedata.combining(char)))
