"""How much of Facebook's quota is used, as its reply headers tell. Pure.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


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
