"""Listens to what families wrote: the language of each text, and whether it asks for an answer. No rows are changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.graph.page import identity
from connector.graph.values import RemoteComment
from inbox.held import Held
from inbox.language.guess import Guesser, Ranked
from inbox.language.tags import UNSURE
from inbox.one_post import PostReading
from inbox.owed import owes_answer
from inbox.remembered import Remembered
from inbox.threads import compare, order_of
from inbox.urgent.look import Urgent, UrgentWords, urgent_words

Key = tuple[str, str]  # a comment's identity and its text


@dataclass(frozen=True, slots=True)
class Heard:
    """One text. `unseen`: no words, but a picture or a voice, or perhaps one. `why` tells why it is owed or not."""

    owed: bool
    why: str
    unseen: bool
    language: str = UNSURE
    confidence: float = 0.0
    candidates: Ranked = ()
    mixed_with: str | None = None
    urgent: Urgent | None = None
    scores: tuple[tuple[str, Ranked], ...] = ()  # what each engine said, with its version
    told_by: str = ""  # letters | words: by what the language was told, or that it could not be; "" = nobody listened

    @property
    def guess(self) -> dict[str, Any]:
        """How the language was told, as the message keeps it."""
        if not self.told_by:
            return {}
        told = {"candidates": _pairs(self.candidates), "why": self.told_by}
        said = {"scores": {engine: _pairs(best) for engine, best in self.scores}} if self.scores else {}
        return told | said | ({"mixed_with": self.mixed_with} if self.mixed_with else {})


class Ears:
    """Remembers what it heard, so that the slow part can be done before a transaction begins."""

    def __init__(self, guesser: Guesser, languages: Sequence[str], words: UrgentWords | None = None) -> None:
        self._guesser, self._languages, self._words = guesser, tuple(languages), words or urgent_words()
        self._heard: dict[Key, Heard] = {}

    def listen(self, readings: Iterable[PostReading], held: Held, page_id: str) -> None:
        """Everything in the readings that is new to us or was edited, oldest first, so that earlier words help."""
        before: Remembered | None = None
        for reading in readings:
            known, ours = held.under(reading.post.id), held.ours(reading.post.id, page_id)
            difference = compare(reading.said, known)
            fresh = [*difference.new, *(comment for _, comment in difference.edited)]
            for comment in sorted(fresh, key=order_of):
                if not ours.wrote(comment):
                    before = before or Remembered(held.received(), self._languages)
                    heard = self.hear(comment, before.of(comment, reading.post.id))
                    before.note(comment, reading.post.id, heard.language, heard.confidence)

    def hear(self, comment: RemoteComment, prior: Mapping[str, float] | None = None) -> Heard:
        key = (identity(comment.id), comment.message)
        if key not in self._heard:
            self._heard[key] = self._hear(comment, prior)
        return self._heard[key]

    def _hear(self, comment: RemoteComment, prior: Mapping[str, float] | None) -> Heard:
        attachment = comment.attachment.type or "file" if comment.attachment else ""
        owed = owes_answer(comment.message, attachment, [tag.name for tag in comment.tags])
        urgent = self._words.look(comment.message)
        if owed.no_language:
            unseen = bool(attachment) or not comment.message.strip()
            return Heard(owed.owed, owed.reason, unseen)
        guess = self._guesser.guess(comment.message, self._languages, prior)
        return Heard(
            owed.owed or urgent is not None, owed.reason, False, guess.language, guess.confidence, guess.candidates,
            guess.mixed_with, urgent=urgent, scores=guess.scores, told_by="words" if guess.engines else "letters",
        )  # fmt: skip


def _pairs(ranked: Ranked) -> list[list[Any]]:
    return [list(pair) for pair in ranked]
