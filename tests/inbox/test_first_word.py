"""A first word in the family's language: who gets one, once, and that it answers nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.first_word import checked, first_name, is_one, proposals
from config.mistake import Mistake
from config.wording import load_wordings
from config.wording.day import whole_day
from inbox.first_word.owe import greet, ways_of
from inbox.first_word.rules import AGAIN, FRESH, PER_POST, Given, Ways, newest_asked, the_words, why_not
from inbox.replies import reply
from models.conversation import Conversation, Message, messages
from models.delivery import Delivery
from models.page import Page
from models.school import School, school_named
from models.staff import StaffMember
from models.switched_on import FirstWord, SwitchedOn
from outbox.deliver import deliver
from outbox.ledger import Outbox
from outbox.reconcile import read_back
from tests.inbox.conftest import NOW, Town
from upkeep.pause import RESTORED, pause

WORDINGS = load_wordings()
HOURS, DAYS = (lambda n: timedelta(hours=n)), (lambda n: timedelta(days=n))
ASKED = "¿A qué hora empieza el concierto de la escuela el próximo martes?"
MARIA = "maria@maple.example"


# --- who gets one


def told(**facts: Any) -> str:
    """Why not, for a sure Spanish question of half an hour ago; each fact changes one thing."""
    school = School(slug="maple", name="Maple", timezone="America/Chicago", fallback=MARIA, loaded_at=NOW)
    school.resumed_at = facts.get("resumed_at")
    talk = Conversation(
        **{
            "school": "maple", "page": "pta", "post_external_id": "p", "comment_external_id": "c", "language": "es",
            "confidence": 0.95, "state": "open", "assignee": MARIA, "opened_at": NOW, "updated_at": NOW,
            "due_at": NOW + DAYS(1), "author_name": "Ana Ruiz", "author_external_id": "77", **facts.get("talk", {}),
        }
    )  # fmt: skip
    asked = {"owed": True, "external_id": "c", "created_at": NOW - HOURS(0.5), **facts.get("asked", {})}
    said = [said_by("received", **asked), *facts.get("more", [])]
    page = Page(school="maple", slug="pta", facebook_id="1", token_sealed="", connected_at=NOW - DAYS(9))
    for name, value in facts.get("page", {}).items():
        setattr(page, name, value)
    words = FirstWord(
        school="maple",
        language="es",
        text=proposals()["es"],
        approved_by=MARIA,
        approved_at=facts.get("approved", NOW - DAYS(2)),
    )
    maria = StaffMember(school="maple", email=MARIA, name="Maria Ortiz", role="staff", made_by="site")
    ways = Ways(school, facts.get("since", NOW - DAYS(3)), "", {"es": words}, {MARIA: maria}, {"pta": page})
    return why_not(talk, said, ways, facts.get("given", Given()), facts.get("now", NOW))


def said_by(direction: str, **facts: Any) -> Message:
    return Message(
        **{
            "school": "maple", "page": "pta", "conversation_id": "co", "direction": direction, "text": "x",
            "created_at": NOW - HOURS(0.2), **facts,
        }
    )  # fmt: skip


def given(*families: str, under_post: int = 0) -> Given:
    found = Given(set(families))
    found.posts["pta", "p"] = under_post
    return found


OLD_ONE = said_by("sent", automatic=True, created_at=NOW - DAYS(9))
EVENING = NOW + HOURS(13)  # 22:00 in Chicago
CASES: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"talk": {"language": "es-MX"}}, ""),
    ({"talk": {"confidence": 0.5, "language_by": MARIA}}, ""),
    ({"talk": {"confidence": 0.5}}, "the language is not sure"),
    ({"talk": {"language": "und"}}, "the language is not sure"),
    ({"talk": {"language": "so"}}, "no approved words in this language"),
    ({"talk": {"state": "waiting"}}, "nothing is owed"),
    ({"asked": {"owed": False}}, "nothing is owed"),
    ({"asked": {"removed_at": NOW}}, "nothing is owed"),
    ({"asked": {"hidden_at": NOW}}, "nothing is owed"),
    ({"talk": {"urgent": "self-harm"}}, "urgent: a person, at once"),
    ({"since": NOW - HOURS(0.1)}, "from before"),
    ({"approved": NOW - HOURS(0.1)}, "from before"),
    ({"page": {"connected_at": NOW - HOURS(0.1)}}, "from before"),
    ({"resumed_at": NOW - HOURS(0.1)}, "from before"),
    ({"asked": {"created_at": NOW - FRESH - HOURS(1)}}, "too late"),
    ({"more": [said_by("sent", author="")]}, "a person answers"),
    ({"more": [said_by("sent", author=MARIA, private=True)]}, "a person answers"),
    ({"more": [said_by("sent", author=MARIA, state="failed")]}, ""),
    ({"talk": {"taken_by": MARIA, "taken_at": NOW}}, "a person answers"),
    ({"more": [said_by("sent", automatic=True)]}, "this thread has one"),
    ({"more": [said_by("sent", automatic=True, created_at=NOW - AGAIN - HOURS(1))]}, ""),
    (
        {"talk": {"author_name": "", "author_external_id": ""}, "more": [OLD_ONE]},
        "this thread has one",
    ),
    ({"given": given("77")}, "this family had one today"),
    ({"given": given("Ana Ruiz")}, "this family had one today"),
    ({"given": given("88", "Ben")}, ""),
    ({"given": given(under_post=PER_POST)}, "enough under this post today"),
    ({"page": {"off_at": NOW}}, "the page rests"),
    ({"page": {"token_problem": "It is dead."}}, "the page rests"),
    ({"page": {"blocked_at": NOW}}, "the page rests"),
    ({"page": {"parked_until": NOW + HOURS(1)}}, "the page rests"),
    ({"talk": {"assignee": None}}, "nobody, or no day, to name"),
    ({"talk": {"due_at": NOW - HOURS(1)}}, "nobody, or no day, to name"),
    ({"now": EVENING, "asked": {"created_at": EVENING}, "talk": {"due_at": EVENING + DAYS(1)}}, "quiet hours"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "why"), CASES, ids=[f"{i}-{why or 'yes'}" for i, (_, why) in enumerate(CASES)])
def test_one_thing_decides_each_time(facts: dict[str, Any], why: str) -> None:
    assert told(**facts) == why


def test_it_stands_under_the_newest_words_that_ask_something() -> None:
    said = [
        said_by("received", owed=True, external_id="1", created_at=NOW - HOURS(3)),
        said_by("received", owed=True, external_id="2", created_at=NOW - HOURS(2)),
        said_by("received", owed=False, external_id="3", created_at=NOW - HOURS(1)),
    ]
    found = newest_asked(said)
    assert found is not None and found.external_id == "2"


# --- what it says


def test_it_names_a_human_and_a_day_that_cannot_be_mistaken() -> None:
    maria = StaffMember(school="maple", email=MARIA, name="Maria Ortiz", role="staff", made_by="site")
    due = NOW.replace(day=29, hour=3)  # Saturday evening in Chicago, Sunday in UTC

    def says(language: str) -> str:
        row = FirstWord(school="maple", language=language, text=proposals()[language], approved_by="x", approved_at=NOW)
        return the_words(row, maria, due, "America/Chicago", WORDINGS)

    assert says("en") == (
        "Thank you for writing. Maria reads every comment here and will answer by Saturday, November 28, 2026. "
        "(This first message is automatic.)"
    )
    assert "a más tardar el sábado, 28 de noviembre de 2026." in says("es")


def test_a_day_is_said_in_languages_that_cldr_writes_wrongly_or_not_at_all() -> None:
    day = NOW.date()
    assert whole_day(day, "ht", WORDINGS["ht"]) == "madi 24 novanm 2026"
    assert whole_day(day, "hmn", None) == "2026-11-24"
    assert whole_day(day, "so", WORDINGS["so"]) == "Talaado, Nofeembar 24, 2026"
    assert whole_day(day, "fa", None) == "سه\u200cشنبه 24 نوامبر 2026"


def test_people_are_called_as_families_call_them() -> None:
    assert [first_name(one) for one in ("Maria Ortiz", "Ms. Kim", "Lan")] == ["Maria", "Ms. Kim", "Lan"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We answer by {time}.", "must name a person"),
        ("{name} reads it.", "must name a day"),
        ("{name} by {time} {when}", "no field"),
        ("{name} {time}" + "x" * 500, "shorten"),
    ],
)
def test_words_that_name_nobody_or_no_day_are_refused(text: str, said: str) -> None:
    with pytest.raises(Mistake, match=said):
        checked(text)


def test_one_of_ours_is_known_again_and_a_letter_by_hand_is_not() -> None:
    ours = proposals()["en"].replace("{name}", "Maria").replace("{time}", "Monday, November 30, 2026")
    assert is_one(ours, proposals().values()) and is_one(f"  {ours}\n", proposals().values())
    assert not is_one("Thank you for writing. The concert is at six.", proposals().values())
    assert not is_one(ours + " The concert is at six.", proposals().values())


# --- the whole way, against the pretend Facebook


@pytest.fixture
def greeting(named: Town) -> Town:
    switch_on(named)
    return named


def switch_on(town: Town, *languages: str) -> None:
    with town.db.write() as session:
        session.add(SwitchedOn(school="maple", acknowledges_since=NOW - DAYS(1), changed_at=NOW))
        for language in languages or ("en", "es"):
            session.add(
                FirstWord(
                    school="maple", language=language, text=proposals()[language], approved_by="office@maple.example",
                    approved_at=NOW - DAYS(1),
                )
            )  # fmt: skip


def say_hello(town: Town) -> int:
    with town.db.read() as session:
        school = school_named(session, "maple")
    return greet(town.db, school, WORDINGS, town.now)


def outbox(town: Town) -> Outbox:
    return Outbox(town.db, town.doors, town.vault, lambda: town.now, HOURS(0.25), "a test")


def send(town: Town) -> None:
    deliver(outbox(town), "maple")


def first_words(town: Town) -> list[Message]:
    return [one for one in town.messages() if one.automatic]


def replies_on_facebook(town: Town) -> list[str]:
    return [one.message for one in town.facebook.world.comments.values() if one.author_id == "10001"]


def test_a_family_gets_it_once_under_its_comment_and_is_still_owed_an_answer(greeting: Town) -> None:
    comment = greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    assert [say_hello(greeting), say_hello(greeting)] == [1, 0]
    send(greeting)
    [word] = first_words(greeting)
    assert word.state == "sent" and word.parent_external_id == comment.id and word.language == "es"
    assert word.text.startswith("Gracias por escribir. Maria lee")
    assert replies_on_facebook(greeting) == [word.text]
    for _ in range(2):
        greeting.pass_time(minutes=10)
        greeting.collect()
        say_hello(greeting)
        send(greeting)
    talk = greeting.conversation()
    assert (talk.state, talk.answered_at) == ("open", None), "it is no answer"
    assert len(first_words(greeting)) == 1 and len(replies_on_facebook(greeting)) == 1


def test_nothing_is_said_where_it_is_off_or_nobody_approved_the_words(named: Town) -> None:
    named.say(named.post(), ASKED, by="Ana Ruiz")
    named.collect()
    assert say_hello(named) == 0
    switch_on(named, "en")
    assert say_hello(named) == 0 and named.calls() > 0
    with named.db.read() as session:
        assert ways_of(session, school_named(session, "maple")) is not None


def test_the_same_family_under_another_post_gets_none_that_day_and_one_the_next(greeting: Town) -> None:
    greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.say(greeting.post("Book fair"), "¿Hay cuidado de niños durante la feria del libro?", by="Ana Ruiz")
    greeting.collect()
    assert say_hello(greeting) == 1
    greeting.pass_time(hours=26)
    greeting.say(greeting.post("Bake sale"), "¿Dónde se venden los pasteles mañana por la tarde?", by="Ana Ruiz")
    greeting.collect()
    assert say_hello(greeting) == 1


def test_nameless_families_get_it_once_a_thread_and_a_few_times_a_post(town: Town) -> None:
    switch_on(town)
    post = town.post()
    questions = [f"¿A qué hora empieza el concierto del grupo número {n} el martes?" for n in range(PER_POST + 2)]
    first = town.say(post, questions[0], by="A")
    for n, text in enumerate(questions[1:]):
        town.say(post, text, by=f"Family {n}")
    town.collect()
    assert say_hello(town) == PER_POST
    town.say(post, "¿Y dónde podemos estacionar el coche esa noche?", by="A", under=first)
    town.collect()
    assert say_hello(town) == 0


def test_an_answer_that_was_quicker_stops_it(greeting: Town) -> None:
    greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    assert say_hello(greeting) == 1
    with greeting.db.write() as session:
        reply(session, "maple", greeting.conversation().id, MARIA, "A las seis.", greeting.now)
    send(greeting)
    assert replies_on_facebook(greeting) == ["A las seis."]
    assert [one.state for one in first_words(greeting)] == ["failed"]
    assert greeting.conversation().state == "waiting"


def test_whoever_writes_an_answer_is_not_told_that_somebody_was_quicker(greeting: Town) -> None:
    greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    talk = greeting.conversation()
    with greeting.db.read() as session:
        seen = messages(session, "maple", [talk.id])[talk.id][-1].id
    say_hello(greeting)
    send(greeting)
    with greeting.db.write() as session:
        reply(session, "maple", talk.id, MARIA, "A las seis.", greeting.now, seen=seen)
    assert greeting.conversation().state == "waiting"


def test_its_lost_answer_is_read_back_and_it_is_never_sent_twice(greeting: Town) -> None:
    greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    say_hello(greeting)
    greeting.fault("cut-after-store", match={"method": "POST"})
    for _ in range(4):
        send(greeting)
        greeting.pass_time(minutes=20)
    assert len(replies_on_facebook(greeting)) == 1
    assert [one.state for one in first_words(greeting)] == ["sent"]
    assert greeting.conversation().state == "open"


def test_a_comment_that_is_gone_costs_nobody_an_evening(greeting: Town) -> None:
    comment = greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    say_hello(greeting)
    comment.removed_at = greeting.now.timestamp()
    send(greeting)
    with greeting.db.read() as session:
        assert [one.state for one in session.exec(select(Delivery))] == ["failed"]


def test_one_that_a_restored_database_has_forgotten_is_still_no_answer(greeting: Town) -> None:
    comment = greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    text = proposals()["es"].replace("{name}", "Maria").replace("{time}", "miércoles, 25 de noviembre de 2026")
    greeting.answer_by_hand(next(iter(greeting.facebook.world.posts.values())), text, under=comment)
    greeting.collect()
    assert greeting.conversation().state == "open"
    assert say_hello(greeting) == 0, "and it is not said again"


def test_a_confirmed_language_is_greeted_in_the_next_round(greeting: Town) -> None:
    greeting.say(greeting.post(), "Hola", by="Ana Ruiz")
    greeting.collect()
    with greeting.db.write() as session:
        talk = session.exec(select(Conversation)).one()
        talk.language, talk.confidence, talk.language_by = "und", 0.4, ""
    assert say_hello(greeting) == 0
    with greeting.db.write() as session:
        talk = session.exec(select(Conversation)).one()
        talk.language, talk.language_by = "es", MARIA
    assert say_hello(greeting) == 1


def test_one_that_was_owed_at_a_restore_and_stands_already_is_found_and_stays_no_answer(greeting: Town) -> None:
    comment = greeting.say(greeting.post(), ASKED, by="Ana Ruiz")
    greeting.collect()
    say_hello(greeting)
    [word] = first_words(greeting)
    greeting.answer_by_hand(next(iter(greeting.facebook.world.posts.values())), word.text, under=comment)
    with greeting.db.write() as session:
        pause(session, RESTORED, greeting.now)
    assert read_back(outbox(greeting), "maple", everything=True) == []
    [word] = first_words(greeting)
    assert word.state == "sent" and word.external_id
    assert greeting.conversation().state == "open"


def test_two_families_with_the_same_words_under_one_post_get_one_each_though_an_answer_was_lost(greeting: Town) -> None:
    post = greeting.post()
    for name in ("Ana Ruiz", "Ben Soto"):
        greeting.say(post, ASKED, by=name)
    greeting.collect()
    assert say_hello(greeting) == 2
    greeting.fault("cut-after-store", match={"method": "POST"})
    for _ in range(3):
        send(greeting)
        greeting.pass_time(minutes=20)
    words = first_words(greeting)
    assert [one.state for one in words] == ["sent", "sent"] and len({one.text for one in words}) == 1
    under = [one.parent_id for one in greeting.facebook.world.comments.values() if one.parent_id]
    assert sorted(under) == sorted(one.parent_external_id for one in words)
