"""Finds the words that make a comment urgent: a list, not an understanding. Pure.

Accents, capitals and doubled letters count for nothing; in Spanish neither do the letters that are written alike when one
is in a hurry. Every list is looked through whatever language a text seems to be in. What it finds is shown to a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from config.urgent import KINDS, LANGUAGES, UrgentList, urgent_lists
from inbox.urgent.phrases import CALM, STOP, Index

LONGEST = 4_000  # characters of a text that are looked at
Own = tuple[str, str, str, bool]  # language, phrase, kind, is it on?


@dataclass(frozen=True, slots=True)
class Urgent:
    """`phrase`: the family's own words that were on the list."""

    kind: str
    phrase: str
    language: str


class UrgentWords:
    """The lists as one school has them. Safe to share between threads."""

    def __init__(self, lists: Mapping[str, UrgentList], own: Iterable[Own] = ()) -> None:
        changed = list(own)
        self._lists = [_Compiled(tag, lists[tag], [one for one in changed if one[0] == tag]) for tag in lists]

    def look(self, text: str) -> Urgent | None:
        """The worst that is in it."""
        text = text[:LONGEST]
        if not _LATIN.search(text):
            return None
        words = list(_WORDS.finditer(text))
        bare = _bare(" ".join(word[0] if word[0][0].isalnum() else STOP for word in words))
        hits = [hit for one in self._lists if (hit := one.look(text, words, bare))]
        return min(hits, key=lambda one: KINDS.index(one.kind), default=None)


class _Compiled:
    """One language. Most texts hold none of the words that phrases cannot do without: nothing more is looked at then."""

    def __init__(self, tag: str, given: UrgentList, own: list[Own]) -> None:
        off = {phrase for _, phrase, _, is_on in own if not is_on}
        groups = {name: tuple(words.split()) for name, words in given.groups.items()}
        phrases = [(kind, one) for kind in KINDS for one in given.phrases[kind] if one not in off]
        phrases += [(kind, phrase) for _, phrase, kind, is_on in own if is_on]
        self.language, self._alike = tag, ALIKE[tag]
        self._alarms = Index(((KINDS.index(kind), one) for kind, one in phrases), self._fold, groups)
        self._harmless = Index(((0, one) for one in given.harmless), self._fold, groups)

    def look(self, text: str, words: list[re.Match[str]], bare: str) -> Urgent | None:
        folded = _squeezed(self._alike(bare))
        alarms = self._alarms.meant(folded.split(" "))
        if not alarms:
            return None
        calmed = f" {STOP} {folded} {STOP} "
        for _, calm in self._harmless.meant(folded.split(" ")):
            calmed = calm.sub(_blanked, calmed)
        hits = [(rank, hit) for rank, one in alarms if (hit := one.search(calmed))]
        whole = [one for one in hits if not any(_is_within(one[1], other) for _, other in hits)]
        rank, hit = min(whole, key=lambda one: (one[0], one[1].start()), default=(0, None))
        return Urgent(KINDS[rank], _said(text, words, hit), self.language) if hit else None

    def _fold(self, word: str) -> str:
        return _squeezed(self._alike(_bare(word)))


def _is_within(one: re.Match[str], other: re.Match[str]) -> bool:
    """ "quiere matar" in "se quiere matar" is something else than by itself."""
    inside = other.start() <= one.start() and one.end() <= other.end()
    return inside and one.span() != other.span()


def _blanked(found: re.Match[str]) -> str:
    return f" {CALM}" * found[0].count(" ")


def _said(text: str, words: list[re.Match[str]], hit: re.Match[str]) -> str:
    """As the family wrote it."""
    first, last = (hit.string.count(" ", 0, at) - 2 for at in (hit.start() + 1, hit.end()))
    return text[words[first].start() : words[min(last, len(words) - 1)].end()]


# --- how words are compared

_LATIN = re.compile(r"[a-zA-Z]")
_WORDS = re.compile(r"[^\W_]+(?:['’´`][^\W_]+)*|[.!?;\n]+")
_MARKS = re.compile(r"[\u0300-\u036f'’´`]")
_DOUBLED = re.compile(r"([^\W\d])\1+")
_HEARD = (
    ("ch", "\0"), ("h", ""), ("\0", "ch"), ("qu", "k"), ("ll", "y"), ("ce", "se"), ("ci", "si"), ("z", "s"), ("v", "b"),
    ("ge", "je"), ("gi", "ji"), ("c", "k"), ("w", "gu"),
)  # fmt: skip


def _bare(text: str) -> str:
    """Without capitals, accents and apostrophes."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text).casefold())


def _in_a_hurry(text: str) -> str:
    """Spanish as it is heard: iso for hizo, balla for vaya, ke for que."""
    for written, heard in _HEARD:
        text = text.replace(written, heard)
    return text


def _squeezed(text: str) -> str:
    return _DOUBLED.sub(r"\1", text)


ALIKE: Mapping[str, Callable[[str], str]] = {"en": str, "es": _in_a_hurry}


@lru_cache(maxsize=64)
def urgent_words(own: tuple[Own, ...] = ()) -> UrgentWords:
    """What ships, as a school changed it."""
    return UrgentWords({tag: urgent_lists()[tag] for tag in LANGUAGES}, own)
