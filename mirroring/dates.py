"""Dates, times and rhythms in a language's own words: by CLDR (Babel), or by the catalogue where CLDR fails.

Two things hold in every language, whatever its locale would do: digits are 0-9 and spaces are plain spaces, so that
whoever stands beside the reader, and every copied text, can use them. Ranges are put together here and not by Babel,
whose interval patterns raise for some locales (zh-TW).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

from calendars.values import Rhythm
from config.wording import PluralForm, RhythmWords, Wording, locale_of
from config.wording.day import in_own_words, plain


def when(starts_at: datetime, ends_at: datetime, all_day: bool, timezone: str, language: str, wording: Wording) -> str:
    """The whole date and time, in the school's zone: "Tuesday, December 1, 2026, 6:00 – 7:30 PM".

    `language` is the full tag (es-MX writes times otherwise than es). `ends_at` is exclusive.
    """
    start, end = _local(starts_at, timezone), _local(ends_at, timezone)
    if all_day:
        return _days(start.date(), last_day(starts_at, ends_at, timezone), language, wording)
    if start.date() == end.date():
        return _dated(start.date(), clock(starts_at, ends_at, timezone, language, wording), language, wording)
    return wording.spans.dates.format(
        start=_dated(start.date(), _time(start, language, wording), language, wording),
        end=_dated(end.date(), _time(end, language, wording), language, wording),
    )


def day(at: datetime, timezone: str, language: str, wording: Wording) -> str:
    """The date alone, with its weekday."""
    return _date(_local(at, timezone).date(), language, wording)


def clock(starts_at: datetime, ends_at: datetime, timezone: str, language: str, wording: Wording) -> str:
    """The time of day alone, "6:00 – 7:30 PM"; one time where an event has no length."""
    start, end = _local(starts_at, timezone), _local(ends_at, timezone)
    first, second = _time(start, language, wording), _time(end, language, wording)
    if end <= start:
        return first
    period = _period(start, language, wording)
    if start.date() == end.date() and period and period == _period(end, language, wording):
        first = first.removesuffix(period).rstrip()
        second = second.removeprefix(period).lstrip()
    return wording.spans.times.format(start=first, end=second)


def last_day(starts_at: datetime, ends_at: datetime, timezone: str) -> date:
    """The last day that an all-day event covers (its end is the midnight after)."""
    start, end = _local(starts_at, timezone), _local(ends_at, timezone)
    return max(start.date(), end.date() - timedelta(days=1) if end.time() == end.time().min else end.date())


def rhythm_words(
    rhythm: Rhythm,
    starts_at: datetime,
    ends_at: datetime,
    timezone: str,
    language: str,
    wording: Wording,
    *,
    all_day: bool = False,
) -> str:
    """How a series repeats, and at what time: "the second Tuesday of each month, 6:00 – 7:30 PM".

    What the rule leaves to its first date (the weekday of a weekly series) is taken from `starts_at`.
    """
    start = _local(starts_at, timezone)
    words = _repeats(rhythm, start, language, wording)
    if all_day:
        return words
    time = clock(starts_at, ends_at, timezone, language, wording)
    return wording.spans.date_time.format(date=words, time=time)


def counted(forms: Mapping[PluralForm, str], n: int, language: str) -> str:
    """The plural form for `n` in this language, filled in: "In 3 days"."""
    locale = locale_of(language)
    return _form(forms, locale.plural_form(n) if locale else "other").format(n=n)


def _local(at: datetime, timezone: str) -> datetime:
    return at.astimezone(ZoneInfo(timezone))


def _days(first: date, last: date, language: str, wording: Wording) -> str:
    if first == last:
        return wording.spans.all_day.format(date=_date(first, language, wording))
    return wording.spans.dates.format(start=_date(first, language, wording), end=_date(last, language, wording))


def _dated(on: date, time: str, language: str, wording: Wording) -> str:
    return wording.spans.date_time.format(date=_date(on, language, wording), time=time)


def _date(on: date, language: str, wording: Wording) -> str:
    own = wording.own_dates
    if own:
        return in_own_words(on, own)
    return plain(format_date(on, "full", locale=_locale(language, wording)))


def _time(at: datetime, language: str, wording: Wording) -> str:
    own = wording.own_dates
    if own is None:
        return plain(format_time(at, "short", locale=_locale(language, wording)))
    if own.clock == 24:
        return f"{at.hour}:{at.minute:02}"
    return f"{at.hour % 12 or 12}:{at.minute:02} {own.am if at.hour < 12 else own.pm}"


def _period(at: datetime, language: str, wording: Wording) -> str:
    """What stands beside the time for the half of the day, as it is written there; "" with a 24-hour clock."""
    own = wording.own_dates
    if own:
        return "" if own.clock == 24 else own.am if at.hour < 12 else own.pm
    locale = _locale(language, wording)
    field = re.search("[aB]", locale.time_formats["short"].pattern)
    return plain(format_time(at, field.group(), locale=locale)) if field else ""


def _locale(language: str, wording: Wording) -> Locale:
    """The full tag's locale where it speaks the wording's language, else the wording's own."""
    found = locale_of(language)
    if found is None or found.language != wording.language.split("-")[0]:
        found = locale_of(wording.language)
    assert found is not None, "a wording without CLDR dates has its own: the catalogue's shape says so"
    return found


