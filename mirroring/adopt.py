"""What stands on a page after a restore, and no plan wants: its event was cancelled since, a change was told in two steps.

It becomes a row as it stands: its link opens again, and what changes later is edited and told like everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from config.durations import parse_duration
from mirroring.facts import Facts, fingerprint, to_json
from mirroring.forgotten import Forgotten, Found
from mirroring.gather import page_rules, planned_events
from mirroring.planned import PlannedEvent, coming, deviations
from mirroring.wishes import reminder_purpose
from models.columns import stable_id
from models.event import Event
from models.page import Page
from models.post import Post
from models.school import School


def adopt_rest(
    session: Session, school: School, page: Page, known: Mapping[str, Post], forgotten: Forgotten, now: datetime
) -> list[Post]:
    """New rows, for posts first, then for the comments under them. `known`: the page's rows by id."""
    codes = {row.code for row in known.values()}
    left = {code: found for code, found in forgotten.all().items() if code not in codes}
    posts = [] if all(found.under for found in left.values()) else _posts(session, school, page, left, forgotten, now)
    session.add_all(posts)
    session.flush()
    for row in posts:
        forgotten.forget(row.code)
    homes = {row.external_id: row for row in [*known.values(), *posts] if row.external_id and row.under is None}
    comments = [_comment(homes[found.under], code, found) for code, found in left.items() if found.under in homes]
    session.add_all(comments)
    return [*posts, *comments]


def _posts(
    session: Session, school: School, page: Page, left: Mapping[str, Found], forgotten: Forgotten, now: datetime
) -> list[Post]:
    heads = set(session.exec(select(Event.id).where(Event.school == school.slug, Event.series == "")))
    rows = []
    for event in planned_events(session, school, heads, now):
        for purpose, at, facts in _purposes(school, page, event):
            code = forgotten.code(purpose)
            if code in left and not left[code].under:
                rows.append(_post(page, event, purpose, at, facts, code, left[code], now))
    return rows


def _purposes(school: School, page: Page, event: PlannedEvent) -> Iterable[tuple[str, datetime | None, Facts]]:
    """All that could have been posted about it, by purpose."""
    yield f"announcement:{event.id}", event.dates[0].original_at if event.dates else None, event.facts
    rules = page_rules(school, page, "")
    for date in event.dates:
        for lead in [parse_duration(one) for one in page.remind]:
            yield reminder_purpose(rules, event, date, lead), date.original_at, date.facts


def _post(
    page: Page, event: PlannedEvent, purpose: str, at: datetime | None, facts: Facts, code: str, found: Found,
    now: datetime,
) -> Post:  # fmt: skip
    kind = purpose.partition(":")[0]
    dates = {one.isoformat(): to_json(told) for one, told in deviations(event)}
    ahead = [one.isoformat() for one in coming(event, now)]
    said: dict[str, Any] = {"facts": to_json(facts)}
    if kind == "announcement":
        said |= {"dates": dates, "coming": ahead}
    return _row(page.school, page.slug, purpose, code, found, kind=kind, event_id=event.id, occurrence_at=at, said=said,
                fingerprint=fingerprint(facts), expires_at=facts.ends_at)  # fmt: skip


def _comment(under: Post, code: str, found: Found) -> Post:
    facts = under.said["facts"]
    return _row(under.school, under.page, f"found:{code}", code, found, kind="change", event_id=under.event_id,
                occurrence_at=under.occurrence_at, under=under.id, fingerprint=under.fingerprint,
                said={"facts": facts, "before": facts, "tells": []})  # fmt: skip


def _row(school: str, page: str, purpose: str, code: str, found: Found, **more: Any) -> Post:
    return Post(
        id=stable_id("po", school, page, purpose), school=school, page=page, purpose=purpose, code=code,
        text=found.text, state="sent", external_id=found.external_id, permalink=found.permalink,
        created_at=found.created_at, due_at=found.created_at, sent_at=found.created_at,
        reason="found standing on the page", **more,
    )  # fmt: skip
