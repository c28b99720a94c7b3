"""The day that somebody means by "by Thursday", "mañana", "next week" or a date, as of the school's today. Pure.

English and Spanish. A weekday is the next one of its name, never today; a week ends on its Friday; a date without a year
is the next one. What could be two days (a Spanish 3/4) is none: a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from inbox.language.clean import bare

_FRIDAY = 4
_DAYS = {
    "monday mon lunes": 0, "tuesday tue tues martes": 1, "wednesday wed miercoles": 2,
    "thursday thu thur thurs jueves": 3, "friday fri viernes": 4, "saturday sabado": 5, "sunday domingo": 6,
}  # fmt: skip
_MONTHS = (
    "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo", "june jun junio",
    "july jul julio", "august aug agosto", "september sep sept septiembre setiembre", "october oct octubre",
    "november nov noviembre", "december dec diciembre",
)  # fmt: skip
_NUMBERS = (
    "one a un una uno", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete", "eight ocho",
    "nine nueve", "ten diez",
)  # fmt: skip
_WEEKDAY = {name: number for names, number in _DAYS.items() for name in names.split()}
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NUMBER = {name: number for number, names in enumerate(_NUMBERS, 1) for name in names.split()}


def _any(words: dict[str, int]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_A_MONTH, _A_WEEKDAY = _any(_MONTH), _any(_WEEKDAY)
_NTH, _THEN = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?:,? (?:de |of )?(?P<year>20\d\d))?"
# Where two begin at the same place, the first of these counts.
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("iso", r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
        ("slashed", r"\b(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>(?:20)?\d\d))?\b"),
        ("named", rf"\b(?P<name>{_A_MONTH})\.? {_NTH}\b{_THEN}"),
        ("named", rf"\b{_NTH} (?:de |of )?(?P<name>{_A_MONTH})\b{_THEN}"),
        ("after_tomorrow", r"\b(?:the )?day after tomorrow\b|\bpasado manana\b"),
        (
            "in_days",
            rf"\b(?:in|within|en|dentro de) (?P<n>\d{{1,2}}|{_any(_NUMBER)}) (?P<unit>days?|weeks?|dias?|semanas?)\b",
        ),
        (
            "next_weekday",
            rf"\bnext (?P<weekday>{_A_WEEKDAY})\b|\b(?P<dia>{_A_WEEKDAY}) de la (?:proxima semana|semana (?:proxima|que viene))\b",
        ),
        ("next_week", r"\bnext week\b|\bproxima semana\b|\bsemana (?:proxima|que viene)\b"),
        ("this_week", r"\bend of (?:the|this) week\b|\bthis week\b|\besta semana\b|\bfin(?:al|ales)? de la semana\b"),
        ("weekday", rf"\b(?P<weekday>{_A_WEEKDAY})\b"),
        ("tomorrow", r"\btomorrow\b|(?<!la )(?<!esta )\bmanana\b"),
        ("today", r"\b(?:today|tonight|hoy)\b|\besta (?:tarde|noche)\b|\bthis (?:afternoon|evening)\b"),
    )
)
# "Thursday, December 3" is that date, whatever day it is.
_BESIDE_DATE = re.compile(
    rf"\b{_A_WEEKDAY},? (?:the |el )?(?={_A_MONTH}\.? \d|\d{{1,2}}(?:st|nd|rd|th)? (?:de |of )?{_A_MONTH}\b|\d+/\d|20\d\d-)"
)
_BY = re.compile(
    r"\b(?:by|before|until|no later than|para|antes del?|a mas tardar)(?: (?:the|el|la|este|esta|este))* $"
)


@dataclass(frozen=True, slots=True)
class _Meant:
    words: dict[str, str]
    today: date
    language: str


def day_meant(text: str, today: date, language: str = "en") -> date | None:
    """The day that `text` names, None where it names none, one that is over, or one that is not clear.

    Of several the one after "by" or "para", else the first. `language` decides how 3/4 is read: in English as month and
    day.
    """
    said = _BESIDE_DATE.sub("", " ".join(bare(text.lower().replace("’", "'")).split()))
    hits = [(found, rank) for rank, (_, pattern) in enumerate(_PATTERNS) for found in pattern.finditer(said)]
    hits.sort(key=lambda hit: (not _BY.search(said[: hit[0].start()]), hit[0].start(), hit[1]))
    for found, rank in hits[:1]:
        words = {name: value for name, value in found.groupdict().items() if value}
        meant = _READ[_PATTERNS[rank][0]](_Meant(words, today, language))
        return meant if meant is not None and meant >= today else None
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next_of(today: date, month: int, day: int, year: str) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _date(today.year, month, day)
    return found if found is None or found >= today else _date(today.year + 1, month, day)


def _slashed(one: _Meant) -> date | None:
    first, second = int(one.words["first"]), int(one.words["second"])
    year = one.words.get("year", "")
    month_first = _next_of(one.today, first, second, year) if first <= 12 else None
    day_first = _next_of(one.today, second, first, year) if second <= 12 else None
    if one.language == "en" or month_first == day_first:
        return month_first
    return None if month_first and day_first else month_first or day_first


def _named(one: _Meant) -> date | None:
    return _next_of(one.today, _MONTH[one.words["name"]], int(one.words["day"]), one.words.get("year", ""))


def _in_days(one: _Meant) -> date:
    said = one.words["n"]
    number = int(said) if said.isdigit() else _NUMBER[said]
    return one.today + timedelta(days=number * (7 if one.words["unit"][0] in "ws" else 1))


def _weekday(one: _Meant) -> date:
    ahead = (_WEEKDAY[one.words["weekday"]] - one.today.weekday()) % 7
    return one.today + timedelta(days=ahead or 7)


def _friday(today: date, weeks: int) -> date:
    """Of this week; from Saturday on, of the next."""
    ahead = (_FRIDAY - today.weekday()) % 7 if weeks == 0 else _FRIDAY - today.weekday() + 7 * weeks
    return today + timedelta(days=ahead)


def _next_weekday(one: _Meant) -> date:
    """In the next calendar week, from its Monday on."""
    monday = one.today + timedelta(days=7 - one.today.weekday())
    return monday + timedelta(days=_WEEKDAY[one.words.get("weekday") or one.words["dia"]])


_READ: dict[str, Callable[[_Meant], date | None]] = {
    "iso": lambda one: _date(int(one.words["year"]), int(one.words["month"]), int(one.words["day"])),
    "slashed": _slashed,
    "named": _named,
    "after_tomorrow": lambda one: one.today + timedelta(days=2),
    "in_days": _in_days,
    "next_weekday": _next_weekday,
    "next_week": lambda one: _friday(one.today, 1),
    "this_week": lambda one: _friday(one.today, 0),
    "weekday": _weekday,
    "tomorrow": lambda one: one.today + timedelta(days=1),
    "today": lambda one: one.today,
}
