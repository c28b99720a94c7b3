import json
from datetime import UTC, datetime, timedelta

import pytest

from connector.graph.usage import Usage, kept, next_reading, read_usage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def business(**entries: list[dict[str, object]]) -> dict[str, str]:
    return {"X-Business-Use-Case-Usage": json.dumps({name.removeprefix("p"): one for name, one in entries.items()})}


def entry(calls: int, minutes: int = 0) -> dict[str, object]:
    return {
        "type": "pages",
        "call_count": calls,
        "total_cputime": 23,
        "total_time": 24,
        "estimated_time_to_regain_access": minutes,
    }


def test_of_several_pages_only_our_own_counts() -> None:
    headers = business(p10001=[entry(40)], p10002=[entry(99, 12)])
    assert read_usage(headers, "10001") == Usage(call_count=40, cputime=23, time=24, regain_minutes=0)


def test_the_worst_page_counts_where_ours_is_not_named() -> None:
    headers = business(p10001=[entry(40)], p10002=[entry(99, 12)])
    assert read_usage(headers, "5551") == Usage(call_count=99, cputime=23, time=24, regain_minutes=12)


def test_the_worst_of_page_and_app_counts() -> None:
    headers = business(p10001=[entry(40)]) | {"x-app-usage": '{"call_count":68,"total_cputime":0,"total_time":208}'}
    usage = read_usage(headers, "10001")
    assert usage == Usage(call_count=68, cputime=23, time=208)
    assert usage is not None and usage.highest == 208


def test_the_old_page_header_is_read_in_any_case_of_letters() -> None:
    assert read_usage({"x-PAGE-usage": '{"call_count":7,"total_cputime":1,"total_time":2}'}) == Usage(7, 1, 2)


@pytest.mark.parametrize(
    "value", ["", "nonsense", "[]", "{}", "null", '{"10001":"x"}', '{"10001":[1]}', "{", '{"10001":[]}']
)
def test_headers_that_tell_nothing_give_none(value: str) -> None:
    assert read_usage({"X-Business-Use-Case-Usage": value}, "10001") is None


def test_numbers_that_are_none_count_as_zero() -> None:
    assert read_usage({"X-App-Usage": '{"call_count":"many","total_time":1e999,"total_cputime":"7"}'}) == Usage(0, 7, 0)


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        (Usage(call_count=75), 7.5),
        (Usage(call_count=3, cputime=90), 12),
        (Usage(time=94), 13.2),
        (Usage(call_count=95), 15),
        (Usage(call_count=100, regain_minutes=40), 40),
        (Usage(call_count=208, regain_minutes=3), 3),
    ],
)
def test_the_more_is_used_the_longer_is_the_pause_before_the_next_reading(usage: Usage, minutes: float) -> None:
    assert next_reading(kept(usage, NOW)) == (NOW + timedelta(minutes=minutes), usage.highest)


def test_below_three_quarters_of_the_quota_there_is_no_pause() -> None:
    assert next_reading(kept(Usage(74, 74, 74), NOW)) is None
    assert next_reading({}) is None
