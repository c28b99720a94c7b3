"""/settings/labels: how the guesses of languages fared by what people said, and the texts to take along."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import Response

from inbox.labelled import labelled, tallies
from models.audit import note
from web.context import Context
from web.forms import Shape
from web.policy import OWNS, allow
from web.visit import Visit

HERE = "/settings/labels"


class Nothing(Shape):
    """A button alone."""


def labels_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def shown(visit: Visit = allow(*OWNS)) -> Response:
        with visit.db.read() as session:
            found = tallies(session, visit.school.slug)
        return visit.page("labels.html", tallies=found)

    @router.post(f"{HERE}/export")
    def export(visit: Visit = allow(*OWNS)) -> Response:
        visit.must_be_proven()
        visit.read(Nothing)
        with visit.write(HERE) as session:
            rows = [one.json for one in labelled(session, visit.school.slug)]
            note(session, visit.school.slug, visit.now, visit.email, "export labelled", visit.school.slug)
        return Response(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
            media_type="application/jsonl", headers={"Content-Disposition": 'attachment; filename="labelled.jsonl"'},
        )  # fmt: skip

    return router
