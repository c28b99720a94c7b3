""" "You said, we did": a post of sentences that people of the school wrote and chose. Pure: words in, one text out.

Each language is told by what a person typed in it, never by a machine. A language of the page that lacks words gets one
line in its own words, which says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.languages import wider_tags
from config.wording import Wording, wording_for
from config.wording.shape import HeardWords
from mirroring.compose import BETWEEN
from mirroring.plain_text import beside, one_line
from mirroring.translated import base_language, original_name

Pair = tuple[str, str]  # what families said, what the school did


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing to be told: language -> its two sentences."""

    words: Mapping[str, Pair]

    def in_(self, tag: str) -> Pair | None:
        """In this language or one that its readers read as well: es for es-MX, and es-MX for es."""
        near = [*wider_tags(tag), *sorted(one for one in self.words if base_language(one) == base_language(tag))]
        return next((self.words[one] for one in near if one in self.words), None)


def spoken(chosen: Sequence[Chosen], languages: Sequence[str], wordings: Mapping[str, Wording]) -> list[str]:
    """The languages of a page in which all that is chosen can be told."""
    able = [tag for tag in languages if _frame(tag, wordings)]
    return [tag for tag in able if all(one.in_(tag) for one in chosen)]


def text_of(
    chosen: Sequence[Chosen], languages: Sequence[str], wordings: Mapping[str, Wording], group_name: str, link: str
) -> str:
    """The whole post; `languages` are the page's. One of them at least must be `spoken`."""
    told = spoken(chosen, languages, wordings)
    blocks = [_block(chosen, tag, wordings, group_name) for tag in told]
    others = [found for tag in languages if tag not in told and (found := wording_for(tag, wordings))]
    notes = [one.asks.original.format(language=original_name(told[0], one, wordings)) for one in others]
    asks = [wordings_of.asks.comment for tag in languages if (wordings_of := wording_for(tag, wordings))]
    return BETWEEN.join([*blocks, "\n".join([*notes, *asks, link])])


def _block(chosen: Sequence[Chosen], tag: str, wordings: Mapping[str, Wording], group_name: str) -> str:
    frame, wording = _frame(tag, wordings), wording_for(tag, wordings)
    assert frame and wording
    pairs = [pair for one in chosen if (pair := one.in_(tag))]
    told = [f"{frame.you_said.format(words=said)}\n{frame.we_did.format(words=did)}" for said, did in pairs]
    group = one_line(group_name)
    return "\n\n".join([f"{frame.title} – {beside(group, wording.direction)}" if group else frame.title, *told])


def _frame(tag: str, wordings: Mapping[str, Wording]) -> HeardWords | None:
    found = wording_for(tag, wordings)
    return found.heard if found else None
