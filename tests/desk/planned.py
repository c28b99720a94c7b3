"""Posts and what waits for a person, put on a desk of the tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mirroring.compose import announcement
from mirroring.facts import to_json
from mirroring.gather import event_facts
from models.delivery import Delivery
from models.event import texts_of
from models.post import Post
from models.school import School
from models.source import Source
from tests.desk.conftest import Desk
from web.families.telling import Text


def planned_post(
    desk: Desk, uid: str, wordings: Any, *, state: str = "waiting", purpose: str = "", **more: Any
) -> Post:
    """An announcement with the words that the plan would give it."""
    head = desk.site.heads()[uid]
    with desk.db.read() as session:
        facts = event_facts(head, session.get_one(School, "maple").timezone)
        known = {
            one.language: Text(one.title, one.description, one.status)
            for one in texts_of(session, "maple", [head.id])[head.id]
        }
    languages = ["en", "es", "ar"]
    text = announcement(
        facts, known, languages, original="en", wordings=wordings, link="https://x.example/e/1", group_name="PTA"
    )
    return desk.site.tell(
        uid, **{"purpose": purpose or f"planned:{uid}", "state": state, "text": text, "languages": languages, "permalink": None,
                "said": {"facts": to_json(facts)}, "due_at": desk.now + timedelta(days=2), **more},
    )  # fmt: skip


def owed(desk: Desk, target: str, *, kind: str = "publish", state: str = "needs-person", **more: Any) -> Delivery:
    row = Delivery(
        **{"school": "maple", "kind": kind, "lane": "page:pta-page", "target": target, "revision": f"r:{target}:{state}",
           "state": state, "attempts": 2, "created_at": desk.now - timedelta(hours=3), "next_at": desk.now,
           "error": "Facebook did not say whether it took it", **more}
    )  # fmt: skip
    desk.site.add(row)
    return row


def held_feed(desk: Desk, slug: str = "calendar") -> None:
    """The school's calendar lost most of its events, and is held."""
    with desk.db.write() as session:
        row = session.get_one(Source, ("maple", slug))
        row.held_at, row.held_reason = desk.now - timedelta(hours=1), "5 of 6 coming events are gone"
        row.held_difference = [
            {"change": "gone", "when": "2026-12-11T00:00:00+00:00", "title": "Winter concert <b>", "place": "Gym", "was": ""},
            {"change": "moved", "when": "2026-12-12T17:00:00+00:00", "title": "Picnic", "place": "Park",
             "was": "2026-12-11T17:00:00+00:00"},
            {"change": "renamed", "when": "2026-12-21", "title": "Break", "place": "", "was": "Winter break"},
            {"change": "more", "count": "12"},
        ]  # fmt: skip
