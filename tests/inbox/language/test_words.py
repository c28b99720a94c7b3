from pathlib import Path

import pytest

from inbox.language import words
from inbox.language.tags import ALL_LANGUAGES

FILES = sorted((Path(words.__file__).parent / "everyday").glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_list_can_be_read_and_corrected_by_a_speaker(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    said = [line.split(":")[-1].split() for line in lines if not line.startswith("#")]
    assert lines[0].startswith("# ")
    assert max(map(len, lines)) <= 120
    assert all(word == word.lower() for line in said for word in line)
    assert {line.split(":")[0] for line in lines if ":" in line and not line.startswith("#")} <= {
        "alone",
        "borrowed",
        "sounds",
    }


def test_every_language_that_shares_its_script_with_another_has_a_list() -> None:
    told_by_script = {"ko", "ja", "zh", "bn", "gu", "pa", "my"}
    assert set(ALL_LANGUAGES) - told_by_script <= words.LISTED


def test_words_are_known_without_their_accents_where_people_leave_them_out() -> None:
    assert words.of("mañana", "es")
    assert words.of("manana", "es")
    assert words.of("khong", "vi")


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("tmb", "es"), ("porfa", "es"), ("xq", "es"), ("vlw", "pt"), ("blz", "pt"), ("svp", "fr"), ("bcp", "fr"), ("thx", "en"),
        ("pls", "en"), ("ko", "vi"), ("msi", "ht"), ("wcs", "so"), ("slmt", "tl"), ("tşk", "tr"), ("bukhar", "ur"),
        ("bukhar", "hi"), ("dhanyavad", "hi"), ("bezzaf", "ar"),
    ],
)  # fmt: skip
def test_hurried_spellings_are_known(word: str, language: str) -> None:
    assert words.of(word, language)


def test_a_word_of_hindi_alone_is_none_of_urdu() -> None:
    assert not words.of("dhanyavad", "ur")
