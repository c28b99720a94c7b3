"""The school's own rules: who answers what, and that nobody is sent what they cannot read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from inbox.routing.decide import Helper, Route, Rules, Speaker, route
from inbox.routing.rules import About, SchoolRule, holds, what
from tests.inbox.test_routing import BEN, MARIA, NOW, OFFICE, RULES, Always, speaker

JORGE = speaker("Jorge Paz", "es", "en")
AMINA = speaker("Amina Ali", "so", "en")
LENA = speaker("Lena Cole", "en")
BUS = SchoolRule("ru_1", (JORGE.email,), topic="bus", topic_name="Bus and getting there", why="He drives it")
ON_THE_BUS = About(topic="bus")
CENTER = Helper("East African Center", ("so", "om"), "612-555-0100")


def sent(
    language: str, *people: Speaker, own: tuple[SchoolRule, ...] = (), about: About = About(), **more: Any
) -> Route:
    rules: Rules = more.pop("rules", RULES)
    return route(language, (), people, replace(rules, own=own), NOW, about=about, **more)


@pytest.mark.parametrize(
    ("rule", "about", "expected"),
    [
        (SchoolRule("r", ()), About(), True),
        (SchoolRule("r", (), languages=("es-MX",)), About(), True),
        (SchoolRule("r", (), languages=("vi", "so")), About(), False),
        (SchoolRule("r", (), page="pta"), About(page="pta"), True),
        (SchoolRule("r", (), page="pta"), About(page="library"), False),
        (SchoolRule("r", (), group="pta"), About(page="pta", group="council"), False),
        (SchoolRule("r", (), topic="bus"), About(topic="food"), False),
        (SchoolRule("r", (), event_words=("Feria del Libro",)), About(event="FERIA DEL LIBRO Library"), True),
        (SchoolRule("r", (), event_words=("choir", "band")), About(event="Winter Band Night, Gym"), True),
        (SchoolRule("r", (), event_words=("bus",)), About(event="Business breakfast"), False),
        (SchoolRule("r", (), event_words=("bus",)), About(), False),
        (SchoolRule("r", (), page="pta", topic="bus"), About(page="pta", topic="food"), False),
    ],
)
def test_a_rule_holds_when_each_of_its_conditions_does(rule: SchoolRule, about: About, expected: bool) -> None:
    assert holds(rule, "es", None, about) is expected


def test_a_rule_about_the_bus_sends_to_whom_it_names_and_says_so_in_the_schools_words() -> None:
    found = sent("es", OFFICE, MARIA, JORGE, own=(BUS,), about=ON_THE_BUS)
    assert (found.assignee, found.rule) == (JORGE.email, "own")
    assert found.reason == (
        "Spanish, and Jorge Paz speaks it. By the school’s rule: comments about “Bus and getting there” (He drives it)."
    )


def test_a_rule_sends_nobody_what_they_cannot_read_and_names_them_as_who_knows() -> None:
    found = sent("so", OFFICE, AMINA, JORGE, own=(BUS,), about=ON_THE_BUS)
    assert (found.assignee, found.rule) == (AMINA.email, "speaker")
    assert found.reason == (
        "Somali, and Amina Ali speaks it. "
        "Jorge Paz looks after comments about “Bus and getting there”, but does not speak Somali."
    )


def test_a_rule_that_names_the_language_may_send_to_who_does_not_speak_it() -> None:
    rule = SchoolRule("ru_2", (LENA.email,), languages=("so",), why="She has an interpreter on the phone.")
    found = sent("so", OFFICE, LENA, own=(rule,), rules=replace(RULES, helpers=(CENTER,)))
    assert (found.assignee, found.rule, found.own) == (
        LENA.email, "own", "comments in Somali (She has an interpreter on the phone)",
    )  # fmt: skip
    assert found.reason == (
        "Somali, and Lena Cole was named for it, without speaking it. By the school’s rule: comments in Somali "
        "(She has an interpreter on the phone). These can help: East African Center (612-555-0100)."
    )


def test_the_first_rule_in_whose_pool_somebody_can_take_it_wins() -> None:
    band = SchoolRule("ru_3", (LENA.email, MARIA.email), event_words=("band",))
    first, both = replace(JORGE, assigned_today=20), About(topic="bus", event="Band Night")
    found = sent("es", OFFICE, first, MARIA, LENA, own=(BUS, band), about=both)
    assert found.assignee == MARIA.email
    assert found.reason == (
        "Spanish, and Maria Ortiz speaks it. By the school’s rule: comments under events with “band”. "
        "Jorge Paz has 20 of 20 for today already. "
        "Lena Cole looks after comments under events with “band”, but does not speak Spanish."
    )
    assert sent("es", OFFICE, JORGE, MARIA, own=(band, BUS), about=both).assignee == MARIA.email


def test_when_no_pool_can_whoever_speaks_the_language_gets_it() -> None:
    assert sent("es", OFFICE, MARIA, own=(BUS,), about=ON_THE_BUS).assignee == MARIA.email  # Jorge is no longer there
    gone = replace(JORGE, away_until=date(2026, 9, 18))
    found = sent("es", OFFICE, MARIA, gone, own=(BUS,), about=ON_THE_BUS)
    assert found.reason == "Spanish, and Maria Ortiz speaks it. Jorge Paz is away until September 18."


def test_a_rule_in_spanish_is_for_mixed_comments_too() -> None:
    rule = SchoolRule("ru_4", (BEN.email,), languages=("es",))
    assert sent("en", OFFICE, MARIA, BEN, own=(rule,), mixed_with="es").assignee == BEN.email


def test_what_is_unsure_goes_past_all_rules_but_one_that_says_so() -> None:
    everything = SchoolRule("ru_5", (LENA.email,), page="pta")
    unsure = SchoolRule("ru_6", (LENA.email,), languages=("und",))
    assert sent("und", OFFICE, LENA, own=(everything,), about=About(page="pta")).assignee == OFFICE.email
    found = sent("und", OFFICE, LENA, own=(unsure,))
    assert found.assignee == LENA.email
    assert found.reason == (
        "Unsure of the language: there are no words to tell it by; Lena Cole was named for that. "
        "By the school’s rule: comments in a language that is unsure."
    )


def test_who_is_away_is_passed_over_and_the_reason_says_until_when() -> None:
    away = replace(MARIA, away_until=date(2026, 9, 16))
    found = sent("es", OFFICE, away)
    assert (found.assignee, found.rule) == (OFFICE.email, "fallback")
    assert found.reason == "Spanish, and nobody who speaks it is free. Maria Ortiz is away until September 16."
    boss = speaker("Zoe Boss", "en", role="owner")
    found = sent("es", replace(OFFICE, away_until=date(2026, 9, 16)), boss)
    assert (found.assignee, found.reason) == (
        boss.email, "Spanish, and nobody here speaks it. Office is away until September 16.",
    )  # fmt: skip


def test_a_language_that_nobody_speaks_goes_to_a_named_person_with_the_partners_who_can_help() -> None:
    rules = replace(RULES, no_speaker=LENA.email, helpers=(CENTER, Helper("Casa Maya", ("mam",), "casa@example.org")))
    found = sent("so", OFFICE, MARIA, LENA, rules=rules)
    assert (found.assignee, found.rule) == (LENA.email, "no-speaker")
    assert found.reason == ("Somali, and nobody here speaks it. These can help: East African Center (612-555-0100).")
    full = replace(MARIA, assigned_today=20)
    assert sent("es", OFFICE, full, LENA, rules=rules).assignee == OFFICE.email  # there is a speaker: she is full
    assert sent("so", OFFICE, replace(LENA, off=True), rules=rules).assignee == OFFICE.email
    assert sent("und", OFFICE, LENA, rules=rules).assignee == OFFICE.email


def test_what_looks_like_a_language_outside_the_schools_list_is_called_so_with_who_can_help() -> None:
    rules = replace(RULES, languages=("en", "es"), helpers=(CENTER,))
    found = route("und", (("so", 0.97), ("om", 0.02)), (OFFICE, MARIA), rules, NOW)
    assert (found.assignee, found.rule) == (OFFICE.email, "fallback")
    assert found.reason == (
        "It looks like Somali, which is not one of the school’s languages. "
        "These can help: East African Center (612-555-0100)."
    )
    unsure = route("und", (("so", 0.6), ("om", 0.3)), (OFFICE, MARIA), rules, NOW)
    assert unsure.reason == "Unsure of the language: perhaps Somali (60%) or Oromo (30%)."


def test_shares_are_measured_against_the_hours_that_each_has_for_the_language() -> None:
    two_hours, all_day = replace(MARIA, language_hours={"es": 2.0}, given={"en": 30}), replace(BEN, week_hours=40.0)
    assert sent("es", two_hours, replace(all_day, given={"es": 18})).assignee == BEN.email  # 19 in 40 hours, or 1 in 2
    found = sent("es", two_hours, replace(all_day, given={"es": 20}))
    assert found.assignee == MARIA.email
    assert found.tried == ("Ben Ruiz had more this week for the hours there are",)


def test_who_has_no_hours_for_a_language_comes_after_who_has_but_before_nobody() -> None:
    spanish_only = replace(MARIA, language_hours={"es": 5.0})
    found = sent("en", replace(OFFICE, given={"en": 50}), spanish_only)
    assert found.assignee == OFFICE.email
    assert found.tried == ("Maria Ortiz keeps the hours for other languages",)
    assert sent("en", replace(OFFICE, assigned_today=20), spanish_only).assignee == MARIA.email


def test_one_bilingual_colleague_is_not_everyones_translator() -> None:
    rules = replace(RULES, languages=("en", "es", "so"))
    found = sent("en", OFFICE, MARIA, AMINA, rules=rules)
    assert found.assignee == OFFICE.email
    assert found.reason == (
        "English, and Office speaks it. Amina Ali is kept free for Somali, which fewer people here speak. "
        "Maria Ortiz is kept free for Spanish, which fewer people here speak."
    )
    hers = replace(MARIA, given={"es": 12}, assigned_today=3)  # her own language fills her share
    assert sent("en", replace(OFFICE, given={"en": 11}), hers, rules=rules).assignee == OFFICE.email
    found = sent("en", replace(OFFICE, given={"en": 12}), hers, rules=rules)
    assert (found.assignee, found.tried) == (
        OFFICE.email, ("Maria Ortiz is kept free for Spanish, which fewer people here speak",),
    )  # fmt: skip
    found = sent("en", replace(OFFICE, given={"en": 30}), hers, rules=rules)  # but nobody waits for her to be idle
    assert (found.assignee, found.tried) == (MARIA.email, ("Office had more this week for the hours there are",))


def test_half_of_a_day_is_kept_for_the_rarer_language_while_anybody_else_can() -> None:
    rules, busy = replace(RULES, languages=("en", "es")), replace(OFFICE, given={"en": 90}, assigned_today=19)
    found = sent("en", busy, replace(MARIA, assigned_today=10), rules=rules)
    assert (found.assignee, found.tried) == (OFFICE.email, ("Maria Ortiz keeps the rest of today for Spanish",))
    assert (
        sent("en", replace(busy, assigned_today=20), replace(MARIA, assigned_today=10), rules=rules).rule == "speaker"
    )
    assert sent("es", busy, replace(MARIA, assigned_today=19), rules=rules).assignee == MARIA.email


def test_kept_free_is_no_reason_to_leave_a_family_or_to_wait_for_working_hours() -> None:
    rules = replace(RULES, languages=("en", "es"))
    off_hours = replace(OFFICE, working=Always(open=False))
    assert sent("en", off_hours, MARIA, rules=rules).assignee == MARIA.email
    assert sent("en", OFFICE, MARIA, rules=rules, previous=MARIA.email).reason == (
        "English, and Maria Ortiz speaks it, and knows this family."
    )
    assert (
        sent("es", MARIA, BEN, JORGE, rules=rules).assignee == BEN.email
    )  # English, the school's own, keeps nobody free


def test_what_a_rule_is_for_reads_like_a_sentence() -> None:
    whole = SchoolRule(
        "r", (), ("es", "pt", "und"), "pta-page", "pta", "bus", ("choir", "band"), "", "Maple Street PTA", "Bus and getting there"
    )  # fmt: skip
    assert what(whole) == (
        "comments in Spanish, Portuguese or a language that is unsure on pta-page of Maple Street PTA "
        "about “Bus and getting there” under events with “choir” or “band”"
    )
    assert what(SchoolRule("r", ())) == "all comments"
