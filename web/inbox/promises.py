"""/promises: what families were told we would do. Overdue first; done, moved or let go with one form each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from inbox import promises
from inbox.routing.decide import ANSWERING_ROLES
from models.conversation import Conversation
from models.promise import Promise, open_promises
from models.school import School
from models.staff import staff
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit, safe_path

View = Literal["mine", "all"]


class Kept(Shape):
    back: str = ""


class Dropped(Shape):
    why: str = ""
    back: str = ""


class Moved(Shape):
    due_on: str
    owner: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One promise as the page shows it. `owner_name` "": its owner is no longer here. `who`: the family, "" nameless."""

    row: Promise
    owner_name: str
    who: str
    language: str
    is_overdue: bool
    is_closed_day: bool


def promises_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/promises")
    def listed(view: View = "mine", visit: Visit = allow(*ANSWERS)) -> Response:
        today = visit.moments.today()
        with visit.db.read() as session:
            people = answering(session, visit.school.slug)
            rows = open_promises(session, visit.school.slug)
            mine = [one for one in rows if is_for(one, visit, people)]
            shown = _shown(session, visit.school, mine if view == "mine" else rows, people, today)
        counts = {"mine": len(mine), "all": len(rows)}
        return visit.page("promises.html", view=view, shown=shown, counts=counts, people=people, today=today)

    @router.post("/promises/{id}/keep")
    def keep(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Promise), visit.read(Kept)
        with visit.write(_back(asked.back)) as session:
            promises.keep(session, visit.school.slug, id, visit.email, visit.now)
        return visit.go(_back(asked.back), visit.speech.say("Done. The promise is kept."))

    @router.post("/promises/{id}/drop")
    def drop(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Promise), visit.read(Dropped)
        with visit.write(_back(asked.back)) as session:
            promises.drop(session, visit.school.slug, id, visit.email, asked.why, visit.now)
        return visit.go(_back(asked.back), visit.speech.say("The promise was let go."))

    @router.post("/promises/{id}/move")
    def move(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Promise), visit.read(Moved)
        day = promises.day_of(asked.due_on, visit.moments.today(), visit.speech.tag)
        with visit.write(_back(asked.back)) as session:
            slug = visit.school.slug
            promises.move(session, slug, id, visit.email, visit.now, due_on=day, owner=asked.owner)
        told = visit.speech.say("The promise is for {day} now.", day=visit.moments.day(day))
        return visit.go(_back(asked.back), with_closed_day(visit, told, day))

    return router


def answering(session: Session, school: str) -> dict[str, str]:
    """email -> name of those who may have a promise."""
    return {one.email: one.name for one in staff(session, school) if one.role in ANSWERING_ROLES}


def is_for(row: Promise, visit: Visit, people: dict[str, str]) -> bool:
    """Theirs; for an owner of the school also that of somebody who is no longer here."""
    return row.owner == visit.email or (visit.person.role == "owner" and row.owner not in people)


def _shown(
    session: Session, school: School, rows: Sequence[Promise], people: dict[str, str], today: date
) -> list[Shown]:
    ids = {one.conversation_id for one in rows}
    query = select(Conversation).where(Conversation.school == school.slug, col(Conversation.id).in_(ids))
    talks = {one.id: one for one in session.exec(query)}
    return [
        Shown(
            one, people.get(one.owner, ""), talks[one.conversation_id].author_name, talks[one.conversation_id].language,
            promises.is_overdue(one, today), promises.is_closed_on(school, one.due_on),
        )
        for one in rows
    ]  # fmt: skip


def _back(path: str) -> str:
    return safe_path(path, "/promises")


def with_closed_day(visit: Visit, told: str, day: date) -> str:
    """A sentence, with a second one where nobody is at school on that day: it moves nothing."""
    if not promises.is_closed_on(visit.school, day):
        return told
    closed = visit.speech.say("The school is closed on that day.")
    return f"{told} {closed}"
