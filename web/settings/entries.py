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
    Entry("/settings/rules", _("Who answers what"), _("Rules that send comments to the right person, in their order.")),
    Entry("/settings/urgent", _("What is urgent"), _("Words of danger go to one person at once: who that is, and which words.")),
    Entry("/settings/partners", _("Partners"), _("Who helps with languages that nobody here speaks, and who has those comments.")),
    Entry("/settings/first-word", _("First word"), _("A short thank-you in the family’s language, before somebody answers.")),
    Entry("/settings/translation", _("Translation"), _("Words of families and of your answers, translated by a machine.")),
    Entry("/settings/labels", _("What people said about languages"), _("How the guesses fared, and the texts to take along.")),
)  # fmt: skip
