"""Three translation services, each asked as it wants to be asked, over real connections to a strict stand-in."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from connector.errors import OutsideError, Refused, SignInNeeded, Throttled, TryLater
from connector.fetch import Fetcher
from connector.translate import LABELS, Translator, check_address, server_of, translator
from connector.translate_wire import Wire
from tests.translators import PretendTranslators

ALL = tuple(LABELS)
WORDS = "¿A qué hora empieza el concierto de Ana?"


@pytest.fixture(scope="module")
def running() -> Iterator[PretendTranslators]:
    with PretendTranslators() as server:
        yield server


@pytest.fixture
def server(running: PretendTranslators) -> PretendTranslators:
    running.reset()
    return running


def asking(server: PretendTranslators, provider: str, key: str | None = None) -> Translator:
    return translator(provider, server.url, server.key if key is None else key, allow_hosts=server.allow_hosts)


@pytest.mark.parametrize("provider", ALL)
def test_words_come_back_in_the_other_language_with_the_one_they_were_in(
    server: PretendTranslators, provider: str
) -> None:
    made = asking(server, provider).translate(WORDS, "en")
    assert made.text.endswith(f"] {WORDS}")
    assert (made.detected, made.provider) == ("es", LABELS[provider])
    assert len(server.asked) == 1, "the words leave once"


@pytest.mark.parametrize("provider", ALL)
def test_a_language_that_is_surely_known_is_told(server: PretendTranslators, provider: str) -> None:
    server.detects = "en"
    assert asking(server, provider).translate(WORDS, "en-US", "es-MX").detected == "es-MX"


SPELLED = {
    "libretranslate": {"en": "en", "es-MX": "es", "zh": "zh-Hans", "zh-TW": "zh-Hant", "zh-Hant": "zh-Hant", "pt-BR": "pt-BR"},
    "deepl": {
        "en": "EN-US", "en-GB": "EN-GB", "es-MX": "ES", "zh": "ZH-HANS", "zh-CN": "ZH-HANS", "zh-Hant-TW": "ZH-HANT",
        "pt": "PT-BR", "pt-BR": "PT-BR", "pt-PT": "PT-PT", "no": "NB",
    },
    "google": {
        "en": "en", "zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "pt-BR": "pt", "pt-PT": "pt-PT", "fil": "tl",
        "prs": "fa-AF", "hmn": "hmn",
    },
}  # fmt: skip
CASES = [(provider, tag, code) for provider, codes in SPELLED.items() for tag, code in codes.items()]


@pytest.mark.parametrize(("provider", "tag", "code"), CASES)
def test_each_service_is_told_languages_in_its_own_spelling(
    server: PretendTranslators, provider: str, tag: str, code: str
) -> None:
    assert asking(server, provider).translate(WORDS, tag).text == f"[{code}] {WORDS}"


def test_an_older_libretranslate_is_asked_for_chinese_as_it_spells_it(server: PretendTranslators) -> None:
    server.libre_codes = ("en", "es", "zh", "zt", "pb", "pt")
    asked = asking(server, "libretranslate")
    assert [asked.translate("x", tag).text for tag in ("zh", "zh-Hant", "pt-BR")] == ["[zh] x", "[zt] x", "[pb] x"]


def test_a_libretranslate_of_ones_own_needs_no_key(server: PretendTranslators) -> None:
    server.keyless = True
    assert asking(server, "libretranslate", key="").translate("Hola", "en").text == "[en] Hola"
    assert "api_key" not in server.asked[-1][2]


def test_deepl_gets_its_key_in_the_header_alone(server: PretendTranslators) -> None:
    asking(server, "deepl").translate("Hola", "en")
    path, headers, body = server.asked[-1]
    assert headers["authorization"] == f"DeepL-Auth-Key {server.key}"
    assert server.key not in path and server.key not in str(body)


def test_the_free_and_the_paid_deepl_live_at_two_addresses() -> None:
    assert server_of("deepl", "", "abc:fx") == "https://api-free.deepl.com"
    assert server_of("deepl", "", "abc") == "https://api.deepl.com"
    assert server_of("google", "") == "https://translation.googleapis.com"
    assert server_of("libretranslate", " https://translate.maple.example/ ") == "https://translate.maple.example"


@pytest.mark.parametrize("provider", ALL)
def test_a_wrong_key_and_a_language_that_it_lacks_are_told_apart(server: PretendTranslators, provider: str) -> None:
    with pytest.raises(SignInNeeded, match="refuses the key"):
        asking(server, provider, key="wrong").translate(WORDS, "en")
    with pytest.raises(Refused, match=f"{LABELS[provider]} does not translate into Tigrinya: ask a person"):
        asking(server, provider).translate(WORDS, "ti")
    with pytest.raises(Refused, match="from Tigrinya into English"):
        asking(server, provider).translate(WORDS, "en", "ti")


FAULTS = [
    (403, b"{}", SignInNeeded, "refuses the key, or what may be translated with it is used up"),
    (429, b"{}", Throttled, "asked too often"),
    (456, b"{}", Refused, "all that was paid for this month"),
    (500, b"oops", TryLater, "trouble of its own"),
    (404, b"<html>", Refused, "check its address"),
    (302, b"", Refused, "check its address"),
    (200, b"<html>Welcome to this hotspot</html>", TryLater, "no translation"),
    (200, b"[]", TryLater, "no translation"),
    (200, b'{"translatedText": "", "translations": [], "data": 3}', TryLater, "no translation"),
    (200, b'{"translatedText": 7, "translations": {"text": "x"}, "data": {"translations": [7]}}', TryLater, "no translation"),
    (200, b"[" * 100_000, TryLater, "no translation"),
]  # fmt: skip


@pytest.mark.parametrize("provider", ALL)
def test_whatever_goes_wrong_is_one_sentence_without_the_words_and_the_key(
    server: PretendTranslators, provider: str
) -> None:
    for status, body, kind, said in FAULTS:
        server.fault = (status, body)
        with pytest.raises(OutsideError, match=said) as wrong:
            asking(server, provider).translate(WORDS, "en")
        told = wrong.value.message
        assert type(wrong.value) is kind, (status, told)
        assert told.startswith(LABELS[provider]) and told.endswith(".") and told.count(". ") == 0, told
        assert "Ana" not in told and server.key not in told and "later" not in told, told


def test_a_server_that_never_answers_is_left_after_the_deadline(server: PretendTranslators) -> None:
    server.fault = (200, None)
    quick = Fetcher(allow_hosts=server.allow_hosts, deadline=0.2)
    with pytest.raises(TryLater, match=r"did not finish its answer within 0.2 seconds: try again in a while\."):
        Wire(quick, "DeepL").ask("POST", f"{server.url}/v2/translate", body={})


def test_a_server_that_is_down_is_told_and_nothing_is_said_of_a_feed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        down = translator("libretranslate", f"http://127.0.0.1:{port}", "", allow_hosts=f"127.0.0.1:{port}")
        with pytest.raises(TryLater, match=r"LibreTranslate cannot be reached: .*; try again in a while"):
            down.translate("Hola", "en")


def test_a_private_address_is_asked_only_where_the_operator_allows_it(server: PretendTranslators) -> None:
    inside = translator("libretranslate", server.url, server.key)
    with pytest.raises(Refused, match="BRIDGE_ALLOW_HOSTS"):
        inside.translate("Hola", "en")
    assert server.asked == []
    with pytest.raises(Refused, match="BRIDGE_ALLOW_HOSTS"):
        check_address("libretranslate", server.url, "")
    check_address("libretranslate", server.url, server.allow_hosts)
    with pytest.raises(Refused, match="needs the address of its server"):
        check_address("libretranslate", "", "")
    check_address("deepl", "", "")
