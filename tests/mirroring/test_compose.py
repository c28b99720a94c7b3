"""Whole posts and comments: written out in English, Spanish and Arabic, and sound in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calendars.values import Rhythm
from config.wording import load_wordings
from mirroring.compose import (
    LIMIT,
    Text,
    announcement,
    cancellation_comment,
    change_comment,
    reminder,
    revised,
)
from mirroring.facts import Facts, changes
from mirroring.plain_text import length

WORDINGS = load_wordings()
LINK = "https://bridge.example/e/abc123"
START = datetime(2026, 12, 2, 0, 0, tzinfo=UTC)  # 6 PM on Tuesday, December 1 in Chicago
NIGHT = Facts(
    title="Family Reading Night!",
    description="Bring a blanket and your favorite book. Dinner is at 6. All families are welcome.",
    location="Gym, 12 Main St.",
    starts_at=START,
    ends_at=START + timedelta(minutes=90),
    all_day=False,
    timezone="America/Chicago",
    status="confirmed",
    rhythm=None,
)
TEXTS = {
    "en": Text(NIGHT.title, NIGHT.description, "original"),
    "es": Text("Noche de lectura en familia", "Traigan una cobija y su libro favorito.", "accepted"),
    "vi": Text("Đêm đọc sách", "Mang theo chăn.", "machine"),
}
MOVED = replace(NIGHT, starts_at=START + timedelta(hours=1), ends_at=START + timedelta(minutes=150), location="Library")
CLUB = replace(NIGHT, rhythm=Rhythm("weekly", weekdays=(1,)))
THREE = ("en", "es", "ar")
FSI, PDI = "\u2068", "\u2069"


def announced(facts: Facts = NIGHT, languages: tuple[str, ...] = THREE, **more: object) -> str:
    given = {"texts": TEXTS, "original": "en", "wordings": WORDINGS, "link": LINK, "group_name": "Maple Street PTA"}
    return announcement(facts, languages=languages, **{**given, **more})  # type: ignore[arg-type]


def reminded(facts: Facts = NIGHT, languages: tuple[str, ...] = THREE, at: datetime | None = None) -> str:
    return reminder(
        facts, TEXTS, languages, original="en", wordings=WORDINGS, link=LINK, group_name="Maple Street PTA",
        at=at or START - timedelta(days=1),
    )  # fmt: skip


def edited(old: Facts, new: Facts, languages: tuple[str, ...] = THREE) -> str:
    return revised(
        new, TEXTS, languages, changes(old, new), original="en", wordings=WORDINGS, link=LINK,
        group_name="Maple Street PTA",
    )  # fmt: skip


def commented(*pairs: tuple[Facts, Facts], languages: tuple[str, ...] = THREE) -> str:
    return change_comment(pairs, TEXTS, languages, original="en", wordings=WORDINGS, link=LINK)


def called_off(facts: Facts = NIGHT, languages: tuple[str, ...] = THREE) -> str:
    return cancellation_comment(facts, TEXTS, languages, original="en", wordings=WORDINGS, link=LINK)


# --- written out


def test_an_announcement_says_every_language_and_ends_once_with_invitation_and_link() -> None:
    assert (
        announced()
        == f"""\
Coming up – Maple Street PTA
Family Reading Night!
When: Tuesday, December 1, 2026, 6:00 – 7:30 PM
Where: Gym, 12 Main St.

Bring a blanket and your favorite book. Dinner is at 6. All families are welcome.

———

Próximamente – Maple Street PTA
Noche de lectura en familia
Cuándo: martes, 1 de diciembre de 2026, 18:00–19:30
Dónde: Gym, 12 Main St.

Traigan una cobija y su libro favorito.

———

قريبًا – {FSI}Maple Street PTA{PDI}
Family Reading Night!
(هذا النص باللغة الإنجليزية؛ لا توجد لدينا ترجمة بعد.)
الموعد: الثلاثاء، 1 ديسمبر 2026، من 6:00 إلى 7:30 م
المكان: {FSI}Gym, 12 Main St.{PDI}

———

