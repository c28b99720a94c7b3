"""What the list of urgent words finds, what it leaves alone, and how a school changes it. It is a list, and misses things."""

from __future__ import annotations

import pytest

from config.mistake import Mistake
from config.urgent import KINDS, LANGUAGES, urgent_lists
from inbox.urgent.lists import add_phrase, remove_phrase, switch_off, words_of
from inbox.urgent.look import urgent_words
from inbox.urgent.phrases import anchors, spoken
from models.urgent_word import UrgentWord
from tests.inbox.conftest import NOW
from tests.inbox.urgent_texts import HARMLESS, URGENT, WRITTEN_AFTERWARDS

OFFICE = "office@maple.example"


def look(text, *own):
    return urgent_words(own).look(text)


def test_at_least_nine_of_ten_urgent_comments_are_found_as_what_they_are():
    found = [(kind, hit.kind) for kind, text in URGENT if (hit := look(text))]
    assert len(found) >= 0.9 * len(URGENT) and len(URGENT) >= 60
    assert sum(kind == told for kind, told in found) >= 0.9 * len(URGENT)


def test_at_least_three_of_four_are_found_of_those_that_were_written_after_the_list():
    """They are never to be looked at when a phrase is added."""
    assert sum(look(text) is not None for text in WRITTEN_AFTERWARDS) >= 0.75 * len(WRITTEN_AFTERWARDS)


def test_what_only_sounds_like_it_alarms_nobody():
    assert [text for text in HARMLESS if look(text)] == [] and len(HARMLESS) >= 60


@pytest.mark.parametrize(
    ("text", "kind", "phrase"),
    [
        ("Please!! My son’s friend BROUGHT  A GUN, to class", "danger", "BROUGHT  A GUN"),
        ("HEEEELP", "danger", "HEEEELP"),
        ("no llegó mi hijo. AYUDA!!! 😭", "danger", "AYUDA"),
        ("le isieron bulin", "bullying", "bulin"),
        ("She said she'd “kill herself”", "self-harm", "kill herself"),
        ("quiero morir", "self-harm", "quiero morir"),
        ("mi ex trajo una pistola y quiere llevarse a los niños", "danger", "trajo una pistola"),
    ],
)
def test_the_words_are_told_as_the_family_wrote_them_and_the_worst_comes_first(text, kind, phrase):
    hit = look(text)
    assert (hit.kind, hit.phrase) == (kind, phrase)


@pytest.mark.parametrize(
    "text", ["", "?!", "🆘", "帮帮我", "I lost. My son loves it", "gun" * 4000, "'", "l'an", "ﷺ help me with it"]
)
def test_what_has_none_of_the_words_or_hardly_is_a_text_alarms_nobody(text):
    assert look(text) is None


def test_one_sentence_by_itself_is_a_call_and_the_same_words_in_another_are_not():
    assert look("Where is the office? Help!") and look("Ayuda por favor 🙏")
    assert look("Can you help with the form?") is None and look("¿Me dan ayuda con la tarea?") is None


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_phrase_is_written_as_it_should_be_and_can_be_read_aloud(tag):
    given = urgent_lists()[tag]
    groups = {name: words.split() for name, words in given.groups.items()}
    assert tuple(given.phrases) == KINDS
    for phrase in (*given.harmless, *(one for some in given.phrases.values() for one in some)):
        assert anchors(phrase, groups)
        assert not set(spoken(phrase, groups)) & set("()|{}*?=~"), phrase
    assert spoken("(has|had) (out )?(a|an) {weapon}", {"weapon": ["gun", "knife"]}) == "has a gun"


# --- a school's own


def test_a_school_adds_phrases_and_switches_off_others(town):
    with town.db.write() as session:
        row = add_phrase(session, "maple", "en", "  Coyote Creek, Bridge!", "missing-child", OFFICE, NOW)
        switch_off(session, "maple", "en", "stabbed", "office@maple.example", NOW)
    with town.db.read() as session:
        ours = words_of(session, "maple")
    assert row.phrase == "coyote creek bridge"
    assert ours.look("They went to COYOTE CREEK BRIDGE").kind == "missing-child"
    assert ours.look("He was stabbed") is None and look("He was stabbed") and look("coyote creek bridge") is None
    with town.db.write() as session:
        for phrase in ("coyote creek bridge", "stabbed", "never there"):
            remove_phrase(session, "maple", "en", phrase, OFFICE, NOW)
        assert session.get(UrgentWord, ("maple", "en", "stabbed")) is None
        assert words_of(session, "maple").look("He was stabbed")


@pytest.mark.parametrize(
    ("language", "phrase", "kind"),
    [
        ("vi", "giup toi", "danger"), ("en", "gun show", "weapons"), ("en", "a b", "danger"), ("en", "!!!", "danger"),
        ("en", "the*", "danger"), ("en", "x" * 81, "danger"), ("en", "*", "danger"), ("en", "go *", "danger"),
    ],
)  # fmt: skip
def test_a_phrase_that_cannot_be_one_or_would_alarm_at_everything_is_refused(town, language, phrase, kind):
    with town.db.write() as session, pytest.raises(Mistake):
        add_phrase(session, "maple", language, phrase, kind, OFFICE, NOW)


def test_a_phrase_of_a_school_is_plain_words_and_never_an_expression(town):
    with town.db.write() as session:
        row = add_phrase(session, "maple", "en", "(blue|red) van?", "danger", OFFICE, NOW)
        assert row.phrase == "blue red van"
        assert (
            words_of(session, "maple").look("a blue red van") and words_of(session, "maple").look("a blue van") is None
        )
    with town.db.write() as session, pytest.raises(Mistake, match="not in the list"):
        switch_off(session, "maple", "en", "never there", OFFICE, NOW)
