"""/settings/urgent: who looks after what is urgent, and which words make a comment so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from config.urgent import KINDS, LANGUAGES, urgent_lists
from inbox.routing.decide import ANSWERING_ROLES
from inbox.urgent.deeds import choose_person
from inbox.urgent.lists import add_phrase, remove_phrase, switch_off, words_of
from inbox.urgent.look import Urgent
from inbox.urgent.phrases import spoken
from models.staff import StaffMember, member, staff
from models.switched_on import switched_on
from models.urgent_word import UrgentWord, urgent_words
from web.context import Context
from web.forms import Shape
from web.policy import OWNS, allow
from web.visit import Visit

HERE = "/settings/urgent"


class Person(Shape):
    who: str = ""  # "" = whoever gets what is unsure


class Sentence(Shape):
    text: str


class Own(Shape):
    language: str
    kind: str
    phrase: str


class Phrase(Shape):
    language: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Sight:
    """`own` are the school's phrases, `off` shipped ones that it does not want, as (row, how one says it)."""

    people: list[StaffMember]
    chosen: str
    fallback: str
    own: list[UrgentWord]
    off: list[tuple[UrgentWord, str]]


def urgent_settings_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def shown(visit: Visit = allow(*OWNS)) -> Response:
        return _page(visit)

    @router.post(f"{HERE}/try")
    def tried(visit: Visit = allow(*OWNS)) -> Response:
        """Changes nothing: a sentence that is tried stands in no address."""
        text = visit.read(Sentence).text
        with visit.db.read() as session:
            found = words_of(session, visit.school.slug).look(text)
        return _page(visit, text, found)

    @router.post(f"{HERE}/person")
    def person(visit: Visit = allow(*OWNS)) -> Response:
        asked = visit.read(Person)
        with visit.write(HERE) as session:
            choose_person(session, visit.school.slug, asked.who, visit.email, visit.now)
        return visit.go(HERE, visit.speech.say("Saved."))

    @router.post(f"{HERE}/words")
    def added(visit: Visit = allow(*OWNS)) -> Response:
        asked = visit.read(Own)
        with visit.write(HERE) as session:
            row = add_phrase(
                session, visit.school.slug, asked.language, asked.phrase, asked.kind, visit.email, visit.now
            )
            phrase = row.phrase
        return visit.go(f"{HERE}#own", visit.speech.say("From now on “{phrase}” is urgent.", phrase=phrase))

    @router.post(f"{HERE}/off")
    def off(visit: Visit = allow(*OWNS)) -> Response:
        asked = visit.read(Phrase)
        with visit.write(HERE) as session:
            switch_off(session, visit.school.slug, asked.language, asked.phrase, visit.email, visit.now)
        return visit.go(f"{HERE}#off", visit.speech.say("Switched off for this school."))

    @router.post(f"{HERE}/back")
    def back(visit: Visit = allow(*OWNS)) -> Response:
        """A phrase of the school's own goes; one that ships holds again."""
        asked = visit.read(Phrase)
        with visit.write(HERE) as session:
            remove_phrase(session, visit.school.slug, asked.language, asked.phrase, visit.email, visit.now)
        return visit.go(HERE, visit.speech.say("Changed."))

    return router


def _page(visit: Visit, text: str = "", found: Urgent | None = None) -> Response:
    with visit.db.read() as session:
        sight = _look(session, visit)
    off = {(row.language, row.phrase) for row, _ in sight.off}
    return visit.page(
        "urgent.html", sight=sight, kinds=KINDS, languages=LANGUAGES, shipped=_shipped(off), text=text, found=found,
        mails=visit.context.mails,
    )  # fmt: skip


def _look(session: Session, visit: Visit) -> Sight:
    school = visit.school.slug
    chosen, changed = switched_on(session, school), urgent_words(session, school)
    fallback = member(session, school, visit.school.fallback)
    return Sight(
        [one for one in staff(session, school) if one.role in ANSWERING_ROLES],
        chosen.urgent_person if chosen else "",
        fallback.name if fallback else visit.school.fallback,
        [one for one in changed if one.is_on],
        [(one, _said(one.language, one.phrase)) for one in changed if not one.is_on],
    )


def _shipped(off: set[tuple[str, str]]) -> Mapping[str, Mapping[str, list[tuple[str, str]]]]:
    """language -> kind -> (phrase, how one says it), without those that are off."""
    return {
        tag: {
            kind: [(one, _said(tag, one)) for one in phrases if (tag, one) not in off]
            for kind, phrases in given.phrases.items()
        }
        for tag, given in urgent_lists().items()
    }


def _said(language: str, phrase: str) -> str:
    return spoken(phrase, {name: words.split() for name, words in urgent_lists()[language].groups.items()})
