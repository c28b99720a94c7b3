import pytest

from inbox.language.script import in_script, only, script, told_by_letters


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hola", "Latin"),
        ("спасибо", "Cyrillic"),
        ("شكرا", "Arabic"),
        ("谢谢", "Han"),
        ("宿題は", "Kana"),
        ("감사", "Hangul"),
        ("धन्यवाद", "Devanagari"),
        ("ಧನ್ಯವಾದ", "Kannada"),
        ("👍 123 !", ""),
    ],
)
def test_the_dominant_script_is_named(text: str, name: str) -> None:
    assert script(text) == name


def test_a_latin_name_does_not_outweigh_a_chinese_sentence() -> None:
    assert script("Maple PTA 明天几点开会") == "Han"
    assert only("Maple PTA 明天几点开会", "Han") == "明天几点开会"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ਧੰਨਵਾਦ", {"pa"}),
        ("આભાર", {"gu"}),
        ("ধন্যবাদ", {"bn"}),
        ("ကျေးဇူး", {"my"}),
        ("တၢ်ဘျုးဒိၣ်", {"ksw"}),
        ("고마워요", {"ko"}),
        ("ありがとう", {"ja"}),
        ("Дякую, чудові діти", {"uk"}),
        ("Мы были рады", {"ru"}),
        ("بہت اچھے", {"ur"}),
        ("ډېره مننه", {"ps"}),
        ("ໂຮງຮຽນ", {"lo"}),
        ("ᏣᎳᎩ", set()),
    ],
)
def test_script_and_telling_letters_leave_few_languages(text: str, left: set[str]) -> None:
    assert told_by_letters(text, script(text)) == left


def test_letters_that_tell_nothing_leave_all_languages_of_the_script() -> None:
    assert {"ru", "uk"} <= told_by_letters("добро", "Cyrillic")


def test_latin_is_for_every_language_that_no_other_script_claims() -> None:
    assert in_script("Latin", {"en", "so", "ru", "zh", "om"}) == {"en", "so", "om"}
