"""POST /c/{id}/topic: a person says what a conversation is about."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from inbox import deeds
from models.conversation import Conversation
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit


class Topic(Shape):
    topic: str


def topic_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/c/{id}/topic")
    def topic(id: str, visit: Visit = allow(*ANSWERS)) -> Response:
        visit, asked = visit.to(id, Conversation), visit.read(Topic)
        with visit.write(f"/c/{id}") as session:
            deeds.say_topic(session, visit.school.slug, id, asked.topic, visit.email, visit.now)
        return visit.go(f"/c/{id}", visit.speech.say("Thank you."))

    return router
