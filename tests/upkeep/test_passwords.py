from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.mistake import Mistake
from upkeep.passwords import commonest, hashed, is_right, made_password, refusal, words_in

ABOUT = ("maria@maple.example", "Maria Ortiz", "Maple Street Elementary")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "short"),
        ("elevenchars", "short"),
        ("x1Y" * 43, "long"),
        ("password1234", "common"),
        ("P@ssw0rd2026!", "common"),
        ("passwordpassword", "common"),
        ("Welcome to school", "common"),
        ("QWERTYUIOP123", "common"),
        ("1q2w3e4r5t6y!", ""),
        ("aaaaaaaaaaaaaaa", "common"),
        ("ababababababab", "common"),
        ("111111111111", "common"),
        ("1234567890123", "common"),
        ("123456789123456789", "common"),
        ("iloveyou2026", "common"),
        ("maria@maple.example", "common"),
        ("MapleStreet2026", "common"),
        ("maria ortiz maple", "common"),
        ("Elementary School 1", "common"),
        ("contraseña2026", "common"),
        ("482915730264", ""),
        ("correct horse battery staple", ""),
        ("the geese came late", ""),
        ("tigers eat my homework quickly", ""),
        ("los patos cruzan despacio", ""),
        ("أوراق الشجر الصفراء", ""),
        ("黄叶落在学校门前的小路上了", ""),
        ("🐸🦆🐢🦉🐝🦋🐌🐞🦀🐙🦑🐠", ""),
        ("            x y z", ""),
    ],
)
def test_a_long_password_of_ones_own_is_fine_and_the_commonest_are_not(password: str, why: str) -> None:
    assert refusal(password, ABOUT) == why


def test_a_password_that_we_make_may_be_chosen() -> None:
    assert refusal(made_password(), ABOUT) == ""


@settings(max_examples=60)
@given(st.text(max_size=140))
def test_whatever_is_typed_gets_an_answer_at_once(password: str) -> None:
    assert refusal(password, ABOUT) in ("", "short", "long", "common")


def test_no_word_makes_the_check_slow() -> None:
    """Words that cover each other in many ways are each looked at once."""
    assert refusal("a" * 63 + "xkw" + "a" * 60 + "!", ("aaa aaaa aaaaa aaaaaa",)) == ""


def test_words_about_a_person_are_found_in_what_stands_near_them() -> None:
    assert words_in(ABOUT) == {"maria", "ortiz", "maple", "example", "street", "elementary"}


def test_the_list_of_the_commonest_is_read_as_it_is_compared() -> None:
    assert len(commonest()) > 300
    assert [word for word in commonest() if word != word.casefold() or not word.isalnum()] == []


@pytest.mark.parametrize("password", ["password", "Password123", "12345678", "welcome2026", "qwertyui"])
def test_the_command_line_refuses_the_commonest_too(password: str) -> None:
    with pytest.raises(Mistake, match="one of the commonest; use a sentence"):
        hashed(password)


def test_a_password_longer_than_can_be_typed_again_is_refused() -> None:
    with pytest.raises(Mistake, match="use at most 128"):
        hashed("long " * 26)


def test_a_password_is_the_same_however_a_keyboard_writes_its_accents() -> None:
    written = "el niño cruzó la calle"
    kept = hashed(unicodedata.normalize("NFD", written))
    assert kept.startswith("$argon2id$")
    assert is_right(unicodedata.normalize("NFC", written), kept)
    assert not is_right("el nino cruzo la calle", kept)


def test_nobody_has_no_password_at_all() -> None:
    assert not is_right("", "")
    assert not is_right("anything", "")
