"""The list of the inbox in a browser: finding, many at once, changes that leave ticks, focus and scroll, keys alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from models.conversation import Conversation
from models.database import Database
from tests.desk.conftest import Desk
from tests.web.axe import violations
from upkeep.sign_in import end

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SHIFT = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => done(sum), 50));
})"""


@pytest.fixture
def busy(desk: Desk) -> dict[str, Conversation]:
    """A full list: named and nameless, overdue, right-to-left, unsure, without words."""
    found = {
        "rosa": desk.hear("¿A qué hora empieza el concierto? Mi hija canta en el coro.", name="Rosa Díaz", ago=3 * HOUR),
        "nameless": desk.hear("¿Hay estacionamiento cerca del gimnasio?", ago=4 * HOUR),
        "late": desk.hear("¿Y la lista de útiles?", ago=4 * DAY, name="Ann " + "Verylongname" * 5),
        "arabic": desk.hear("متى تبدأ الحفلة؟ هل يمكنني أن أحضر ابني الصغير معي؟", language="ar", ago=5 * HOUR),
        "unsure": desk.hear("Waa goorma?", language="und", ago=6 * HOUR),
        "photo": desk.hear("", ago=7 * HOUR),
    }  # fmt: skip
    return found


def live(page: Page) -> Page:
    page.wait_for_selector("html[data-live=on]")
    return page


def order(page: Page) -> list[str]:
    return [str(one.get_attribute("id")) for one in page.locator(".talk").all()]


# --- finding


def test_a_conversation_is_found_by_its_words_and_by_a_filter(
    desk: Desk, busy: dict[str, Conversation], browser: Browser
) -> None:
    page = desk.open(browser, "maria")
    page.get_by_role("searchbox").fill("estacionamiento")
    page.keyboard.press("Enter")
    expect(page.locator(".talk")).to_have_count(1)
    assert order(page) == [busy["nameless"].id]
    page.get_by_role("link", name="Mine").click()
    page.get_by_text("Filters").click()
    page.get_by_label("Language").select_option("ar")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".talk")).to_have_count(1)
    assert order(page) == [busy["arabic"].id]
    page.get_by_role("link", name="Without filters").click()
    expect(page.locator(".talk")).to_have_count(6)


def test_arabic_words_run_from_right_to_left_in_an_english_page(
    desk: Desk, busy: dict[str, Conversation], browser: Browser
) -> None:
    page = desk.open(browser, "maria")
    said = page.locator(f"#{busy['arabic'].id} .said")
    assert said.get_attribute("lang") == "ar"
    assert said.evaluate("one => [getComputedStyle(one).direction, getComputedStyle(one).textAlign]") == [
        "rtl",
        "start",
    ]


def test_overdue_is_told_in_words_and_by_a_sign(desk: Desk, busy: dict[str, Conversation], browser: Browser) -> None:
    page = desk.open(browser, "maria")
    assert order(page)[0] == busy["late"].id
    assert "⚠ Overdue since" in page.locator(f"#{busy['late'].id} .tag.warn").inner_text()


# --- many at once


@pytest.mark.parametrize("scripts", [True, False])
def test_many_are_ticked_and_closed(desk: Desk, busy: dict[str, Conversation], browser: Browser, scripts: bool) -> None:
    page = desk.open(browser, "maria", scripts=scripts)
    close = page.get_by_role("button", name="Close: no answer needed")
    expect(close).to_be_hidden()
    for one in ("rosa", "photo"):
        page.locator(f"#{busy[one].id} input").check()
    close.click()
    expect(page.locator(".told")).to_contain_text("2 closed as needing no answer.")
    expect(page.locator(".talk")).to_have_count(4)


def test_many_are_given_to_somebody(desk: Desk, busy: dict[str, Conversation], browser: Browser) -> None:
    page = desk.open(browser, "maria", width=390)
    page.locator(f"#{busy['unsure'].id} input").check()
    page.get_by_label("Give them to").select_option("Amina Ali")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.locator(".told")).to_contain_text("1 given to somebody else.")
    with desk.db.read() as session:
        assert session.get_one(Conversation, busy["unsure"].id).assignee == "amina@maple.example"


# --- changes under one's eyes