Questions? Write a comment in any language – we will answer. More details in your language:
¿Preguntas? Escriba un comentario en cualquier idioma y le responderemos. Más detalles en su idioma:
هل لديكم أسئلة؟ اكتبوا تعليقًا بأي لغة وسنجيبكم. التفاصيل بلغتكم:
{LINK}"""
    )


def test_a_series_is_announced_by_its_rhythm_and_its_next_date() -> None:
    next_date = replace(NIGHT, starts_at=START + timedelta(days=7), ends_at=START + timedelta(days=7, minutes=90))
    text = announced(CLUB, ("en", "ar"), next_date=next_date)
    assert "When: every Tuesday, 6:00 – 7:30 PM\nNext date: Tuesday, December 8, 2026\nWhere: Gym" in text
    assert "الموعد: كل يوم ثلاثاء، من 6:00 إلى 7:30 م\nالموعد القادم: الثلاثاء، 8 ديسمبر 2026\n" in text


def test_a_next_date_at_another_time_and_place_says_so() -> None:
    text = announced(CLUB, ("en",), next_date=MOVED)
    assert "Next date: Tuesday, December 1, 2026, 7:00 – 8:30 PM – Library\n" in text


def test_an_edited_post_begins_with_what_changed_in_every_language() -> None:
    text = edited(NIGHT, MOVED)
    lead = f"New time · New place / Nuevo horario · Nuevo lugar / {FSI}موعد جديد · مكان جديد{PDI}"
    assert text.startswith(
        f"{lead}\n\nNew time · New place – Maple Street PTA\nFamily Reading Night!\n"
        "When: Tuesday, December 1, 2026, 7:00 – 8:30 PM\nWhere: Library\n"
    )
    assert "\nNuevo horario · Nuevo lugar – Maple Street PTA\nNoche de lectura en familia\n" in text


def test_a_cancelled_post_says_so_first_and_describes_nothing() -> None:
    text = edited(NIGHT, replace(NIGHT, status="cancelled"), ("en", "es"))
    assert text.startswith(
        "Cancelled / Cancelado\n\nCancelled – Maple Street PTA\nFamily Reading Night!\n"
        "When: Tuesday, December 1, 2026, 6:00 – 7:30 PM\nWhere: Gym, 12 Main St.\n\n———\n\nCancelado – "
    )
    assert "blanket" not in text and "cobija" not in text


def test_a_cancelled_post_stays_cancelled_whatever_else_is_edited_later() -> None:
    cancelled = replace(NIGHT, status="cancelled")
    assert edited(cancelled, replace(cancelled, location="Library"), ("en",)).startswith("Cancelled – ")


def test_a_better_description_edits_the_post_without_a_word_about_it() -> None:
    text = edited(NIGHT, replace(NIGHT, description="Bring two books."), ("en",))
    assert text.startswith("Coming up – Maple Street PTA\n") and "Bring two books." in text


def test_a_change_comment_tells_what_is_and_what_was() -> None:
    assert (
        commented((NIGHT, MOVED))
        == f"""\
New time · New place – Family Reading Night!
When: Tuesday, December 1, 2026, 7:00 – 8:30 PM
Before: Tuesday, December 1, 2026, 6:00 – 7:30 PM
Where: Library
Before: Gym, 12 Main St.

———

Nuevo horario · Nuevo lugar – Noche de lectura en familia
Cuándo: martes, 1 de diciembre de 2026, 19:00–20:30
Antes: martes, 1 de diciembre de 2026, 18:00–19:30
Dónde: Library
Antes: Gym, 12 Main St.

———

موعد جديد · مكان جديد – {FSI}Family Reading Night!{PDI}
(هذا النص باللغة الإنجليزية؛ لا توجد لدينا ترجمة بعد.)
الموعد: الثلاثاء، 1 ديسمبر 2026، من 7:00 إلى 8:30 م
سابقًا: الثلاثاء، 1 ديسمبر 2026، من 6:00 إلى 7:30 م
المكان: {FSI}Library{PDI}
سابقًا: {FSI}Gym, 12 Main St.{PDI}

