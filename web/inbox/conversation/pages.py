"""GET /c/{id}: the page itself, and the piece that tells what happened since it was opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from config.topics import TOPICS, topic_name
from config.urgent import KINDS
from inbox.drafts import filled
from inbox.moderation import may_not_reply_privately
from inbox.overtaken import newest_seen, since
from inbox.permitted import the_conversation
from inbox.presence import writer
from inbox.replies import CLOSE_REASONS
from inbox.sensitive import sensitive
from models.conversation import Conversation, messages
from models.staff import staff
from web.context import Context
from web.families.event_view import web_address
from web.inbox.conversation.box import under
from web.inbox.conversation.gather import Gathered, gather, owed
from web.inbox.conversation.offer import offer
from web.inbox.conversation.translations import translation_values
from web.inbox.conversation.unspoken import unspoken
from web.inbox.conversation.view import also_writing, lines, newer, standing, tongue
from web.inbox.conversation.words import Speaker
from web.policy import ANSWERS, allow
from web.visit import Visit


def conversation_pages(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get("/c/{id}")
    def shown(
        id: str, visit: Visit = allow(*ANSWERS), saved: str = "", all: str = "", held: str = "", late: str = ""
    ) -> Response:
        visit = visit.to(id, Conversation)
        with visit.db.read() as session:
            found = gather(session, visit.school, id, visit.now)
            alone = unspoken(session, visit.school.slug, found.talk.language, found.answering())
        text, missing = _typed(context, visit, found, saved)
        values = _values(context, visit, found, everything=bool(all))
        made = values["answer_in"]
        words = f"{text}\n{made.text}" if made else text
        return visit.page(
            "conversation.html", **values, unspoken=alone, text=text, missing=missing,
            held=sensitive(words) if held else (), late=_late(found, visit.email, late),
        )  # fmt: skip

    @router.get("/c/{id}/now")
    def now(id: str, visit: Visit = allow(*ANSWERS), seen: str = "", open: list[str] = Query(default=[])) -> Response:
        """Who is writing, what came since, and how far our answers are that were on their way."""
        visit = visit.to(id, Conversation)
        with visit.db.read() as session:
            talk = the_conversation(session, visit.school.slug, id, only_look=True)
            said = messages(session, visit.school.slug, [id])[id]
            deliveries = owed(session, visit.school.slug, said)
            names = {one.email: one.name for one in staff(session, visit.school.slug)}
        states = [
            {"id": one.id, "standing": standing(one, deliveries.get(one.id)), "delivery_id": "", "error": ""}
            for one in said if one.id in open
        ]  # fmt: skip
        there = talk.taken_by if also_is_writing(talk, visit) else ""
        return visit.piece("conversation_now.html", writing=names.get(there, there), states=states, talk=talk,
                           newer=newer(said, seen, visit.email))  # fmt: skip

    return router


def also_is_writing(talk: Conversation, visit: Visit) -> bool:
    return writer(talk, visit.now) not in ("", visit.email)


def _values(context: Context, visit: Visit, found: Gathered, *, everything: bool) -> dict[str, Any]:
    shown, left_away = lines(found, everything=everything)
    speaker = speaker_for(context, visit)
    family = found.talk.language
    saved = sorted(found.saved, key=lambda one: (one.language != family, one.language, one.title))
    return {
        **translation_values(context, visit, found),
        "talk": found.talk, "lines": shown, "left_away": left_away, "tongue": tongue(found, visit.school),
        "post": found.post, "post_url": web_address(found.post.permalink) if found.post else "",
        "event": speaker.event_line(found.event, visit.speech.tag) if found.event else None,
        "has_it": found.name_of(found.talk.assignee or ""), "people": found.answering(), "saved": saved,
        "writing": also_writing(found, visit.email, visit.now), "seen": newest_seen(found.said),
        "suggested": found.drafts.get(""), "draft": found.drafts.get(visit.email), "earlier": found.earlier,
        "offer": offer(found, visit), "promises": found.promises, "name_of": found.name_of, "reasons": CLOSE_REASONS,
        "alarm": found.alarm, "urgent_kinds": KINDS,
        "tomorrow": visit.moments.today() + timedelta(days=1), "page_off": found.page.off_at,
        "topics": {one: topic_name(one, visit.speech.tag) for one in TOPICS}, "shared": found.shared,
        "can_be_private": not may_not_reply_privately(found.said, visit.now) and not found.page.off_at,
        "can_answer": any(one.direction == "received" and not one.removed_at and one.external_id for one in found.said),
    }  # fmt: skip


def speaker_for(context: Context, visit: Visit) -> Speaker:
    return Speaker(visit.school.languages[0], context.wordings, context.settings.public_url, visit.now)


def _typed(context: Context, visit: Visit, found: Gathered, saved: str) -> tuple[str, bool]:
    """What stands in the box: their draft, and under it the saved reply that they chose; whether that is still there."""
    mine = found.drafts.get(visit.email)
    text = mine.text if mine else ""
    if not saved:
        return text, False
    chosen = next((one for one in found.saved if one.id == saved), None)
    if chosen is None:
        return text, True
    words = filled(chosen.text, speaker_for(context, visit).fields(found.talk, found.event, chosen.language))
    return under(text, words), False


def _late(found: Gathered, email: str, seen: str) -> dict[str, Any] | None:
    """Who was quicker: told above the box while it is news."""
    later = since(found.said, seen, email) if seen else []
    if not later:
        return None
    answers = [one for one in later if one.direction == "sent"]
    one = (answers or later)[-1]
    who = found.name_of(one.author) if one.direction == "sent" else ""
    return {"family": one.direction == "received", "who": who, "at": one.created_at, "id": one.id}
