"""A person decides about an answer that could not be delivered, or may have been."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from config.mistake import Mistake
from models.conversation import Conversation, Message
from models.staff import StaffMember
from outbox.person import settle_by_hand
from tests.outbox.conftest import Yard


def settle(yard: Yard, id: str, **decision: Any) -> None:
    with yard.db.write() as session:
        session.add(
            StaffMember(school="maple", email="maria@maple.example", name="Maria", role="staff", made_by="person")
        )
    with yard.db.write() as session:
        settle_by_hand(session, "maple", id, "maria@maple.example", yard.clock(), **decision)


def talk_and_answer(yard: Yard, id: str) -> tuple[Conversation, Message]:
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(id).target)
        assert answer is not None
        talk = session.get(Conversation, answer.conversation_id)
        assert talk is not None
        return talk, answer


def read(yard: Yard, id: str, **values: Any) -> None:
    """A message of the same thread, as if read from Facebook."""
    talk, answer = talk_and_answer(yard, id)
    facts = {"direction": "received", "text": "¿?", "created_at": yard.clock(), **values}
    with yard.db.write() as session:
        session.add(
            Message(
                school="maple", page="pta-page", conversation_id=talk.id,
                post_external_id=answer.post_external_id, **facts,
            )
        )  # fmt: skip


def test_an_answer_that_a_person_gives_up_while_it_is_unsure_is_owed_again(yard: Yard, reply: str) -> None:
    read(yard, reply, external_id="5551_77")
    yard.fault("cut-before-store", match={"method": "POST"})
    yard.deliver()
    settle(yard, reply)
    talk, answer = talk_and_answer(yard, reply)
    assert (yard.delivery(reply).state, answer.state, talk.state) == ("dropped", "failed", "open")


def test_an_answer_given_up_because_the_familys_words_are_gone_closes(yard: Yard, reply: str) -> None:
    _, answer = talk_and_answer(yard, reply)
    read(yard, reply, external_id=answer.parent_external_id, removed_at=yard.clock())
    yard.tell(f"comments/{answer.parent_external_id}/remove", at="now")
    yard.deliver()
    assert talk_and_answer(yard, reply)[0].state == "open"
    settle(yard, reply)
    assert (talk_and_answer(yard, reply)[0].state, talk_and_answer(yard, reply)[0].closed_reason) == (
        "closed", "elsewhere",
    )  # fmt: skip


def test_what_was_read_as_typed_on_facebook_can_be_settled_as_our_answer_and_stands_once(
    yard: Yard, reply: str
) -> None:
    yard.fault("error", code=100, match={"method": "POST"})
    yard.deliver()
    read(yard, reply, external_id="5551_78", direction="sent", text="Sí, en el gimnasio!")
    settle(yard, reply, sent="5551_78")
    with yard.db.read() as session:
        standing = session.exec(select(Message).where(Message.external_id == "5551_78")).all()
    assert [one.id for one in standing] == [yard.delivery(reply).target]


def test_a_familys_comment_is_not_taken_for_our_answer(yard: Yard, reply: str) -> None:
    yard.fault("error", code=100, match={"method": "POST"})
    yard.deliver()
    read(yard, reply, external_id="5551_79")
    with pytest.raises(Mistake, match="a family's id"):
        settle(yard, reply, sent="5551_79")
    assert yard.delivery(reply).state == "needs-person"
