from datetime import timedelta

import pytest

from config.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30s", timedelta(seconds=30)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("14d", timedelta(days=14)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        (" 1d ", timedelta(days=1)),
    ],
)
def test_a_number_and_a_unit_is_a_duration(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "15", "m", "-1d", "1.5h", "1 d", "1M", "1y", "٣d", "1d,2h", "9999999d"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'is not a duration; write a number and a unit .*"14d"'):
        parse_duration(text)


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no time at all"):
        parse_duration("0h0m")


def test_more_than_ten_years_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than ten years"):
        parse_duration("999999w999999w999999w")
