"""Are two places what a person would call the same?"""

from __future__ import annotations

import re
import unicodedata

_NOT_SAID = re.compile(r"[^\w]+|_")


def place(text: str) -> str:
    """A place's name for comparing: case, spaces, punctuation and accents don't count. "" claims no place."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_NOT_SAID.sub(" ", plain).split())
