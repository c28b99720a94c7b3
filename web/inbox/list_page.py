"""/: who waits, for whom, since when. The same address gives scripts the list alone, so that it can change under one's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from inbox.presence import LASTS
from inbox.urgent.look import Urgent
from models import inbox_marks
from models.conversation import languages_heard
from models.inbox import MANY, NOBODY, STATES, VIEWS, counts, listed
from models.inbox_rows import Row, rows_of
from models.page import page_slugs
from models.paging import Place
from models.staff import everybody
from upkeep.heard_school import voices
from web.context import Context
from web.inbox.address import AGES, Asked, asked_of, speaks
from web.inbox.unsure import Offer, offer, said_just_now
from web.inbox.urgent_rows import alarms, first_rows
from web.places import first_place
from web.policy import EVERYBODY, allow
from web.roles import ANSWERS
from web.visit import Visit


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the page shows. `names`: of everybody who ever was at the school; `people` (email, name): who answers there now.

    `alarms`: what is urgent in a row, by its id; `offers`: the languages to choose from, in the queue of unsure ones.
    """

    rows: Sequence[Row]
    alarms: Mapping[str, Urgent]
    offers: Mapping[str, Offer]
    counts: Mapping[str, str]
    before: Place | None
    after: Place | None
    names: Mapping[str, str]
    people: Sequence[tuple[str, str]]
    languages: Sequence[str]
    pages: Sequence[str]
    mark: str


def inbox_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/")
    def front(visit: Visit = allow(*EVERYBODY)) -> Response:
        begin = first_place(visit.person.role)
        return inbox_page(visit) if begin == "/" else visit.go(begin)

    return router


def inbox_page(visit: Visit) -> Response:
    asked = asked_of(visit)
    with visit.db.read() as session:
        sight = look(session, visit, asked)
        said = (
            said_just_now(session, visit, visit.request.query_params.get("said", "")) if asked.view == "unsure" else {}
        )
    values: dict[str, Any] = {
        "asked": asked, "sight": sight, "views": VIEWS, "ages": AGES, "states": STATES, "nobody": NOBODY,
        "writing_since": visit.now - LASTS, "today": visit.moments.today(), "now": visit.now, **said,
    }  # fmt: skip
    return visit.piece("inbox_rows.html", **values) if visit.is_piece else visit.page("inbox.html", **values)


def look(session: Session, visit: Visit, asked: Asked) -> Sight:
    school = visit.school.slug
    mark = inbox_marks.told(inbox_marks.mark_of(session, school))  # first: what changes from here on is seen
    first = first_rows(session, visit, asked.q)
    wanted = asked.wanted(visit, voices(session, visit.school, visit.now) if asked.order else ())
    wanted = replace(wanted, without=tuple(sorted(one["id"] for one in first)))
    found = listed(session, school, wanted, visit.now, asked.place(visit))
    shown = (*([] if asked.at else first), *found.rows)
    rows, known = rows_of(session, school, shown), everybody(session, school)
    return Sight(
        rows,
        alarms(session, school, shown),
        {one.id: offered for one in rows if asked.view == "unsure" and (offered := offer(one, visit.school.languages))},
        {view: told(n) for view, n in counts(session, school, visit.email, speaks(visit), visit.now).items()},
        found.before, found.after,
        {email: name for email, name, _, _ in known},
        [(email, name) for email, name, role, off_at in known if off_at is None and role in ANSWERS],
        languages_heard(session, school),
        page_slugs(session, school),
        mark,
    )  # fmt: skip


def told(n: int) -> str:
    """ "" for none: an empty tab needs no number."""
    return f"{MANY - 1}+" if n >= MANY else str(n or "")
