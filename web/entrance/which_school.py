"""/school: somebody who works at several schools says which one they look at."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from models.account import SignIn
from web.context import Context
from web.forms import Shape
from web.places import first_place
from web.policy import EVERYBODY, allow
from web.visit import Visit


class Chosen(Shape):
    school: str


def school_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/school")
    def look_at(visit: Visit = allow(*EVERYBODY)) -> Response:
        wanted = visit.read(Chosen).school
        person = next((one for one in visit.memberships if one.school == wanted), None)
        if person is None:
            raise HTTPException(404)
        with visit.write("/") as session:
            session.get_one(SignIn, visit.sign_in.id).school = wanted
        return visit.go(first_place(person.role))

    return router
