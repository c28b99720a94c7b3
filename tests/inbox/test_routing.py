from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from config.hours import Hours
from config.hours import WorkingTime as SchoolTime
from inbox.routing.decide import Route, Rules, Speaker, route

NOW = datetime(2026, 9, 14, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Always:
    open: bool = True

    def is_open(self, at: datetime) -> bool:
        return self.open

    def add(self, start: datetime, span: timedelta) -> datetime:
        return start + span


def speaker(name: str, *languages: str, **changed: object) -> Speaker:
    one = Speaker(f"{name.split()[0].lower()}@maple.example", name, "staff", languages, Always(), 20)
    return replace(one, **changed)  # type: ignore[arg-type]


OFFICE = speaker("Office", "en", role="owner")
MARIA = speaker("Maria Ortiz", "es", "en")
BEN = speaker("Ben Ruiz", "es")
RULES = Rules("office@maple.example", timedelta(days=1), Always())


def sent(language: str, *people: Speaker, **more: object) -> Route:
    return route(language, (), people, RULES, NOW, **more)  # type: ignore[arg-type]


def test_a_comment_goes_to_somebody_who_speaks_its_language() -> None:
    found = sent("es", OFFICE, MARIA)
    assert (found.assignee, found.rule) == (MARIA.email, "speaker")
    assert found.reason == "Spanish, and Maria Ortiz speaks it."


def test_who_was_given_least_today_comes_first_then_the_name() -> None:
    assert sent("es", MARIA, BEN).assignee == BEN.email
    assert sent("es", MARIA, replace(BEN, assigned_today=1)).assignee == MARIA.email


def test_who_is_at_work_comes_before_who_is_not() -> None:
    away = replace(BEN, working=Always(open=False))
    assert sent("es", replace(MARIA, assigned_today=9), away).assignee == MARIA.email


def test_a_speaker_out_of_hours_still_gets_it_when_nobody_else_speaks_it() -> None:
    found = sent("es", OFFICE, replace(BEN, working=Always(open=False)))
    assert found.assignee == BEN.email
    assert found.reason == "Spanish, and Ben Ruiz speaks it; out of working hours just now."


def test_at_the_daily_limit_the_next_speaker_gets_it_even_out_of_hours() -> None:
    full = replace(BEN, assigned_today=20)
    found = sent("es", OFFICE, full, replace(MARIA, working=Always(open=False)))
    assert found.assignee == MARIA.email
    assert found.tried == ("Ben Ruiz has 20 of 20 for today already",)


def test_when_all_speakers_have_their_share_the_fallback_gets_it() -> None:
    found = sent("es", OFFICE, replace(BEN, assigned_today=20))
    assert (found.assignee, found.rule) == (OFFICE.email, "fallback")
    assert found.reason == "Spanish, and nobody who speaks it is free. Ben Ruiz has 20 of 20 for today already."


def test_a_language_that_nobody_speaks_goes_to_the_fallback() -> None:
    found = sent("so", OFFICE, MARIA)
    assert (found.assignee, found.reason) == (OFFICE.email, "Somali, and nobody here speaks it.")


def test_an_unsure_comment_goes_to_the_fallback_with_the_two_best_guesses() -> None:
    guesses = (("es", 0.62), ("pt", 0.3), ("tl", 0.05))
    found = route("und", guesses, (OFFICE, MARIA), RULES, NOW, previous=MARIA.email)
    assert found.assignee == OFFICE.email
    assert found.reason == "Unsure of the language: perhaps Spanish (62%) or Portuguese (30%)."


def test_an_unsure_comment_without_guesses_says_so() -> None:
    assert sent("und", OFFICE).reason == "Unsure of the language: there are no words to tell it by."


def test_a_photo_without_words_goes_to_the_fallback() -> None:
    found = sent("und", OFFICE, MARIA, attachment_only=True)
    assert (found.assignee, found.rule) == (OFFICE.email, "fallback")
    assert "photo" in found.reason


def test_volunteers_centers_and_people_who_are_off_do_not_answer() -> None:
    idle = (replace(BEN, role="volunteer"), replace(BEN, role="center"), replace(MARIA, off=True))
    assert sent("es", OFFICE, *idle).rule == "fallback"


def test_owners_answer_too() -> None:
    assert sent("en", OFFICE).assignee == OFFICE.email


def test_who_had_the_family_before_is_kept_among_equals_but_not_when_away_or_full() -> None:
    assert sent("es", MARIA, BEN, previous=MARIA.email).assignee == MARIA.email
    assert sent("es", replace(MARIA, assigned_today=20), BEN, previous=MARIA.email).assignee == BEN.email
    assert sent("es", replace(MARIA, working=Always(open=False)), BEN, previous=MARIA.email).assignee == BEN.email
    assert sent("es", OFFICE, BEN, previous=OFFICE.email).assignee == BEN.email


def test_a_mixed_comment_goes_to_who_reads_both() -> None:
    found = sent("en", OFFICE, MARIA, mixed_with="es")
    assert found.assignee == MARIA.email
    assert found.reason == "English mixed with Spanish, and Maria Ortiz speaks both."


def test_a_mixed_comment_whose_main_language_nobody_speaks_goes_to_who_speaks_the_other() -> None:
    found = sent("so", OFFICE, BEN, mixed_with="en")
    assert (found.assignee, found.rule) == (OFFICE.email, "other-language")
    assert found.reason == "Somali mixed with English, and Office speaks English."


def test_tags_meet_by_their_language() -> None:
    assert sent("pt", OFFICE, speaker("Ana Lima", "pt-BR")).rule == "speaker"
    assert sent("tl", OFFICE, speaker("Jo Cruz", "fil")).rule == "speaker"


def test_the_answer_is_due_in_the_schools_working_hours() -> None:
    hours = SchoolTime(Hours.parse("Mon-Fri 08:00-16:00"), "America/Chicago")
    friday = datetime(2026, 9, 18, 15, 0, tzinfo=UTC)
    found = route("es", (), (MARIA,), replace(RULES, working=hours), friday)
    assert found.due_at == datetime(2026, 9, 21, 15, 0, tzinfo=UTC)


def test_when_the_fallback_is_off_an_owner_gets_it() -> None:
    boss = speaker("Zoe Boss", "en", role="owner")
    assert sent("so", replace(OFFICE, off=True), MARIA, boss).assignee == boss.email
    assert sent("so", replace(OFFICE, off=True), MARIA).assignee == OFFICE.email
