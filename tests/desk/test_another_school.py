"""What belongs to another school is answered like what does not exist, on every route, and nothing of it changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from inbox import promises
from models.account import SignIn
from models.audit import Audit
from models.card import show_card
from models.center import CalendarEntry, Feed
from models.conversation import Conversation, Message
from models.draft import SavedReply
from models.page import Page
from models.routing_rule import Away, Partner, RoutingRule
from models.shared import Shared
from tests.desk.conftest import PEOPLE, Client, Desk
from tests.desk.planned import held_feed, owed, planned_post
from tests.desk.test_every_route import every_route
from tests.web.conftest import Answer, Stage
from upkeep.staffing import id_of

MARIA = PEOPLE["maria"].email
UNKNOWN = "zz_0000000000000000"
# What forms ask for on top of their keys: enough of it that the id is looked at.
WORDS = {"text": "x", "note": "x", "reason": "x", "why": "x", "title": "x", "language": "en", "to": "zoe@oak.example", "what": "x",
         "until": "2026-12-10", "due_on": "2026-12-10", "by": "tomorrow", "first_day": "2026-12-10", "last_day": "2026-12-10",
         "hours": "1", "name": "x", "contact": "x"}  # fmt: skip


def ids_of_maple(desk: Desk, wordings: Any) -> dict[str, str]:
    """Beginning of a path -> an id, or a slug, that Maple has and Oak has not."""
    desk.token("maria")
    talk = desk.hear("¿A qué hora empieza?", name="Rosa Díaz")
    post = planned_post(desk, "concert", wordings)
    delivery = owed(desk, post.id)
    held_feed(desk)
    feed = Feed(school="maple", token_digest="0" * 64, made_at=desk.now)
    entry = CalendarEntry(
        school="maple", center="eastside", event_id=post.event_id, uid="concert", href="", body="", fingerprint="1",
        state="waiting", changed_at=desk.now,
    )  # fmt: skip
    reply = SavedReply(school="maple", language="es", title="Hola", text="Hola", made_by=MARIA, made_at=desk.now)
    rule = RoutingRule(school="maple", position=1, topic="bus", people=[MARIA], made_by=MARIA, made_at=desk.now)
    partner = Partner(
        school="maple", name="East African Center", languages=["so"], contact="1", made_by=MARIA, made_at=desk.now
    )
    day = desk.now.date()
    away = Away(school="maple", email=MARIA, first_day=day, last_day=day, made_by=MARIA, made_at=desk.now)
    words = Shared(
        school="maple", conversation_id=talk.id, language="en", you_said="x", we_did="y", by=MARIA, at=desk.now
    )
    with desk.db.write() as session:
        session.add_all([feed, entry, reply, rule, partner, away, words])
        promise = promises.make(
            session, "maple", talk.id, "Ask", (desk.now + timedelta(days=2)).date(), MARIA, MARIA, desk.now
        )
        card = show_card(session, "maple", "duplicate", post.id, "Twice: look.", desk.now)
        session.get_one(Page, ("maple", "pta-page")).blocked_at = desk.now
        session.flush()
    with desk.db.read() as session:
        hers = session.exec(select(SignIn.id).where(SignIn.email == MARIA)).one()
    return {
        "/c/": talk.id, "/entries/": entry.id, "/events/": post.event_id, "/feeds/": feed.id, "/needs-you/calendars/": "calendar",
        "/needs-you/cards/": card.id, "/needs-you/deliveries/": delivery.id, "/needs-you/events/": post.event_id,
        "/needs-you/pages/": "pta-page", "/people/families/": talk.id, "/people/": id_of(PEOPLE["maria"]), "/posts/": post.id,
        "/promises/": promise.id, "/voices/you-said/": words.id, "/you/sign-ins/": hers, "/saved-replies/": reply.id,
        "/settings/rules/": rule.id, "/settings/partners/": partner.id, "/away/": away.id, "/unsure/": talk.id,
    }  # fmt: skip


def told(client: Client, method: str, path: str) -> tuple[int, str]:
    answer: Answer = client.get(path) if method == "GET" else client.post(path, **WORDS)
    if answer.status == 422:  # the form has other fields than these: send it with none
        answer = client.post(path)
    return answer.status, answer.headers.get("location", "").replace(path.split("/")[-1], "")


def everything(desk: Desk) -> list[str]:
    with desk.db.read() as session:
        kinds = (Audit, Conversation, Message)
        return sorted(repr(row.model_dump()) for kind in kinds for row in session.exec(select(kind)))


def test_an_owner_next_door_cannot_even_tell_that_something_exists(desk: Desk, stage: Stage, wordings: Any) -> None:
    ids = ids_of_maple(desk, wordings)
    before, zoe, tried = everything(desk), desk.as_("zoe"), 0
    for method, path, roles in every_route(stage.app):
        if roles is None or "{" not in path or "owner" not in roles:
            continue
        begin, _, rest = path.partition("{")
        id, end = ids[begin], rest.partition("}")[2]
        foreign, unknown = told(zoe, method, begin + id + end), told(zoe, method, begin + UNKNOWN + end)
        assert foreign == unknown, (method, path)
        assert foreign[0] in (404, 422, 303), (method, path, foreign)
        tried += 1
    assert tried > 30
    assert everything(desk) == before


def test_the_ids_are_real_and_their_own_school_finds_them(desk: Desk, stage: Stage, wordings: Any) -> None:
    """Else the test above would compare nothing with nothing."""
    ids, office = ids_of_maple(desk, wordings), desk.as_("office")
    for method, path, roles in every_route(stage.app):
        if method == "GET" and roles and "owner" in roles and "{" in path:
            begin, _, rest = path.partition("{")
            assert office.get(begin + ids[begin] + rest.partition("}")[2]).status == 200, path
