"""/people/…: owners change what somebody is at their school, give them a new link, switch them off and on."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from config.mistake import Mistake
from inbox.routing.assign import assign_calls, left_behind
from models.school import school_named
from upkeep import people, staffing
from upkeep.people import NewPerson, Ties
from upkeep.staffing import Known, LastOwner
from web.context import Context
from web.forms import Shape
from web.people.away import days_of
from web.people.staff import LIST, Shown, Typed, choices, new_link, person_of, tell_link
from web.policy import ANSWERS, OWNS, allow
from web.visit import Visit

ONE = LIST + "/{id}"


class Nothing(Shape):
    pass


def person_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(ONE)
    def shown(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _page(visit, id)

    @router.post(ONE)
    def changed(id: str, visit: Visit = allow(*OWNS)) -> Response:
        known, typed = _known(visit, id), visit.read(Typed)
        visit.must_be_proven()
        try:
            new = person_of(typed, known.person.email, visit.school, visit.now)
            with visit.write(f"{LIST}/{id}") as session:
                row = staffing.change(session, visit.school.slug, _kept(new, known), visit.email, visit.now)
                _hand_on(session, visit)
        except Mistake as wrong:
            return _page(visit, id, typed=Shown(**typed.model_dump()), wrong=f"{wrong}.", status=422)
        except LastOwner:
            return _page(visit, id, typed=Shown(**typed.model_dump()), wrong=_last_owner(visit), status=422)
        return visit.go(f"{LIST}/{id}", visit.speech.say("Saved: {name}.", name=row.name))

    @router.post(f"{ONE}/link")
    def link(id: str, visit: Visit = allow(*OWNS)) -> Response:
        known = _known(visit, id)
        visit.read(Nothing)
        visit.must_be_proven()
        with visit.write(f"{LIST}/{id}") as session:
            token = new_link(visit, session, known.person)
        return tell_link(visit, known.person, token)

    @router.post(f"{ONE}/off")
    def off(id: str, visit: Visit = allow(*OWNS)) -> Response:
        known = _known(visit, id)
        visit.read(Nothing)
        visit.must_be_proven()
        try:
            with visit.write(LIST) as session:
                row = staffing.switch_off(session, visit.school.slug, known.person.email, visit.email, visit.now)
                moved = _hand_on(session, visit)
        except LastOwner:
            return _page(visit, id, wrong=_last_owner(visit), status=422)
        return visit.go(LIST, _told_off(visit, row.name, moved))

    @router.post(f"{ONE}/on")
    def on(id: str, visit: Visit = allow(*OWNS)) -> Response:
        known = _known(visit, id)
        visit.read(Nothing)
        visit.must_be_proven()
        person = known.person
        new = NewPerson(
            person.email, person.name, person.role, tuple(person.languages), person.hours, person.daily_limit, person.center
        )  # fmt: skip
        with visit.write(f"{LIST}/{id}") as session:
            people.add(session, visit.school.slug, new, visit.now, by=visit.email)
        return visit.go(f"{LIST}/{id}", visit.speech.say("{name} is here again.", name=person.name))

    return router


def _known(visit: Visit, id: str) -> Known:
    with visit.db.read() as session:
        found = staffing.of_id(session, visit.school.slug, id, visit.now)
    if found is None:
        raise HTTPException(404)
    return found


def _page(visit: Visit, id: str, *, typed: Shown | None = None, wrong: str = "", status: int = 200) -> Response:
    known = _known(visit, id)
    with visit.db.read() as session:
        hangs: Ties = people.ties(session, known.person)
    return visit.page(
        "person.html", status=status, wrong=wrong, known=known, one=known.person, ties=hangs,
        typed=typed or _as_known(visit, known), **choices(visit),
        answers=known.person.role in ANSWERS, away=days_of(visit, known.person.email), goes_to=f"{LIST}/{id}/away",
    )  # fmt: skip


def _as_known(visit: Visit, known: Known) -> Shown:
    one = known.person
    last = people.last_day(one.ends_at, visit.school.timezone).isoformat() if one.ends_at else ""
    extra = [tag for tag in one.languages if tag not in visit.school.languages]
    return Shown(
        one.email, one.name, one.role, list(one.languages), ", ".join(extra), one.hours, one.daily_limit, one.center, last
    )  # fmt: skip


def _kept(new: NewPerson, known: Known) -> NewPerson:
    """An empty name is the one they have."""
    return new if new.name else replace(new, name=known.person.name)


def _hand_on(session: Session, visit: Visit) -> int:
    """Conversations of whoever no longer answers go to others at once, as the next round would do it."""
    session.flush()
    school = school_named(session, visit.school.slug)
    return assign_calls(session, school, left_behind(session, school), visit.now)


def _told_off(visit: Visit, name: str, moved: int) -> str:
    told = visit.speech.say("{name} is switched off and signed out.", name=name)
    more = visit.speech.count("{n} conversation went to somebody else.", "{n} conversations went to others.", moved)
    return f"{told} {more}" if moved else told


def _last_owner(visit: Visit) -> str:
    return visit.speech.say(
        "The school would have no owner left. Make somebody else an owner first, without a last day."
    )
