"""The whole way of ten texts of ten kinds, as `routes explain` tells it: what it is, by which rule, to whom, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inbox.language.guess import Guesser
from inbox.routing.decide import Helper, Rules
from inbox.routing.explain import Alarm, Explained, Here
from inbox.routing.rules import About, SchoolRule
from inbox.urgent.look import urgent_words
from models.staff import StaffMember
from tests.inbox.test_routing import Always, speaker

NOW = datetime(2026, 9, 14, 15, 0, tzinfo=UTC)
OFFICE = speaker("Office", "en", role="owner")
MARIA = speaker("Maria Ortiz", "es", "en")
LENA = speaker("Lena Cole", "en")
CHOIR = SchoolRule("ru_1", (LENA.email, MARIA.email), event_words=("choir",), why="They sing in it")
RULES = Rules(
    OFFICE.email, timedelta(days=1), Always(), (CHOIR,), LENA.email,
    (Helper("East African Center", ("so", "om"), "612-555-0100"),), ("en", "es", "vi", "so", "ur"),
)  # fmt: skip
ROSA = StaffMember(school="maple", email="rosa@maple.example", name="Rosa Hill", role="staff", made_by="site")
HERE = Here(RULES.languages, (OFFICE, MARIA, LENA), RULES, NOW, alarm=Alarm(urgent_words(), ROSA))
CONCERT = About(page="pta-page", event="Winter Choir Concert, Gym")
guesser = Guesser()

# kind, text, language (+ what it is mixed with), rule, to whom, and the reason
TABLE = [
    ("plain English", "What time does the book fair start on Friday?", "en", "speaker", LENA,
     "English, and Lena Cole speaks it. Maria Ortiz is kept free for Spanish, which fewer people here speak."),
    ("Spanish in capitals, without accents", "A QUE HORA SALEN LOS NINOS MANANA", "es", "speaker", MARIA,
     "Spanish, and Maria Ortiz speaks it."),
    ("Spanglish", "Can she stay for el ensayo del coro hoy o no?", "es + en", "speaker", MARIA,
     "Spanish mixed with English, and Maria Ortiz speaks both."),
    ("Somali, which nobody speaks", "Goorma ayuu furmayaa iskuulka berri?", "so", "no-speaker", LENA,
     "Somali, and nobody here speaks it. These can help: East African Center (612-555-0100)."),
    ("only emoji", "🎉🎉❤️", "und", "", None, "Only emoji."),
    ("a name", "Jenny Lopez", "und", "fallback", OFFICE, "Unsure of the language: perhaps …"),
    ("Urdu in Latin letters", "kal school kitne baje khulega, bachon ko kab lana hai", "ur", "no-speaker", LENA,
     "Urdu, and nobody here speaks it."),
    ("one word of thanks", "gracias", "es", "", None, "Only thanks."),
    ("urgent", "a man in a car is following my daughter on the way to school please help", "en", "urgent", ROSA,
     "Urgent (danger): “car is following my”. Rosa Hill looks after what is urgent."),
    ("under an event with a rule", "¿Dónde ensayamos mañana?", "es", "own", MARIA,
     "Spanish, and Maria Ortiz speaks it. By the school’s rule: comments under events with “choir” (They sing in it). "
     "Lena Cole looks after comments under events with “choir”, but does not speak Spanish."),
]  # fmt: skip


def way_of(kind: str, text: str) -> Explained:
    here = replace(HERE, about=CONCERT) if "event" in kind else HERE
    return here.explain(text, guesser)


@pytest.mark.parametrize(("kind", "text", "language", "rule", "person", "reason"), TABLE, ids=[row[0] for row in TABLE])
def test_each_text_goes_its_way(kind: str, text: str, language: str, rule: str, person: object, reason: str) -> None:
    found = way_of(kind, text)
    assert " + ".join(filter(None, (found.guess.language, found.guess.mixed_with))) == language
    assert re.sub("perhaps .*", "perhaps …", found.reason) == reason  # what else it might be, the engines say
    assert (found.route.rule if found.route else "") == rule
    assert (found.route.assignee if found.route else None) == getattr(person, "email", None)


def test_the_way_is_told_step_by_step() -> None:
    steps = way_of("under an event", "¿DÓNDE ensayamos mañana? 😀").steps
    begins = [step.split(" ")[0].rstrip(".:,") for step in steps]
    wanted = ["Cleaned", "Script", "Together", "Guess", "Owed", "Passed", "Rule", "Person", "Spanish"]
    assert [one for one in begins if one in wanted] == wanted
    assert steps[-3] == "Rule: comments under events with “choir” (They sing in it)."
    assert (
        steps[-4]
        == "Passed over: Lena Cole looks after comments under events with “choir”, but does not speak Spanish."
    )
