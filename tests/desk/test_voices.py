"""What families say, as people here read it: silence, topics, and what was done about it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from models.page import Page as FacebookPage
from models.page import PagePost
from models.post import Post
from models.routing_rule import Partner
from models.school import School
from models.shared import Shared
from models.staff import StaffMember
from tests.desk.conftest import PEOPLE, Desk
from tests.web.axe import violations

SAID = "¿Hay luz en la parada del autobús? Está muy oscuro."


@pytest.fixture
def term(desk: Desk) -> Desk:
    """Two months of posts with comments in English and Spanish, none in Somali."""
    with desk.db.write() as session:
        school = session.get_one(School, "maple")
        school.languages = ["en", "es", "so"]
        session.get_one(FacebookPage, ("maple", "pta-page")).languages = ["en", "es", "so"]
        session.add(
            Partner(
                school="maple",
                name="Somali House",
                languages=["so"],
                contact="555-0100",
                made_by="site",
                made_at=desk.now,
            )
        )
        session.get_one(StaffMember, ("maple", PEOPLE["amina"].email)).languages = ["en"]
        for n in range(6):
            at = desk.now - timedelta(days=7 * n + 1)
            session.add(PagePost(school="maple", page="pta-page", external_id=f"10001_p{n}", created_at=at,
                                 message=f"Winter news {n}\nRead on", author_external_id="10001",
                                 permalink=f"https://www.facebook.com/p{n}"))  # fmt: skip
            if n < 4:
                session.add(Post(school="maple", page="pta-page", kind="announcement", event_id=desk.site.heads()["concert"].id,
                                 purpose=f"p{n}", state="sent", languages=["en", "es", "so"][: 2 + n % 2], text="x",
                                 fingerprint="x", external_id=f"10001_p{n}", created_at=at, due_at=at, sent_at=at))  # fmt: skip
    for n in range(5):
        desk.hear("Is there a bus?", language="en", post=f"10001_p{n}", topic="bus", ago=timedelta(days=1))
        desk.hear("Bus?", language="en", post=f"10001_p{n}", topic="food", ago=timedelta(days=1))
    for n in (0, 1, 1, 1, 1, 1, 1):
        desk.hear(SAID, language="es", post=f"10001_p{n}", topic="bus", ago=timedelta(days=1))
    desk.hear(SAID, language="es", post="10001_p0", topic="food", ago=timedelta(days=1))
    return desk


def test_silence_is_told_in_plain_words_with_what_one_can_do(term: Desk, browser: Browser) -> None:
    page = term.open(browser, "pat", "/voices")
    first, second, third = page.locator(".voice").all()
    expect(first).to_contain_text("In 8 weeks nobody wrote in Somali under 5 posts.")
    expect(first).to_contain_text("2 of them were not said in Somali.")
    expect(first).to_contain_text("1 was made by hand")
    expect(first).to_contain_text("Nobody here answers in Somali yet.")
    expect(first).to_contain_text("Somali House, 555-0100")
    expect(second).to_contain_text("Somebody wrote in Spanish under 2 of 5 posts; under 3 nobody did.")
    expect(second).to_contain_text("Maria Ortiz can answer in Spanish: do families know?")
    expect(third).to_contain_text("Heard under every post under which anybody wrote.")
    expect(page.get_by_text("Under 1 of them nobody wrote at all")).to_be_visible()
    first.get_by_text("Which posts").click()
    expect(first.locator(".row")).to_have_count(5)
    expect(first.locator(".row").first).to_contain_text("Winter concert & sing-along")
    expect(first.locator(".row").first).to_contain_text("not in Somali")
    assert SAID not in page.content()
    assert violations(page) == []
    page.get_by_label("How far back").select_option("4")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".voice").first).to_contain_text("In 4 weeks nobody wrote in Somali under 4 posts.")


def test_topics_are_shown_from_five_on_print_and_hide_small_numbers(term: Desk, browser: Browser) -> None:
    page = term.open(browser, "maria", "/voices/topics")
    bus, food = page.locator("tbody tr").all()
    assert re.sub(r"\s+", " ", bus.inner_text()).split(" (") == [
        "Bus and getting there 12 5",
        "50% of all) 7",
        "88% of all)",
    ]
    expect(food).to_contain_text("6 or more")
    expect(food).to_contain_text("fewer than 5")
    assert violations(page) == []
    page.emulate_media(media="print")
    assert [page.locator(one).is_visible() for one in ("table", ".tabs", ".toolbar")] == [True, False, False]
    spanish = term.open(browser, "office", "/voices/topics?weeks=4", language="es-US", width=390)
    expect(spanish.locator("tbody th").first).to_have_text("Autobús y cómo llegar")
    expect(spanish.locator("tbody")).to_contain_text("menos de 5")


def test_a_topic_is_corrected_on_the_page_of_its_conversation(term: Desk, browser: Browser) -> None:
    talk = term.hear(SAID, topic="bus")
    page = term.open(browser, "maria", f"/c/{talk.id}", width=390)
    card = page.locator("section", has=page.get_by_role("heading", name="Topic"))
    expect(card).to_contain_text("Bus and getting there")
    card.get_by_label("What is it about?").select_option("safety")
    card.get_by_role("button").click()
    expect(card).to_contain_text("Bullying and safety Maria Ortiz said so")


def test_who_may_do_what(term: Desk) -> None:
    talk = term.hear(SAID, state="closed", closed_reason="answered", name="Rosa Diaz")
    with term.db.write() as session:
        words = Shared(school="maple", conversation_id=talk.id, language="en", you_said="Dark.", we_did="A lamp.",
                       by="maria@maple.example", at=term.now)  # fmt: skip
        session.add(words)
    pat, eve, maria = term.as_("pat"), term.as_("eve"), term.as_("maria")
    assert [eve.get(path).status for path in ("/voices", "/voices/silence", "/voices/topics", "/voices/you-said")] == [
        404
    ] * 4
    listed = pat.get("/voices/you-said").text
    assert "Dark." in listed and "/c/" not in listed and "Take it back" not in listed and "Rosa" not in listed
    assert [pat.get(f"/c/{talk.id}/share").status, pat.get(f"/voices/you-said/{words.id}").status] == [404, 404]
    assert pat.post(f"/voices/you-said/{words.id}/take-back").status == 404
    assert (
        maria.follow(maria.post("/voices/you-said/draft", page="pta-page", thing=[words.id])).text.count("Dark.") == 0
    )
    assert pat.post("/voices/you-said/draft", page="pta-page", thing=[words.id]).status == 422, "it is in a draft"
    assert pat.post("/voices/you-said/draft", page="oak-page", thing=[words.id]).status == 404
