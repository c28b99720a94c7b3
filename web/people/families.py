"""/people/families: what is held of a family, found and saved for them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException
from sqlmodel import Session
from starlette.responses import Response

from config.mistake import Mistake
from models.audit import note
from models.conversation import Conversation, Visitor
from models.erasure import Erasure, open_erasures
from models.staff import StaffMember, member
from upkeep import erase as erasing
from upkeep.export import of_person
from upkeep.export_folder import in_json
from upkeep.find_person import find_person
from upkeep.whole_person import Person, whole_person
from web.context import Context
from web.forms import Shape
from web.people.export_page import person_page
from web.policy import ANSWERS, OWNS, allow
from web.visit import Visit

LIST = "/people/families"
ONE = LIST + "/{id}"


class Wish(Shape):
    why: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish that waits for a second word. `by` is who asked, as they are called; `id` opens the page about the person."""

    row: Erasure
    by: str
    id: str
    name: str


def families_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(LIST)
    def search(q: str = "", visit: Visit = allow(*ANSWERS)) -> Response:
        with visit.db.read() as session:
            found = find_person(session, visit.school.slug, q[:200])
            waiting = _waiting(session, visit.school.slug)
        return visit.page("families.html", found=found, waiting=waiting, q=q[:200])

    @router.get(ONE)
    def one(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit = visit.to(id, Visitor, Conversation)
        with visit.db.read() as session:
            return family_page(visit, session, person_of(session, visit, id), id)

    @router.post(ONE + "/export")
    def export(id: str, visit: Visit = allow(*OWNS)) -> Response:
        visit = visit.to(id, Visitor, Conversation)
        visit.must_be_proven()
        why = visit.read(Wish).why
        with visit.write(path_of(id)) as session:
            person = person_of(session, visit, id)
            note(session, visit.school.slug, visit.now, visit.email, "export person", person.subject, why)
            body = _zipped(visit, session, person)
        return Response(
            body, media_type="application/zip", headers={"Content-Disposition": 'attachment; filename="held.zip"'}
        )

    return router


def path_of(id: str) -> str:
    return ONE.format(id=id)


def person_of(session: Session, visit: Visit, id: str) -> Person:
    """404 for somebody who was erased meanwhile."""
    try:
        return whole_person(session, visit.school.slug, id)
    except Mistake:
        raise HTTPException(404) from None


def family_page(
    visit: Visit, session: Session, person: Person, id: str, *, wrong: str = "", status: int = 200
) -> Response:
    row = erasing.waiting_for(session, person)
    asker = member(session, visit.school.slug, row.asked_by) if row else None
    received = [one for one in person.said if one.direction == "received"]
    return visit.page(
        "family.html", status=status, held=person, id=id, row=row, wrong=wrong, received=received,
        by=asker.name if asker else (row.asked_by if row else ""),
        can_confirm=row is not None and _may_confirm(visit, row, asker),
        can_ask=bool(erasing.others(session, visit.school.slug, visit.person)), can_export=visit.person.role in OWNS,
    )  # fmt: skip


def _may_confirm(visit: Visit, row: Erasure, asker: StaffMember | None) -> bool:
    return row.asked_by != visit.email and "owner" in (visit.person.role, asker.role if asker else "")


def _waiting(session: Session, school: str) -> list[Waiting]:
    found = []
    for row in open_erasures(session, school):
        asker = member(session, school, row.asked_by)
        try:
            person = whole_person(session, school, row.person)
        except Mistake:  # gone by another way
            continue
        found.append(Waiting(row, asker.name if asker else row.asked_by, person.subject, person.name))
    return found


def _zipped(visit: Visit, session: Session, person: Person) -> bytes:
    held = of_person(session, person)
    head = {"school": visit.school.slug, "name": visit.school.name, "made_at": visit.now.isoformat(), **held}
    made: datetime = visit.now
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        for name, parts in (
            ("export.json", in_json(head, ())),
            ("index.html", person_page(visit.speech, visit.school, made, held)),
        ):
            file.writestr(zipfile.ZipInfo(name, made.timetuple()[:6]), "".join(parts))
    return body.getvalue()
