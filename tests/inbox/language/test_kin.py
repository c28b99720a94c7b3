import pytest

from inbox.language.guess import Guesser

guesser = Guesser()
TRADITIONAL, SIMPLIFIED = "請問明天學校幾點開會？", "请问明天学校几点开会？"
CANTONESE = "聽日使唔使返學？佢唔知喎"
BURMESE, KAREN = "သောကြာနေ့ စာအုပ်ပွဲ ဘယ်အချိန်ဖွင့်မလဲ။", "တၢ်ဘျုးဒိၣ်မး သရၣ်မုၣ်"


@pytest.mark.parametrize(
    ("text", "languages", "tag"),
    [
        (TRADITIONAL, ("en", "zh"), "zh"),
        (TRADITIONAL, ("en", "zh-Hans", "zh-Hant"), "zh-Hant"),
        (SIMPLIFIED, ("en", "zh-Hant", "zh-Hans"), "zh-Hans"),
        (TRADITIONAL, ("zh-CN", "zh-TW"), "zh-TW"),
        (SIMPLIFIED, ("zh-HK", "zh-CN"), "zh-CN"),
        (SIMPLIFIED, ("zh-Hant", "zh"), "zh"),
        (SIMPLIFIED, ("en", "zh-Hant"), "zh-Hant"),
        (CANTONESE, ("en", "zh-Hant", "yue"), "yue"),
        (CANTONESE, ("en", "zh-CN", "zh-HK"), "zh-HK"),
        (TRADITIONAL, ("yue", "zh-Hant"), "zh-Hant"),
        (CANTONESE, ("en", "zh"), "zh"),
        ("فردا موتر نداریم، به مکتب آمده نمی‌توانیم", ("en", "fa", "prs"), "prs"),
        ("فردا مدرسه باز است؟ ماشین نداریم", ("en", "prs", "fa"), "fa"),
        ("فردا کی شروع می‌شود؟", ("en", "fa-AF"), "fa-AF"),
        ("فردا کی شروع می‌شود؟", ("en", "prs"), "prs"),
        (BURMESE, ("en", "my", "ksw"), "my"),
        (KAREN, ("en", "my", "ksw"), "ksw"),
        (KAREN, ("en", "my", "kar"), "kar"),
    ],
)
def test_the_schools_own_tag_is_named(text: str, languages: tuple[str, ...], tag: str) -> None:
    assert guesser.guess(text, languages).language == tag


@pytest.mark.parametrize(
    ("text", "language", "note"),
    [
        (TRADITIONAL, "zh", "Chinese in traditional characters."),
        (SIMPLIFIED, "zh", "Chinese in simplified characters."),
        (CANTONESE, "zh", "Written as Cantonese is spoken. Chinese in traditional characters."),
        ("کی شروع می‌شود؟", "fa", "Dari is written like Persian: it may be either."),
        ("ကျေးဇူးပါ", "my", "Burmese script: Burmese, or perhaps Karen."),
        (BURMESE, "my", "Burmese script without a letter of Karen: Burmese, or perhaps Mon."),
    ],
)
def test_what_cannot_be_told_from_the_letters_is_said(text: str, language: str, note: str) -> None:
    guess = guesser.guess(text, ("en", language))
    assert guess.language == language
    assert guess.steps[-1] == note


def test_a_few_burmese_letters_are_unsure_where_karen_is_spoken_too() -> None:
    guess = guesser.guess("ကျေးဇူးပါ", ("en", "my", "ksw"))
    assert guess.language == "und"
    assert [language for language, _ in guess.candidates] == ["my", "ksw"]
    assert guess.confidence < 0.5


def test_karen_where_only_burmese_is_spoken_is_not_sent_to_a_burmese_speaker() -> None:
    guess = guesser.guess(KAREN, ("en", "my"))
    assert guess.language == "und"
    assert guess.candidates[0][0] == "ksw"
