"""Phrases as config/urgent writes them, as expressions over words, and an index that tells which of them a text may hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

STOP, CALM = ".", "-"  # between sentences, and in place of what is harmless: no phrase reaches over them
Fold = Callable[[str], str]
Groups = Mapping[str, Sequence[str]]
Meant = tuple[int, re.Pattern[str]]  # how bad it is, and how it is found

_PIECE = re.compile(r" ~ | ?\*$|\{(\w+)\}|([^\W_]+)|([ ()|?*])")
_INNER = re.compile(r"\([^()]*\)\??")
_PART = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\{\w+\}|[^\W_]+")
_NAME = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[^\W_]+\*?")
_SHORTEST = 3  # letters of a beginning that is looked up


def expression(phrase: str, fold: Fold, groups: Groups) -> str:
    """A phrase as a regular expression over folded words. ValueError where it is not written as it should be."""
    whole, phrase = phrase.startswith("="), phrase.removeprefix("=").strip()
    made, at = "", 0
    while at < len(phrase):
        piece = _PIECE.match(phrase, at)
        if piece is None:
            raise ValueError(f"“{phrase}” is not written as a phrase")
        made, at = made + _as_expression(piece, fold, groups), piece.end()
    return rf"(?<= \.) {made}(?= \.)" if whole else f" {made}(?= )"


def _as_expression(piece: re.Match[str], fold: Fold, groups: Groups) -> str:
    name, word, sign = piece.groups()
    if name:
        return f"(?:{'|'.join(dict.fromkeys(map(fold, groups[name])))})"
    if word:
        return re.escape(fold(word))
    if sign:
        return {"(": "(?:", "*": r"\w*"}.get(sign, sign)
    return {" ~ ": r" (?:\w+ ){0,3}", " *": r" \w+"}.get(piece[0], r"\w*")


def anchors(phrase: str, groups: Groups) -> tuple[str, ...]:
    """Words of which one must be there, with a * where it may go on: of its parts the one with the longest words."""
    phrase = phrase.removeprefix("=").strip()
    parts = [ways for found in _PART.finditer(phrase) if (ways := _ways(found, groups))]
    if not parts:
        raise ValueError(f"“{phrase}” has no word that must be there")
    return max(parts, key=lambda ways: min(map(len, ways)))


def _ways(part: re.Match[str], groups: Groups) -> tuple[str, ...]:
    """The longest word of each way to say this part; () where it may be left out, or has no whole word of its own."""
    before, after, said = part.string[: part.start()], part.string[part.end() :], part[0]
    goes_on = after.startswith("*") or (after.startswith("(") and not after.startswith("( "))
    if before and not before.endswith((" ", "?")):
        return ()
    if said[0] not in "({":
        return (said + "*" * goes_on,)
    if goes_on or after.startswith("?"):
        return ()
    if said.startswith("{"):
        return tuple(groups[said[1:-1]])
    ways = [_way(way, groups) for way in _outer(said[1:-1])]
    return tuple(word for way in ways for word in way) if all(ways) else ()


def _way(way: str, groups: Groups) -> tuple[str, ...]:
    if named := _NAME.search(_INNER.sub("*", way)):
        return tuple(groups[named[1]])
    return tuple(sorted(_WORD.findall(_INNER.sub("*", way)), key=len)[-1:])


def _outer(inner: str) -> list[str]:
    """At the bars that stand in no brackets of their own."""
    depth, ways = 0, [""]
    for ch in inner:
        depth += (ch == "(") - (ch == ")")
        if ch == "|" and not depth:
            ways.append("")
        else:
            ways[-1] += ch
    return ways


class Index:
    """Phrases by the words they cannot do without. `given`: (rank, phrase)."""

    def __init__(self, given: Iterable[tuple[int, str]], fold: Fold, groups: Groups) -> None:
        self._by_word: dict[str, list[Meant]] = {}
        self._by_start: dict[str, list[Meant]] = {}
        for rank, phrase in given:
            one = (rank, re.compile(expression(phrase, fold, groups)))
            for anchor in anchors(phrase, groups):
                where = self._by_start if anchor.endswith("*") else self._by_word
                where.setdefault(fold(anchor.rstrip("*")), []).append(one)
        self._longest = max(map(len, self._by_start), default=0)

    def meant(self, words: Iterable[str]) -> list[Meant]:
        """Those that may be in a text of these folded words."""
        found: dict[Meant, None] = {}
        for word in words:
            for one in self._by_word.get(word, ()):
                found[one] = None
            for end in range(_SHORTEST, min(len(word), self._longest) + 1):
                for one in self._by_start.get(word[:end], ()):
                    found[one] = None
        return list(found)


def spoken(phrase: str, groups: Groups) -> str:
    """One way to say a phrase, for people who read the list: “has a gun”."""
    plain, told = "", re.sub(r"\{\w+\}\?", "", phrase.removeprefix("=").strip())
    while plain != told:
        plain, told = told, re.sub(r"\([^()]*\)\?", "", told, count=1)
        if plain == told:
            told = re.sub(r"\(([^()]*)\)", lambda found: found[1].split("|")[0], told, count=1)
    told = _NAME.sub(lambda found: groups[found[1]][0], told)
    return " ".join(told.replace(" ?", " ").replace("*", "…").replace("~", "…").split())
