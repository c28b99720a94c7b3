"""Days as people write them in lists: 2026-12-31, 12/31/2026, 31.12.26, "Thursday, December 31st, 2026", 2026年12月31日.

Whether 4/3 is in April or in March cannot be told from one cell. The whole list decides: one day above 12 shows the
order of all. Where none does, the school's country does, and it is said that this was a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from babel import Locale
from babel.core import get_global

from config.columns import column_words, normal_form

Order = Literal["month-first", "day-first", ""]  # "": the list says both, so a day that could be either is no day
_LOCALES = ("en", "es", "fr", "pt", "so", "ar", "ru", "uk", "fil", "de")
_HAITIAN = "janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm"
_MONTH_FIRST = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM", "PH", "PW", "FM", "MH"})
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?(?!\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?!\d)")
_EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日日號号일]?")
_VIETNAMESE = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*(?:,|năm)?\s*(\d{4})")
_WORD = re.compile(r"[^\W\d_]+\.?|\d+")
_ODD = 10  # one day against the order is taken for a slip where that many follow it


@dataclass(frozen=True, slots=True)
class Day:
    """What a cell says at its start, before anybody knows the order. `rest` is what stands behind it (a time).

    `first`, `second` are set for a day like 4/3/2026, else `day` is.
    """

    day: date | None
    first: int = 0
    second: int = 0
    year: int = 0
    rest: str = ""

    @property
    def shows(self) -> Order:
        """The order that this day alone proves."""
        if self.first > 12 >= self.second:
            return "day-first"
        return "month-first" if self.second > 12 >= self.first else ""

    @property
    def is_either(self) -> bool:
        return self.day is None and self.first <= 12 and self.second <= 12 and self.first != self.second

    def as_date(self, order: Order) -> date:
        """Raises ValueError."""
        if self.day is not None:
            return self.day
        if self.first == self.second:
            return date(self.year, self.first, self.first)
        if not order and not self.shows:
            raise ValueError("either")
        month, day = (self.first, self.second) if (order or self.shows) == "month-first" else (self.second, self.first)
        return date(self.year, month, day)


@lru_cache(maxsize=4096)
def read_day(text: str) -> Day | None:
    """The day at the start of a cell; None when there is none."""
    text = plain_digits(text).strip()
    try:
        return _in_numbers(text) or _in_signs(text) or _in_words(text)
    except ValueError:
        return None


def plain_digits(text: str) -> str:
    """Digits of every script as 0-9."""
    return text if text.isascii() else "".join(
        str(unicodedata.digit(letter)) if letter.isdecimal() else letter for letter in text
    )  # fmt: skip


def order_of(days: Iterable[Day], zone: str) -> tuple[Order, bool]:
    """The order of a list, and whether it was guessed (by the school's country, with something left to guess)."""
    days = [day for day in days if day.day is None]
    shown = [day.shows for day in days if day.shows]
    month, day = shown.count("month-first"), shown.count("day-first")
    if month and day:
        order: Order = "month-first" if month >= day * _ODD else "day-first" if day >= month * _ODD else ""
        return order, False
    if shown:
        return shown[0], False
    return ("month-first" if _country(zone) in _MONTH_FIRST else "day-first"), any(day.is_either for day in days)


def _country(zone: str) -> str:
    known = get_global("zone_territories")
    return str(known.get(get_global("zone_aliases").get(zone, zone), ""))


def _in_numbers(text: str) -> Day | None:
    if found := _COMPACT.match(text):
        return Day(date(*map(int, found.groups())), rest=text[found.end() :])
    found = _NUMBERS.match(_without_weekday(text))
    if not found:
        return None
    rest = _without_weekday(text)[found.end() :]
    first, _, second, third = found.groups()
    if len(first) == 4:
        return Day(date(int(first), int(second), int(third)), rest=rest)
    if len(third) not in (2, 4) or len(first) > 2 or max(int(first), int(second)) > 31:
        return None
    year = int(third) + (2000 if len(third) == 2 else 0)
    return Day(None, int(first), int(second), year, rest)


def _without_weekday(text: str) -> str:
    """ "Tue 12/8/2026" without its first word, if that is a weekday."""
    word = re.match(r"[^\W\d_]+\.?,?\s*", text)
    return text[word.end() :] if word and normal_form(word[0]) in _weekdays() else text


def _in_signs(text: str) -> Day | None:
    if found := _EASTERN.search(text):
        return Day(date(*map(int, found.groups())), rest=re.sub(r"^\s*\(.\)", "", text[found.end() :]))
    if found := _VIETNAMESE.search(text.casefold()):
        day, month, year = map(int, found.groups())
        return Day(date(year, month, day), rest=text[found.end() :])
    return None


def _in_words(text: str) -> Day | None:
    """A month by its name, a day and a year of four digits, in any order; weekdays and small words between them."""
    day = month = year = 0
    for found in _WORD.finditer(text):
        word = found[0]
        if word.isdigit():
            number = int(word)
            if len(word) == 4 and not year:
                year = number
            elif 0 < number <= 31 and not day and len(word) <= 2:
                day = number
            else:
                return None
        else:
            name = normal_form(word)
            if name in _months() and not month and not (name in _weekdays() and _month_follows(text, found.end())):
                month = _months()[name]
            elif name not in _weekdays() and name not in column_words().words["filler"]:
                return None
        if day and month and year:
            rest = text[found.end() :]
            return Day(date(year, month, day), rest="" if normal_form(rest) in column_words().words["filler"] else rest)
    return None


def _month_follows(text: str, at: int) -> bool:
    """ "mar" is March and, in Spanish and French, Tuesday."""
    return any(normal_form(word) in _months() for word in _WORD.findall(text[at:]))


@cache
def _months() -> dict[str, int]:
    found = {normal_form(name): number for number, name in enumerate(_HAITIAN.split(), 1)}
    for locale in _LOCALES:
        for names in _all(Locale.parse(locale).months):
            found |= {normal_form(name): number for number, name in names.items() if name.isalpha() or name[-1] == "."}
    return found | {"sept": 9, "setiembre": 9}


@cache
def _weekdays() -> frozenset[str]:
    locales = map(Locale.parse, (*_LOCALES, "vi", "zh", "ko"))
    names = (name for locale in locales for names in _all(locale.days) for name in names.values())
    return frozenset(map(normal_form, names)) | {"tues", "thur", "thurs", "weds"}


def _all(told: Mapping[str, Mapping[str, Mapping[int, str]]]) -> list[Mapping[int, str]]:
    return [names for form in told.values() for width, names in form.items() if width in ("wide", "abbreviated")]
