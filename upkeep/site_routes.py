"""From what a site file says of who answers what to rows. Each is known by what it says: a changed one is another one.

So an owner who changes or switches off one of them on the pages keeps that, and the next `load` leaves it alone.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from config import site_values as said
from models.routing_rule import Away, Partner
from models.switched_on import SwitchedOn, switched_on
from upkeep.compare import Change
from upkeep.site_rows import Wanted


def rules(site: said.Site) -> list[Wanted]:
    found = [_rule(one) for one in site.routes]
    return [Wanted(_id("ru", site, one), {**one, "position": place}) for place, one in enumerate(found, start=1)]


def partners(site: said.Site) -> list[Wanted]:
    found = (
        {"name": one.name, "languages": [*one.languages], "contact": one.contact, "note": one.note}
        for one in site.partners
    )
    return [Wanted(_id("pa", site, columns), columns) for columns in found]


def away(site: said.Site) -> list[Wanted]:
    found = ({"email": one.email, **_days(span)} for one in site.staff for span in one.away)
    return [Wanted(_id("aw", site, columns), columns) for columns in found]


def label(row: Any) -> str:
    """What people call a row of one of these tables."""
    if isinstance(row, Away):
        return f"{row.email}, {row.first_day} to {row.last_day}"
    if isinstance(row, Partner):
        return row.name
    conditions = (*row.languages, row.page, row.group, row.topic, *row.event_words)
    return f"{', '.join(filter(None, conditions)) or 'everything'} → {', '.join(row.people)}"


def no_speaker(session: Session, site: said.Site, now: datetime) -> list[Change]:
    """Who has what nobody can read; what a person chose on the pages stays."""
    row, wanted = switched_on(session, site.school.slug), site.routing.no_speaker
    if row is None and wanted:
        row = SwitchedOn(school=site.school.slug, changed_at=now)
    if row is None or row.no_speaker_by not in ("", "site") or row.no_speaker_person == wanted:
        return []
    before, row.no_speaker_person, row.no_speaker_by = row.no_speaker_person or "none", wanted, "site"
    session.add(row)
    return [Change("routing", "no_speaker", "changed", (f"{before} → {wanted or 'none'}",))]


def _rule(rule: said.RoutingRule) -> dict[str, Any]:
    return {
        "languages": [*rule.languages], "page": rule.page, "group": rule.group, "topic": rule.topic,
        "event_words": [*rule.event_words], "people": [*rule.people], "why": rule.why,
    }  # fmt: skip


def _days(span: str) -> dict[str, date]:
    first, _, last = span.partition("/")
    return {"first_day": date.fromisoformat(first.strip()), "last_day": date.fromisoformat((last or first).strip())}


def _id(kind: str, site: said.Site, columns: dict[str, Any]) -> str:
    told = json.dumps([site.school.slug, columns], sort_keys=True, default=str)
    return f"{kind}_{sha256(told.encode()).hexdigest()[:16]}"
