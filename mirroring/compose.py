"""What we say on a page: one event, one post, all the page's languages. Pure: facts, texts and wording in, plain text out.

Times and places always come from the event, never from a translation. What is not translated is said in the original,
with a note. A post never grows over LIMIT: descriptions are shortened first, then titles and places, and only where that
is not enough the last languages are left to the event's own page, which every post links to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from config.wording import Wording, wording_for
from mirroring.blocks import Budget, Frame, Voice, block_lines, change_lines
from mirroring.dates import counted
from mirroring.facts import Change, Facts, changes
from mirroring.plain_text import beside, length, side_by_side
from mirroring.translated import Text, base_language

__all__ = ["LIMIT", "Text", "announcement", "cancellation_comment", "change_comment", "reminder", "revised"]

LIMIT = 5_000  # UTF-16 units
BETWEEN = "\n\n———\n\n"


def announcement(
    facts: Facts,
    texts: Mapping[str, Text],
    languages: Sequence[str],
    *,
    original: str,
    wordings: Mapping[str, Wording],
    link: str,
    group_name: str,
    next_date: Facts | None = None,
) -> str:
    """A post that tells of an event, or of a series by its rhythm and `next_date`.

    `texts` by language tag; `original` is the language of `facts`; `link` stands in the text exactly once.
    """
    return revised(
        facts, texts, languages, (), original=original, wordings=wordings, link=link, group_name=group_name,
        next_date=next_date,
    )  # fmt: skip


def reminder(
    facts: Facts,
    texts: Mapping[str, Text],
    languages: Sequence[str],
    *,
    original: str,
    wordings: Mapping[str, Wording],
    link: str,
    group_name: str,
    at: datetime,
) -> str:
    """A post about one date (`facts` without rhythm), as read on the day of `at`: today, tomorrow, in three days."""
    frame = Frame(texts, original, wordings, link, group_name)

    def lead(voice: Voice) -> str:
        return _cancelled_or(facts, voice, _days_ahead(facts, at, voice))

    return _fitted(frame, languages, lambda voices, budget: _post(frame, facts, None, voices, lead, budget))


def revised(
    facts: Facts,
    texts: Mapping[str, Text],
    languages: Sequence[str],
    told: Sequence[Change],
    *,
    original: str,
    wordings: Mapping[str, Wording],
    link: str,
    group_name: str,
    next_date: Facts | None = None,
) -> str:
    """The whole new text of an edited post: its first line says in every language what changed.

    After a change of the description alone, or none (`told` is empty), it reads as an announcement does.
    """
    frame = Frame(texts, original, wordings, link, group_name)

    def lead(voice: Voice) -> str:
        return _cancelled_or(facts, voice, _change_lead(told, voice) or voice.wording.leads.coming_up)

    def build(voices: Sequence[Voice], budget: Budget) -> str:
        news = _noteworthy(told) or facts.status == "cancelled"
        first_line = _first_line(voices, lead) + "\n\n" if news and len(voices) > 1 else ""
        return first_line + _post(frame, facts, next_date, voices, lead, budget)

    return _fitted(frame, languages, build)


def change_comment(
    pairs: Sequence[tuple[Facts, Facts]],
    texts: Mapping[str, Text],
    languages: Sequence[str],
    *,
    original: str,
    wordings: Mapping[str, Wording],
    link: str,
) -> str:
    """The comment under an edited post: for each (what was, what is) what changed, cancellations included."""
    frame = Frame(texts, original, wordings, link)

    def build(voices: Sequence[Voice], budget: Budget) -> str:
        blocks = [_change_block(frame, pairs, voice, budget) for voice in voices]
        return BETWEEN.join(blocks) + "\n\n" + frame.link

    return _fitted(frame, languages, build)


def cancellation_comment(
    facts: Facts,
    texts: Mapping[str, Text],
    languages: Sequence[str],
    *,
    original: str,
    wordings: Mapping[str, Wording],
    link: str,
) -> str:
    """The comment that says that an event will not take place; `facts` are those that families know."""
    frame = Frame(texts, original, wordings, link)

    def build(voices: Sequence[Voice], budget: Budget) -> str:
        blocks = [
            "\n".join(change_lines(frame, facts, facts, voice.wording.leads.cancelled, frozenset(), voice, budget))
            for voice in voices
        ]
        return BETWEEN.join(blocks) + "\n\n" + frame.link

    return _fitted(frame, languages, build)


# --- fitting the languages into one text


_BUDGETS = (Budget(280, 300, 12), Budget(140, 300, 8), Budget(0, 300, 5), Budget(0, 120, 3), Budget(0, 60, 1))


def _fitted(frame: Frame, languages: Sequence[str], build: Callable[[Sequence[Voice], Budget], str]) -> str:
    """The fullest text that fits: shorter and shorter first, then without the last languages."""
    voices = _voices(frame, languages)
    least = _BUDGETS[-1]
    attempts = [(len(voices), budget) for budget in _BUDGETS] + [(n, least) for n in range(len(voices) - 1, 0, -1)]
    text = ""
    for count, budget in attempts:
        text = build(voices[:count], budget)
        if length(text) <= LIMIT:
            break
    return text


def _voices(frame: Frame, languages: Sequence[str]) -> list[Voice]:
    """The page's languages that have wording; without any, the original's, or English."""
    found = {tag: wording for tag in languages if (wording := wording_for(tag, frame.wordings))}
    if not found:
        tag = frame.original if wording_for(frame.original, frame.wordings) else "en"
        found = {tag: wording_for(tag, frame.wordings) or frame.wordings["en"]}
    tells_original = any(base_language(tag) == base_language(frame.original) for tag in found)
    return [Voice(tag, wording, tells_original) for tag, wording in found.items()]


def _post(
    frame: Frame,
    facts: Facts,
    next_date: Facts | None,
    voices: Sequence[Voice],
    lead: Callable[[Voice], str],
    budget: Budget,
) -> str:
    blocks = ["\n".join(block_lines(frame, facts, next_date, lead(voice), voice, budget)) for voice in voices]
    asks = [side_by_side(voice.wording.asks.comment, voice.wording.asks.more) for voice in voices]
    return BETWEEN.join([*blocks, "\n".join([*asks, frame.link])])


def _change_block(frame: Frame, pairs: Sequence[tuple[Facts, Facts]], voice: Voice, budget: Budget) -> str:
    parts = []
    for old, new in pairs[: budget.dates]:
        told = changes(old, new)
        lead = _change_lead(told, voice) or voice.wording.leads.coming_up
        kinds = frozenset() if new.status == "cancelled" else frozenset(one.kind for one in told)
        parts.append("\n".join(change_lines(frame, old, new, lead, kinds, voice, budget)))
    return "\n\n".join([*parts, *(["…"] if len(pairs) > budget.dates else [])])


# --- what a first line says


def _days_ahead(facts: Facts, at: datetime, voice: Voice) -> str:
    zone = ZoneInfo(facts.timezone)
    days = (facts.starts_at.astimezone(zone).date() - at.astimezone(zone).date()).days
    leads = voice.wording.leads
    if days <= 1:
        return leads.tomorrow if days == 1 else leads.today
    return counted(leads.in_days, days, voice.tag)


def _cancelled_or(facts: Facts, voice: Voice, otherwise: str) -> str:
    return voice.wording.leads.cancelled if facts.status == "cancelled" else otherwise


def _first_line(voices: Sequence[Voice], lead: Callable[[Voice], str]) -> str:
    return " / ".join(dict.fromkeys(beside(lead(voice), voices[0].direction) for voice in voices))


def _noteworthy(told: Sequence[Change]) -> bool:
    return any(one.kind != "text" for one in told)


def _change_lead(told: Sequence[Change], voice: Voice) -> str:
    """ "New time · New place"; a cancellation says nothing else beside it."""
    leads = voice.wording.leads
    names = {
        "cancelled": leads.cancelled,
        "restored": leads.back_on,
        "time": leads.new_time,
        "rhythm": leads.new_rhythm,
        "place": leads.new_place,
        "title": leads.new_name,
    }
    kinds = [one.kind for one in told if one.kind in names]
    return leads.cancelled if "cancelled" in kinds else " · ".join(names[kind] for kind in kinds)
