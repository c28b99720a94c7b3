"""`events`, `posts`, `calendar-entries`, `conversations`, `deliveries`, `runs`: what we remember, as lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from sqlmodel import Session

from commands import receipts, shapes
from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.shapes import Shape
from commands.telling import Json, OfSchool, say_rows
from models import card, center, conversation, delivery, event, post, run
from models.school import School

app = typer.Typer()

_AT_ONCE = 500  # conversations whose messages are asked for together


@app.command("events")
def events(
    event_id: Annotated[str | None, typer.Argument(metavar="ID", help="One event, with all its receipts.")] = None,
    school: OfSchool = None,
    as_json: Json = False,
) -> None:
    """List events (one per UID, plus one per exception), or show one with all its receipts."""
    if event_id is not None:
        bridge = open_bridge()
        with bridge.db.read() as session:
            homes = these_schools(session, school)
            found = receipts.of_event(session, homes, event_id, bridge.settings.public_url, bridge.clock())
        receipts.say_receipts(found, as_json)
    else:
        columns = ("id", "status", "starts_at", "title", "location")
        _list(_events, columns, school, as_json, "No events yet: `sync` reads the calendars.")


@app.command("posts")
def posts(school: OfSchool = None, as_json: Json = False) -> None:
    """List posts, and the comments that the Page itself writes under them."""
    columns = ("id", "state", "kind", "page", "due_at", "text")
    _list(_posts, columns, school, as_json, "No posts yet: `plan` tells what would be said.")


@app.command("calendar-entries")
def calendar_entries(school: OfSchool = None, as_json: Json = False) -> None:
    """List what stands, or should stand, in centers' calendars."""
    columns = ("id", "state", "center", "event_id", "told")
    rows_of = _calendar_entries if as_json else _calendar_entries_at_a_glance
    _list(rows_of, columns, school, as_json, "Nothing is in a center's calendar yet.")


@app.command("conversations")
def conversations(school: OfSchool = None, as_json: Json = False) -> None:
    """List conversations; in JSON with all their messages."""
    columns = ("id", "state", "language", "author_name", "said", "assignee", "due_at")
    rows_of = _conversations if as_json else _conversations_at_a_glance
    _list(rows_of, columns, school, as_json, "No conversations yet.")


@app.command("deliveries")
def deliveries(school: OfSchool = None, as_json: Json = False) -> None:
    """List everything that is, or was, owed to the outside."""
    columns = ("id", "state", "kind", "target", "attempts", "next_at", "error")
    _list(_deliveries, columns, school, as_json, "Nothing was owed to the outside yet.")


@app.command("runs")
def runs(school: OfSchool = None, as_json: Json = False) -> None:
    """List the newest runs of each school."""
    columns = ("id", "job", "school", "started_at", "ended_at", "outcome", "counts")
    _list(_runs, columns, school, as_json, "Nothing ran yet: `sync` runs one round.")


def _list(
    rows_of: Callable[[Session, School], Iterator[Shape]],
    columns: tuple[str, ...],
    school: str | None,
    as_json: bool,
    none: str,
) -> None:
    bridge = open_bridge()
    with bridge.db.read() as session:
        rows = (row for one in these_schools(session, school) for row in rows_of(session, one))
        say_rows(rows, columns, as_json=as_json, none=none)


def _events(session: Session, school: School) -> Iterator[Shape]:
    texts = event.texts(session, school.slug)
    for row in event.events(session, school.slug):
        yield shapes.event(row, texts.get(row.id, {}))


def _posts(session: Session, school: School) -> Iterator[Shape]:
    zones = {row.id: row.timezone for row in event.events(session, school.slug)}
    comments = conversation.unseen_comments(session, school.slug)
    for row in post.posts(session, school.slug):
        told = comments.get((row.page, row.external_id or ""))
        yield shapes.post(row, zones.get(row.event_id or "", school.timezone), told)


def _calendar_entries(session: Session, school: School) -> Iterator[Shape]:
    booked: dict[str, list[str]] = {}
    for one in card.open_cards(session, school.slug):
        if one.kind == "double-booking":
            booked.setdefault(one.subject.split(":")[1], []).append(one.message)
    for row in center.entries(session, school.slug):
        yield {**shapes.calendar_entry(row), "double_bookings": booked.get(row.id, [])}


def _calendar_entries_at_a_glance(session: Session, school: School) -> Iterator[Shape]:
    for shape in _calendar_entries(session, school):
        told = [f"{one['property']}: {one['center']!r} there, {one['school']!r} here" for one in shape["conflicts"]]
        yield {**shape, "told": "; ".join([*filter(None, [shape["problem"]]), *told, *shape["double_bookings"]])}


def _conversations(session: Session, school: School) -> Iterator[Shape]:
    rows = conversation.conversations(session, school.slug)
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        messages = conversation.messages(session, school.slug, [row.id for row in part])
        for row in part:
            yield shapes.conversation(row, messages[row.id])


def _conversations_at_a_glance(session: Session, school: School) -> Iterator[Shape]:
    for shape in _conversations(session, school):
        yield {**shape, "said": shapes.last_said(shape)}


def _deliveries(session: Session, school: School) -> Iterator[Shape]:
    for row in delivery.deliveries(session, school.slug):
        yield shapes.delivery(row)


def _runs(session: Session, school: School) -> Iterator[Shape]:
    for row in run.runs(session, school.slug):
        yield shapes.run(row)
