"""One event with everything that came of it: its dates, posts, calendar entries, and what was owed for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from commands import shapes
from commands.complaints import NotHere
from commands.shapes import Shape
from commands.telling import out, plain, say, say_json, table
from mirroring.receipts_of import receipts
from models.center import entries
from models.delivery import of_target
from models.event import Event, dates, event, texts
from models.post import posts
from models.school import School


def of_event(session: Session, schools: Sequence[School], event_id: str, public_url: str, now: datetime) -> Shape:
    """NotHere when no school of these has it."""
    for school in schools:
        row = event(session, school.slug, event_id)
        if row is not None:
            return _receipts(session, school, row, public_url, now)
    raise NotHere(f"There is no event {event_id}: see their ids with `events`.")


def _receipts(session: Session, school: School, row: Event, public_url: str, now: datetime) -> Shape:
    """An exception's posts and entries stand under the event it is an exception of."""
    head = row.series or row.id
    whole = event(session, row.school, head) or row
    said = [one for one in posts(session, row.school) if one.event_id in (row.id, head)]
    standing = [one for one in entries(session, row.school) if one.event_id in (row.id, head)]
    targets = [one.id for one in said] + [one.id for one in standing]
    owed = [one for target in targets for one in of_target(session, row.school, target)]
    return {
        **shapes.event(row, texts(session, row.school).get(row.id, {})),
        "receipts": [shapes.receipt(one, school.timezone) for one in receipts(session, school, whole, public_url, now)],
        "occurrences": [
            shapes.occurrence(one, row.timezone)
            for one in dates(session, row.school, head)
            if not row.series or one.event_id == row.id
        ],
        "posts": [shapes.post(one, row.timezone) for one in said],
        "calendar_entries": [shapes.calendar_entry(one) for one in standing],
        "deliveries": [shapes.delivery(one) for one in owed],
    }


def say_receipts(found: Shape, as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    say(plain(f"{found['title']} ({found['status']})"))
    for name in ("id", "source", "uid", "starts_at", "ends_at", "timezone", "location", "description"):
        if found[name]:
            say(plain(f"  {name}: {found[name]}"))
    for language, text in found["texts"].items():
        say(plain(f"  in {language} ({text['status']}): {text['title']}"))
    if found["receipts"]:
        shown = ("place", "since_at", "arrived", "note")
        out().print(table(map(_at_a_glance, found["receipts"]), shown, title="Where it is shown"))
    lists = {
        "occurrences": ("starts_at", "ends_at", "status"),
        "posts": ("id", "state", "kind", "page", "permalink", "text"),
        "calendar_entries": ("id", "state", "center", "href"),
        "deliveries": ("id", "state", "kind", "target", "attempts", "external_id", "error"),
    }
    for name, columns in lists.items():
        if found[name]:
            out().print(table(found[name], columns, title=name.replace("_", " ").capitalize()))


def _at_a_glance(receipt: Shape) -> Shape:
    """Links to posts stand with the posts below."""
    is_post = receipt["kind"] in ("announcement", "reminder")
    link = receipt["link"] if receipt["kind"] == "event-page" else ""
    return {
        "place": f"{receipt['place']}, {receipt['kind']}" if is_post else receipt["place"],
        "since_at": receipt["since"],
        "arrived": "yes" if receipt["up_to_date"] else "not yet",
        "note": f"{receipt['note']} {link}".strip(),
    }
