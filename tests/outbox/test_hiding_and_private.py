"""Comments are hidden and shown again, and families answered privately, once: against the pretend Facebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from inbox.moderation import hide, private_reply, show
from inbox.permitted import NotPossible
from models.conversation import Conversation, Message
from models.delivery import Delivery, of_target
from models.staff import StaffMember
from tests.outbox.conftest import Yard

MARIA = "maria@maple.example"
STEP = timedelta(minutes=6)


@pytest.fixture
def comment(yard: Yard) -> Message:
    """A family's comment that stands on the page."""
    return said(yard, name="Ana")


@pytest.fixture
def reachable(yard: Yard) -> Message:
    """A comment of somebody whom an app without Meta's review may write to: a person with a role in it."""
    return said(yard, person="7")


def said(yard: Yard, **who: str) -> Message:
    post = yard.tell("pages/10001/posts", message="Hello families")["id"]
    id = yard.tell(f"posts/{post}/comments", message="¿Hay cuidado de niños?", **who)["id"]
    with yard.db.write() as session:
        session.add(StaffMember(school="maple", email=MARIA, name="Maria Ortiz", role="staff", made_by="site"))
        talk = Conversation(
            school="maple", page="pta-page", post_external_id=post, comment_external_id=id, state="open",
            opened_at=yard.clock(), updated_at=yard.clock(),
        )  # fmt: skip
        session.add(talk)
        session.flush()
        row = Message(
            school="maple", page="pta-page", conversation_id=talk.id, direction="received", text="¿Hay cuidado de niños?",
            external_id=id, parent_external_id=post, post_external_id=post, created_at=yard.clock(),
        )  # fmt: skip
        session.add(row)
        return row


def do(yard: Yard, deed: Callable[..., Message], *arguments: str) -> Message:
    with yard.db.write() as session:
        return deed(session, "maple", *arguments, yard.clock())


def owed(yard: Yard, target: str) -> list[Delivery]:
    with yard.db.read() as session:
        return of_target(session, "maple", target)


def is_hidden(yard: Yard, comment: Message) -> bool:
    return next(one["hidden"] for one in yard.comments() if one["id"] == comment.external_id)


def test_a_hidden_comment_is_hidden_and_shown_again(yard: Yard, comment: Message) -> None:
    do(yard, hide, comment.id, MARIA, "It names a child.")
    yard.deliver()
    assert is_hidden(yard, comment)
    do(yard, show, comment.id, MARIA)
    yard.deliver()
    assert not is_hidden(yard, comment)
    assert [one.state for one in owed(yard, comment.id)] == ["sent", "sent"]


def test_hiding_that_is_taken_back_before_it_was_sent_sends_nothing(yard: Yard, comment: Message) -> None:
    do(yard, hide, comment.id, MARIA, "By mistake.")
    do(yard, show, comment.id, MARIA)
    yard.deliver()
    assert not is_hidden(yard, comment) and [one.state for one in owed(yard, comment.id)] == ["superseded"]


def test_hiding_whose_answer_was_lost_is_simply_done_again(yard: Yard, comment: Message) -> None:
    do(yard, hide, comment.id, MARIA, "It names a child.")
    yard.fault("cut-after-store")
    yard.deliver()
    yard.deliver(STEP)
    assert is_hidden(yard, comment) and owed(yard, comment.id)[0].state == "sent"


def test_a_wish_that_changed_while_the_first_was_unknown_ends_as_the_last_one(yard: Yard, comment: Message) -> None:
    do(yard, hide, comment.id, MARIA, "It names a child.")
    yard.fault("cut-after-store")
    yard.deliver()
    do(yard, show, comment.id, MARIA)
    yard.deliver(STEP)
    yard.deliver(STEP)
    assert not is_hidden(yard, comment)
    assert {one.state for one in owed(yard, comment.id)} == {"sent"}


def test_hiding_a_comment_that_is_gone_costs_nobody_anything(yard: Yard, comment: Message) -> None:
    do(yard, hide, comment.id, MARIA, "It names a child.")
    yard.tell(f"comments/{comment.external_id}/remove", at="now")
    yard.deliver()
    assert owed(yard, comment.id)[0].state == "failed"


# --- privately


def test_a_private_answer_reaches_only_the_family(yard: Yard, reachable: Message) -> None:
    message = do(yard, private_reply, reachable.conversation_id, MARIA, "Por favor, llámenos.")
    yard.deliver()
    with yard.db.read() as session:
        row = session.get_one(Message, message.id)
        assert (row.state, row.external_id, row.private) == ("sent", None, True)
        assert session.get_one(Conversation, reachable.conversation_id).state == "waiting"
    assert "Por favor, llámenos." not in [one["text"] for one in yard.comments()]
    [told] = yard.tell("state")["messages"]
    assert (told["to"], told["text"]) == (reachable.external_id, "Por favor, llámenos.")


@pytest.mark.parametrize("fault", ["cut-after-store", "cut-before-store"])
def test_whether_a_private_answer_went_out_is_asked_of_a_person_and_never_tried_twice(
    yard: Yard, reachable: Message, fault: str
) -> None:
    message = do(yard, private_reply, reachable.conversation_id, MARIA, "Por favor, llámenos.")
    yard.fault(fault, match={"method": "POST"})
    yard.deliver()
    for _ in range(4):
        yard.deliver(STEP)
    assert [one.state for one in owed(yard, message.id)] == ["needs-person"]
    assert "inbox on Facebook" in owed(yard, message.id)[0].error
    assert len(yard.tell("state")["messages"]) == (1 if fault == "cut-after-store" else 0)
    with yard.db.read() as session:
        assert session.get_one(Conversation, reachable.conversation_id).state == "open"


def test_what_facebook_would_refuse_is_told_before(yard: Yard, reachable: Message) -> None:
    do(yard, private_reply, reachable.conversation_id, MARIA, "Por favor, llámenos.")
    with pytest.raises(NotPossible, match="one private message for each comment"):
        do(yard, private_reply, reachable.conversation_id, MARIA, "Otra vez.")
    yard.clock.later = timedelta(days=8)
    with pytest.raises(NotPossible, match="within seven days"):
        do(yard, private_reply, reachable.conversation_id, MARIA, "Tarde.")


def test_only_a_family_s_comment_is_hidden_with_a_reason_and_by_who_answers(yard: Yard, comment: Message) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        do(yard, hide, comment.id, MARIA, " ")
    with pytest.raises(NotPossible, match="Nobody at maple"):
        do(yard, hide, comment.id, "x@maple.example", "x")
    answer = do(yard, private_reply, comment.conversation_id, MARIA, "Hola.")
    with pytest.raises(NotPossible, match="Only comments of families"):
        do(yard, hide, answer.id, MARIA, "x")
