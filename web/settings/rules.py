"""/settings/rules: who answers what, as sentences in their order; and what they would do with a text that one types."""

from __future__ import annotations

from functools import cache

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from inbox.language.guess import Guesser
from inbox.routing import rulebook
from inbox.routing.explain import Explained
from inbox.routing.rulebook import Wanted
from models.routing_rule import RoutingRule
from web.context import Context
from web.forms import Shape
from web.policy import OWNS, allow
from web.settings.rule_view import try_text, view
from web.visit import Visit

LIST = "/settings/rules"


class Typed(Shape):
    languages: list[str] = Field(default_factory=list)
    page: str = ""
    group: str = ""
    topic: str = ""
    event_words: str = ""
    people: list[str] = Field(default_factory=list)
    why: str = ""

    def wanted(self) -> Wanted:
        words = tuple(one.strip() for one in self.event_words.split(",") if one.strip())
        return Wanted(
            tuple(self.languages), self.page, self.group, self.topic, words, tuple(self.people), self.why
        )  # fmt: skip


class Text(Shape):
    text: str = Field(max_length=2000)
    page: str = ""
    event: str = ""


class Nothing(Shape):
    """A button alone."""


def rule_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(LIST)
    def listed(visit: Visit = allow(*OWNS), change: str = "") -> Response:
        return _page(visit, change=change)

    @router.post(LIST)
    def added(visit: Visit = allow(*OWNS)) -> Response:
        typed = visit.read(Typed)
        with visit.write(LIST) as session:
            rulebook.add(session, visit.school.slug, typed.wanted(), visit.email, visit.now)
        return visit.go(LIST, visit.speech.say("Added. It counts for comments that come from now on."))

    @router.post(f"{LIST}/try")
    def tried(visit: Visit = allow(*OWNS)) -> Response:
        typed = visit.read(Text)
        found = try_text(visit, _guesser(), typed.text, typed.page, typed.event)
        return _page(visit, typed=typed, found=found)

    @router.post(f"{LIST}/{{id}}")
    def changed(id: str, visit: Visit = allow(*OWNS)) -> Response:
        visit, typed = visit.to(id, RoutingRule), visit.read(Typed)
        with visit.write(LIST) as session:
            rulebook.change(session, visit.school.slug, id, typed.wanted(), visit.email, visit.now)
        return visit.go(LIST, visit.speech.say("Changed."))

    @router.post(f"{LIST}/{{id}}/up")
    def up(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _moved(visit.to(id, RoutingRule), id, -1)

    @router.post(f"{LIST}/{{id}}/down")
    def down(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _moved(visit.to(id, RoutingRule), id, 1)

    @router.post(f"{LIST}/{{id}}/off")
    def off(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _switched(visit.to(id, RoutingRule), id, on=False)

    @router.post(f"{LIST}/{{id}}/on")
    def on(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _switched(visit.to(id, RoutingRule), id, on=True)

    return router


def _moved(visit: Visit, id: str, by: int) -> Response:
    visit.read(Nothing)
    with visit.write(LIST) as session:
        rulebook.move(session, visit.school.slug, id, by, visit.email, visit.now)
    return visit.go(f"{LIST}#{id}")


def _switched(visit: Visit, id: str, *, on: bool) -> Response:
    visit.read(Nothing)
    with visit.write(LIST) as session:
        rulebook.switch(session, visit.school.slug, id, visit.email, visit.now, on=on)
    off = visit.speech.say("Switched off. It stands below, if you want it back.")
    return visit.go(LIST, visit.speech.say("On again, in its old place.") if on else off)


def _page(visit: Visit, *, change: str = "", typed: Text | None = None, found: Explained | None = None) -> Response:
    return visit.page("rules.html", **view(visit, change), typed=typed or Text(text=""), found=found)


@cache
def _guesser() -> Guesser:
    """Made when somebody first tries a text: the engines take seconds to load, and most processes never need them."""
    return Guesser()
