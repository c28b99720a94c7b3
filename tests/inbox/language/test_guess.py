from collections.abc import Collection

import pytest

from inbox.language.guess import Guesser
from inbox.language.tags import ALL_LANGUAGES

TEN = ("en", "es", "zh", "vi", "ar", "ht", "so", "pt", "ru", "tl")
guesser = Guesser()

SENTENCES = {
    "en": "What time does the book fair open on Friday?",
    "es": "¿A qué hora abre la feria del libro el viernes?",
    "zh": "星期五的书展几点开始？",
    "vi": "Hội chợ sách thứ sáu mấy giờ mở cửa vậy cô?",
    "ar": "متى يفتح معرض الكتاب يوم الجمعة؟",
    "ht": "Kilè fwa liv la ap ouvri vandredi? Mwen pa konnen.",
    "so": "Goorma ayay furmaysaa bandhigga buugaagta Jimcaha?",
    "ru": "Во сколько открывается книжная ярмарка в пятницу?",
    "pt": "A que horas abre a feira do livro na sexta? Não sei.",
    "tl": "Anong oras po ba bubuksan ang book fair sa Biyernes?",
    "hmn": "Lub rooj sib tham yuav pib thaum twg? Kuv tsis paub.",
    "ko": "금요일 도서전은 몇 시에 시작하나요?",
    "fr": "À quelle heure ouvre la foire aux livres vendredi ?",
    "uk": "О котрій годині відкривається книжковий ярмарок?",
    "ur": "کتاب میلہ جمعہ کو کس وقت کھلے گا؟ مجھے بتائیں",
    "hi": "पुस्तक मेला शुक्रवार को कितने बजे खुलेगा? मुझे नहीं पता",
    "bn": "শুক্রবার বইমেলা কখন খুলবে?",
    "ne": "शुक्रबार पुस्तक मेला कति बजे खुल्छ? मलाई थाहा छैन",
    "my": "သောကြာနေ့ စာအုပ်ပွဲ ဘယ်အချိန်ဖွင့်မလဲ။",
    "am": "የመጽሐፍ ዐውደ ርዕይ አርብ መቼ ነው የሚከፈተው? እኔ አላውቅም",
    "sw": "Maonyesho ya vitabu yatafunguliwa saa ngapi siku ya Ijumaa?",
    "fa": "نمایشگاه کتاب جمعه چه ساعتی باز می شود؟ من نمی دانم",
    "ps": "د کتاب نندارتون د جمعې په ورځ څه وخت پرانیستل کیږي؟",
    "pl": "O której godzinie otwiera się kiermasz książek w piątek?",
    "de": "Um wie viel Uhr öffnet die Buchmesse am Freitag?",
    "ja": "金曜日のブックフェアは何時に始まりますか？",
    "gu": "શુક્રવારે પુસ્તક મેળો ક્યારે ખુલશે?",
    "pa": "ਸ਼ੁੱਕਰਵਾਰ ਨੂੰ ਕਿਤਾਬ ਮੇਲਾ ਕਦੋਂ ਖੁੱਲ੍ਹੇਗਾ?",
    "tr": "Kitap fuarı cuma günü saat kaçta açılıyor?",
    "om": "Agarsiisni kitaabaa guyyaa Jimaataa yoom jalqaba? Ani hin beeku",
    "ti": "እቲ ናይ መጽሓፍ ምርኢት ዓርቢ መዓስ እዩ ዝኽፈት? ኣነ ኣይፈልጥን እየ",
}


@pytest.mark.parametrize("language", ALL_LANGUAGES)
def test_a_plain_sentence_is_told_in_every_language_that_ships(language: str) -> None:
    assert guesser.guess(SENTENCES[language], ALL_LANGUAGES).language == language


@pytest.mark.parametrize("language", sorted(set(ALL_LANGUAGES) - set(TEN)))
def test_a_language_that_is_not_enabled_is_unsure_and_still_named(language: str) -> None:
    guess = guesser.guess(SENTENCES[language], TEN)
    assert guess.language == "und"
    assert guess.candidates[0][0] == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("gracias", "es"),
        ("Hola!!", "es"),
        ("Obrigada 🙏", "pt"),
        ("mèsi anpil", "ht"),
        ("谢谢老师", "zh"),
        ("شكرا", "ar"),
        ("Salamat po", "tl"),
        ("Cam on co giao nhieu", "vi"),
        ("a que hora es la junta", "es"),
        ("QUÉ BONITA FOTO DE LOS NIÑOS", "es"),
    ],
)
def test_short_hurried_and_shouted_texts_are_told_when_they_are_unmistakable(text: str, language: str) -> None:
    assert guesser.guess(text, TEN).language == language


