"""The tables of a site file that say who answers what, and who helps where nobody can: [[routes]], [[partners]]."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches

from config import site_checks as check
from config.languages import language_tag
from config.mistake import Mistake
from config.site_table import Table
from config.site_values import Partner, RoutingRule
from config.topics import TOPICS

KEYS = {
    "routes": ("languages", "page", "group", "topic", "event", "people", "why"),
    "partners": ("name", "languages", "contact", "note"),
}
UNSURE = "und"
_MOST_HOURS = 168


def rule(table: Table, pages: Collection[str], groups: Collection[str], answering: Collection[str]) -> RoutingRule:
    """`answering`: the emails of those who may answer families."""
    table.only(KEYS["routes"])
    return RoutingRule(
        languages=table.texts("languages", _language),
        page=table.text("page", _known("page", pages), default=""),
        group=table.text("group", _known("group", groups), default=""),
        topic=table.text("topic", check.optional(check.one_of(*TOPICS)), default=""),
        event_words=table.texts("event", check.plain),
        people=_people(table, answering),
        why=table.text("why", check.optional(check.plain), default=""),
    )


def partner(table: Table) -> Partner:
    table.only(KEYS["partners"])
    languages = table.texts("languages", language_tag)
    if not languages:
        table.note("languages", Mistake("names no language", 'write those that they speak, such as ["so"]'))
    return Partner(
        name=table.text("name"),
        languages=languages,
        contact=table.text("contact"),
        note=table.text("note", check.optional(check.plain), default=""),
    )


def language_hours(table: Table, languages: Collection[str]) -> Mapping[str, float]:
    """Hours a week by language, of a person who speaks `languages`."""
    said = table.raw.get("language_hours", {})
    if not isinstance(said, dict):
        table.note("language_hours", Mistake("is no table of hours", "write language_hours = { es = 5, en = 10 }"))
        return {}
    for tag, hours in said.items():
        if tag not in languages:
            choices = " or ".join(languages)
            mend = f"write {choices}, or add it to languages" if choices else "add it to languages"
            table.note("language_hours", Mistake(f'names "{tag}", which this person does not speak', mend))
        elif isinstance(hours, bool) or not isinstance(hours, (int, float)) or not 0 < hours <= _MOST_HOURS:
            table.note(
                "language_hours", Mistake(f'has no hours a week for "{tag}"', f"write {tag} = 5, or another number")
            )
    return {tag: float(hours) for tag, hours in said.items() if isinstance(hours, (int, float))}


def may_answer(table: Table, key: str, answering: Collection[str]) -> str:
    """The email at `key`, which may be left out, of somebody who answers families."""
    return table.text(key, check.optional(lambda text: _answers(text, answering)), default="")


def _people(table: Table, answering: Collection[str]) -> tuple[str, ...]:
    people = table.texts("people", lambda text: _answers(text, answering))
    if not table.raw.get("people"):
        table.note("people", Mistake("names nobody", 'write people = ["maria@maple.example"], with those who answer'))
    return people


def _answers(text: str, answering: Collection[str]) -> str:
    email = check.email(text)
    if email not in answering:
        raise Mistake(f'"{email}" is nobody in [[staff]] who answers families', "name an owner or a member of staff")
    return email


def _language(text: str) -> str:
    return UNSURE if text == UNSURE else language_tag(text)


def _known(what: str, slugs: Collection[str]) -> Callable[[str], str]:
    def known(text: str) -> str:
        if text and text not in slugs:
            near = get_close_matches(text, slugs, n=1, cutoff=0.6) or sorted(slugs)
            mend = f'write "{near[0]}"' if near else f"add a [[{what}s]] table with that slug"
            raise Mistake(f'"{text}" is no {what} of this file', mend)
        return text

    return known
