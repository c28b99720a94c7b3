"""What can be decided, and where: one entry a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """`name` and `sentence` are in English: templates say them in the reader's language."""

    path: str
    name: str
    sentence: str


def _(text: str) -> str:
    """Marks a text for the catalogues."""
    return text


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "/settings/urgent", _("What is urgent"), _("Words of danger go to one person at once: who that is, and which words."),
    ),
    Entry(
        "/settings/labels", _("What people said about languages"), _("How the guesses fared, and the texts to take along."),
    ),
)  # fmt: skip
