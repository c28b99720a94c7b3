"""The catalogues: complete in every language, and refused in one sentence when a school's own are wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from babel import Locale

import config.wording
from config.mistake import Mistake
from config.wording import Wording, WordingUnusable, load_wordings, wording_for, wording_languages

SHIPPED = ("ar", "en", "es", "fr", "ht", "pt", "ru", "so", "vi", "zh")
SOME_LANGUAGES_ONLY = {"own_dates", "languages"}
FOLDER = Path(config.wording.__file__).parent


def keys(table: Mapping[str, object], above: str = "") -> set[str]:
    """Every key of a catalogue; plural forms and ordinals by gender are one key each."""
    found: set[str] = set()
    for key, value in table.items():
        whole = f"{above}{key}"
        plural = isinstance(value, dict) and "other" in value
        found |= keys(value, whole + ".") if isinstance(value, dict) and not plural else {whole}
    return found


def own(folder: Path, language: str, text: str) -> Path:
    (folder / language).mkdir(parents=True)
    (folder / language / "catalog.toml").write_text(text, encoding="utf-8")
    return folder


def catalog(language: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / language / "catalog.toml").read_text(encoding="utf-8"))


def test_ten_languages_are_brought_along() -> None:
    assert wording_languages() == SHIPPED
    assert tuple(load_wordings()) == SHIPPED


@pytest.mark.parametrize("language", SHIPPED)
def test_every_catalogue_has_the_same_keys(language: str) -> None:
    theirs = {key for key in keys(catalog(language)) if key.split(".")[0] not in SOME_LANGUAGES_ONLY}
    assert theirs == keys(catalog("en"))


@pytest.mark.parametrize("language", SHIPPED)
def test_every_catalogue_has_the_plural_forms_that_its_language_counts_with(language: str) -> None:
    forms = {Locale.parse(language).plural_form(n) for n in range(2, 200)}
    in_days = set(load_wordings()[language].leads.in_days)
    assert forms - {"other"} <= in_days or in_days == {"other"}


@pytest.mark.parametrize("language", SHIPPED)
def test_no_phrase_is_left_in_english(language: str) -> None:
    if language == "en":
        return
    mine, english = load_wordings()[language], load_wordings()["en"]
    for part in ("leads", "labels", "asks", "page", "replies", "subscribe"):
        ours, theirs = getattr(mine, part).model_dump(), getattr(english, part).model_dump()
        assert {key for key in ours if ours[key] == theirs[key]} == set()


def test_only_english_and_spanish_are_signed_as_reviewed() -> None:
    assert {one for one, wording in load_wordings().items() if wording.reviewed_by} == {"en", "es"}


def test_arabic_is_written_from_right_to_left_and_the_others_are_not() -> None:
    assert {one for one, wording in load_wordings().items() if wording.direction == "rtl"} == {"ar"}


@pytest.mark.parametrize("tag, language", [("es-MX", "es"), ("zh-TW", "zh"), ("zh-Hant-HK", "zh"), ("PT_br", "pt")])
def test_a_regional_tag_is_said_with_its_language(tag: str, language: str) -> None:
    found = wording_for(tag, load_wordings())
    assert found is not None and found.language == language


def test_a_language_without_wording_has_none() -> None:
    assert wording_for("hmn", load_wordings()) is None


# --- a school's own words


def test_a_school_changes_single_phrases_and_keeps_the_rest(tmp_path: Path) -> None:
    wordings = load_wordings(own(tmp_path, "es", '[leads]\ntomorrow = "Mañana mismo"\n'))
    assert wordings["es"].leads.tomorrow == "Mañana mismo"
    assert wordings["es"].leads.today == "Hoy"
    assert wordings["en"] == load_wordings()["en"]


def test_a_folder_that_does_not_exist_changes_nothing(tmp_path: Path) -> None:
    assert load_wordings(tmp_path / "none") == load_wordings()


def test_a_school_can_add_a_language_that_cldr_does_not_know(tmp_path: Path) -> None:
    dates = '[own_dates]\ndays = ["d1","d2","d3","d4","d5","d6","d7"]\n'
    dates += f'months = {[f"m{n}" for n in range(12)]}\ndate = "{{day}} {{month}} {{year}}, {{weekday}}"\nclock = 24\n'
    english = (FOLDER / "en" / "catalog.toml").read_text(encoding="utf-8")
    own(tmp_path, "hmn", english.replace('name = "English"', 'name = "Hmoob"') + dates)
    assert load_wordings(tmp_path)["hmn"].name == "Hmoob"
    assert "hmn" in wording_languages(tmp_path)


def test_a_regional_wording_of_the_school_wins_over_its_language(tmp_path: Path) -> None:
    english = (FOLDER / "zh" / "catalog.toml").read_text(encoding="utf-8")
    wordings = load_wordings(own(tmp_path, "zh-Hant", english.replace('name = "中文"', 'name = "繁體中文"')))
    found = wording_for("zh-hant-TW", wordings)
    assert found is not None and found.name == "繁體中文"


@pytest.mark.parametrize(
    "text, words",
    [
        ("[leads", ["cannot be read as TOML"]),
        ('[leads]\ntomorow = "x"', ["leads.tomorow is not a key we know", "did you mean tomorrow?"]),
        ('greeting = "x"', ["greeting is not a key we know"]),
        ('[labels]\nwhen = "Cuándo"', ["labels.when lacks the blank {fact}"]),
        ('[labels]\nwhen = "{fact} {place}"', ["labels.when has the unknown blank {place}"]),
        ('[labels]\nwhen = "{fact"', ["labels.when has a curly bracket without its partner"]),
        ('[labels]\nwhen = "{fact:>900}"', ["labels.when has a blank with more than its name"]),
        ('[leads]\ntoday = ""', ["leads.today", "at least 1 character"]),
        ('[leads]\ntoday = "a\\nb"', ["leads.today"]),
        ("[leads]\ntoday = 3", ["leads.today", "string"]),
        ("leads = 3", ["leads must be a table"]),
        ('leads.in_days = {several = "x"}', ["leads.in_days.several"]),
        ('[rhythm.ordinals]\nfirst = ["a", "b"]', ["rhythm.ordinals.first must list 7 words"]),
        ('direction = "down"', ["direction", "'ltr' or 'rtl'"]),
    ],
)
def test_a_wrong_wording_is_refused_in_one_sentence_with_its_file_and_key(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    with pytest.raises(WordingUnusable) as refused:
        load_wordings(own(tmp_path, "es", text))
    said = str(refused.value)
    assert str(tmp_path / "es" / "catalog.toml") in said
    assert all(word in said for word in words), said
    assert "\n" not in said and isinstance(refused.value, Mistake)


def test_an_added_language_must_be_whole(tmp_path: Path) -> None:
    with pytest.raises(WordingUnusable, match=r"name is missing.*and \d+ more"):
        load_wordings(own(tmp_path, "uk", '[leads]\ntoday = "Сьогодні"\n'))


def test_an_added_language_without_cldr_dates_needs_its_own(tmp_path: Path) -> None:
    english = (FOLDER / "en" / "catalog.toml").read_text(encoding="utf-8")
    with pytest.raises(WordingUnusable, match=r"lacks the table \[own_dates\]"):
        load_wordings(own(tmp_path, "prs", english))


def test_a_wording_is_a_value_that_nobody_changes() -> None:
    wording: Wording = load_wordings()["en"]
    with pytest.raises(ValueError, match="frozen"):
        wording.name = "x"  # type: ignore[misc]
