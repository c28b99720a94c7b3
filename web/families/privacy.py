"""/privacy and /s/{school}/privacy: what is kept of families, why, for how long, who sees it, how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from config.wording.privacy import Privacy, load_privacy
from config.wording.who_answers import WhoAnswers, load_who_answers
from connector.translate import LABELS
from models.school import School, schools
from models.switched_on import switched_on
from web.context import Context
from web.families.languages import chosen, links, voices
from web.families.who_answers import title_in

_KEPT = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Told:
    title: str
    lines: tuple[str, ...]


def privacy_routes(context: Context) -> APIRouter:
    router = APIRouter()
    texts = load_privacy(context.settings.data / "wording")
    answers = load_who_answers(context.settings.data / "wording")

    @router.api_route("/privacy", methods=["GET", "HEAD"])
    def of_all(request: Request) -> Response:
        return _page(context, request, texts, answers, None, "")

    @router.api_route("/s/{slug}/privacy", methods=["GET", "HEAD"])
    def of_school(slug: str, request: Request) -> Response:
        with context.db.of(slug).read() as session:
            found = schools(session, slug) if slug.isprintable() else []
            on = switched_on(session, slug) if found else None
        if not found:
            raise HTTPException(404)
        service = LABELS.get(on.translates_with, "") if on else ""
        return _page(context, request, texts, answers, found[0], service)

    return router


def told(text: Privacy, school: str, service: str = "") -> list[Told]:
    """The parts, with the school's name in them; `service`: by whom it has words translated, "" for nobody."""
    name, parts = school or text.school, (*text.parts, *(text.translating if service else ()))
    return [Told(part.title, tuple(_filled(line, name, service) for line in part.lines)) for part in parts]


def _filled(line: str, school: str, service: str) -> str:
    said = line.format(school=school, service=service)
    return said[:1].upper() + said[1:]


def _page(
    context: Context, request: Request, texts: Mapping[str, Privacy], answers: Mapping[str, WhoAnswers], school: School | None,
    service: str,
) -> Response:  # fmt: skip
    """In the reader's language where somebody wrote it; the school's own languages first."""
    wanted = [tag for tag in (*(school.languages if school else ()), *texts) if tag.split("-")[0] in texts]
    offered = voices(dict.fromkeys(tag.split("-")[0] for tag in wanted), context.wordings)
    voice = chosen(request, offered)
    parts = told(texts[voice.tag], school.name if school else "", service)
    return context.page(
        "privacy.html",
        headers={"Cache-Control": _KEPT, "Vary": "Accept-Language", "Content-Language": voice.tag},
        parts=parts, school=school, voice=voice, words=voice.wording.page, links=links(offered, voice),
        who_answers=title_in(answers, voice.tag),
    )  # fmt: skip
