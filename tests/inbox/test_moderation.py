"""What a reading of the page says about hiding, against what one of us wants."""

from __future__ import annotations

from inbox.moderation import hide
from models.conversation import Message
from models.delivery import Delivery, of_target
from rehearsal.facebook import happenings
from tests.inbox.conftest import Town


def hidden(town: Town) -> tuple[Message, Delivery]:
    """A comment that Maria hid, and what is owed for it."""
    town.say(town.post(), "My son Leo Tran in grade 3 is ill, who can pick him up?")
    town.collect()
    with town.db.write() as session:
        row = hide(session, "maple", town.messages()[0].id, "maria@maple.example", "It names a child.", town.now)
        session.flush()
        return row, of_target(session, "maple", row.id)[0]


def test_a_reading_before_it_was_sent_does_not_undo_our_hiding(town: Town) -> None:
    hidden(town)
    town.collect()
    row = town.messages()[0]
    assert row.hidden_at is not None and row.hidden_by == "maria@maple.example"


def test_once_it_stands_what_is_shown_again_on_facebook_is_shown(town: Town) -> None:
    row, owed = hidden(town)
    with town.db.write() as session:
        session.get_one(Delivery, owed.id).state = "sent"
    world = town.facebook.world
    happenings.hide_comment(world, world.comment(str(row.external_id)), True)
    town.collect()
    assert town.messages()[0].hidden_by == "maria@maple.example"
    happenings.hide_comment(world, world.comment(str(row.external_id)), False)
    town.collect()
    assert (town.messages()[0].hidden_at, town.messages()[0].hidden_by) == (None, "")
