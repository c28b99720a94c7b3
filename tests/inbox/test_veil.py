"""Who was erased stays out, though their comments still stand on Facebook; what they write later is heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from inbox.moderation import hide
from inbox.permitted import NotPossible
from inbox.replies import reply
from models.conversation import Conversation, Visitor
from models.erasure import Erasure
from models.page import PagePost
from rehearsal.facebook import happenings
from rehearsal.facebook.world import Comment
from tests.inbox.conftest import Town
from upkeep.erase import ask_or_confirm

NAME = "Rosa Gómez Pérez"


def erase(town: Town, folder: Path, asked: str) -> None:
    town.pass_time(seconds=1)
    with town.db.write() as session:
        for email in ("maria@maple.example", "office@maple.example"):
            ask_or_confirm(session, folder, "maple", asked, email, town.now)


def rosa(town: Town) -> str:
    return town.facebook.world.person_named(NAME).id


def held(town: Town) -> str:
    with town.db.read() as session:
        kinds = (PagePost, Conversation, Visitor, Erasure)
        rows = [repr(row.model_dump()) for kind in kinds for row in session.exec(select(kind))]
    return " ".join([*rows, *(repr(one.model_dump()) for one in town.messages())])


def test_their_comments_do_not_come_back_with_the_next_readings(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post()
    said = town.say(post, "¿Cuándo es la fiesta de canarios?", by=NAME, photo=True)
    town.answer_by_hand(post, "El viernes, señora canaria", under=said)
    town.say(post, "What time does it begin?", by="Ali Other")
    town.collect()
    assert "canarios" in held(town)
    erase(town, tmp_path, rosa(town))
    for days in (0, 0, 2):  # the last one is a census
        town.pass_time(days=days)
        told = town.collect()
        assert (told.problem, dict(told.counts)) == ("", {})
    words = held(town)
    assert not [one for one in ("canari", "Rosa", rosa(town), said.id, "Ped") if one in words.replace("erased:", "")]
    assert sorted(one.text for one in town.messages()) == ["", "", "What time does it begin?"]


def test_an_edit_a_hiding_and_a_removal_of_theirs_bring_nothing_back(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post()
    said = town.say(post, "¿Hay canarios?", by=NAME)
    town.collect()
    erase(town, tmp_path, rosa(town))
    happenings.edit_comment(town.facebook.world, said, "Otra vez los canarios")
    assert dict(town.collect().counts) == {}
    happenings.remove_comment(town.facebook.world, said)
    town.collect()
    assert "canarios" not in held(town) and town.conversation().state == "closed"


def test_what_they_write_afterwards_is_new_and_is_answered(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post()
    town.say(post, "¿Cuándo empieza la fiesta?", by=NAME)
    town.collect()
    erase(town, tmp_path, rosa(town))
    town.pass_time(minutes=5)
    town.say(post, "¿Y dónde es la fiesta de invierno?", by=NAME)
    town.collect()
    old, new = sorted(town.conversations(), key=lambda one: one.state)
    assert (old.closed_reason, new.state, new.author_name) == ("erased", "open", NAME)
    assert [one.text for one in town.messages()] == ["", "¿Y dónde es la fiesta de invierno?"]


def test_an_older_comment_of_theirs_that_was_never_read_stays_out(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post()
    town.say(post, "¿Cuándo empieza la fiesta?", by=NAME)
    town.collect()
    town.say(post, "Tengo otra pregunta", by=NAME)
    erase(town, tmp_path, rosa(town))
    town.collect()
    assert [one.text for one in town.messages()] == [""]


def test_nobody_can_answer_who_was_erased(named: Town, tmp_path: Path) -> None:
    town = named
    town.say(town.post(), "¿Cuándo empieza la fiesta?", by=NAME)
    town.collect()
    erase(town, tmp_path, rosa(town))
    talk, [row] = town.conversation().id, town.messages()
    with town.db.write() as session:
        with pytest.raises(NotPossible, match="was erased"):
            reply(session, "maple", talk, "maria@maple.example", "El viernes", town.now)
        with pytest.raises(NotPossible, match="was erased"):
            hide(session, "maple", row.id, "maria@maple.example", "spam", town.now)


def test_others_who_answer_under_their_comment_are_heard(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post()
    said = town.say(post, "¿Cuándo empieza la fiesta?", by=NAME)
    town.collect()
    erase(town, tmp_path, rosa(town))
    town.say(post, "I would like to know that, too. When does it begin?", by="Ali Other", under=said)
    town.collect()
    heard = next(one for one in town.messages() if one.text)
    assert heard.author == "Ali Other" and heard.parent_external_id.startswith("erased:")
    assert said.id not in held(town) and rosa(town) not in held(town)


def test_somebody_nameless_who_answered_there_can_be_erased_as_well(town: Town, tmp_path: Path) -> None:
    post = town.post()
    said = town.say(post, "¿Cuándo empieza la fiesta?")
    town.collect()
    erase(town, tmp_path, town.conversation().id)
    town.say(post, "When do the canaries sing? Nobody told me.", under=said)
    town.collect()
    assert town.conversation().state == "open"
    erase(town, tmp_path, town.conversation().id)
    for days in (0, 2):
        town.pass_time(days=days)
        assert dict(town.collect().counts) == {}
    assert "canaries" not in held(town) and [one.text for one in town.messages()] == ["", ""]


def test_a_visitor_s_post_loses_its_words_and_keeps_what_others_said_under_it(named: Town, tmp_path: Path) -> None:
    town = named
    post = town.post("¿Alguien vio a mis canarios?", by=NAME)
    town.say(post, "I saw two of them. Where do you live?", by="Ali Other")
    town.collect()
    erase(town, tmp_path, rosa(town))
    for days in (0, 2):
        town.pass_time(days=days)
        assert dict(town.collect().counts) == {}
    assert "canarios" not in held(town) and rosa(town) not in held(town)
    assert {one.text for one in town.messages()} == {"", "I saw two of them. Where do you live?"}


def test_a_nameless_thread_stays_out_as_well(town: Town, tmp_path: Path) -> None:
    post = town.post()
    said: Comment = town.say(post, "¿Cuándo vuelan los canarios?", by=NAME)
    town.collect()
    erase(town, tmp_path, town.conversation().id)
    town.pass_time(days=2)
    town.collect()
    assert "canarios" not in held(town) and town.conversation().closed_reason == "erased" and said.id not in held(town)


@pytest.mark.parametrize("lost", [True, False])
def test_a_database_without_their_rows_does_not_take_them_up_again(named: Town, tmp_path: Path, lost: bool) -> None:
    """As after the restore of a backup from before they wrote."""
    town = named
    post = town.post()
    town.say(post, "¿Cuándo empieza la fiesta de canarios?", by=NAME)
    town.collect()
    erase(town, tmp_path, rosa(town))
    with town.db.write() as session:
        for row in [*town.assignments(), *town.messages()] if lost else []:
            session.delete(row)
        session.flush()
        for talk in town.conversations() if lost else []:
            session.delete(talk)
    town.pass_time(days=2)
    town.collect()
    assert "canarios" not in held(town) and rosa(town) not in held(town)
    assert all(one.state == "closed" for one in town.conversations())
