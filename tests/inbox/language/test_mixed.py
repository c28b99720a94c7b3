import pytest

from inbox.language.guess import Guesser

TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")
guesser = Guesser()


@pytest.mark.parametrize(
    "text",
    [
        "mañana voy a la meeting con la teacher but I don't know the time",
        "no tengo ride para mi hija so we can't go to the game",
        "Is there school tomorrow? porque mi niño todavía está enfermo",
        "que linda la fiesta, the kids had so much fun",
        "I forgot that la tarea es para hoy",
        "ay no I missed the meeting again, qué pena con todos",
    ],
)
def test_spanish_with_a_real_share_comes_first_and_english_is_told(text: str) -> None:
    guess = guesser.guess(text, TEN)
    assert (guess.language, guess.mixed_with) == ("es", "en")
    assert guess.candidates[0] == ("es", guess.confidence)


@pytest.mark.parametrize(
    "text",
    [
        "Muchas gracias for the info, see you all tomorrow",
        "Thanks so much Señora Lopez, you are the best teacher",
        "We loved the fiesta at La Casa de Maria last night",
        "Who wants to go to Los Angeles or San Antonio with us?",
        "Adios amigos, see you in the fall",
        "Maria de la Cruz is my son's teacher",
    ],
)
def test_thanks_a_name_or_a_borrowed_word_does_not_make_english_spanish(text: str) -> None:
    guess = guesser.guess(text, TEN)
    assert guess.language == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Mi hijo perdió su Chromebook ayer, ¿a quién le aviso?",
        "Ok gracias, ahí estaremos",
        "¿El homework es para mañana?",
        "Anong oras po ba bubuksan ang book fair sa Biyernes?",
        "Não consigo entrar no Zoom, pode me ajudar?",
    ],
)
def test_an_english_thing_does_not_make_a_text_mixed(text: str) -> None:
    guess = guesser.guess(text, TEN)
    assert guess.language not in {"en", "und"}
    assert guess.mixed_with is None


@pytest.mark.parametrize(
    ("text", "languages", "both"),
    [
        ("Die Lehrerin hat gesagt dass çocuklar yarın okula gelmesin", ("en", "de", "tr"), {"de", "tr"}),
        ("Mwen pa konprann, can somebody tell me what time it is for the kids?", TEN, {"ht", "en"}),
        ("Hindi ko alam kung saan, can you send me the address please", TEN, {"tl", "en"}),
        ("Desculpa, não vou poder ir. My son is sick and I have to stay home", TEN, {"pt", "en"}),
        ("Con em ơi, the bus is late today so hôm nay bé về muộn nhé cô", TEN, {"vi", "en"}),
        ("Ma garanayo goorma, can you tell me where the meeting is", TEN, {"so", "en"}),
    ],
)
def test_other_pairs_are_told_too(text: str, languages: tuple[str, ...], both: set[str]) -> None:
    guess = guesser.guess(text, languages)
    assert {guess.language, guess.mixed_with} == both
    assert guess.language != "en"


def test_a_single_long_word_of_another_language_is_said_and_leads_nowhere() -> None:
    guess = guesser.guess("I am so tired of all this chisme at the bus stop", ("en", "es"))
    assert (guess.language, guess.mixed_with) == ("en", "es")


def test_the_second_language_must_be_spoken_here() -> None:
    guess = guesser.guess("no tengo ride para mi hija so we can't go to the game", ("en", "vi"))
    assert guess.mixed_with is None
    assert guess.language in {"en", "und"}


def test_the_way_tells_that_there_are_two() -> None:
    guess = guesser.guess("I forgot that la tarea es para hoy", TEN)
    assert guess.steps[-1] == "In two languages: es, mixed with en."
