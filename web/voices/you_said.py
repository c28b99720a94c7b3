"""/voices/you-said: what may be told to everybody, and a draft of a post that tells it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from pydantic import Field
from sqlmodel import Session, select
from starlette.responses import Response

from mirroring.publish import voice_of
from mirroring.telling_back import KIND, chosen_of, draft
from models.page import Page, pages
from models.post import newest_of_kind
from models.school import groups
from models.shared import Shared, untold
from web.context import Context
from web.forms import Shape
from web.policy import ANSWERS, PLANS, allow
from web.templating import language_in
from web.visit import Visit

HERE = "/voices/you-said"
_MADE = 20  # posts that are shown


class Wanted(Shape):
    page: str
    thing: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that may be told. `lacks`: languages of the school's pages in which nobody has written it yet."""

    row: Shared
    lacks: tuple[str, ...]


def you_said_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(HERE)
    def listed(visit: Visit = allow(*ANSWERS, *PLANS)) -> Response:
        slug = visit.school.slug
        with visit.db.read() as session:
            rows, all_pages = untold(session, slug), pages(session, slug)
            made = newest_of_kind(session, slug, KIND, _MADE)
        spoken = list(dict.fromkeys(tag for page in all_pages for tag in page.languages or visit.school.languages))
        things = [Thing(row, tuple(tag for tag in spoken if not chosen_of(row).in_(tag))) for row in rows]
        role = visit.person.role
        return visit.page("voices_you_said.html", things=things, pages=all_pages, made=made,
                          answers=role in ANSWERS, plans=role in PLANS)  # fmt: skip

    @router.post(HERE + "/draft")
    def drafted(visit: Visit = allow(*ANSWERS, *PLANS)) -> Response:
        wanted = visit.read(Wanted)
        with visit.write(HERE) as session:
            page = _page(session, visit.school.slug, wanted.page)
            name = groups(session, page.school)[page.group].name if page.group else visit.school.name
            voice = voice_of(visit.school, page, name, context.wordings, context.settings.public_url)
            row = draft(session, page, voice, wanted.thing, visit.email, visit.now)
            told = _told(visit, row.languages, voice.languages)
        return visit.go(f"/posts/{row.id}" if visit.person.role in PLANS else HERE, told)

    return router


def _page(session: Session, school: str, slug: str) -> Page:
    found = session.exec(select(Page).where(Page.school == school, Page.slug == slug)).one_or_none()
    if found is None:
        raise HTTPException(404)
    return found


def _told(visit: Visit, said: list[str], wanted: tuple[str, ...]) -> str:
    def names(tags: list[str]) -> str:
        return ", ".join(language_in(tag, visit.speech) for tag in tags)

    told = visit.speech.say("The draft waits for a yes. It is said in: {names}.", names=names(said))
    lacks = [tag for tag in wanted if tag not in said]
    missing = visit.speech.say("Not yet in: {names}.", names=names(lacks))
    return f"{told} {missing}" if lacks else told
