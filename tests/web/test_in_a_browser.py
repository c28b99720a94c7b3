"""The pages as people meet them: in Chromium, by keyboard, on a narrow phone, printed; and axe finds nothing against them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from models.center import Feed
from models.deletion import DeletionRequest
from models.school import School
from tests.web.axe import COLORS, RULES, violations
from tests.web.conftest import Site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(10_000)
    yield page
    page.close()


def asked_to_forget(site: Site) -> list[str]:
    """The pages of two people who asked, through Facebook, to be forgotten."""
    with site.db.write() as session:
        rows = [session.merge(DeletionRequest(id=f"dr_{one}", code=f"code{one}", person_digest="…", requested_at=site.now,
                                              done_at=site.now, outcome=one)) for one in ("forgotten", "nothing")]  # fmt: skip
    return [f"/facebook/data-deletion/{row.code}" for row in rows]


def feed_page(site: Site) -> str:
    """How to subscribe to a calendar."""
    with site.db.write() as session:
        session.get_one(School, "maple").languages = ["en", "es", "so", "ar", "tlh"]
        session.merge(Feed(id="fe_1", school="maple", token_digest=sha256(b"secret").hexdigest(), made_at=site.now))
    return "/feeds/secret"


def every_page(site: Site) -> list[str]:
    told = [
        f"/e/{site.codes[uid]}?lang={lang}"
        for uid in ("concert", "homework", "picnic", "fair")
        for lang in ("en", "ar")
    ]
    told += ["/s/maple/privacy?lang=en", "/privacy?lang=es"]
    return [*told, f"/e/{site.codes['concert']}?lang=es", "/s/maple/?lang=en", "/s/maple/?lang=so", "/e/unknown", "/",
            *asked_to_forget(site), *(f"{feed_page(site)}?lang={lang}" for lang in ("en", "ar"))]  # fmt: skip


@pytest.mark.parametrize(("scheme", "rules"), [("light", RULES), ("dark", COLORS)])
def test_axe_finds_nothing_that_keeps_people_out(
    site: Site, browser: Browser, scheme: Literal["light", "dark"], rules: Sequence[str]
) -> None:
    page = browser.new_context(color_scheme=scheme).new_page()
    for path in every_page(site)[:: 1 if scheme == "light" else 2]:
        page.goto(site.address + path)
        assert violations(page, rules) == [], path
    page.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_phones_and_desks_where_one_subscribes(site: Site, browser: Browser, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 844}).new_page()
    for path in (f"{feed_page(site)}?lang=en", f"{feed_page(site)}?lang=ar", f"/e/{site.codes['concert']}?lang=es"):
        page.goto(site.address + path)
        assert violations(page) == [], path
    page.context.close()


def test_our_own_pages_never_break_their_content_policy(site: Site, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in every_page(site):
        page.goto(site.address + path)
    assert [one for one in complaints if "404" not in one] == []


def test_nothing_sticks_out_of_the_narrowest_screen(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 568})
    site.translate("fair", "es", "Feriadellibrodelaescuelaprimariamaplestreetelementary" * 2)
    for path in [*every_page(site), f"/e/{site.codes['fair']}?lang=es"]:
        page.goto(site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_every_target_is_large_enough_for_a_thumb(site: Site, page: Page) -> None:
    boxes = """() => [...document.querySelectorAll("header a, footer a, .actions a, .day a")].map(link => {
        const box = link.getBoundingClientRect(); return [link.innerText, box.width, box.height] })"""
    for path in every_page(site):
        page.goto(site.address + path)
        small = [one for one in page.evaluate(boxes) if min(one[1:]) < 24]
        assert small == [], path


def test_the_keyboard_reaches_every_link_in_reading_order_and_shows_where_it_is(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/e/{site.codes['concert']}?lang=en")
    reached = []
    for _ in range(page.locator("a").count()):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText"))
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert reached == page.locator("a").all_inner_texts()


def test_a_family_switches_the_language_with_the_keyboard_alone(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/e/{site.codes['concert']}?lang=en")
    page.get_by_role("link", name="Español").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Concierto de invierno").wait_for()
    assert page.get_by_role("link", name="Español").get_attribute("aria-current") == "true"


def test_in_arabic_all_begins_at_the_right_a_title_that_nobody_translated_too(site: Site, page: Page) -> None:
    right_edge = """selector => { const range = document.createRange();
        range.selectNodeContents(document.querySelector(selector)); return range.getBoundingClientRect().right }"""
    for uid in ("concert", "homework"):
        page.goto(f"{site.address}/e/{site.codes[uid]}?lang=ar")
        assert [page.evaluate(right_edge, one) > 340 for one in (".school", "h1", "dt", "dd", "footer a")] == [True] * 5


def test_whoever_subscribes_reaches_each_program_by_keyboard_and_sees_a_code_that_cameras_read(
    site: Site, page: Page
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site.address}{feed_page(site)}?lang=ar")
    names = ["iPhone, iPad, Mac", "Google Calendar", "Outlook.com"]
    reached = []
    for _ in range(page.locator("a").count()):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText"))
    assert [one for one in reached if one in names] == names
    size = page.locator(".qr svg").bounding_box()
    assert size is not None and size["width"] == size["height"] > 150
    assert page.evaluate("document.querySelector('.qr path').getAttribute('fill')") == "#fff"


def test_a_printed_page_keeps_the_facts_and_leaves_the_links_away(site: Site, page: Page) -> None:
    page.goto(f"{site.address}/e/{site.codes['concert']}?lang=en")
    page.emulate_media(media="print")
    assert page.locator(".facts").is_visible()
    assert not page.locator(".actions").is_visible()
    assert not page.locator(".languages").is_visible()


def test_a_whole_event_page_costs_a_phone_little(site: Site, page: Page) -> None:
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(f"{site.address}/e/{site.codes['homework']}?lang=ar", wait_until="networkidle")
    assert len(sizes) == 2, "the page and its sheet, nothing else"
    assert sum(sizes) < 15_000
