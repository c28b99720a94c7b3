"""One language's part of a post or comment: which words may be said, and the lines that say them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from config.wording import Wording
from mirroring.dates import clock, day, rhythm_words, when
from mirroring.facts import Facts, same_words
from mirroring.plain_text import Direction, beside, clean, one_line, shortened
from mirroring.translated import Text, base_language, original_name, translated


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in every language of one text."""

    texts: Mapping[str, Text]
    original: str
    wordings: Mapping[str, Wording]
    link: str
    group_name: str = ""

    def line(self, text: str, limit: int) -> str:
        """`text` on one line, without our own link: that stands once, at the end."""
        return shortened(one_line(clean(text).replace(self.link, "")), limit)


@dataclass(frozen=True, slots=True)
class Voice:
    """One language of a page: its full tag and the wording it is said with."""

    tag: str
    wording: Wording
    tells_original: bool  # is some block of this post in the event's own language?

    @property
    def direction(self) -> Direction:
        return self.wording.direction

    def when(self, facts: Facts) -> str:
        if facts.rhythm is None:
            return when(facts.starts_at, facts.ends_at, facts.all_day, facts.timezone, self.tag, self.wording)
        return rhythm_words(
            facts.rhythm, facts.starts_at, facts.ends_at, facts.timezone, self.tag, self.wording, all_day=facts.all_day
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """Characters for a description and for one fact; how many changed dates one comment tells."""

    description: int
    fact: int
    dates: int


def block_lines(
    frame: Frame, facts: Facts, next_date: Facts | None, lead: str, voice: Voice, budget: Budget
) -> list[str]:
    """An announcement or reminder in one language: lead, title, when, where, and a short description."""
    labels = voice.wording.labels
    group = frame.line(frame.group_name, budget.fact)
    lines = [f"{lead} – {beside(group, voice.direction)}" if group else lead]
    title, says_title = _title(frame, facts, voice)
    description, says_description = _description(frame, facts, voice)
    named = frame.line(title, budget.fact)
    lines += [named] if named else []
    lines += [] if says_title and says_description else [_note(frame, voice)]
    lines.append(labels.when.format(fact=voice.when(facts)))
    if facts.rhythm and next_date:
        lines.append(labels.next.format(fact=_next(frame, facts, next_date, voice, budget)))
    lines += _where(frame, facts, voice, budget)
    if facts.status != "cancelled":
        short = shortened(_paragraphs(frame, description), budget.description)
        lines += ["", short] if short else []
    return lines


def change_lines(
    frame: Frame, old: Facts, new: Facts, lead: str, kinds: frozenset[str], voice: Voice, budget: Budget
) -> list[str]:
    """What changed in one event or date: each new fact, with the old one under it. A cancellation names the old time."""
    labels = voice.wording.labels

    def before(fact: str) -> list[str]:
        return [labels.before.format(fact=beside(fact, voice.direction))] if fact else []

    title, says_title = _title(frame, new, voice)
    named = frame.line(title, budget.fact)
    lines = [f"{lead} – {beside(named, voice.direction)}" if named else lead]
    lines += [] if says_title else [_note(frame, voice)]
    if "title" in kinds:
        lines += before(frame.line(old.title, budget.fact))
    moved = bool({"time", "rhythm"} & kinds)
    lines.append(labels.when.format(fact=voice.when(new if kinds else old)))
    lines += before(voice.when(old)) if moved else []
    if "place" in kinds:
        lines += [*_where(frame, new, voice, budget), *before(frame.line(old.location, budget.fact))]
    return lines


def _where(frame: Frame, facts: Facts, voice: Voice, budget: Budget) -> list[str]:
    place = frame.line(facts.location, budget.fact)
    return [voice.wording.labels.where.format(fact=beside(place, voice.direction))] if place else []


def _next(frame: Frame, series: Facts, date: Facts, voice: Voice, budget: Budget) -> str:
    """The next date of a series; its time and place too where they are not the usual ones."""
    usual, this = (clock(one.starts_at, one.ends_at, one.timezone, voice.tag, voice.wording) for one in (series, date))
    same_time = series.all_day == date.all_day and (date.all_day or usual == this)
    words = day(date.starts_at, date.timezone, voice.tag, voice.wording) if same_time else voice.when(date)
    place = frame.line(date.location, budget.fact)
    return (
        words
        if same_words(series.location, date.location) or not place
        else f"{words} – {beside(place, voice.direction)}"
    )


def _title(frame: Frame, facts: Facts, voice: Voice) -> tuple[str, bool]:
    """The title as this language says it, and whether it does."""
    if _speaks_original(frame, voice) or not facts.title.strip():
        return facts.title, True
    text = translated(frame.texts, facts, voice.tag, frame.original)
    return (text.title, True) if text else (facts.title, False)


def _description(frame: Frame, facts: Facts, voice: Voice) -> tuple[str, bool]:
    """The description likewise. Where another block of the post tells the original one, it is not told twice."""
    if _speaks_original(frame, voice):
        return facts.description, True
    text, told = translated(frame.texts, facts, voice.tag, frame.original), frame.texts.get(frame.original)
    is_older = told is not None and not same_words(told.description, facts.description)
    if text and text.description.strip() and not is_older:
        return text.description, True
    return ("", True) if voice.tells_original or not facts.description.strip() else (facts.description, False)


def _note(frame: Frame, voice: Voice) -> str:
    return voice.wording.asks.original.format(language=original_name(frame.original, voice.wording, frame.wordings))


def _speaks_original(frame: Frame, voice: Voice) -> bool:
    return base_language(voice.tag) == base_language(frame.original)


def _paragraphs(frame: Frame, text: str) -> str:
    return "\n".join(line for line in clean(clean(text).replace(frame.link, "")).split("\n") if line)
