"""POST /many: one deed for all conversations that are ticked; and it tells what was not done, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Literal

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from config.mistake import Mistake
from inbox.presence import writer
from inbox.replies import assign, close
from models.conversation import Conversation, conversation
from models.staff import member
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, allow
from web.visit import Visit, safe_path

MOST = 50  # what a page shows
Deed = Callable[[Session, Conversation], str]  # does it, and returns "", or why not


class Many(Shape):
    """`to` is whom to give them to; `back` the list that they were ticked in."""

    do: Literal["close", "assign"]
    id: list[str] = Field(default=[], max_length=MOST)
    to: str = ""
    back: str = "/"


def many_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.post("/many")
    def many(visit: Visit = allow(*ANSWERS)) -> Response:
        asked = visit.read(Many)
        back = safe_path(asked.back)
        ids = list(dict.fromkeys(asked.id))
        if not ids:
            raise Mistake(
                visit.speech.say("No conversation is ticked"), visit.speech.say("tick one or more in the list first")
            )
        with visit.write(back) as session:
            deed = _closing(visit) if asked.do == "close" else _giving(session, visit, asked.to)
            rows = [conversation(session, visit.school.slug, id) for id in ids]
            if None in rows:
                raise HTTPException(404)
            outcomes = Counter(deed(session, row) for row in rows if row is not None)
        return visit.go(back, _told(visit, asked.do, outcomes), "done" if outcomes[""] else "wrong")

    return router


def _closing(visit: Visit) -> Deed:
    def deed(session: Session, row: Conversation) -> str:
        if row.state == "closed":
            return visit.speech.say("closed already")
        if (there := writer(row, visit.now)) and there != visit.email:
            return visit.speech.say("somebody is writing an answer just now")
        close(session, visit.school.slug, row.id, visit.email, visit.now, "no-answer-needed")
        return ""

    return deed


def _giving(session: Session, visit: Visit, to: str) -> Deed:
    taker = member(session, visit.school.slug, to)
    if taker is None or taker.role not in ANSWERS:
        raise Mistake(
            visit.speech.say("Nobody was chosen to give them to"), visit.speech.say("choose a person beside the button")
        )

    def deed(session: Session, row: Conversation) -> str:
        if row.assignee == taker.email:
            return visit.speech.say("theirs already")
        if (there := writer(row, visit.now)) and there not in (visit.email, taker.email):
            return visit.speech.say("somebody is writing an answer just now")
        assign(session, visit.school.slug, row.id, taker.email, visit.email, visit.now)
        return ""

    return deed


def _told(visit: Visit, do: str, outcomes: Counter[str]) -> str:
    """ "3 closed as needing no answer. Not done: 1 (closed already)." """
    speech, done = visit.speech, outcomes.pop("", 0)
    closed = speech.count("{n} closed as needing no answer.", "{n} closed as needing no answer.", done)
    given = speech.count("{n} given to somebody else.", "{n} given to somebody else.", done)
    said = [closed if do == "close" else given]
    if outcomes:
        why = ", ".join(f"{n} ({reason})" for reason, n in sorted(outcomes.items()))
        said.append(speech.say("Not done: {why}.", why=why))
    return " ".join(said)
