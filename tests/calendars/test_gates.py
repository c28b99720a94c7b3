from __future__ import annotations

import pytest

from calendars import gates
from calendars.values import FeedRefused
from tests.calendars.feeds import SAMPLES, calendar

GOOD = calendar("UID:a\nDTSTART:20261103T100000Z\nSUMMARY:A")


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        b"\xef\xbb\xbf\r\n" + GOOD,
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.replace(b"\r\n", b"\r"),
        GOOD + b"\n\n  \n",
        GOOD + GOOD,
        calendar(),
        calendar("UID:a\nDTSTART:20261103T100000Z\nDESCRIPTION:End: 5pm\nBEGIN:VALARM\nEND:VALARM"),
        (SAMPLES / "school.ics").read_bytes(),
    ],
)
def test_whole_calendars_pass(body: bytes) -> None:
    gates.check(body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\t", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page instead of a calendar"),
        (b"\n\n  <HTML>", "a web page instead of a calendar"),
        (b'{"error": "not found"}', "JSON instead of a calendar"),
        (b"Not found", "does not begin like a calendar"),
        (GOOD[: len(GOOD) // 2], "cut off"),
        (GOOD.replace(b"END:VCALENDAR\r\n", b""), "cut off"),
        (GOOD + GOOD[:60], "cut off"),
        (GOOD.replace(b"END:VEVENT\r\n", b""), "END:VCALENDAR has no BEGIN"),
        (GOOD.replace(b"BEGIN:VEVENT\r\n", b""), "END:VEVENT has no BEGIN"),
        (b"BEGIN:VCALENDAR\r\n" + GOOD, "BEGIN:VCALENDAR has no END"),
        (GOOD.ljust(gates.LARGEST + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_with_one_sentence(body: bytes, reason: str) -> None:
    with pytest.raises(FeedRefused) as refused:
        gates.check(body)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_more_events_than_anybody_can_mean_are_refused() -> None:
    body = b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * (gates.MOST_EVENTS + 1) + b"END:VCALENDAR"
    with pytest.raises(FeedRefused, match="60,001 events"):
        gates.check(body)