def _repeats(rhythm: Rhythm, start: datetime, language: str, wording: Wording) -> str:
    words, n = wording.rhythm, rhythm.interval
    match rhythm.frequency:
        case "daily":
            return words.every_day if n == 1 else counted(words.every_days, n, language)
        case "weekly":
            return _weekly(sorted(set(rhythm.weekdays)) or [start.weekday()], n, language, words)
        case "monthly":
            return _monthly(rhythm, start, language, words)
        case "yearly":
            return words.every_year if n == 1 else counted(words.every_years, n, language)
        case _:
            return words.several


def _weekly(weekdays: list[int], n: int, language: str, words: RhythmWords) -> str:
    if n == 1:
        if len(weekdays) == 7:
            return words.every_day
        if weekdays == [0, 1, 2, 3, 4]:
            return words.school_days
        return words.weekly.format(days=_listed([words.days_weekly[one] for one in weekdays], words))
    days = _listed([words.days_on[one] for one in weekdays], words)
    return words.weeks_on.format(every=counted(words.every_weeks, n, language), days=days)


def _monthly(rhythm: Rhythm, start: datetime, language: str, words: RhythmWords) -> str:
    n, every = rhythm.interval, counted(words.every_months, rhythm.interval, language)
    if rhythm.position is not None:
        nth = _nth(rhythm.position, sorted(set(rhythm.weekdays)) or [start.weekday()], words)
        if nth is None:
            return words.several
        return words.monthly_nth.format(nth=nth) if n == 1 else words.months_nth.format(every=every, nth=nth)
    if rhythm.weekdays:  # "every Tuesday, but only every month": no phrase says that simply
        return words.several
    date_of_month = rhythm.month_day or start.day
    if date_of_month == -1:
        return words.last_date if n == 1 else every
    if date_of_month < 0:
        return words.several
    day_words = _ordinal(words.month_day, date_of_month, language)
    return words.monthly_date.format(day=day_words) if n == 1 else words.months_date.format(every=every, day=day_words)


def _nth(position: int, weekdays: list[int], words: RhythmWords) -> str | None:
    named = [(words.ordinals.form(position, one), words.days_nth[one]) for one in weekdays]
    return _listed([words.nth.format(ordinal=ordinal, day=name) for ordinal, name in named if ordinal], words) or None


def _ordinal(forms: Mapping[PluralForm, str], n: int, language: str) -> str:
    locale = locale_of(language)
    return _form(forms, locale.ordinal_form(n) if locale else "other").format(n=n)


def _form(forms: Mapping[PluralForm, str], name: str) -> str:
    return next((form for known, form in forms.items() if known == name), forms["other"])


def _listed(names: list[str], words: RhythmWords) -> str:
    return words.and_.join(part for part in (words.comma.join(names[:-1]), names[-1] if names else "") if part)
