"""“I'll find out by Thursday” was just sent: the page offers to write it down as a promise."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from inbox.language.tags import base
from inbox.promises import Suggestion, suggestion
from models.conversation import Message
from web.inbox.conversation.gather import Gathered
from web.visit import Visit

FRESH = timedelta(days=1)


def offer(found: Gathered, visit: Visit) -> Suggestion | None:
    """For who wrote the newest answer, until they wrote a promise down; a day that is over by now is left open."""
    said = _newest(found, visit)
    if said is None or any(one.made_at >= said.created_at for one in found.promises):
        return None
    written_on = said.created_at.astimezone(ZoneInfo(visit.school.timezone)).date()
    meant = suggestion(said.text, written_on, base(found.talk.language))
    if meant and meant.due_on and meant.due_on < visit.moments.today():
        return Suggestion(meant.what, None)
    return meant


def _newest(found: Gathered, visit: Visit) -> Message | None:
    sent = [
        one for one in found.said if one.direction == "sent" and not one.automatic and one.state != "failed"
        if one.removed_at is None
    ]  # fmt: skip
    newest = max(sent, key=lambda one: one.created_at, default=None)
    if newest is None or newest.author != visit.email or visit.now - newest.created_at > FRESH:
        return None
    return newest
