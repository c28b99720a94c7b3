"""Every page of the desk as people meet it: axe finds nothing, nothing sticks out of a narrow phone, the policy is never broken.

`PICTURES=folder pytest tests/desk/test_every_page.py` also takes its picture at 390 and 1280 px, light and dark.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from inbox import promises
from models.draft import SavedReply
from models.routing_rule import Away, Partner, RoutingRule
from models.shared import Shared
from tests.desk.conftest import PEOPLE, Desk
from tests.desk.planned import held_feed, owed, planned_post
from tests.desk.test_every_route import every_route
from tests.web.axe import COLORS, RULES, violations
from tests.web.conftest import Stage
from upkeep import second_step
from upkeep.staffing import id_of

MARIA, OFFICE = PEOPLE["maria"].email, PEOPLE["office"].email
SHOTS = os.environ.get("PICTURES", "")
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].filter(one => {
    const box = one.getBoundingClientRect();
    const inText = one.matches("a") && getComputedStyle(one).display === "inline";
    return box.width && !inText && !one.closest(".hidden-label, .skip") && Math.min(box.width, box.height) < 24
}).map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def busy(desk: Desk, stage: Stage, wordings: Any) -> dict[str, str]:
    """A desk on a full day. Returns an example for every page: route's path -> an address of it."""
    talk = desk.hear(
        "¿A qué hora empieza el concierto? Mi hija canta en el coro y trabajo hasta las cinco.", name="Rosa Díaz"
    )
    desk.hear("متى تبدأ الحفلة؟ هل يمكنني أن أحضر ابني الصغير معي؟", language="ar", to="office@maple.example")
    desk.hear("Waan ka xumahay, ma iman karaa?", language="om", to="office@maple.example")
    desk.hear("Waa goorma?", language="und", confidence=0.3, to="office@maple.example", reason="Unsure.")
    desk.hear("Is there parking?", language="en", ago=timedelta(days=4), name="Ann " + "Verylongname" * 6)
    done = desk.hear("Gracias", state="closed", closed_reason="no-answer-needed", due_at=None)
    with desk.db.write() as session:
        second_step.prepare(session, PEOPLE["office"].email, stage.app.state.context.vault)
    told = planned_post(desk, "concert", wordings)
    owed(desk, told.id)
    held_feed(desk)
    with desk.db.write() as session:
        day, ago = (desk.now - timedelta(days=1)).date(), desk.now - timedelta(days=5)
        promises.make(session, "maple", talk.id, "Find out who stays with the small ones", day, MARIA, MARIA, ago)
        session.add(
            words := Shared(school="maple", conversation_id=done.id, language="en", you_said="It is dark at the bus stop.",
                            we_did="The city put up a lamp.", in_others={"es": ["Está oscuro.", "Pusieron una lámpara."]},
                            by=MARIA, at=desk.now)
        )  # fmt: skip
        session.add(
            SavedReply(school="maple", language="es", title="Cuidado de niños", text="Sí, hay cuidado de niños en {event}, {when}.",
                       made_by=MARIA, made_at=desk.now)
        )  # fmt: skip
    with desk.db.write() as session:
        day = desk.now.date() + timedelta(days=20)
        who = {"school": "maple", "made_by": MARIA, "made_at": desk.now}
        session.add_all([
            RoutingRule(position=1, topic="bus", languages=["es", "und"], people=[MARIA], why="She knows the drivers.", **who),
            RoutingRule(position=2, page="pta-page", event_words=["choir", "band"], people=[OFFICE, "ben@maple.example"], **who),
            RoutingRule(position=3, people=["gone@maple.example"], **who),
            RoutingRule(position=4, topic="food", people=[MARIA], off_at=desk.now, **who),
            Partner(name="East African Center", languages=["so", "om"], contact="612-555-0100", note="Ask for Hodan.", **who),
            Partner(name="Gone", languages=["vi"], contact="1", off_at=desk.now, **who),
            Away(email=MARIA, first_day=day, last_day=day + timedelta(days=6), **who),
        ])  # fmt: skip
    return {
        "/": "/",
        "/c/{id}": f"/c/{talk.id}",
        "/people/families/{id}": f"/people/families/{talk.id}",
        "/people/{id}": f"/people/{id_of(PEOPLE['maria'])}",
        "/posts/{id}": f"/posts/{told.id}",
        "/events/{id}": f"/events/{told.event_id}",
        "/c/{id}/share": f"/c/{done.id}/share",
        "/voices/you-said/{id}": f"/voices/you-said/{words.id}?language=vi",
    }


def pages(desk: Desk, stage: Stage, busy: dict[str, str]) -> list[tuple[str, str]]:
    """(who, address) of every page: a role that may, an example that is there."""
    found, unknown = [], []
    people = [("owner", "office"), ("staff", "maria"), ("volunteer", "pat"), ("center", "eve")]
    for method, path, roles in every_route(stage.app):
        if method != "GET" or roles is None or path in NO_PAGES:
            continue
        who = next(name for role, name in people if role in roles)
        address = busy.get(path) or (path if "{" not in path else "")
        (found if address else unknown).append((who, address or path))
    assert unknown == [], "pages without an example in `busy`"
    return found


NO_PAGES: set[str] = {"/c/{id}/now", "/live", "/heard.csv"}  # what is asked for by scripts or programs, and is no page


LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(390, "light"), (1280, "light"), (1280, "dark"), (390, "dark")]


def test_axe_finds_nothing_and_nothing_sticks_out_of_the_narrowest_phone(
    desk: Desk, stage: Stage, busy: dict[str, str], browser: Browser
) -> None:
    """Each page is opened once, and looked at in each width and scheme."""
    for who, address in pages(desk, stage, busy):
        page = desk.open(browser, who, address, width=390)
        page.wait_for_load_state("load")
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            picture(page, address, f"{width}-{scheme}")
            assert violations(page, RULES if scheme == "light" else COLORS) == [], (address, width)
        page.set_viewport_size({"width": 320, "height": 568})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate(SMALL) == [], address
        page.context.close()


def picture(page: Page, address: str, how: str) -> None:
    if SHOTS:
        name = address.strip("/").replace("/", "-").partition("?")[0] or "inbox"
        page.screenshot(path=Path(SHOTS) / f"{name}-{how}.png", full_page=True)


def test_our_own_pages_never_break_their_policy_and_speak_spanish(
    desk: Desk, stage: Stage, busy: dict[str, str], browser: Browser
) -> None:
    for who, address in pages(desk, stage, busy):
        page = desk.open(browser, who, "/you", language="es")
        complaints: list[str] = []
        page.on("console", lambda message, said=complaints: said.append(message.text))
        page.on("pageerror", lambda error, said=complaints: said.append(str(error)))
        page.goto(desk.address + address)
        page.wait_for_load_state("load")
        assert complaints == [], address
        assert page.locator("html").get_attribute("lang") == "es"
        assert page.locator("h1").count() == 1, address
        page.context.close()
