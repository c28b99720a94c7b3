"""All addresses of one conversation, and the saved replies that are offered there."""

from __future__ import annotations

from fastapi import APIRouter

from web.context import Context
from web.inbox.conversation.answers import answer_routes
from web.inbox.conversation.deeds import deed_routes
from web.inbox.conversation.discreet import discreet_routes
from web.inbox.conversation.drafts import draft_routes
from web.inbox.conversation.pages import conversation_pages
from web.inbox.conversation.topic import topic_routes
from web.inbox.conversation.translated import translated_routes
from web.inbox.conversation.translated_answer import translated_answer_routes
from web.inbox.conversation.urgent import urgent_routes
from web.inbox.saved_replies import saved_reply_routes


def conversation_routes(context: Context) -> APIRouter:
    router = APIRouter()
    for routes in (
        conversation_pages, answer_routes, translated_routes, translated_answer_routes, draft_routes, deed_routes,
        topic_routes, discreet_routes, urgent_routes, saved_reply_routes,
    ):  # fmt: skip
        router.routes.extend(routes(context).routes)
    return router
