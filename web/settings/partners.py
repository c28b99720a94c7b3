"""/settings/partners: organisations that help in languages nobody here speaks, and the person who has such comments."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import col, select
from starlette.responses import Response

from inbox.language.tags import base
from inbox.routing import provisions
from inbox.routing.decide import ANSWERING_ROLES
from models.routing_rule import Partner, partners
from models.staff import staff
from models.switched_on import switched_on
from web.context import Context
from web.forms import Shape
from web.policy import OWNS, allow
from web.visit import Visit

LIST = "/settings/partners"


class Typed(Shape):
    name: str
    languages: list[str] = Field(default_factory=list)
    more_languages: str = ""
    contact: str
    note: str = ""


class Chosen(Shape):
    person: str = ""


class Nothing(Shape):
    """A button alone."""


def partner_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(LIST)
    def listed(visit: Visit = allow(*OWNS), change: str = "") -> Response:
        return _page(visit, change)

    @router.post(LIST)
    def added(visit: Visit = allow(*OWNS)) -> Response:
        return _kept(visit, "", visit.speech.say("Added."))

    @router.post(f"{LIST}/person")
    def chosen(visit: Visit = allow(*OWNS)) -> Response:
        typed = visit.read(Chosen)
        with visit.write(LIST) as session:
            provisions.choose_no_speaker(session, visit.school.slug, typed.person, visit.email, visit.now)
        return visit.go(LIST, visit.speech.say("Saved."))

    @router.post(f"{LIST}/{{id}}")
    def changed(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _kept(visit.to(id, Partner), id, visit.speech.say("Changed."))

    @router.post(f"{LIST}/{{id}}/off")
    def off(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _switched(visit.to(id, Partner), id, on=False)

    @router.post(f"{LIST}/{{id}}/on")
    def on(id: str, visit: Visit = allow(*OWNS)) -> Response:
        return _switched(visit.to(id, Partner), id, on=True)

    return router


def _kept(visit: Visit, id: str, told: str) -> Response:
    typed = visit.read(Typed)
    more = [one.strip() for one in typed.more_languages.split(",") if one.strip()]
    with visit.write(LIST) as session:
        provisions.keep_partner(
            session, visit.school.slug, typed.name, [*typed.languages, *more], typed.contact, typed.note, visit.email,
            visit.now, id,
        )  # fmt: skip
    return visit.go(LIST, told)


def _switched(visit: Visit, id: str, *, on: bool) -> Response:
    visit.read(Nothing)
    with visit.write(LIST) as session:
        row = provisions.switch_partner(session, visit.school.slug, id, visit.email, visit.now, on=on)
    off = visit.speech.say("{name} is switched off. It stands below, if you want it back.", name=row.name)
    return visit.go(LIST, visit.speech.say("{name} is there again.", name=row.name) if on else off)


def _page(visit: Visit, change: str) -> Response:
    with visit.db.read() as session:
        here, chosen = partners(session, visit.school.slug), switched_on(session, visit.school.slug)
        query = select(Partner).where(Partner.school == visit.school.slug, col(Partner.off_at).is_not(None))
        off = list(session.exec(query.order_by(col(Partner.name), col(Partner.id))))
        answering = [one for one in staff(session, visit.school.slug) if one.role in ANSWERING_ROLES]
    spoken = {base(tag) for one in answering for tag in one.languages}
    return visit.page(
        "partners.html", partners=here, off=off, changed=next((one for one in here if one.id == change), None),
        people=sorted(answering, key=lambda one: one.name), person_chosen=chosen.no_speaker_person if chosen else "",
        unspoken=[tag for tag in visit.school.languages if base(tag) not in spoken],
        fallback=next((one.name for one in answering if one.email == visit.school.fallback), visit.school.fallback),
    )  # fmt: skip
