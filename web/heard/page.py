"""/heard: is every language heard? One sentence, a picture and a table of each language, and what can be done; to be printed.

No word and no name of a family is in it, so that volunteers and leadership teams may see it, too.
"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from models.staff import staff
from upkeep.heard import ENOUGH, Heard
from upkeep.heard_record import records
from upkeep.heard_school import heard_at
from upkeep.heard_waits import Wait
from web.context import Context
from web.heard import plot
from web.heard.csv_file import csv_file
from web.heard.helping import helps
from web.policy import ANSWERS, PLANS, allow
from web.templating import language_in
from web.visit import Visit

CHOICES = (4, 8, 13, 26)  # weeks
USUAL = 8
_READERS = tuple(dict.fromkeys((*ANSWERS, *PLANS)))


def heard_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/heard")
    def page(weeks: str = "", visit: Visit = allow(*_READERS)) -> Response:
        found, count = _found(visit, weeks), _count(weeks)
        with visit.db.read() as session:
            people = staff(session, visit.school.slug)
        return visit.page(
            "heard.html", heard=found, weeks=count, choices=CHOICES, enough=ENOUGH, helps=helps(found, people),
            plots=plot.plots(found, mirrored=visit.speech.direction == "rtl"), frame=plot, answers=visit.person.role in ANSWERS,
            hours=lambda wait: hours(visit, wait), times=lambda gap: times(visit, gap),
        )  # fmt: skip

    @router.get("/heard.csv")
    def file(weeks: str = "", visit: Visit = allow(*_READERS)) -> Response:
        rows = [
            {**row, "language_name": language_in(row["language"], visit.speech), "school_name": visit.school.name}
            for row in records(visit.school.slug, _found(visit, weeks))
        ]
        name = f"heard-{visit.school.slug}-{visit.moments.today()}.csv"
        return Response(
            csv_file(list(rows[0]), rows), media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip

    return router


def hours(visit: Visit, wait: Wait | None) -> str:
    """ "2.5 h", "40 min"; "over 49 h" where somebody still waits; "" of none."""
    if wait is None:
        return ""
    minutes = round(wait.hours * 60)
    told = f"{minutes} min" if minutes < 60 else f"{visit.moments.number(wait.hours)} h"
    return visit.speech.say("over {wait}", wait=told) if wait.at_least else told


def times(visit: Visit, gap: float) -> str:
    """ "1.25", "3.5", "14": no more exactly than anybody would say it."""
    return visit.moments.number(gap, 2 if gap < 2 else 1 if gap < 10 else 0)


def _found(visit: Visit, weeks: str) -> Heard:
    with visit.db.read() as session:
        return heard_at(session, visit.school, _count(weeks), visit.now)


def _count(weeks: str) -> int:
    """What an address cannot mean is as if it were not there."""
    return int(weeks) if weeks in map(str, CHOICES) else USUAL
