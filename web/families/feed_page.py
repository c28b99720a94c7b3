"""/feeds/{token}: how to subscribe, for whoever holds the address. Works without JavaScript; robots are asked to stay away."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import segno
from fastapi import APIRouter, Request
from starlette.responses import Response

from upkeep import subscriptions
from web.context import Context
from web.families.add_links import AddLink
from web.families.languages import chosen, links, voices
from web.families.subscribed import opened


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to subscribe; programs are called by their own names. `qr` leads to this page: a phone shows the rest."""

    address: str
    programs: tuple[AddLink, ...]
    qr: str


def feed_page_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.api_route("/feeds/{token}", methods=["GET", "HEAD"])
    def how_to_subscribe(token: str, request: Request) -> Response:
        found = opened(context.db, token)
        offered = voices(found.school.languages, context.wordings)
        voice = chosen(request, offered)
        return context.page(
            "feed.html",
            headers={"Vary": "Accept-Language", "Content-Language": voice.tag, "X-Robots-Tag": "noindex"},
            name=found.name, ways=_ways(context.settings.public_url, token, found.name), voice=voice,
            words=voice.wording.page, subscribe=voice.wording.subscribe, school=found.school, links=links(offered, voice),
        )  # fmt: skip

    return router


def _ways(public_url: str, token: str, name: str) -> Ways:
    address, webcal = subscriptions.address(public_url, token), subscriptions.webcal(public_url, token)
    outlook = (
        f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}&name={quote(name, safe='')}"
    )
    programs = (
        AddLink("iPhone, iPad, Mac", webcal),
        AddLink("Google Calendar", f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"),
        AddLink("Outlook.com", outlook),
    )
    code = segno.make(subscriptions.page(public_url, token), micro=False)
    # Dark on light in any scheme: cameras read nothing else.
    return Ways(address, programs, code.svg_inline(omitsize=True, dark="#000", light="#fff"))
