"""`release --show`: what a held feed would change, before somebody says that it is right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from commands.telling import aside, say_rows
from config.mistake import Mistake
from models.school import School
from models.source import Source

_COLUMNS = ("change", "when", "title", "place", "was")


def show_held(session: Session, school: School, slug: str, as_json: bool) -> int:
    """A table, or one JSON object a line. Changes nothing, so nobody needs to say who they are."""
    row = session.exec(select(Source).where(Source.school == school.slug, Source.slug == slug)).one_or_none()
    if row is None:
        raise Mistake(f"There is no calendar {slug} at {school.name}", "use its slug in the site file")
    if row.held_at is not None and not as_json:
        aside(f"{slug} is held: {row.held_reason}. This is what it would change:")
    rows = [_local(one, ZoneInfo(school.timezone)) for one in row.held_difference if one["change"] != "more"]
    say_rows(rows, _COLUMNS, as_json=as_json, none=f"{slug} is not held: there is nothing to show.")
    for one in row.held_difference:
        if one["change"] == "more":
            aside(f"And {one['count']} more.")
    return 0


def _local(one: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """Times as the school reads them; what is a day stays one."""
    return {**one, **{name: _time(one[name], zone) for name in ("when", "was")}}


def _time(text: str, zone: ZoneInfo) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(zone).isoformat(timespec="minutes") if moment.tzinfo else text
