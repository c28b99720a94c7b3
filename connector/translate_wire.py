"""How a translation service is asked: one question, one answer soon or a sentence why not. A person waits for it.

No sentence here holds the words that were to be translated, a key, or an address with one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.languages import language_name
from connector.errors import OutsideError, Refused, SignInNeeded, Throttled, TryLater
from connector.fetch import Answer, Fetcher

SECONDS = 8.0  # for one question, from the name to the last byte
LARGEST = 1024 * 1024  # bytes of an answer
# What the layers below say of feeds, which a round reads again by itself; here a person presses the button again.
_BY_ITSELF, _BY_HAND = "it is tried again later", "try again in a while"
_KEY_WORDS = ("api key", "api_key", "apikey", "auth")
_LANGUAGE_WORDS = ("not supported", "unsupported", "invalid value", "bad language pair", "not available")


@dataclass(frozen=True, slots=True)
class Translated:
    """`detected`: the language that the words were in, as the service tells it or as it was told. `provider`: its label."""

    text: str = field(repr=False)
    detected: str
    provider: str


@dataclass(frozen=True, slots=True)
class Wire:
    """Carries questions to one service. `label` is what people call it."""

    fetcher: Fetcher
    label: str

    def ask(
        self, method: str, url: str, *, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None,
        target: str = "", source: str | None = None,
    ) -> Any:  # fmt: skip
        """The answer's JSON. Every failure is an OutsideError of one sentence. `target`, `source`: for that sentence."""
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        kind = {"Content-Type": "application/json"} if sent is not None else {}
        try:
            answer = self.fetcher.request(
                method, url, subject=self.label, headers={"Accept": "application/json", **kind, **(headers or {})},
                body=sent, changes=False,
            )  # fmt: skip
        except TryLater as wrong:
            raise TryLater(wrong.message.replace(_BY_ITSELF, _BY_HAND), subject=self.label) from None
        if answer.status != 200:
            raise self._complaint(answer, target, source)
        return self._read(answer)

    def no_translation(self) -> OutsideError:
        message = f"{self.label} gave an answer that is no translation: check its address, or {_BY_HAND}."
        return TryLater(message, subject=self.label)

    def _read(self, answer: Answer) -> Any:
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self.no_translation() from None

    def _complaint(self, answer: Answer, target: str, source: str | None) -> OutsideError:
        kind, rest = self._meaning(answer.status, _said(answer.body), target, source)
        return kind(f"{self.label} {rest}.", subject=self.label, code=answer.status)

    def _meaning(self, status: int, said: str, target: str, source: str | None) -> tuple[type[OutsideError], str]:
        if status in (401, 403) or (status == 400 and any(word in said for word in _KEY_WORDS)):
            return SignInNeeded, (
                f"refuses the key, or what may be translated with it is used up (status {status}): "
                "an owner looks at the settings of the translation"
            )
        if status == 400 and any(word in said for word in _LANGUAGE_WORDS):
            way = (
                f"from {language_name(source)} into {language_name(target)}"
                if source
                else f"into {language_name(target)}"
            )
            return Refused, f"does not translate {way}: ask a person who speaks both"
        if status == 429:
            return Throttled, "was asked too often (status 429): wait a minute, then try again"
        if status == 456:
            return (
                Refused,
                "has translated all that was paid for this month (status 456): wait, or ask its owner for more",
            )
        if status == 413:
            return Refused, "takes no text as long as this one (status 413): translate a shorter part"
        if status >= 500 or status in (408, 425):
            return TryLater, f"has trouble of its own (status {status}): {_BY_HAND}"
        return Refused, f"does not take what we ask at this address (status {status}): check its address"


def _said(body: bytes) -> str:
    """The service's own complaint in small letters, to tell a wrong key from a language that it lacks."""
    return body[:2000].decode(errors="replace").casefold()
