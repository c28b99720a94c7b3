"""Times as people read them: of their school's clock, with the weekday, and never to be mistaken for another day's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent

_MINUTE = timedelta(minutes=1)
_SPACES = re.compile("[\u00a0\u2009\u202f]")


@dataclass(frozen=True, slots=True)
class Moments:
    """Tells times to one reader: their language, their school's zone, their now."""

    tag: str
    timezone: str
    now: datetime

    def moment(self, at: datetime) -> str:
        """ "Thu, Nov 26, 3:00 PM"; with the year where it is another one."""
        local = at.astimezone(ZoneInfo(self.timezone))
        return f"{self.day(local.date())}, {_plain(format_time(local, 'short', locale=self._locale))}"

    def day(self, on: date | datetime) -> str:
        """ "Thu, Nov 26"; with the year where it is another one."""
        if isinstance(on, datetime):
            on = on.astimezone(ZoneInfo(self.timezone)).date()
        this_year = on.year == self.now.astimezone(ZoneInfo(self.timezone)).year
        return _plain(str(format_skeleton("MMMEd" if this_year else "yMMMEd", on, locale=self._locale)))

    def ago(self, at: datetime) -> str:
        """ "3 hours ago", "in 2 days"; nothing is told more exactly than a minute."""
        span = at - self.now
        if abs(span) < _MINUTE:
            span = _MINUTE if span > timedelta(0) else -_MINUTE
        return _plain(format_timedelta(span, "minute", threshold=1.2, add_direction=True, locale=self._locale))

    def told_time(self, text: str) -> str:
        """A time or a day as rows write it; any other text as it is."""
        try:
            return self.day(date.fromisoformat(text)) if len(text) == 10 else self.moment(datetime.fromisoformat(text))
        except ValueError:
            return text

    def number(self, value: float, places: int = 1) -> str:
        """ "7", "2.5", "1,206": with so many places behind the point at most."""
        return str(format_decimal(value, f"#,##0.{'#' * places}" if places else "#,##0", locale=self._locale))

    def percent(self, share: float) -> str:
        return _plain(format_percent(share, locale=self._locale))

    def today(self) -> date:
        """The school's."""
        return self.now.astimezone(ZoneInfo(self.timezone)).date()

    @property
    def _locale(self) -> Locale:
        return Locale.parse(self.tag, sep="-")


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text)