def test_what_is_new_announces_itself_and_nothing_moves(desk: Desk, browser: Browser) -> None:
    rows = [desk.hear(f"¿Pregunta {n}?", ago=n * HOUR) for n in range(1, 40)]
    page = live(desk.open(browser, "maria", height=600))
    held = page.locator(f"#{rows[20].id}")
    held.locator("input").check()
    held.locator("a").focus()
    before = page.evaluate("[scrollY, document.activeElement.closest('.talk').id]")
    assert before[0] > 0
    desk.site.now += timedelta(seconds=5)
    new = desk.hear("¿Nueva?", ago=5 * DAY, updated_at=desk.now)
    button = page.get_by_role("button", name="1 new – show it")
    expect(button).to_be_visible()
    assert page.locator("#news").get_attribute("aria-live") == "polite"
    assert page.evaluate("[scrollY, document.activeElement.closest('.talk').id]") == before
    assert held.locator("input").is_checked() and new.id not in order(page)
    expect(page.locator("#views [data-count=mine]")).to_have_text("40")
    desk.hear("¿Otra?", ago=6 * DAY, updated_at=desk.now + timedelta(seconds=1))
    page.get_by_role("button", name="2 new – show them").click()
    assert len(order(page)) == 41 and new.id in order(page)
    assert held.locator("input").is_checked()
    expect(button).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.talk').id") == order(page)[0]


def test_what_a_colleague_does_shows_in_the_row_at_once(
    desk: Desk, busy: dict[str, Conversation], browser: Browser
) -> None:
    page = live(desk.open(browser, "maria"))
    row = page.locator(f"#{busy['rosa'].id}")
    row.locator("a").focus()
    amina = desk.as_("amina")
    desk.site.now += timedelta(seconds=5)
    with desk.db.write() as session:
        told = session.get_one(Conversation, busy["rosa"].id)
        told.taken_by, told.taken_at, told.updated_at = "amina@maple.example", desk.now, desk.now
    expect(row).to_contain_text("Amina Ali is writing")
    assert page.evaluate("document.activeElement.closest('.talk').id") == busy["rosa"].id
    amina.post("/many", do="close", id=busy["nameless"].id)
    expect(page.locator(f"#{busy['nameless'].id}")).to_contain_text("No longer in this list")
    expect(page.locator("#views [data-count=mine]")).to_have_text("5")


def test_changes_of_another_process_are_seen(desk: Desk, busy: dict[str, Conversation], browser: Browser) -> None:
    page = live(desk.open(browser, "maria"))
    other = Database(desk.db.url)
    with other.write() as session:
        row = session.get_one(Conversation, busy["rosa"].id)
        row.state, row.updated_at = "waiting", desk.now + timedelta(seconds=1)
    other.close()
    expect(page.locator(f"#{busy['rosa'].id}")).to_contain_text("No longer in this list")


def test_whoever_was_signed_out_is_told_and_hears_no_more(
    desk: Desk, busy: dict[str, Conversation], browser: Browser
) -> None:
    page = live(desk.open(browser, "maria"))
    with desk.db.write() as session:
        end(session, "maria@maple.example", desk.now)
    with desk.db.write() as session:
        session.get_one(Conversation, busy["rosa"].id).updated_at = desk.now + timedelta(seconds=1)
    expect(page.get_by_role("link", name="You were signed out.")).to_be_visible()


def test_without_scripts_one_looks_again(desk: Desk, busy: dict[str, Conversation], browser: Browser) -> None:
    page = desk.open(browser, "maria", "/?view=all", scripts=False)
    new = desk.hear("¿Nueva?")
    page.get_by_role("link", name="Look again").click()
    expect(page.locator(f"#{new.id}")).to_be_visible()
    assert "view=all" in page.url


# --- keys


def test_everything_by_keyboard(desk: Desk, busy: dict[str, Conversation], browser: Browser) -> None:
    page = desk.open(browser, "maria")
    there = order(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.talk').id") == there[1]
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("k")
    assert [page.locator(f"#{one} input").is_checked() for one in there[:4]] == [False, True, True, False]
    page.keyboard.press("/")
    page.keyboard.type("jx/")
    assert page.get_by_role("searchbox").input_value() == "jx/"
    page.get_by_text("By keyboard").click()
    page.get_by_label("Turn these keys off").check()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "keys-off"
    page.reload()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_tab_alone_reaches_rows_and_enter_opens_one(
    desk: Desk, busy: dict[str, Conversation], browser: Browser
) -> None:
    page = desk.open(browser, "maria")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.talk input')"):
            break
    page.keyboard.press("Space")
    expect(page.locator(f"#{order(page)[0]} input")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/c/{busy['late'].id}")


# --- the look


@pytest.mark.parametrize("address", ["/", "/?view=all&language=es", "/?view=promised", "/?q=nothing"])
def test_axe_finds_nothing_in_any_state(
    desk: Desk, busy: dict[str, Conversation], browser: Browser, address: str
) -> None:
    for width in (390, 1280):
        page = desk.open(browser, "maria", address, width=width)
        if address == "/":
            page.locator("input[name=id]").first.check()
            page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what the bar covers is no target just now
        assert violations(page) == [], width
        page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_shifts_while_the_list_loads(
    desk: Desk, busy: dict[str, Conversation], browser: Browser, width: int
) -> None:
    page = live(desk.open(browser, "maria", width=width))
    assert page.evaluate(SHIFT) < 0.01
    assert page.evaluate("document.documentElement.scrollWidth") <= width
