"""When a page is looked at next. Pure.

| what is known of the page | it is looked at again after |
|---|---|
| a family wrote within the last half hour | 1 minute; 2 from half of its quota on |
| a family wrote within the last six hours | 2 minutes; 4 from half of its quota on |
| nobody wrote for longer | 4 minutes |
| webhooks were shown to work, and somebody wrote within the last half hour | 4 minutes |
| webhooks were shown to work | 15 minutes |
| three quarters of its quota are used | not before the time that connector.graph.usage gives |
| Facebook asked us to leave it alone | when that ends |

Each page has a pace of its own, up to a tenth faster or slower than that, so that thousands of pages drift apart and never
come at once. The slowest look by polling alone is after 4 minutes and 24 seconds, which leaves half a minute to be picked
and read: a comment is seen within five minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from connector.graph.usage import next_reading, remembered

TALKING, LATELY = timedelta(minutes=30), timedelta(hours=6)
AFTER_WORDS, AFTER_LATELY, CALM = timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)
CALLED = timedelta(minutes=15)  # where Facebook calls us
STILL_SHOWN = timedelta(days=7)  # how long webhooks count as working after one brought something
HALF = 50  # percent of the quota
_DRIFT = 0.1


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page. Times are aware; `usage` is as connector.graph.usage keeps it.

    `spoken_at`: when a family's newest comment was made. `told_at`: when a webhook last brought what was not known yet.
    """

    school: str
    slug: str
    spoken_at: datetime | None = None
    told_at: datetime | None = None
    usage: Mapping[str, Any] | None = None
    parked_until: datetime | None = None


def next_look(page: Known, now: datetime) -> datetime:
    """Never before `now`."""
    at = now + _gap(page, now) * (1 + _DRIFT * _own(page))
    rest = next_reading(page.usage or {})
    return max(at, *(one for one in (page.parked_until, rest and rest[0]) if one is not None), now)


def _gap(page: Known, now: datetime) -> timedelta:
    silence = abs(now - page.spoken_at) if page.spoken_at else LATELY
    if page.told_at is not None and abs(now - page.told_at) < STILL_SHOWN:
        return CALM if silence < TALKING else CALLED
    gap = AFTER_WORDS if silence < TALKING else AFTER_LATELY if silence < LATELY else CALM
    return min(CALM, gap * 2) if _is_half_used(page, now) else gap


def _is_half_used(page: Known, now: datetime) -> bool:
    """As far as was told lately: Facebook tells nothing while little is used."""
    usage, at = remembered(page.usage or {})
    return usage.highest >= HALF and at is not None and abs(now - at) < LATELY


def _own(page: Known) -> float:
    """The page's own share of the drift, -1..1, the same in every process."""
    return crc32(f"{page.school}/{page.slug}".encode()) / 0xFFFFFFFF * 2 - 1
