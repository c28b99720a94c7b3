import pytest

from config.languages import has_wording, language_name, language_tag, wider_tags


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("es_mx", "es-MX"),
        ("es-419", "es-419"),
        ("zh-hant", "zh-Hant"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("ca-valencia", "ca-valencia"),
        ("iw", "he"),
        (" so ", "so"),
    ],
)
def test_a_tag_gets_its_usual_writing(text: str, tag: str) -> None:
    assert language_tag(text) == tag


SPOKEN = (
    "en es zh vi ar ht so ru pt tl hmn ko fr uk ur hi bn ne my am sw fa ps pl de ja gu pa tr om ti "
    "prs ksw kar cnh mam quc kek kri rhg mww kmr ase"
)


@pytest.mark.parametrize("tag", SPOKEN.split())
def test_languages_that_families_speak_exist(tag: str) -> None:
    assert language_tag(tag) == tag
    assert language_name(tag) != tag


NOT_SPOKEN = (
    *(
        "",
        "e",
        "xx",
        "zz",
        "qqq",
        "und",
        "mul",
        "zxx",
        "root",
        "en-",
        "en US",
        "en-XX",
        "en-ZZ",
        "en-Abcd",
        "en-abcdefg",
    ),
    *("x-foo", "en-US-u-nu-latn", "engl\n"),
)


@pytest.mark.parametrize("text", NOT_SPOKEN)
def test_what_names_no_language_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=";"):
        language_tag(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("spanish", "es"), ("Somali", "so"), ("spa", "es"), ("Haitian Creole", "ht"), ("Dari", "prs")]
)
def test_a_name_or_a_longer_code_is_refused_with_the_tag_that_was_meant(text: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f'write "{meant}"'):
        language_tag(text)


def test_a_tag_without_its_own_name_is_called_as_its_language() -> None:
    assert language_name("es-MX") == "Mexican Spanish"
    assert language_name("so-US") == "Somali"
    assert language_name("ksw") == "S'gaw Karen"


def test_a_regional_tag_is_spoken_by_the_wording_of_its_language() -> None:
    assert wider_tags("zh-Hant-TW") == ["zh-Hant-TW", "zh-Hant", "zh"]
    assert has_wording("es-MX", {"es"})
    assert not has_wording("es", {"es-MX"})
    assert not has_wording("ksw", {"en", "ks"})
