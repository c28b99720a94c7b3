import pytest

from inbox.language.clean import clean
from inbox.language.guess import Guesser
from inbox.language.romanised import romanised
from inbox.language.tags import ALL_LANGUAGES

guesser = Guesser()

URDU = [
    "assalam o alaikum, kal school kitne bajay khulega?",
    "mujhe pata nahi tha k meeting aj hai",
    "bohat shukriya aap ka",
    "meri beti ko bukhar hai wo nai aaye gi",
    "fees kab tak jama karani hai",
    "ye kis class k liye hai",
    "bachon ka khayal rakhein please",
]
ARABIC = [
    "salam, ma3andich wa9t lyoum",
    "3andi so2al 3la el madrasa",
    "wa9tech tabda l7afla?",
    "benti marida lyoum ma tjich",
    "shukran ktir ya mo3alma",
    "bghit n3ref fo9ach kayn l'ijtima3",
    "fin ghadi tkoun lhafla inchallah",
]
HINDI = ["namaste ji, vidyalaya kal band hai kya?", "kripya samay batayein, dhanyavaad"]
NEITHER = [
    "Me and him are in the main hall, so come at par time",
    "Ya habari mwalimu, mtoto wangu ni mgonjwa leo",
    "Waa maxay saacadda shirka berri?",
    "Ang anak ko ay may lagnat, hindi siya papasok",
    "Kumpulan ini untuk semua orang tua murid",
    "Il bambino non viene a scuola domani",
    "Room 7 and bus 23 leave at 3pm, ok?",
    "Bugün okul var mı acaba?",
    "Barsiisaan keenya har'a hin dhufne",
    "El niño no va mañana",
]


@pytest.mark.parametrize("text", URDU)
def test_urdu_in_latin_letters_is_told_by_its_words(text: str) -> None:
    assert guesser.guess(text, ("en", "es", "ur")).language == "ur"


@pytest.mark.parametrize("text", ARABIC)
def test_arabic_in_latin_letters_and_digits_is_told_from_morocco_to_the_levant(text: str) -> None:
    assert guesser.guess(text, ("en", "es", "fr", "ar")).language == "ar"


@pytest.mark.parametrize("text", NEITHER)
def test_other_languages_in_latin_letters_are_neither(text: str) -> None:
    assert romanised(text.lower(), ("ur", "hi", "ar")) == {}


def test_what_urdu_and_hindi_share_goes_to_the_one_that_is_spoken_here() -> None:
    text = "kal school kab khulega? mujhe nahi pata"
    assert guesser.guess(text, ("en", "hi")).language == "hi"
    assert guesser.guess(text, ("en", "ur")).language == "ur"


def test_where_both_are_spoken_urdu_comes_first_and_hindi_stands_beside_it() -> None:
    guess = guesser.guess("kal school kab khulega? mujhe nahi pata", ("en", "hi", "ur"))
    assert [language for language, _ in guess.candidates] == ["ur", "hi"]
    assert guess.language == "ur"


@pytest.mark.parametrize("text", HINDI)
def test_words_that_only_hindi_has_put_it_first(text: str) -> None:
    guess = guesser.guess(text, ALL_LANGUAGES)
    assert [language for language, _ in guess.candidates] == ["hi", "ur"]


def test_where_nobody_speaks_it_it_is_unsure_and_named() -> None:
    guess = guesser.guess(URDU[0], ("en", "es"))
    assert guess.language == "und"
    assert guess.candidates[0][0] == "ur"


def test_english_mixed_in_is_told() -> None:
    guess = guesser.guess("kal school nahi aana, the office is closed for the whole week", ("en", "hi"))
    assert (guess.language, guess.mixed_with) == ("hi", "en")


def test_digits_that_are_letters_tell_arabic_and_numbers_tell_nothing() -> None:
    assert romanised("3andna m7adra", ("ar",))
    assert romanised(clean("covid19 room7 5pm 2nd b4 gr8"), ("ar",)) == {}


def test_the_way_names_the_words_as_what_told_it() -> None:
    guess = guesser.guess(URDU[1], ("en", "ur"))
    assert guess.engines == ("words 1",)
    assert guess.steps[-1].startswith("Guess: ur, typed in Latin letters, by its words")
