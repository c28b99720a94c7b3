"""Answering, closing, handing over."""

from __future__ import annotations

import pytest
from sqlmodel import select

from inbox.replies import NotPossible, assign, close, reply
from models.conversation import Conversation
from models.delivery import Delivery
from models.whose import school_of
from rehearsal.facebook import happenings

QUESTION = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"
MARIA = "maria@maple.example"


@pytest.fixture
def asked(town):
    """A town in which one family has asked."""
    comment = town.say(town.post(), QUESTION)
    town.collect()
    return town, comment


def write(town, text="A las cinco.", *, school="maple", email=MARIA, id=None):
    with town.db.write() as session:
        return reply(session, school, id or town.conversations()[0].id, email, text, town.now)


def deliveries(town):
    with town.db.read() as session:
        return list(session.exec(select(Delivery)))


def send(town, message):
    """What the outbox does, in short: it stands, and its id is known."""
    world = town.facebook.world
    stands = happenings.add_comment(
        world, world.posts[message.post_external_id], message.text, parent=world.comment(message.parent_external_id),
        created_at=town.now.timestamp(),
    )  # fmt: skip
    return stands


def test_an_answer_is_owed_under_the_familys_comment_and_the_conversation_waits_at_once(asked):
    town, comment = asked
    message = write(town, email=" Maria@Maple.example ")
    (owed,) = deliveries(town)
    assert (owed.kind, owed.lane, owed.target, owed.state) == ("reply", "page:pta", message.id, "due")
    assert (message.parent_external_id, message.direction, message.state, message.author) == (
        comment.id, "sent", "due", MARIA,
    )  # fmt: skip
    assert (town.conversation().state, town.conversation().answered_at) == ("waiting", town.now)


def test_an_answer_goes_under_the_newest_message_that_still_stands(asked):
    town, comment = asked
    post = town.facebook.world.posts[comment.post_id]
    second = town.say(post, "¿Y cuánto cuesta?", under=comment)
    third = town.say(post, "¿Hay estacionamiento?", under=comment)
    town.collect()
    happenings.remove_comment(town.facebook.world, third)
    town.collect()
    assert write(town).parent_external_id == second.id


def test_our_answer_read_back_is_known_and_stands_once(asked):
    town, _ = asked
    message = write(town)
    stands = send(town, message)
    town.collect()  # the outbox does not know the id yet
    assert [row.external_id for row in town.messages() if row.direction == "sent"] == [None]
    with town.db.write() as session:
        row = session.merge(message)
        row.external_id, row.state = stands.id, "sent"
    town.collect()
    assert [row.external_id for row in town.messages() if row.direction == "sent"] == [stands.id]
    assert town.conversation().state == "waiting"
    before = town.everything()
    town.collect()
    assert town.everything() == before


def test_our_answer_that_facebook_does_not_show_yet_is_not_taken_as_removed(asked):
    town, _ = asked
    message = write(town)
    with town.db.write() as session:
        row = session.merge(message)
        row.external_id, row.state = "5551_999999", "sent"
    town.collect()
    assert all(row.removed_at is None for row in town.messages())


def test_a_question_asked_while_we_answered_opens_again(asked):
    town, comment = asked
    write(town)
    town.say(town.facebook.world.posts[comment.post_id], "¿Y dónde es la fiesta?", under=comment)
    town.collect()
    assert (town.conversation().state, town.conversation().assignee) == ("open", MARIA)


REFUSED = [
    ("nobody@maple.example", "A las cinco.", "signs in"),
    ("vera@maple.example", "A las cinco.", "only owners and staff"),
    (MARIA, "   ", "empty"),
    (MARIA, "x" * 8001, "8,001 characters"),
]


@pytest.mark.parametrize(("email", "text", "why"), REFUSED)
def test_what_may_not_be_answered_is_told_in_a_sentence_and_leaves_nothing_behind(asked, email, text, why):
    town, _ = asked
    with pytest.raises(NotPossible, match=why):
        write(town, text, email=email)
    assert deliveries(town) == []
    assert town.conversation().state == "open"


