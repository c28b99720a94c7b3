"""/settings/first-word: whether families get a first word in their language, and in which words. Off until somebody wants it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from config.first_word import proposals
from inbox.first_word import choice
from inbox.first_word.rules import PER_POST, the_words
from inbox.language.guess import ALL_LANGUAGES
from inbox.routing.decide import ANSWERING_ROLES
from inbox.routing.roster import rules
from models.staff import StaffMember, staff
from models.switched_on import FirstWord, first_words, switched_on
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, OWNS, allow
from web.visit import Visit

HERE = "/settings/first-word"


class Choice(Shape):
    names: str = ""


class Words(Shape):
    language: str
    text: str


class Language(Shape):
    language: str


class Nothing(Shape):
    """A button alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one language. `example`: as a family reads them, "" where there are none to read."""

    language: str
    text: str
    approved: FirstWord | None
    by: str
    example: str


def first_word_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def shown(visit: Visit = allow(*ANSWERS), add: str = "") -> Response:
        with visit.db.read() as session:
            on, approved = switched_on(session, visit.school.slug), first_words(session, visit.school.slug)
            people = [one for one in staff(session, visit.school.slug) if one.role in ANSWERING_ROLES]
        named = next((one for one in people if on and one.email == on.acknowledged_by), _example(visit, people))
        rows = [_shown(context, visit, tag, approved, people, named) for tag in _languages(visit, approved, add)]
        return visit.page(
            "first_word.html", on=on, rows=rows, people=people, per_post=PER_POST, approved=approved,
            others=[tag for tag in ALL_LANGUAGES if tag not in {one.language for one in rows}],
        )  # fmt: skip

    @router.post(HERE)
    def switched(visit: Visit = allow(*OWNS)) -> Response:
        chosen = visit.read(Choice)
        with visit.write(HERE) as session:
            choice.switch(session, visit.school.slug, visit.email, visit.now, on=True, names=chosen.names)
        return visit.go(HERE, visit.speech.say("First words are on, for comments that come from now on."))

    @router.post(HERE + "/off")
    def off(visit: Visit = allow(*OWNS)) -> Response:
        visit.read(Nothing)
        with visit.write(HERE) as session:
            choice.switch(session, visit.school.slug, visit.email, visit.now, on=False)
        return visit.go(HERE, visit.speech.say("First words are off."))

    @router.post(HERE + "/words")
    def approved(visit: Visit = allow(*ANSWERS)) -> Response:
        typed = visit.read(Words)
        with visit.write(HERE) as session:
            choice.approve(session, visit.school.slug, visit.email, typed.language, typed.text, visit.now)
        return visit.go(HERE, visit.speech.say("Approved, in your name."))

    @router.post(HERE + "/words/away")
    def away(visit: Visit = allow(*ANSWERS)) -> Response:
        typed = visit.read(Language)
        with visit.write(HERE) as session:
            choice.take_back(session, visit.school.slug, visit.email, typed.language, visit.now)
        return visit.go(HERE, visit.speech.say("Taken back: nothing is sent in this language any more."))

    return router


def _languages(visit: Visit, approved: Mapping[str, FirstWord], add: str) -> list[str]:
    added = [add] if add in ALL_LANGUAGES else []
    return list(dict.fromkeys([*added, *visit.school.languages, *approved]))


def _shown(
    context: Context, visit: Visit, tag: str, approved: Mapping[str, FirstWord], people: list[StaffMember],
    named: StaffMember,
) -> Shown:  # fmt: skip
    row = approved.get(tag)
    text = row.text if row else proposals().get(tag, "")
    by = next((one.name for one in people if row and one.email == row.approved_by), row.approved_by if row else "")
    words = FirstWord(school=visit.school.slug, language=tag, text=text, approved_by="", approved_at=visit.now)
    example = the_words(words, named, _due(visit), visit.school.timezone, context.wordings) if text else ""
    return Shown(tag, text, row, by, example)


def _example(visit: Visit, people: list[StaffMember]) -> StaffMember:
    """Of those who may have a comment."""
    answering = [one for one in people if one.role == "staff"]
    return visit.person if visit.person.role == "staff" or not answering else answering[0]


def _due(visit: Visit) -> datetime:
    """When a comment of this moment is to be answered by."""
    ours = rules(visit.school)
    return ours.working.add(visit.now, ours.respond_within)
