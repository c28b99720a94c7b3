"""What one round did, and how each stage tells it: sentences for people, counts for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from mirroring.intake import Intake
from outbox.ledger import Delivered
from upkeep.cards import of_page


@dataclass(slots=True)
class RoundReport:
    """`troubles` need somebody and make `sync` end with 1; `notes` are only told. No sentence is said twice.

    `shut`: pages of which it was told that nothing can be sent there until a person acts. `astray`: the clock was not
    believed.
    """

    school: str
    counts: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)
    astray: bool = False

    def count(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def trouble(self, *sentences: str) -> None:
        _add(self.troubles, sentences)

    def note(self, *sentences: str) -> None:
        _add(self.notes, sentences)

    def taken_in(self, intake: Intake) -> None:
        self.count(feeds=1, **{f"events_{name}": number for name, number in intake.counts.items()})
        if intake.outcome in ("held", "refused", "failed"):
            self.trouble(intake.message)
        self.note(intake.note)
        if missing := intake.counts.get("missing"):
            self.note(f"{missing} events are no longer in {intake.source}: a person is asked.")
        for one in intake.problems:
            self.note(f"{intake.source}, {one.uid}: {one.message}" if one.uid else f"{intake.source}: {one.message}")

    def delivered(self, what: Delivered) -> None:
        self.count(sent=what.sent, failed=what.failed)
        self.trouble(*what.problems)
        for key, (why, needs_person) in what.closed.items():
            slug = key.partition(":")[2]
            sentence = of_page(slug, why)
            if needs_person:
                self.shut.add(slug)
                self.trouble(sentence)
            else:
                self.note(sentence)


def _add(told: list[str], sentences: Iterable[str]) -> None:
    told += [one for one in dict.fromkeys(sentences) if one and one not in told]
