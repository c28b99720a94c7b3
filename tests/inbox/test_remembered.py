"""What a person said of a language is remembered for the family: by its name where Facebook tells it, else in its thread."""

from __future__ import annotations

import pytest
from sqlmodel import select

from inbox.correct import correct, take_back
from inbox.labelled import labelled, tallies
from inbox.permitted import NotPossible
from inbox.remembered import prior
from models.conversation import Message
from models.correction import Correction
from models.school import school_named

MARIA, OFFICE = "maria@maple.example", "office@maple.example"
LANGUAGES = ("en", "es", "vi")
AMBIGUOUS, ALSO_AMBIGUOUS = "sale", "idea"  # both are words of both
CLEAR = "When does the book fair start on Friday, and is there parking?"


def say(town, number, language, by=MARIA):
    """A person says which language the conversation of this number is in."""
    town.pass_time(minutes=1)
    with town.db.write() as session:
        return correct(session, school_named(session, "maple"), town.conversations()[number].id, language, by, town.now)


def kept(town):
    with town.db.read() as session:
        return list(session.exec(select(Correction).order_by(Correction.at, Correction.id)))


def told(town):
    """text -> language of every comment."""
    return {one.text: one.language for one in town.messages()}


# --- how much each counts


def test_nothing_is_remembered_of_whom_nobody_knows():
    assert prior({}, {}, {}, LANGUAGES) == {}


def test_what_a_person_confirmed_outweighs_every_habit_of_ours():
    odds = prior({"es": 1}, {"en": 50}, {"en": 1.0}, LANGUAGES)
    assert odds["es"] == 1 and odds["en"] < 0.75 and odds["vi"] < 0.06


def test_own_guesses_count_more_the_more_there_are_and_a_page_s_habit_is_a_breath():
    around = prior({}, {}, {"en": 0.8, "es": 0.2}, LANGUAGES)
    assert min(around.values()) > 0.5
    once, often = (prior({}, {"es": n}, {"en": 1.0}, LANGUAGES)["en"] for n in (1, 4))
    assert once > often == prior({}, {"es": 40}, {"en": 1.0}, LANGUAGES)["en"]


# --- Show 4


def test_a_correction_changes_the_next_guess_for_that_family_and_for_no_other(named):
    town, fair, picnic = named, named.post("Book fair"), named.post("Picnic")
    town.say(fair, AMBIGUOUS, by="Rosa Díaz")
    town.collect()
    assert told(town) == {AMBIGUOUS: "und"} and town.conversation().assignee == OFFICE
    row = say(town, 0, "es", by=OFFICE)
    assert (row.assignee, row.reason) == (MARIA, "School office said it is Spanish; Maria Ortiz speaks it.")
    town.say(picnic, ALSO_AMBIGUOUS, by="Rosa Díaz")
    town.say(picnic, AMBIGUOUS + " ", by="Kim Lee")
    town.say(picnic, CLEAR, by="Rosa Díaz")
    town.collect()
    assert told(town) == {AMBIGUOUS: "es", ALSO_AMBIGUOUS: "es", AMBIGUOUS + " ": "und", CLEAR: "en"}


def test_a_nameless_family_is_remembered_in_its_thread_and_nowhere_else(town):
    fair = town.post("Book fair")
    first = town.say(fair, AMBIGUOUS)
    town.collect()
    say(town, 0, "es")
    town.say(fair, ALSO_AMBIGUOUS, under=first)
    town.say(fair, AMBIGUOUS + "!")
    town.collect()
    assert told(town) == {AMBIGUOUS: "es", ALSO_AMBIGUOUS: "es", AMBIGUOUS + "!": "und"}


def test_what_a_family_changes_is_guessed_anew_with_what_is_known_of_them(named):
    town = named
    comment = town.say(town.post(), AMBIGUOUS, by="Rosa Díaz")
    town.collect()
    say(town, 0, "es")
    comment.message = ALSO_AMBIGUOUS
    town.pass_time(minutes=1)
    town.collect()
    [row] = town.messages()
    assert (row.text, row.language, row.language_by) == (ALSO_AMBIGUOUS, "es", "")
    comment.message = CLEAR
    town.collect()
    assert (town.messages()[0].language, town.conversation().language, town.conversation().language_by) == (
        "en",
        "en",
        "",
    )


# --- what is kept


def test_a_right_guess_may_be_confirmed_and_a_wrong_one_keeps_what_was_guessed(town):
    post = town.post()
    town.say(post, CLEAR)
    town.say(post, AMBIGUOUS)
    town.collect()
    say(town, 0, "en")
    say(town, 1, "pt")
    right, unsure = kept(town)
    assert (right.guessed, right.said, right.by, unsure.guessed, unsure.said) == ("en", "en", MARIA, "und", "pt")
    assert right.confidence < 1 and {"pycld2", "py3langid"} & set(right.engines)
    assert [one.language_by for one in town.messages()] == [MARIA, MARIA]


def test_a_slip_is_taken_back_to_what_was_before_it(town):
    town.say(town.post(), AMBIGUOUS)
    town.collect()
    [before] = town.messages()
    say(town, 0, "vi")
    with town.db.write() as session:
        take_back(session, school_named(session, "maple"), town.conversation().id, "vi", MARIA, town.now)
    [after], talk = town.messages(), town.conversation()
    assert (after.language, after.confidence, after.language_by) == ("und", before.confidence, "")
    assert (talk.language, talk.language_by, talk.assignee) == ("und", "", OFFICE) and kept(town) == []


def test_a_second_word_is_taken_back_to_the_first_and_never_over_a_colleague_s(town):
    town.say(town.post(), AMBIGUOUS)
    town.collect()
    say(town, 0, "es")
    say(town, 0, "vi", by=OFFICE)
    assert [(one.guessed, one.said) for one in kept(town)] == [("und", "es"), ("und", "vi")]
    with town.db.write() as session, pytest.raises(NotPossible):
        take_back(session, school_named(session, "maple"), town.conversation().id, "es", MARIA, town.now)
    with town.db.write() as session:
        take_back(session, school_named(session, "maple"), town.conversation().id, "vi", OFFICE, town.now)
    [row] = town.messages()
    assert (row.language, row.language_by, town.conversation().language_by) == ("es", MARIA, MARIA)


# --- labelled data


def test_labelled_texts_hold_the_newest_word_and_neither_names_nor_what_a_family_took_back(named):
    town, post = named, named.post()
    town.say(post, AMBIGUOUS, by="Rosa Díaz")
    changed, gone = town.say(post, ALSO_AMBIGUOUS, by="Kim Lee"), town.say(post, "sale o no", by="Ana Sol")
    town.collect()
    for number in range(3):
        say(town, number, "es")
    say(town, 0, "pt")
    changed.message = CLEAR
    town.pass_time(minutes=1)
    town.collect()
    with town.db.write() as session:
        session.exec(select(Message).where(Message.text == gone.message)).one().removed_at = town.now
    with town.db.read() as session:
        [one] = labelled(session, "maple")
        assert tallies(session, "maple")["pt"].unsure == 1
    assert (one.text, one.lang, one.guessed, one.by) == (AMBIGUOUS, "pt", "und", "staff")
    assert "Rosa" not in str(one.json) and set(one.json) == {"text", "lang", "guessed", "confidence", "engines", "by"}