def test_eight_thousand_characters_are_allowed(asked):
    town, _ = asked
    assert len(write(town, "x" * 8000).text) == 8000


def test_a_person_who_is_off_may_not_answer(asked):
    town, _ = asked
    town.change_person(MARIA, off_at=town.now)
    with pytest.raises(NotPossible, match="signs in"):
        write(town)


def test_the_school_is_a_wall(asked):
    town, _ = asked
    with pytest.raises(NotPossible):
        write(town, school="other")
    with pytest.raises(NotPossible, match="no conversation"):
        write(town, id="co_unknown")


def test_a_comment_that_is_gone_cannot_be_answered(asked):
    town, comment = asked
    happenings.remove_comment(town.facebook.world, comment)
    town.collect()
    with pytest.raises(NotPossible, match="removed"):
        write(town)


def test_the_pages_own_words_cannot_be_answered(town):
    town.answer_by_hand(town.post(), "Now at six.")
    town.collect()
    with pytest.raises(NotPossible, match="own words"):
        write(town)


def test_a_page_that_is_switched_off_cannot_be_answered_on(asked):
    town, _ = asked
    town.change_page(off_at=town.now)
    with pytest.raises(NotPossible, match="switched off"):
        write(town)


def test_the_same_answer_twice_within_a_minute_is_refused_and_later_allowed(asked):
    town, _ = asked
    write(town)
    with pytest.raises(NotPossible, match="already written"):
        write(town, " A las  cinco. ")
    town.pass_time(minutes=2)
    write(town)
    assert len(deliveries(town)) == 2


def test_closing_says_who_and_why_and_a_new_message_opens_again(asked):
    town, comment = asked
    with town.db.write() as session:
        close(session, "maple", town.conversation().id, MARIA, town.now, "elsewhere")
    found = town.conversation()
    assert (found.state, found.closed_reason, found.closed_by, found.closed_at) == (
        "closed",
        "elsewhere",
        MARIA,
        town.now,
    )
    town.say(town.facebook.world.posts[comment.post_id], "¿Y dónde es la fiesta?", under=comment)
    town.collect()
    found = town.conversation()
    assert (found.state, found.closed_reason, found.closed_by) == ("open", "", "")


def test_only_known_reasons_close(asked):
    town, _ = asked
    with town.db.write() as session, pytest.raises(NotPossible, match="no reason"):
        close(session, "maple", town.conversation().id, MARIA, town.now, "before-us")


def test_handing_over_is_written_down_and_stays_when_the_family_writes_again(asked):
    town, comment = asked
    town.pass_time(minutes=1)
    with town.db.write() as session:
        assign(session, "maple", town.conversation().id, "office@maple.example", MARIA, town.now)
    found, given = town.conversation(), town.assignments()[-1]
    assert (found.assignee, given.by, found.reason) == (
        "office@maple.example", MARIA, "Maria Ortiz gave it to School office.",
    )  # fmt: skip
    write(town, email="office@maple.example")
    town.say(town.facebook.world.posts[comment.post_id], VIETNAMESE, under=comment)
    town.collect()
    assert (town.conversation().state, town.conversation().assignee) == ("open", "office@maple.example")


VIETNAMESE = "Con tôi có thể đến muộn được không ạ? Cảm ơn cô."


def test_a_thread_that_turns_into_another_language_goes_to_who_speaks_it(asked):
    town, comment = asked
    write(town)
    town.say(town.facebook.world.posts[comment.post_id], VIETNAMESE, under=comment)
    town.collect()
    assert town.conversation().assignee == "lan@maple.example"


def test_nobody_is_given_a_conversation_who_may_not_answer(asked):
    town, _ = asked
    with town.db.write() as session, pytest.raises(NotPossible, match="only owners and staff"):
        assign(session, "maple", town.conversation().id, "vera@maple.example", MARIA, town.now)


def test_an_id_finds_its_school(asked):
    town, _ = asked
    with town.db.read() as session:
        assert school_of(session, town.conversation().id, Conversation) == "maple"
        assert school_of(session, "co_unknown", Conversation) is None
