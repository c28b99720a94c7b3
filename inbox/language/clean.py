"""Takes from a comment what is not language (links, names, tags, emoji, digits), and cuts what is left into words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_HANDLE = re.compile(r"[@#][\w.·]+")
_REPEATED_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_REPEATED_MARK = re.compile(r"([^\w\s])\1+")
_REPEATED_LAUGH = re.compile(
    r"\b(?:[ah]*([jh])\1*([aeiu])\2*(?:\1+\2+)+\1*|(?:ха){2,}|k{3,}|(?:rs){2,}|l+o+l+)\b", re.IGNORECASE
)  # one syllable again and again: "hija" and "haja" are words
# Digits go, but for those that are letters in Arabic typed with Latin ones (la3nat, 3andna).
_DIGIT = re.compile(
    r"(?<![a-z_\d])(?!(?:[379][a-z]{3}|[a-z]+[23579][a-z])[a-z23579]*\b)[a-z_\d]*\d[a-z_\d]*", re.IGNORECASE
)
_JOINERS = "'’ʼ-\u200c\u200d"
_CLAUSE_END = re.compile(r"[.!?;:,\n…—–()。！？、，；।۔؟،؛።፣፤፡]+")


def clean(text: str) -> str:
    """The words of a comment as one line. Mostly-capital text is lower-cased, since engines skip capitals."""
    text = unicodedata.normalize("NFC", text)
    for pattern in (_LINK, _MAIL, _HANDLE, _DIGIT, _REPEATED_LAUGH):
        text = pattern.sub(" ", text)
    text = _REPEATED_LETTER.sub(r"\1\1", text)
    text = _REPEATED_MARK.sub(r"\1", "".join(map(_letter_or_space, text)))
    text = "\n".join(line for line in (" ".join(part.split()) for part in text.splitlines()) if line)
    return text.lower() if _mostly_capitals(text) else text


def words(text: str) -> list[str]:
    """The words in order, as written; marks inside a word (l'école, vowel signs) stay."""
    return list(_words(text))


@lru_cache(maxsize=64)  # each text is cut several times on its way
def _words(text: str) -> tuple[str, ...]:
    spaced = "".join(ch if _in_word(ch) else " " for ch in text)
    return tuple(word for word in (piece.strip(_JOINERS) for piece in spaced.split()) if any(map(str.isalpha, word)))


def clauses(text: str) -> list[str]:
    """The text cut where people pause, for telling mixed languages apart."""
    return [clause for clause in (part.strip() for part in _CLAUSE_END.split(text)) if clause]


def bare(word: str) -> str:
    """The word without accents, as hurried thumbs type it."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word.replace("đ", "d").replace("ł", "l").replace("ı", "i"))
    return "".join(ch for ch in decomposed if not unicodedata.combining(ch))


@lru_cache(maxsize=4096)
def _letter_or_space(ch: str) -> str:
    return " " if unicodedata.category(ch) in {"So", "Sk", "Cs", "Co", "Cc"} and ch != "\n" else ch


def _mostly_capitals(text: str) -> bool:
    upper = sum(ch.isupper() for ch in text)
    return upper > 1 and upper > sum(ch.islower() for ch in text)


@lru_cache(maxsize=4096)
def _in_word(ch: str) -> bool:
    return ch in _JOINERS or unicodedata.category(ch)[0] in "LM" or ch in "23579"