@pytest.mark.parametrize(
    "text", ["", "   ", "👍👍", "12345", "https://example.org", "@Ana", "Maria Lopez", "John Smith", "ok", "PTA", "no"]
)
def test_names_emoji_numbers_and_words_of_many_languages_are_unsure(text: str) -> None:
    assert guesser.guess(text, TEN).language == "und"


def test_an_unsure_guess_still_gives_its_candidates_best_first() -> None:
    guess = guesser.guess("no", TEN)
    shares = [share for _, share in guess.candidates]
    assert len(shares) >= 2
    assert shares == sorted(shares, reverse=True)
    assert guess.confidence == shares[0]


def test_where_only_the_script_is_known_its_languages_are_the_candidates() -> None:
    guess = guesser.guess("መዝሙር", ("en", "am", "ti"))
    assert guess.language == "und"
    assert {language for language, _ in guess.candidates} == {"am", "ti"}


def test_italian_is_not_taken_for_spanish() -> None:
    guess = guesser.guess("Grazie mille, a che ora inizia la festa dei bambini domani?", ("en", "es"))
    assert guess.language == "und"
    assert guess.candidates[0][0] == "it"


def test_a_script_that_nobody_enabled_is_unsure() -> None:
    assert guesser.guess("Ευχαριστώ πολύ για όλα", TEN).language == "und"


@pytest.mark.parametrize(
    "text", ["I need a ride pero no tengo carro", "Thank you so much for the info. ¿Puedo llevar a mi hija también?"]
)
def test_english_mixed_with_spanish_says_both(text: str) -> None:
    guess = guesser.guess(text, TEN)
    assert {guess.language, guess.mixed_with} == {"en", "es"}


def test_a_text_in_one_language_is_not_mixed() -> None:
    assert [guesser.guess(SENTENCES[one], TEN).mixed_with for one in ("en", "es", "pt", "tl")] == [None] * 4


def test_what_the_author_wrote_before_decides_a_close_call_but_not_a_clear_text() -> None:
    close = guesser.guess("que bonito", ("es", "pt"))
    helped = guesser.guess("que bonito", ("es", "pt"), {"es": 1.0})
    assert dict(helped.candidates)["es"] > dict(close.candidates)["es"]
    assert guesser.guess(SENTENCES["en"], TEN, {"es": 1.0}).language == "en"


def test_urdu_in_latin_letters_goes_to_urdu_where_only_urdu_is_enabled() -> None:
    text = "bahut shukriya ji, kal school kab hai? mujhe nahi pata"
    assert guesser.guess(text, ("en", "es", "ur")).language == "ur"
    assert guesser.guess(text, ("en", "es")).language == "und"


def test_the_answer_is_in_the_schools_own_tags() -> None:
    guess = guesser.guess(SENTENCES["pt"], ("en", "pt-BR", "zh-Hant"))
    assert guess.language == "pt-BR"
    assert guess.candidates[0][0] == "pt-BR"


def test_the_same_text_gets_the_same_guess_in_twenty_runs() -> None:
    texts = [*SENTENCES.values(), "que bonito", "no", "ok gracias"]
    first = [guesser.guess(text, ALL_LANGUAGES) for text in texts]
    assert all([guesser.guess(text, ALL_LANGUAGES) for text in texts] == first for _ in range(3))
    short = texts[-3:]
    assert all(
        [Guesser().guess(text, TEN) for text in short] == [guesser.guess(text, TEN) for text in short] for _ in "1"
    )
    assert all(
        [guesser.guess(text, TEN) for text in short] == [guesser.guess(text, TEN) for text in short] for _ in range(20)
    )


def test_the_way_is_told_and_the_engines_named() -> None:
    guess = guesser.guess("¿Es verdad? https://example.org", TEN)
    assert guess.steps[0] == 'Cleaned: "¿Es verdad?".'
    assert guess.steps[1] == "Script: Latin."
    assert guess.steps[-1] == "Guess: es."
    assert guess.engines == ("words 1", "pycld2 0.42", "py3langid 0.4.0")


class Parrot:
    """An engine of another kind, as a later one would be."""

    name = "parrot"
    version = "0"
    supported = frozenset({"en", "es"})

    def scores(self, text: str, languages: Collection[str]) -> dict[str, float]:
        return {"es": 0.99, "en": 0.01}


def test_another_engine_takes_part_by_being_named() -> None:
    guess = Guesser([Parrot()]).guess("algo que decir por aquí", ("en", "es"))
    assert (guess.language, guess.engines) == ("es", ("parrot 0",))


def test_a_very_long_text_and_odd_characters_are_no_trouble() -> None:
    assert guesser.guess("gracias por todo " * 2000, TEN).language == "es"
    assert guesser.guess("\x00\ud83d \u200f\u202e", TEN).language == "und"
