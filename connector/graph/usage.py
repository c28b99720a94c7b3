"""How much of Facebook's quota is used, as its reply headers tell, and the pace that leaves. Pure.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.errors import PAUSE

SLOWER_FROM = 75  # percent of the quota: from here on a page is read less often
READING_ENDS = 95  # from here on it is not read at all, so that answers can still be sent


@dataclass(frozen=True, slots=True)
class Usage:
    """Percentages of the quota (100 = throttled; more occurs) and the minutes until access returns (0: not told)."""

    call_count: int = 0
    cputime: int = 0
    time: int = 0
    regain_minutes: int = 0

    @property
    def highest(self) -> int:
        return max(self.call_count, self.cputime, self.time)


def kept(usage: Usage, now: datetime) -> dict[str, Any]:
    """What is worth remembering of it, as JSON takes it."""
    return {**asdict(usage), "at": now.isoformat()}


def next_reading(told: Mapping[str, Any]) -> tuple[datetime, int] | None:
    """When a page may be read again and how much of its calls was used, after what `kept` told; None: at once.

    The more is used the longer is the pause: half of PAUSE at 75 %, nearly all of it below 95 %; from there on as long
    as Facebook says, or PAUSE where it does not.
    """
    usage, at = remembered(told)
    if usage.highest < SLOWER_FROM or at is None:
        return None
    return at + _pause_after(usage), usage.highest


def remembered(told: Mapping[str, Any]) -> tuple[Usage, datetime | None]:
    """What `kept` told, and when; nothing used where it told nothing."""
    usage = Usage(*(_whole(told.get(name)) for name in ("call_count", "cputime", "time", "regain_minutes")))
    return usage, datetime.fromisoformat(told["at"]) if "at" in told else None


def _pause_after(usage: Usage) -> timedelta:
    if usage.highest >= READING_ENDS:
        return timedelta(minutes=usage.regain_minutes) or PAUSE
    return PAUSE * (usage.highest - 50) / 50


def read_usage(headers: Mapping[str, str], page_id: str = "") -> Usage | None:
    """The worst of what the headers tell about this page and app; None when they tell nothing.

    Of X-Business-Use-Case-Usage only the entry of `page_id` counts, where it has one; else all of them do.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    told = list(_business(_parsed(lower.get("x-business-use-case-usage")), page_id))
    told += [_parsed(lower.get(name)) for name in ("x-app-usage", "x-page-usage")]
    return _worst([_usage(one) for one in told if isinstance(one, dict) and one])


def _business(answer: Any, page_id: str) -> Iterable[Any]:
    if not isinstance(answer, dict):
        return ()
    chosen = [answer[page_id]] if page_id in answer else list(answer.values())
    return [entry for entries in chosen if isinstance(entries, list) for entry in entries]


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _usage(entry: dict[str, Any]) -> Usage:
    names = ("call_count", "total_cputime", "total_time", "estimated_time_to_regain_access")
    return Usage(*(_whole(entry.get(name)) for name in names))


def _whole(value: Any) -> int:
    try:
        return max(0, int(float(value)))
    except (TypeError, ValueError, OverflowError):
        return 0


def _worst(usages: list[Usage]) -> Usage | None:
    if not usages:
        return None
    return Usage(
        max(one.call_count for one in usages),
        max(one.cputime for one in usages),
        max(one.time for one in usages),
        max(one.regain_minutes for one in usages),
    )
