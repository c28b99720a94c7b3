from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from calendars.rhythm import rhythm
from calendars.values import Rhythm
from tests.calendars.feeds import CHICAGO, calendar, only

TUESDAY = datetime(2026, 11, 10, 18, tzinfo=ZoneInfo(CHICAGO))  # the second of its month


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", Rhythm("daily")),
        ("FREQ=DAILY;INTERVAL=3;COUNT=9", Rhythm("daily", 3)),
        ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", Rhythm("weekly", 1, (0, 1, 2, 3, 4))),
        ("FREQ=WEEKLY", Rhythm("weekly", 1, (1,))),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,TU;WKST=SU", Rhythm("weekly", 2, (1, 3))),
        ("freq=weekly;byday=tu", Rhythm("weekly", 1, (1,))),
        ("FREQ=MONTHLY", Rhythm("monthly", 1, (), None, 10)),
        ("FREQ=MONTHLY;BYMONTHDAY=15", Rhythm("monthly", 1, (), None, 15)),
        ("FREQ=MONTHLY;BYDAY=2TU", Rhythm("monthly", 1, (1,), 2)),
        ("FREQ=MONTHLY;BYDAY=+2TU", Rhythm("monthly", 1, (1,), 2)),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=FR;BYSETPOS=-1", Rhythm("monthly", 2, (4,), -1)),
        ("FREQ=YEARLY", Rhythm("yearly")),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=10", Rhythm("yearly")),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=2TU", Rhythm("yearly", 1, (1,), 2)),
        ("FREQ=WEEKLY;UNTIL=20261202T000000Z", Rhythm("weekly", 1, (1,), until=TUESDAY.replace(month=12, day=1))),
    ],
)
def test_rules_that_people_have_words_for_are_said(rule: str, said: Rhythm) -> None:
    assert rhythm(rule, TUESDAY) == said


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY\nFREQ=MONTHLY",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=8,12",
        "FREQ=WEEKLY;BYMONTH=11",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=TU",
        "FREQ=MONTHLY;BYDAY=2TU,4TU",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=YEARLY;BYMONTH=1,11",
        "FREQ=YEARLY;BYDAY=20MO",
        "FREQ=WEEKLY;UNTIL=soon",
        "nonsense",
    ],
)
def test_what_words_cannot_say_is_other(rule: str) -> None:
    assert rhythm(rule, TUESDAY) == Rhythm("other")


def test_a_rule_counted_in_utc_is_said_in_the_weekdays_people_see() -> None:
    series = only(calendar("UID:a\nDTSTART:20261104T010000Z\nRRULE:FREQ=WEEKLY;BYDAY=WE"))
    assert series.rhythm == Rhythm("weekly", 1, (1,))


def test_dates_without_a_rule_have_a_rhythm_that_words_cannot_say() -> None:
    assert only(calendar("UID:a\nDTSTART:20261104\nRDATE;VALUE=DATE:20261109")).rhythm == Rhythm("other")
    assert only(calendar("UID:a\nDTSTART:20261104")).rhythm is None
