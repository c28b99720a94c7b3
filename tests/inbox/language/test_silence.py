import pytest

from inbox.language.guess import Guesser
from inbox.language.silence import says_nothing
from inbox.language.tags import ALL_LANGUAGES

FEW = ("en", "es", "vi", "so")
guesser = Guesser()

NOTHING = [
    "Maria Lopez", "maria lopez", "JOHN SMITH", "Nguyễn Thị Hoa", "Nguyen Van An", "abdi mohamed", "Fatima Hassan", "Xiong Vang",
    "Ana, Luis y Mateo", "Tyler, Mason & Olivia", "Maria de la Cruz", "Mrs. Johnson", "Jean Baptiste", "Priya Sharma",
    "Chromebook", "PTA", "Google Classroom", "TikTok", "Los Angeles", "El Paso", "ok", "OK!!", "lol", "hahaha", "wow", "jajaja",
    "😂😂", "❤️🙏", "5:30", "3/14", "https://example.org/x", "#PTA #BookFair", "ann@example.org", "@Maria Lopez", "K-5",
]  # fmt: skip


@pytest.mark.parametrize("languages", [ALL_LANGUAGES, FEW])
@pytest.mark.parametrize("text", NOTHING)
def test_names_brands_sounds_emoji_and_numbers_are_in_no_language(text: str, languages: tuple[str, ...]) -> None:
    assert guesser.guess(text, languages).language == "und"


@pytest.mark.parametrize("text", ["محمد علی", "Анна Петрова", "राम"])
def test_names_in_other_letters_are_in_no_language_either(text: str) -> None:
    assert guesser.guess(text, ALL_LANGUAGES).language == "und"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("si gracias", "es"),
        ("ok thank you", "en"),
        ("Gracias Maria", "es"),
        ("Thanks John", "en"),
        ("cuando?", "es"),
        ("a que hora", "es"),
        ("I hope so", "en"),
        ("rosa o azul?", "es"),
        ("Yes Mrs. Johnson", "en"),
        ("no puedo", "es"),
        ("mấy giờ", "vi"),
        ("goorma", "so"),
    ],
)
def test_a_word_beside_the_name_is_language(text: str, language: str) -> None:
    assert guesser.guess(text, FEW).language == language


def test_a_name_that_is_a_word_too_needs_its_capital() -> None:
    assert says_nothing("Will Smith")
    assert not says_nothing("will")
    assert not says_nothing("Will you come?")


def test_why_is_told() -> None:
    assert guesser.guess("Maria Lopez", FEW).steps[-1] == "Unsure: only names, or sounds of any language."
