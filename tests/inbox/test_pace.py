"""When a page is looked at next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from inbox.pace import Known, next_look

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SECONDS_TO_PICK_AND_READ = 30


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def used(percent: int, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    return {"call_count": percent, "cputime": 0, "time": 0, "regain_minutes": 0, "at": at.isoformat(), **more}


def minutes(**known: Any) -> float:
    """Until the next look, on the average of many pages."""
    gaps = [(next_look(Known("maple", f"p{n}", **known), NOW) - NOW).total_seconds() / 60 for n in range(500)]
    assert max(gaps) <= 1.1 * sum(gaps) / len(gaps) + 0.1
    return round(sum(gaps) / len(gaps), 1)


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({}, 4.0),
        ({"spoken_at": ago(minutes=29)}, 1.0),
        ({"spoken_at": ago(hours=5)}, 2.0),
        ({"spoken_at": ago(hours=7)}, 4.0),
        ({"spoken_at": ago(minutes=29), "usage": used(50)}, 2.0),
        ({"spoken_at": ago(hours=5), "usage": used(60)}, 4.0),
        ({"spoken_at": ago(minutes=29), "usage": used(60, ago(days=1))}, 1.0),
        ({"usage": used(60)}, 4.0),
        ({"told_at": ago(days=6)}, 15.0),
        ({"told_at": ago(days=8)}, 4.0),
        ({"told_at": ago(minutes=5), "spoken_at": ago(minutes=5)}, 4.0),
        ({"told_at": ago(minutes=5), "spoken_at": ago(hours=1)}, 15.0),
    ],
)
def test_the_table(known: dict[str, Any], wanted: float) -> None:
    assert minutes(**known) == pytest.approx(wanted, rel=0.02)


def test_without_webhooks_a_comment_is_seen_within_five_minutes_on_whatever_page() -> None:
    spoken = [None, ago(minutes=1), ago(hours=3), ago(days=9)]
    for number in range(2000):
        for at in spoken:
            page = Known("maple", f"p{number}", spoken_at=at, usage=used(74))
            assert next_look(page, NOW) - NOW <= timedelta(minutes=5, seconds=-SECONDS_TO_PICK_AND_READ)


def test_five_thousand_pages_that_begin_together_drift_apart() -> None:
    ats = sorted(next_look(Known(f"s{n // 4}", f"p{n % 4}"), NOW) for n in range(5000))
    spread = (ats[-1] - ats[0]).total_seconds()
    assert 45 < spread < 50
    assert max((after - before).total_seconds() for before, after in pairwise(ats)) < 1


def test_a_page_has_the_same_pace_in_every_process() -> None:
    assert next_look(Known("maple", "pta"), NOW) == NOW + timedelta(seconds=229.627485)


@pytest.mark.parametrize(
    ("known", "at"),
    [
        ({"parked_until": NOW + timedelta(hours=1)}, NOW + timedelta(hours=1)),
        ({"usage": used(100, regain_minutes=40)}, NOW + timedelta(minutes=40)),
        ({"usage": used(75)}, NOW + timedelta(minutes=7.5)),
    ],
)
def test_never_before_facebook_lets_us(known: dict[str, Any], at: datetime) -> None:
    assert next_look(Known("maple", "pta", **known), NOW) == at


def test_a_pause_that_is_over_changes_nothing() -> None:
    calm = next_look(Known("maple", "pta"), NOW)
    assert next_look(Known("maple", "pta", parked_until=ago(hours=1), usage=used(99, ago(hours=9))), NOW) == calm
