"""/e/{code} of a "you said, we did" post: its sentences, in the reader's language where people wrote them in it."""

from __future__ import annotations

from fastapi import HTTPException, Request
from starlette.responses import Response

from models.post import Post
from models.school import School
from web.context import Context
from web.families.event_view import web_address
from web.families.languages import chosen, links, voices


def you_said_page(context: Context, request: Request, post: Post, school: School) -> Response:
    """404 as long as it does not stand on the page: only then families were told."""
    offered = [one for one in voices(post.languages, context.wordings) if one.wording.heard]
    if post.state != "sent" or not offered:
        raise HTTPException(404)
    voice = chosen(request, offered)
    return context.page(
        "you_said.html",
        headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language", "Content-Language": voice.tag},
        voice=voice, words=voice.wording.page, heard=voice.wording.heard, school=school, links=links(offered, voice),
        pairs=post.said["words"].get(voice.tag, []), facebook=web_address(post.permalink or ""),
    )  # fmt: skip
