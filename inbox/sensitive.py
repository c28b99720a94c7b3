"""Does an answer of ours, which everybody on Facebook can read, seem to say what belongs to one family alone? Pure.

It only asks people to look once more; so it must be right when it speaks, and may miss what a person would see anyway.
The words are in `sensitive.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

KINDS = (
    "pupil", "diagnosis", "medication", "special-education", "custody", "immigration", "contact", "grades", "discipline",
)  # fmt: skip
_WORDS = Path(__file__).with_name("sensitive.toml")
_UNSPACED = ("zh",)  # written without spaces between words
_PREFIXED = ("ar",)  # short words are written together with the next one

# Not after "Mr." and the like; Chinese has no space after a full stop.
_SENTENCE = re.compile(
    r"(?<=[!?؟])\s+|(?<=[。！？])|(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSr\.)(?<!\bSra\.)(?<=\.)\s+|\n+"
)
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Mx|Dr|Miss|Señora?|Sra?|Coach|Principal|Teacher)\.?\s+$")
_NAME = r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü'’-]{2,}"
_STREETS = "Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place"
_STREET = rf"\d{{1,5}} (?:[NSEW]\.? )?[A-Z]\w+(?: [A-Z]\w+)? (?:{_STREETS})\b"
_HOME = re.compile(
    r"(?i:your (?:home )?address|you live|lives? at|moved to|su dirección|tu dirección|usted vive|vive en)\b"
    rf".{{0,40}}?(?P<at>{_STREET})"
)
_PHONE = re.compile(r"(?<![\w/.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])")
_OFFICE = re.compile(
    r"office|oficina|school|escuela|hotline|front desk|bureau|école|secretaria|escola|biwo|lekòl|văn phòng|trường|xafiis|dugsi"
    r"|مكتب|مدرسة|المدرسة|办公室|辦公室|学校|學校|школ|канцеляр|nurse|enfermer", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One of KINDS, and the words by which it was found, as they stand in the text."""

    kind: str
    words: tuple[str, ...]


def sensitive(text: str) -> tuple[Found, ...]:
    """What of the text may be one family's alone, in the order of KINDS. Empty: nothing was found."""
    found: dict[str, dict[str, None]] = {}
    for sentence in filter(None, _SENTENCE.split(text)):
        for kind, words in _of_sentence(sentence):
            found.setdefault(kind, {})[words.strip()] = None
    return tuple(Found(kind, tuple(found[kind])) for kind in KINDS if kind in found)


def _of_sentence(sentence: str) -> Iterable[tuple[str, str]]:
    names = list(_names(sentence))
    yield from (("pupil", name) for name in names)
    yield from (("contact", one) for one in _contacts(sentence))
    for told in _languages():
        yield from told.said(sentence, about_somebody=bool(names))


def _names(sentence: str) -> Iterable[str]:
    """Names of children, by what stands around them; adults with their title are none."""
    for pattern in _around_names():
        for found in pattern.finditer(sentence):
            if found["name"] not in _tables()["names"]["not"] and not _TITLE.search(sentence[: found.start("name")]):
                yield found["name"]


def _contacts(sentence: str) -> Iterable[str]:
    """Telephone numbers, but for that of the school; somebody's home."""
    if not _OFFICE.search(sentence):
        yield from _PHONE.findall(sentence)
    yield from (found["at"] for found in _HOME.finditer(sentence))


@dataclass(frozen=True, slots=True)
class _Language:
    """The words of one language, as patterns."""

    persons: re.Pattern[str]
    general: re.Pattern[str]
    topics: Mapping[str, re.Pattern[str]]
    alone: Mapping[str, re.Pattern[str]]

    def said(self, sentence: str, *, about_somebody: bool) -> Iterable[tuple[str, str]]:
        if self.general.search(sentence):
            return
        groups = [self.alone]
        if about_somebody or self.persons.search(sentence):
            groups.append(self.topics)
        for group in groups:
            for kind, pattern in group.items():
                yield from ((kind, found[0]) for found in pattern.finditer(sentence))


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


@cache
def _around_names() -> Sequence[re.Pattern[str]]:
    """ "your son NAME", "NAME's teacher", "NAME was absent"."""
    words = _tables()["names"]
    whose, kin, things, states = ("|".join(words[one]) for one in ("whose", "kin", "things", "states"))
    return (
        re.compile(rf"\b(?i:{whose}) (?:{kin}),? (?P<name>{_NAME})"),
        re.compile(rf"\b(?P<name>{_NAME})['’]s (?:{things})\b"),
        re.compile(rf"\b(?P<name>{_NAME}) (?:was|is|has been) (?:{states})\b"),
    )


@cache
def _languages() -> Sequence[_Language]:
    return tuple(_language(tag, table) for tag, table in _tables().items() if tag != "names")


def _language(tag: str, table: Mapping[str, Any]) -> _Language:
    def group(name: str) -> dict[str, re.Pattern[str]]:
        return {kind: _any_of(words, tag) for kind, words in table.get(name, {}).items()}

    return _Language(_any_of(table["persons"], tag), _any_of(table["general"], tag), group("topics"), group("alone"))


def _any_of(words: Iterable[str], tag: str) -> re.Pattern[str]:
    """One of the words, whole; `*` stands for the rest of one."""
    choice = "|".join(re.escape(one).replace(r"\*", r"\w*").replace("'", "['’]") for one in words)
    before = "" if tag in _UNSPACED else r"\b[وبلكف]{0,2}" if tag in _PREFIXED else r"\b"
    after = "" if tag in _UNSPACED else r"\b"
    return re.compile(f"{before}(?:{choice}){after}", re.IGNORECASE)
