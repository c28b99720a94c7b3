"""A day as it is said in a language, with its weekday and year: by the catalogue, else by CLDR (Babel), else in digits.

Digits are 0-9 and spaces plain spaces in every language, so that a copied text stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from babel.dates import format_date

from config.wording.shape import OwnDates, Wording, locale_of

_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
# Not the joiners U+200C and U+200D: without them Persian is misspelled.
_MARKS = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")


def whole_day(on: date, language: str, wording: Wording | None) -> str:
    """ "Monday, November 30, 2026". `wording`: of this language, None where there is none; then 2026-11-30 where CLDR has
    no dates either."""
    if wording is not None and wording.own_dates:
        return in_own_words(on, wording.own_dates)
    locale = locale_of(language)
    return plain(format_date(on, "full", locale=locale)) if locale else on.isoformat()


def in_own_words(on: date, own: OwnDates) -> str:
    return own.date.format(weekday=own.days[on.weekday()], day=on.day, month=own.months[on.month - 1], year=on.year)


def plain(text: str) -> str:
    text = _MARKS.sub("", _SPACES.sub(" ", text))
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
