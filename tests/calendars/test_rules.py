from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calendars.expand import SeriesRefused, expand
from calendars.rules import check, take_apart
from tests.calendars.feeds import BEGIN, calendar, only

TEN_YEARS = BEGIN + timedelta(days=3650)

BOMBS = [
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=3",
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;COUNT=100000000",
    "FREQ=MINUTELY;INTERVAL=1440",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=-1",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2,4,6,9,11;BYMONTHDAY=31",
    "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
    "FREQ=DAILY;BYSETPOS=2",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY",
    "FREQ=HOURLY;BYHOUR=5;INTERVAL=24",
    "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,15,30,45",
    "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=3",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=1MO",
    "FREQ=MONTHLY;BYDAY=6MO",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=5",
    "FREQ=YEARLY;BYWEEKNO=30;BYMONTH=1",
    "FREQ=YEARLY;BYDAY=54MO",
    "FREQ=YEARLY;BYSETPOS=366;BYDAY=MO",
    "FREQ=YEARLY;BYEASTER=0",
    "FREQ=FORTNIGHTLY",
    "BYDAY=MO",
    "FREQ=DAILY;BYHOUR=25",
    "FREQ=DAILY;COUNT=many",
    "FREQ=DAILY;INTERVAL=9" + "9" * 400,
    "FREQ=DAILY;RSCALE=CHINESE",
]


@pytest.mark.parametrize("rule", BOMBS)
def test_rules_that_never_end_never_fire_or_mean_nothing_are_refused_before_they_are_counted(rule: str) -> None:
    series = only(calendar(f"UID:a\nDTSTART:20261103T180000\nRRULE:{rule}"))
    with pytest.raises(SeriesRefused) as refused:
        expand(series, BEGIN, TEN_YEARS, limit=4000)
    assert refused.value.message.endswith(".") and "\n" not in refused.value.message


def test_a_rule_that_has_been_counting_for_ages_is_refused() -> None:
    series = only(calendar("UID:a\nDTSTART:10000101T180000\nRRULE:FREQ=DAILY"))
    with pytest.raises(SeriesRefused, match="too long"):
        expand(series, BEGIN, TEN_YEARS)


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "20240229"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "20260131"),
        ("FREQ=MONTHLY", "20260131"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "20260130"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "20260511"),
        ("FREQ=YEARLY;BYYEARDAY=-1", "20251231"),
        ("FREQ=DAILY;BYMONTH=11;BYDAY=TU", "20251104"),
        ("FREQ=DAILY;BYHOUR=8,12,16;COUNT=300", "20261101"),
        ("FREQ=HOURLY;INTERVAL=6;BYDAY=SA", "20261003"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,MO", "20260802"),
    ],
)
def test_unusual_rules_that_do_fire_are_not_refused(rule: str, day: str) -> None:
    series = only(calendar(f"UID:a\nDTSTART:{day}T180000\nRRULE:{rule}"))
    assert expand(series, BEGIN, TEN_YEARS, limit=4000)


def some(values: list[str], most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(",".join)


WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
PARTS = {
    "INTERVAL": st.sampled_from(["1", "2", "3"]),
    "BYMONTH": some(["1", "2", "6", "11"]),
    "BYMONTHDAY": some(["1", "13", "29", "30", "31", "-1", "-31"]),
    "BYDAY": some(WEEKDAYS),
    "BYSETPOS": some(["1", "2", "-1", "7"], 2),
    "BYHOUR": some(["8", "18"]),
    "BYYEARDAY": some(["1", "60", "366", "-1"]),
    "BYWEEKNO": some(["1", "20", "53"]),
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.fixed_dictionaries({}, optional=PARTS),
    st.integers(0, 1000),
)
def test_a_look_never_forbids_dates_that_a_rule_really_has(frequency: str, parts: dict[str, str], days: int) -> None:
    if frequency != "YEARLY":  # elsewhere the standard knows them not
        assume(not parts.keys() & {"BYYEARDAY", "BYWEEKNO"})
    text = ";".join([f"FREQ={frequency}", *(f"{key}={value}" for key, value in parts.items())])
    # close to the end of time, which is as far as the engine searches: the calendar repeats every 400 years
    first = datetime(9930, 1, 1, 18) + timedelta(days=days)
    end = first + timedelta(days=1200)
    dates = takewhile(lambda date: date.year < 9998, rrulestr(f"{text};UNTIL=99980101T000000", dtstart=first))
    try:
        check(take_apart(text), first, first, end, 100_000)
    except SeriesRefused:
        assert next(dates, None) is None
        return
    found = list(takewhile(lambda date: date < end, dates))
    check(take_apart(text), first, first, end, max(len(found) * 40, 400))
