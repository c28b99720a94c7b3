"""Days away and hours for a language: one's own days on /you, anybody's on their page, by an owner."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException
from pydantic import Field
from starlette.responses import Response

from inbox.permitted import NotPossible
from inbox.routing import provisions
from models.routing_rule import Away, away_on
from models.staff import StaffMember
from upkeep import staffing
from web.context import Context
from web.forms import Shape
from web.people.staff import LIST, day_of
from web.policy import ANSWERS, OWNS, allow
from web.visit import Visit


class Days(Shape):
    first_day: str
    last_day: str


class Hours(Shape):
    """`hours` stand in the order of `languages`; "" = none of one's own."""

    languages: list[str] = Field(default_factory=list)
    hours: list[str] = Field(default_factory=list)


class Nothing(Shape):
    """A button alone."""


def away_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/you/away")
    def you(visit: Visit = allow(*ANSWERS)) -> Response:
        return _gone(visit, visit.email, "/you")

    @router.post(f"{LIST}/{{id}}/away")
    def they(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _gone(visit, _person(visit, id).email, f"{LIST}/{id}")

    @router.post("/away/{id}/off")
    def back(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, Away)
        visit.read(Nothing)
        with visit.write("/you") as session:
            row = provisions.be_back(session, visit.school.slug, id, visit.email, visit.now)
        return visit.go(_page_of(visit, row.email), visit.speech.say("Taken back: these are working days again."))

    @router.post(f"{LIST}/{{id}}/hours")
    def hours(id: str, visit: Visit = allow(*OWNS)) -> Response:
        person, typed = _person(visit, id), visit.read(Hours)
        with visit.write(f"{LIST}/{id}") as session:
            provisions.give_hours(session, visit.school.slug, person.email, _counted(typed), visit.email, visit.now)
        return visit.go(f"{LIST}/{id}", visit.speech.say("Saved: {name}.", name=person.name))

    return router


def days_of(visit: Visit, email: str) -> Sequence[Away]:
    """Their days away that are not past."""
    with visit.db.read() as session:
        return [one for one in away_on(session, visit.school.slug, visit.moments.today()) if one.email == email]


def _gone(visit: Visit, email: str, back: str) -> Response:
    typed = visit.read(Days)
    first, last = day_of(typed.first_day), day_of(typed.last_day)
    with visit.write(back) as session:
        provisions.go_away(
            session, visit.school.slug, email, first, last, visit.email, visit.now, visit.moments.today()
        )
    told = visit.speech.say("Noted. Nothing new comes on these days.")
    return visit.go(back, told)


def _person(visit: Visit, id: str) -> StaffMember:
    with visit.db.read() as session:
        found = staffing.of_id(session, visit.school.slug, id, visit.now)
    if found is None:
        raise HTTPException(404)
    return found.person


def _page_of(visit: Visit, email: str) -> str:
    if email == visit.email:
        return "/you"
    return f"{LIST}/{staffing.id_of(StaffMember(school=visit.school.slug, email=email, name='', role='', made_by=''))}"


def _counted(typed: Hours) -> dict[str, float]:
    try:
        said = [float(one.replace(",", ".")) if one else 0.0 for one in typed.hours]
    except ValueError:
        raise NotPossible("Hours are numbers, such as 5 or 2.5: write them again.") from None
    return {tag: count for tag, count in zip(typed.languages, said, strict=False) if count}
