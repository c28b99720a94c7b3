"""What the list and a conversation say of an urgent one: why it is, and who looked. Words are looked up, not kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from inbox.urgent.first import first_in
from inbox.urgent.lists import words_of
from inbox.urgent.look import Urgent
from models.conversation import messages
from models.inbox import urgent_first
from web.visit import Visit


def first_rows(session: Session, visit: Visit, text: str) -> list[Mapping[str, Any]]:
    """Those above every list; not above what was found by words."""
    return [] if text else urgent_first(session, visit.school.slug)


def alarms(session: Session, school: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Urgent]:
    """conversation id -> the words of the family that are on the list; none where a person called it urgent."""
    wanted = [row["id"] for row in rows if row["urgent"] and row["state"] != "closed"]
    if not wanted:
        return {}
    words, said = words_of(session, school), messages(session, school, wanted)
    return {id: found for id in wanted if (found := first_in(said[id], words))}
