"""Working time between two moments: the other way round of adding it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from config.hours import working_time
from config.worked import worked

SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
WORKING = working_time(
    "Mon-Thu 08:00-12:00, 13:00-16:00; Fri 08:00-12:00", "America/Chicago", ["2026-11-26/2026-11-27"]
)
MOMENTS = some.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 1), timezones=some.just(UTC))
HOURS = worked(WORKING, SINCE, UNTIL)


@given(MOMENTS, some.timedeltas(timedelta(0), timedelta(hours=23)))
def test_what_is_added_is_what_lies_between(start: datetime, span: timedelta) -> None:
    assert abs(HOURS.hours(start, WORKING.add(start, span)) - span.total_seconds() / 3600) < 1e-6


def test_nights_lunches_and_closed_days_are_no_working_time() -> None:
    wednesday_noon, monday = datetime(2026, 11, 25, 18, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC)
    assert HOURS.hours(wednesday_noon, monday) == 3 + 1
    assert HOURS.hours(datetime(2026, 11, 25, 23, tzinfo=UTC), datetime(2026, 11, 30, 13, tzinfo=UTC)) == 0
    assert HOURS.hours(monday, wednesday_noon) == 0
