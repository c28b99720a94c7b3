"""What a comment is about, told by its words."""

from __future__ import annotations

import pytest
from sqlmodel import select

from config.topics import OTHER, TOPICS, topic_languages, topic_name, topic_words
from inbox import deeds
from inbox.permitted import NotPossible
from inbox.topics import topic_of
from models.audit import of_subject
from models.conversation import Conversation

MARIA = "maria@maple.example"
ASKED = [
    ("en", "What time does the bus come on Monday?", "bus"),
    ("en", "My son was BULLIED again on Friday!!", "safety"),
    ("en", "Is there an ice cream day", "food"),
    ("en", "when does it start and where do we go in", "event"),
    ("es", "hay lonche vegetariano para los ninos?", "food"),
    ("es", "No me acuerdo de la contraseña del portal", "technology"),
    ("es-MX", "¿Cuánto cuesta el uniforme?", "money"),
    ("vi", "Cháu bị ốm, hôm nay xin nghỉ học", "health"),
    ("vi", "chau bi om hom nay", "health"),
    ("ar", "هل الغداء حلال؟", "food"),
    ("ar", "والباص متى يصل؟", "bus"),
    ("ht", "Èske gen yon entèprèt pou reyinyon an?", "language"),
    ("so", "Baska goorma ayuu imanayaa?", "bus"),
    ("ru", "Дочка заболела, температура 38", "health"),
    ("pt", "A escola vai fechar por causa da neve?", "weather"),
    ("zh", "校车几点来?", "bus"),
    ("zh-Hant", "孩子被欺負了怎麼辦", "safety"),
    ("fr", "Mon fils a besoin d'une orthophoniste", "support"),
    ("fr", "C'est où, la réunion ?", "event"),
]


@pytest.mark.parametrize(("language", "text", "topic"), ASKED)
def test_the_words_of_ten_languages_name_the_topic_with_accents_or_without(language, text, topic):
    assert topic_of(text, language) == topic


def test_what_no_word_names_has_no_topic():
    assert [topic_of(one, "en") for one in ("Thank you!", "", "Beautiful photos", "Busy week, omnibus edition")] == [
        ""
    ] * 4
    assert topic_of("What time does the bus come?", "tl") == "", "its words are not known"


def test_of_an_unsure_language_only_what_all_languages_agree_on_is_said():
    assert topic_of("bus??", "und") == "bus"
    assert topic_of("bus, lunch, snacks", "und") == "", "Spanish knows the first word, English all"


def test_every_language_has_words_for_every_topic_and_none_twice():
    assert len(topic_languages()) == 10
    for language in topic_languages():
        words = topic_words(language)
        assert set(words) == set(TOPICS) - {OTHER}
        told = [word for each in words.values() for word in each]
        assert all(told) and len(told) == len(set(told)), language
        assert sum(map(len, words.values())) >= 100, language


def test_topics_are_called_by_name_in_the_languages_of_the_pages():
    assert all(topic_name(one, "es") not in ("", name) for one, name in TOPICS.items())
    assert topic_name("bus", "vi") == "Bus and getting there"


def test_a_conversation_begins_with_its_topic_and_a_persons_word_stands(town):
    town.say(town.post(), "¿A qué hora pasa el autobús por la parada?")
    town.collect()
    assert (town.conversation().topic, town.conversation().topic_by) == ("bus", "")
    with town.db.write() as session:
        id = session.exec(select(Conversation.id)).one()
        deeds.say_topic(session, "maple", id, "weather", MARIA, town.now)
        deeds.say_topic(session, "maple", id, "weather", MARIA, town.now)
        with pytest.raises(NotPossible, match="is no topic: use safety"):
            deeds.say_topic(session, "maple", id, "traffic", MARIA, town.now)
    assert (town.conversation().topic, town.conversation().topic_by) == ("weather", MARIA)
    with town.db.read() as session:
        [noted] = of_subject(session, "maple", id)
    assert (noted.what, noted.details) == ("say topic", {"before": "bus", "after": "weather"})
