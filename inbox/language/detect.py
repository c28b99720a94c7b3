"""One line in, one line out: what `detect` does with every line of its input."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from inbox.language.guess import Guesser


class NotAText(ValueError):
    """The line is not a JSON object with a text; the message is one sentence with the mend."""


def detect_line(json_line: str, guesser: Guesser, languages: Sequence[str]) -> dict[str, Any]:
    """{language, confidence, mixed_with, candidates: [[language, probability], …]}. Raises NotAText."""
    guess = guesser.guess(_text(json_line), languages)
    return {
        "language": guess.language,
        "confidence": guess.confidence,
        "mixed_with": guess.mixed_with,
        "candidates": [list(pair) for pair in guess.candidates],
    }


def _text(json_line: str) -> str:
    try:
        given = json.loads(json_line)
    except ValueError as why:
        raise NotAText('This line is not JSON: write one object a line, like {"text": "¿A qué hora?"}.') from why
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise NotAText('This line has no text: write one object a line, like {"text": "¿A qué hora?"}.')
    return str(given["text"])
