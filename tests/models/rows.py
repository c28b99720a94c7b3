"""Rows that tests start from: one school with what it needs. Times are around 2026-12-01."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from models.event import Event
from models.page import Page
from models.school import School
from models.source import Source

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def school(slug: str = "maple", **changes: Any) -> School:
    given = {"languages": ["en", "es"], "fallback": "office@maple.example", "loaded_at": NOW}
    return School(**{"slug": slug, "name": "Maple", "timezone": "America/Chicago", **given, **changes})


def source(school_slug: str = "maple", **changes: Any) -> Source:
    return Source(**{"school": school_slug, "slug": "calendar", "kind": "ics", "address": "/none.ics", **changes})


def page(school_slug: str = "maple", **changes: Any) -> Page:
    given = {
        "facebook_id": "10001",
        "token_sealed": "",
        "connected_at": NOW,
        "token_kind": "page",
        "token_proven_at": NOW,
    }
    return Page(**{"school": school_slug, "slug": "pta-page", **given, **changes})


def event(school_slug: str = "maple", **changes: Any) -> Event:
    start = datetime(2026, 12, 8, 0, 0, tzinfo=UTC)
    given = {
        "source": "calendar", "uid": "one", "title": "Book fair", "starts_at": start, "ends_at": start, "last_at": start,
        "timezone": "America/Chicago", "status": "confirmed", "fingerprint": "1", "first_seen_at": NOW,
    }  # fmt: skip
    return Event(**{"school": school_slug, **given, **changes})
