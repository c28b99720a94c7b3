"""Machine translation by a service that the school chose: LibreTranslate, DeepL or Google. Each knows its own codes.

Nothing is asked unless a person pressed a button for just these words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from connector.addresses import AllowedHosts, parse_target
from connector.errors import Refused
from connector.fetch import Fetcher
from connector.translate_wire import LARGEST, SECONDS, Translated, Wire

__all__ = ["LABELS", "Translated", "Translator", "server_of", "translator"]

LABELS: Mapping[str, str] = {"libretranslate": "LibreTranslate", "deepl": "DeepL", "google": "Google Translate"}
_DEEPL, _DEEPL_FREE = "https://api.deepl.com", "https://api-free.deepl.com"
_GOOGLE = "https://translation.googleapis.com"
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


class Translator(Protocol):
    """Tags are BCP 47. `source`: only where somebody surely knows it; else the service finds out. Raises OutsideError."""

    label: str

    def translate(self, text: str, target: str, source: str | None = None) -> Translated: ...


def translator(
    provider: str, url: str, key: str, *, allow_hosts: str = "", proxy: str | None = None, ca_file: str | None = None
) -> Translator:
    """`provider`: one of LABELS. `url` "": the provider's own address; LibreTranslate has none that everybody shares."""
    fetcher = Fetcher(
        allow_hosts=allow_hosts, proxy=proxy, ca_file=ca_file, deadline=SECONDS, max_bytes=LARGEST
    )  # fmt: skip
    return _KINDS[provider](Wire(fetcher, LABELS[provider]), server_of(provider, url, key), key)


def server_of(provider: str, url: str, key: str = "") -> str:
    """Which server the words go to, without a slash at the end."""
    free = key.endswith(":fx")
    own = {"deepl": _DEEPL_FREE if free else _DEEPL, "google": _GOOGLE}
    return (url.strip() or own.get(provider, "")).rstrip("/")


def check_address(provider: str, url: str, allow_hosts: str) -> None:
    """Refused, with the mend, where no question may go."""
    if not server_of(provider, url):
        raise Refused("LibreTranslate needs the address of its server: write it, starting with https://.")
    parse_target(server_of(provider, url), AllowedHosts.parse(allow_hosts), subject=LABELS[provider])


class LibreTranslate:
    """POST /translate. Its codes for Chinese and Portuguese changed with its versions: for those it is asked what it has."""

    label = LABELS["libretranslate"]
    _SPELLINGS: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "zh": ("zh-Hans", "zh"), "zh-hant": ("zh-Hant", "zt"), "pt-br": ("pt-BR", "pb", "pt"), "nb": ("nb", "no"),
    }  # fmt: skip

    def __init__(self, wire: Wire, url: str, key: str) -> None:
        self._wire, self._url, self._key = wire, url, key

    def translate(self, text: str, target: str, source: str | None = None) -> Translated:
        body = {
            "q": text,
            "source": self._code(source) if source else "auto",
            "target": self._code(target),
            "format": "text",
        }
        if self._key:
            body["api_key"] = self._key
        told = self._wire.ask("POST", f"{self._url}/translate", body=body, target=target, source=source)
        found = told.get("detectedLanguage") if isinstance(told, dict) else None
        detected = found.get("language") if isinstance(found, dict) else None
        return _made(self._wire, told, "translatedText", detected, source)

    def _code(self, tag: str) -> str:
        spellings = self._SPELLINGS.get(_chinese(tag.lower()), (_widest(tag),))
        if len(spellings) == 1:
            return spellings[0]
        told = self._wire.ask("GET", f"{self._url}/languages", target=tag)
        known = [one.get("code") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
        return next((one for one in spellings if one in known), spellings[0])


class DeepL:
    """POST /v2/translate with the key in a header. A target is told with its variant, a source without."""

    label = LABELS["deepl"]
    _TARGETS: ClassVar[Mapping[str, str]] = {
        "en": "EN-US", "en-gb": "EN-GB", "pt": "PT-BR", "pt-pt": "PT-PT", "zh": "ZH-HANS", "zh-hant": "ZH-HANT", "no": "NB",
    }  # fmt: skip

    def __init__(self, wire: Wire, url: str, key: str) -> None:
        self._wire, self._url, self._key = wire, url, key

    def translate(self, text: str, target: str, source: str | None = None) -> Translated:
        body: dict[str, Any] = {"text": [text], "target_lang": self._target(target)}
        if source:
            body["source_lang"] = {"no": "NB"}.get(_widest(source), _widest(source).upper())
        told = self._wire.ask(
            "POST", f"{self._url}/v2/translate", body=body, target=target, source=source,
            headers={"Authorization": f"DeepL-Auth-Key {self._key}"},
        )  # fmt: skip
        one = _only(told.get("translations") if isinstance(told, dict) else None)
        return _made(self._wire, one, "text", one.get("detected_source_language"), source)

    def _target(self, tag: str) -> str:
        narrow, wide = _chinese(tag.lower()), _widest(tag)
        return self._TARGETS.get(narrow) or self._TARGETS.get(wide) or wide.upper()


class Google:
    """POST /language/translate/v2, the key in the query as Google wants it. Plain text is asked for: its default is HTML."""

    label = LABELS["google"]
    _CODES: ClassVar[Mapping[str, str]] = {
        "zh": "zh-CN", "zh-hant": "zh-TW", "pt-pt": "pt-PT", "fil": "tl", "prs": "fa-AF", "nb": "no",
    }  # fmt: skip

    def __init__(self, wire: Wire, url: str, key: str) -> None:
        self._wire, self._url, self._key = wire, url, key

    def translate(self, text: str, target: str, source: str | None = None) -> Translated:
        body: dict[str, Any] = {"q": [text], "target": self._code(target), "format": "text"}
        if source:
            body["source"] = self._code(source)
        url = f"{self._url}/language/translate/v2?key={quote(self._key, safe='')}"
        told = self._wire.ask("POST", url, body=body, target=target, source=source)
        data = told.get("data") if isinstance(told, dict) else None
        one = _only(data.get("translations") if isinstance(data, dict) else None)
        return _made(self._wire, one, "translatedText", one.get("detectedSourceLanguage"), source)

    def _code(self, tag: str) -> str:
        narrow, wide = _chinese(tag.lower()), _widest(tag)
        return self._CODES.get(narrow) or self._CODES.get(wide) or wide


_KINDS: Mapping[str, Callable[[Wire, str, str], Translator]] = {
    "libretranslate": LibreTranslate,
    "deepl": DeepL,
    "google": Google,
}


def _widest(tag: str) -> str:
    return tag.lower().split("-")[0]


def _chinese(tag: str) -> str:
    """Of Chinese, which script is meant; other tags as they are. `tag` in small letters."""
    if not tag.startswith("zh"):
        return tag
    return "zh-hant" if tag.startswith(_TRADITIONAL) else "zh"


def _only(told: object) -> Mapping[str, Any]:
    return told[0] if isinstance(told, list) and len(told) == 1 and isinstance(told[0], dict) else {}


def _made(wire: Wire, told: object, key: str, detected: object, source: str | None) -> Translated:
    text = told.get(key) if isinstance(told, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise wire.no_translation()
    found = detected.lower()[:20] if isinstance(detected, str) else ""
    return Translated(text, source or found, wire.label)