{LINK}"""
    )


def test_a_cancellation_comment_names_the_time_that_families_know() -> None:
    assert called_off() == (
        "Cancelled – Family Reading Night!\nWhen: Tuesday, December 1, 2026, 6:00 – 7:30 PM\n\n———\n\n"
        "Cancelado – Noche de lectura en familia\nCuándo: martes, 1 de diciembre de 2026, 18:00–19:30\n\n———\n\n"
        f"تم الإلغاء – {FSI}Family Reading Night!{PDI}\n(هذا النص باللغة الإنجليزية؛ لا توجد لدينا ترجمة بعد.)\n"
        f"الموعد: الثلاثاء، 1 ديسمبر 2026، من 6:00 إلى 7:30 م\n\n{LINK}"
    )


@pytest.mark.parametrize(
    "old, new, words",
    [
        (NIGHT, replace(NIGHT, title="Math Night"), "New name – Math Night\nBefore: Family Reading Night!\nWhen: Tues"),
        (NIGHT, replace(NIGHT, location="Library"), "New place – Family Reading Night!\nWhen: Tuesday, December 1"),
        (replace(NIGHT, status="cancelled"), NIGHT, "Back on – Family Reading Night!\nWhen: Tuesday, December 1"),
        (NIGHT, replace(NIGHT, status="cancelled"), "Cancelled – Family Reading Night!\nWhen: Tuesday, December 1"),
        (
            CLUB,
            replace(CLUB, rhythm=Rhythm("weekly", 2, (3,))),
            "New schedule – Family Reading Night!\nWhen: every 2 weeks on Thursday, 6:00 – 7:30 PM\n"
            "Before: every Tuesday, 6:00 – 7:30 PM",
        ),
        (
            NIGHT,
            replace(NIGHT, status="cancelled", title="CANCELLED: Family Reading Night!"),
            "Cancelled – CANCELLED: Family Reading Night!\nWhen: Tuesday",
        ),
    ],
)
def test_each_kind_of_change_has_its_own_first_line(old: Facts, new: Facts, words: str) -> None:
    assert commented((old, new), languages=("en",)).startswith(words)


def test_one_comment_tells_of_several_dates() -> None:
    week = timedelta(days=7)
    later = replace(NIGHT, starts_at=START + week, ends_at=START + week + timedelta(minutes=90))
    text = commented((NIGHT, MOVED), (later, replace(later, status="cancelled")), languages=("en",))
    assert text.index("New time · New place – ") < text.index("Cancelled – ")
    assert "When: Tuesday, December 8, 2026, 6:00 – 7:30 PM" in text


# --- when a reminder is read


@pytest.mark.parametrize(
    "hours, english, spanish, arabic",
    [
        (2, "Today", "Hoy", "اليوم"),
        (23, "Tomorrow", "Mañana", "غدًا"),
        (47, "In 2 days", "Faltan 2 días", "بعد يومين"),
        (72, "In 3 days", "Faltan 3 días", "بعد 3 أيام"),
        (14 * 24, "In 14 days", "Faltan 14 días", "بعد 14 يومًا"),
        (-1, "Today", "Hoy", "اليوم"),
    ],
)
def test_a_reminder_counts_the_days_of_the_school(hours: int, english: str, spanish: str, arabic: str) -> None:
    text = reminded(at=START - timedelta(hours=hours))
    assert text.startswith(f"{english} – Maple Street PTA\n")
    assert f"\n{spanish} – Maple Street PTA\n" in text
    assert f"\n{arabic} – {FSI}Maple Street PTA{PDI}\n" in text


def test_tomorrow_is_tomorrow_on_a_day_of_twenty_five_hours() -> None:
    monday = replace(
        NIGHT, starts_at=datetime(2026, 11, 2, 14, tzinfo=UTC), ends_at=datetime(2026, 11, 2, 15, tzinfo=UTC)
    )
    late_on_sunday = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 00:30 at school, 25.5 hours before midnight
    assert reminded(monday, ("en",), late_on_sunday).startswith("Tomorrow – ")


def test_a_holiday_is_reminded_of_with_its_days() -> None:
    start, end = datetime(2026, 12, 21, 6, tzinfo=UTC), datetime(2027, 1, 4, 6, tzinfo=UTC)
    text = reminded(replace(NIGHT, starts_at=start, ends_at=end, all_day=True), ("es",), start - timedelta(hours=12))
    assert text.startswith("Mañana – ")
    assert "Cuándo: lunes, 21 de diciembre de 2026 – domingo, 3 de enero de 2027\n" in text


# --- whose words are said


def test_a_machines_words_are_not_said_before_somebody_accepted_them() -> None:
    text = announced(languages=("vi",))
    assert "Đêm đọc sách" not in text
    assert "Family Reading Night!\n(Nội dung này bằng tiếng Anh; chúng tôi chưa có bản dịch.)\n" in text


@pytest.mark.parametrize("status, said", [("accepted", True), ("typed", True), ("machine", False), ("stale", False)])
def test_only_words_that_a_person_stands_for_are_said(status: str, said: bool) -> None:
    texts = {**TEXTS, "es": Text("Noche de lectura", "Traigan un libro.", status)}
    assert ("Noche de lectura" in announced(languages=("en", "es"), texts=texts)) == said


def test_a_translation_of_an_older_title_is_not_said() -> None:
    text = announced(replace(NIGHT, title="Math Night"), ("en", "es"))
    assert "Noche de lectura" not in text and text.count("Math Night") == 2


def test_a_translation_of_an_older_description_is_not_said() -> None:
    text = announced(replace(NIGHT, description="Bring two books."), ("es",))
    assert "Noche de lectura en familia\n(Este texto está en inglés; todavía no tenemos traducción.)\n" in text
    assert "Bring two books." in text and "cobija" not in text


def test_an_untranslated_description_stands_once_where_the_original_is_said_anyway() -> None:
    assert announced(languages=("en", "ar")).count("Bring a blanket") == 1
    assert announced(languages=("es", "ar"), texts={}).count("Bring a blanket") == 2


def test_the_note_stands_once_in_a_block_and_never_in_the_original() -> None:
    text = announced(languages=("fr",), texts={})
    assert text.count("(Ce texte est en anglais ; nous n’avons pas encore de traduction.)") == 1
    assert "no translation" not in announced(languages=("en-US",), texts={})


def test_a_regional_page_uses_the_words_and_the_wording_of_its_language() -> None:
    text = announced(languages=("es-MX",))
    assert "Noche de lectura en familia" in text and "Cuándo: martes, 1 de diciembre de 2026, 6:00–7:30 p.m." in text


def test_an_original_in_another_language_is_named_by_each_reader_in_their_own() -> None:
    text = announced(languages=("en", "ar", "ru"), texts={}, original="es")
    assert "(This text is in Spanish; we have no translation yet.)" in text
    assert "باللغة الإسبانية" in text and "испанский" in text


def test_an_original_that_we_have_no_wording_for_is_named_too() -> None:
    assert "(This text is in Ukrainian;" in announced(languages=("en",), texts={}, original="uk")


def test_a_language_that_lost_its_wording_is_left_out() -> None:
    assert announced(languages=("hmn", "en")) == announced(languages=("en",))
    assert announced(languages=("hmn",)) == announced(languages=("en",))


def test_times_and_places_come_from_the_event_and_not_from_a_translation() -> None:
    texts = {**TEXTS, "es": Text("Noche de lectura", "Traigan un libro.", "accepted")}
    text = announced(replace(MOVED), ("es",), texts=texts)
    assert "19:00–20:30" in text and "Dónde: Library" in text


# --- every language, every kind

KINDS: dict[str, Callable[[tuple[str, ...]], str]] = {
    "announcement": lambda languages: announced(NIGHT, languages),
    "series": lambda languages: announced(CLUB, languages, next_date=MOVED),
    "holiday": lambda languages: announced(replace(NIGHT, all_day=True), languages),
    "reminder": lambda languages: reminded(NIGHT, languages, START - timedelta(days=5)),
    "revised": lambda languages: edited(NIGHT, MOVED, languages),
    "restored": lambda languages: edited(replace(NIGHT, status="cancelled"), NIGHT, languages),
    "change": lambda languages: commented((NIGHT, replace(MOVED, title="Math Night")), languages=languages),
    "rhythm": lambda languages: commented((CLUB, replace(CLUB, rhythm=Rhythm("other"))), languages=languages),
    "cancellation": lambda languages: called_off(NIGHT, languages),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", WORDINGS)
def test_every_language_composes_every_kind(kind: str, language: str) -> None:
    text = KINDS[kind]((language,))
    assert text.count(LINK) == 1 and text.endswith(LINK)
    assert "{" not in text and "None" not in text and "\n\n\n" not in text
    assert text.count(FSI) == text.count(PDI)
    assert (FSI in text) == (WORDINGS[language].direction == "rtl")


@pytest.mark.parametrize("kind", KINDS)
def test_all_languages_together_fit_one_post(kind: str) -> None:
    text = KINDS[kind](tuple(WORDINGS))
    assert length(text) <= LIMIT
    assert text.count("———") == len(WORDINGS) - (1 if kind in ("change", "rhythm", "cancellation") else 0)


# --- what calendars hold


def test_an_arabic_place_is_kept_together_in_an_english_line() -> None:
    assert f"Where: {FSI}قاعة الرياضة 5{PDI}\n" in announced(replace(NIGHT, location="قاعة الرياضة 5"), ("en",))


def test_control_characters_mentions_and_hashtags_do_not_reach_the_page() -> None:
    wild = replace(NIGHT, title="Fun\x00 #PTA\nnight @[1:x]", location="\u202eGym", description="a\n\n\n\n\nb\x1b[31m")
    text = announced(wild, ("en",))
    assert "\nFun PTA night [1:x]\nWhen:" in text and "Where: Gym\n\na\nb[31m\n" in text


def test_the_link_stands_once_even_if_the_calendar_holds_it() -> None:
    wild = replace(NIGHT, description=f"See {LINK} please. {LINK}", location=LINK, title=f"Night {LINK}")
    assert announced(wild).count(LINK) == 1


def test_curly_brackets_in_a_title_are_only_text() -> None:
    assert "{fact} {0}" in announced(replace(NIGHT, title="{fact} {0}"), ("en",))


def test_an_event_without_place_group_and_description_is_short() -> None:
    bare = replace(NIGHT, location=" ", description="\n")
    assert announced(bare, ("en",), group_name="", texts={}).startswith(
        "Coming up\nFamily Reading Night!\nWhen: Tuesday, December 1, 2026, 6:00 – 7:30 PM\n\n———\n\nQuestions?"
    )


def test_an_event_without_a_title_leaves_no_empty_line_and_no_note() -> None:
    nameless = replace(NIGHT, title=" ", description="")
    block = announced(nameless, ("en", "es")).split("———")[1].strip().splitlines()
    assert [line.split(" ")[0] for line in block] == ["Próximamente", "Cuándo:", "Dónde:"]
    assert commented((nameless, replace(MOVED, title="", description="")), languages=("en",)).startswith("New time")


def test_a_long_description_is_cut_at_a_sentence() -> None:
    text = announced(replace(NIGHT, description="We read together. " * 40), ("en",), texts={})
    told = text.split("\n\n")[1]
    assert told.endswith("We read together.") and 200 < len(told) <= 280


@pytest.mark.parametrize("languages", [("en",), tuple(WORDINGS), tuple(f"{one}-US" for one in WORDINGS) * 3])
def test_nothing_grows_over_the_limit(languages: tuple[str, ...]) -> None:
    huge = replace(NIGHT, title="Long 👩 " * 200, location="Room 👩 " * 200, description="Word 👩. " * 300)
    texts = {one: Text(huge.title, huge.description, "accepted") for one in WORDINGS}
    given = {"original": "en", "wordings": WORDINGS, "link": LINK}
    pairs = [(huge, replace(huge, starts_at=START + timedelta(minutes=n))) for n in range(1, 60)]
    for text in (
        announced(huge, languages, texts=texts, group_name="Group " * 200),
        change_comment(pairs, texts, languages, **given),  # type: ignore[arg-type]
        cancellation_comment(huge, texts, languages, **given),  # type: ignore[arg-type]
    ):
        assert length(text) <= LIMIT and text.count(LINK) == 1 and "…" in text


def test_descriptions_are_shortened_before_titles() -> None:
    title = "A title of some eighty characters that says what it is about and for whom it is"
    facts = replace(NIGHT, title=title, description="We read together. " * 40)
    texts = {one: Text(title, facts.description, "accepted") for one in WORDINGS}
    text = announced(facts, tuple(WORDINGS), texts=texts)
    assert text.count(title) == len(WORDINGS) and length(text) <= LIMIT


def test_more_languages_than_fit_are_left_to_the_events_own_page() -> None:
    many = tuple(f"{one}-{region}" for region in ("US", "CA", "GB") for one in WORDINGS)
    text = announced(languages=many)
    assert length(text) <= LIMIT and text.startswith("قريبًا") and text.endswith(LINK)
