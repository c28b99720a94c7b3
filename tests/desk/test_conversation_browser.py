"""One conversation as Maria meets it: in Chromium, by mouse and by keyboard alone, on a phone, without JavaScript."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import delete, select

from models.account import SignIn
from models.conversation import Conversation, Message
from models.draft import Draft, SavedReply
from tests.desk.conftest import PASSWORD, Desk
from tests.desk.test_conversation import AMINA, MARIA, QUESTION, add, announce, now, said
from tests.web.axe import violations

ARABIC = "متى تبدأ الحفلة وهل يمكن للأجداد الحضور معنا؟"


def test_an_answer_is_typed_kept_while_typing_and_sent(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    expect(page.get_by_text("Everyone on Facebook sees this.")).to_be_visible()
    box = page.get_by_label("Your answer (Spanish)")
    box.fill("Empieza a las seis.")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    assert now(desk, talk).taken_by == MARIA
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is on its way to Facebook.")).to_be_visible()
    expect(page.locator(".line.sent")).to_contain_text("Empieza a las seis.")
    expect(page.locator(".line.sent")).to_contain_text("On its way")
    expect(page.get_by_label("Your answer (Spanish)")).to_have_value("")


def test_the_whole_answer_by_keyboard_alone(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    page = desk.open(browser, "maria", f"/c/{talk.id}")
    page.keyboard.press("r")
    expect(page.get_by_label("Your answer (Spanish)")).to_be_focused()
    page.keyboard.type("Su hijo tiene asma, no hay problema. rrr")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet")
    assert len(said(desk, talk)) == 1
    reached = tab_until(page, "Write “please call us” instead")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your answer (Spanish)")).to_have_value(
        re.compile("^Gracias por escribirnos.*llame a la oficina")
    )
    assert reached
    tab_until(page, "Send the answer")
    page.keyboard.press("Enter")
    expect(page.locator(".line.sent")).to_contain_text("Gracias por escribirnos.")


def tab_until(page: Page, name: str) -> bool:
    """Presses Tab until the focus is on what is called so; it always shows where it is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText.trim()") == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return True
    raise AssertionError(f"{name} is not reached")


def test_every_control_is_reached_by_tab(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION, name="Rosa Diaz")
    page = desk.open(browser, "maria", f"/c/{talk.id}")
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    controls = "main :is(a[href], button, select, summary, textarea, input:not([type=hidden]))"
    wanted = page.locator(controls).count()
    page.locator("main").focus()
    reached: set[str] = set()
    for _ in range(3 * wanted):  # a date has three parts
        page.keyboard.press("Tab")
        place = f"[...document.querySelectorAll({controls!r})].indexOf(document.activeElement)"
        reached.add(str(page.evaluate(place)))
    assert len(reached - {"-1"}) == wanted


def test_two_people_who_answer_at_once_are_told_of_each_other(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION, name="Rosa Diaz")
    maria, amina = (desk.open(browser, who, f"/c/{talk.id}") for who in ("maria", "amina"))
    amina.get_by_label("Your answer (Spanish)").fill("A las seis, en el gimnasio.")
    amina.get_by_role("button", name="Send the answer").click()
    expect(amina.locator(".line.sent")).to_be_visible()
    maria.get_by_label("Your answer (Spanish)").fill("Empieza a las seis.")
    maria.get_by_role("button", name="Send the answer").click()
    expect(maria.get_by_role("alert")).to_contain_text("Amina Ali answered while you were writing")
    expect(maria.locator(".line.sent")).to_contain_text("A las seis, en el gimnasio.")
    expect(maria.get_by_label("Your answer (Spanish)")).to_have_value("Empieza a las seis.")
    maria.get_by_role("button", name="Send it all the same").click()
    expect(maria.locator(".line.sent")).to_have_count(2)


def test_the_language_is_corrected_by_one_click(desk: Desk, browser: Browser) -> None:
    talk = unsure(desk)
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    page.get_by_role("button", name="It is Somali (41%)").click()
    expect(page.get_by_text("Maria Ortiz said it is Somali; Amina Ali speaks it.")).to_be_visible()
    page.get_by_label("Which language is it?").select_option(label="Spanish")
    page.get_by_role("button", name="Correct it").click()
    expect(page.get_by_text("Maria Ortiz said it is Spanish; Maria Ortiz speaks it.")).to_be_visible()


def unsure(desk: Desk) -> Conversation:
    talk = desk.hear("waa maxay", language="und", confidence=0.4, reason="Unsure of the language.")
    with desk.db.write() as session:
        row = session.exec(select(Message).where(Message.conversation_id == talk.id)).one()
        row.guess, row.language = {"candidates": [["so", 0.41], ["en", 0.2]], "why": "words"}, "und"
    return talk


@pytest.mark.parametrize("name", ["", "Rosa Diaz"])
def test_a_comment_is_hidden_with_a_reason_and_shown_again(desk: Desk, browser: Browser, name: str) -> None:
    talk = desk.hear("¡Qué feo!", name=name)
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    page.get_by_text("Hide", exact=True).click()
    page.get_by_label("Why?").fill("an insult")
    page.get_by_role("button", name="Hide it from others").click()
    expect(page.locator(".line")).to_contain_text("Hidden on Facebook")
    expect(page.locator(".line")).to_contain_text("by Maria Ortiz: an insult")
    expect(page.locator(".line")).to_contain_text("Being hidden")
    page.get_by_role("button", name="Show it again").click()
    expect(page.locator(".line")).not_to_contain_text("Hidden on Facebook")


def test_what_is_private_goes_to_the_family_alone(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    page = desk.open(browser, "maria", f"/c/{talk.id}")
    page.get_by_label("Your answer (Spanish)").fill("Su hijo Mateo tiene asma.")
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("button", name="Send it as a private message").click()
    expect(page.locator(".line.sent")).to_contain_text("Private message")
    expect(page.get_by_text("Or only to this family")).to_have_count(0)
    assert said(desk, talk)[-1].private


@pytest.mark.parametrize("name", ["", "Rosa Diaz"])
def test_handing_over_putting_off_closing_and_opening_again(desk: Desk, browser: Browser, name: str) -> None:
    talk = desk.hear(QUESTION, name=name)
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    page.locator("summary", has_text="Hand over").click()
    page.locator("select[name=to]").select_option(AMINA)
    page.get_by_label("A sentence for them").fill("You know the coach.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Maria Ortiz gave it to Amina Ali: You know the coach.")).to_be_visible()
    page.locator("summary", has_text="Put off").click()
    page.get_by_label("Until").fill("2026-12-04")
    page.get_by_role("button", name="Put off").click()
    expect(page.locator(".marks")).to_contain_text("Put off until Fri, Dec 4")
    page.get_by_role("button", name="Back into the inbox").click()
    expect(page.locator(".marks")).not_to_contain_text("Put off")
    page.get_by_label("Why is it closed?").select_option("elsewhere")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".marks")).to_contain_text("settled elsewhere")
    page.get_by_role("button", name="Open again").click()
    expect(page.locator(".marks")).to_contain_text("Open")
    page.locator("summary", has_text="Promise something").click()
    page.get_by_label("What did you promise?").fill("Ask the coach")
    page.get_by_label("By when").fill("2026-12-03")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Maria Ortiz, by Thu, Dec 3")).to_be_visible()


def test_words_outlive_a_sign_in_that_ended(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    page = desk.open(browser, "maria", f"/c/{talk.id}")
    with desk.db.write() as session:
        session.exec(delete(SignIn))
    # Sent at once, before it is kept: it must come through the sign-in.
    page.get_by_label("Your answer (Spanish)").fill("Empieza a las seis.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("what you wrote is kept")).to_be_visible()
    page.get_by_label("E-mail").fill(MARIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Your answer (Spanish)")).to_have_value("Empieza a las seis.")
    assert len(said(desk, talk)) == 1


def test_words_that_are_being_typed_while_a_sign_in_ends_go_along(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    page = desk.open(browser, "maria", f"/c/{talk.id}")
    with desk.db.write() as session:
        session.exec(delete(SignIn))
    page.get_by_label("Your answer (Spanish)").press_sequentially("Empieza a las seis.")
    expect(page.get_by_text("what you wrote is kept")).to_be_visible()  # nothing was pressed
    page.get_by_label("E-mail").fill(MARIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Your answer (Spanish)")).to_have_value("Empieza a las seis.")


def test_everything_that_matters_without_javascript(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(QUESTION)
    announce(desk, talk)
    with desk.db.write() as session:
        session.add(
            SavedReply(
                school="maple", language="es", title="Hora", text="{event}: {when}", made_by=MARIA, made_at=desk.now
            )
        )
    page = desk.open(browser, "maria", f"/c/{talk.id}", scripts=False)
    box = page.get_by_label("Your answer (Spanish)")
    box.fill("Hola.")
    page.get_by_role("button", name="Insert").click()
    expect(box).to_have_value("Hola.\n\nConcierto de invierno: jueves, 10 de diciembre de 2026, 18:00–19:30")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("Kept as your draft.")).to_be_visible()
    box.fill("Su hija tiene asma.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("health")
    box.fill("A las seis.")
    page.get_by_role("button", name="Check again and send").click()
    expect(page.locator(".line.sent")).to_contain_text("A las seis.")
    page.get_by_label("Why is it closed?").select_option("answered")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".marks")).to_contain_text("Closed: answered")


def test_in_an_arabic_conversation_words_begin_at_the_right(desk: Desk, browser: Browser) -> None:
    talk = desk.hear(ARABIC, language="ar")
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    assert page.locator(".said").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator(".said").get_attribute("lang") == "ar"
    box = page.locator("#text")
    assert box.get_attribute("lang") == "ar"
    box.fill("تبدأ الساعة السادسة.")
    assert box.evaluate("one => getComputedStyle(one).direction") == "rtl"
    box.fill("It begins at six.")
    assert box.evaluate("one => getComputedStyle(one).direction") == "ltr"


# --- for everybody


def rich(desk: Desk) -> list[str]:
    """Addresses of every state of the page."""
    talk, arabic = desk.hear(QUESTION, name="Rosa Diaz"), desk.hear(ARABIC, language="ar")
    closed = desk.hear("¿?", state="closed", closed_reason="spam")
    announce(desk, talk)
    add(desk, talk, "A las seis.", direction="sent", author=MARIA, state="due")
    add(desk, talk, "x", removed_at=desk.now)
    add(desk, talk, "rude", hidden_at=desk.now, hidden_by=AMINA, hidden_why="an insult")
    add(desk, talk, "The coach knows.", direction="note", author=AMINA)
    draft = {"school": "maple", "updated_at": desk.now}
    with desk.db.write() as session:
        session.add(Draft(**draft, conversation_id=talk.id, email=MARIA, text="Su hijo Mateo tiene asma."))
        session.add(Draft(**draft, conversation_id=arabic.id, text="تغير الموعد.", because="The time changed."))
        session.add(
            SavedReply(school="maple", language="es", title="Hora", text="{when}", made_by=MARIA, made_at=desk.now)
        )
    asked = said(desk, talk)[0].id
    return [
        f"/c/{talk.id}?held=1", f"/c/{talk.id}?late={asked}", f"/c/{arabic.id}", f"/c/{closed.id}", f"/c/{unsure(desk).id}",
        "/saved-replies",
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing(desk: Desk, browser: Browser, width: int, scheme: Literal["light", "dark"]) -> None:
    paths = rich(desk)
    page = desk.open(browser, "maria", paths[0], width=width, scheme=scheme)
    for path in paths:
        page.goto(desk.address + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert violations(page) == [], path


def test_nothing_sticks_out_of_the_narrowest_screen_and_no_policy_is_broken(desk: Desk, browser: Browser) -> None:
    paths = rich(desk)
    page = desk.open(browser, "maria", "/saved-replies", width=320, height=568)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in paths:
        page.goto(desk.address + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(desk.address + paths[0])
    page.locator("#text").fill("A las seis. " * 20)
    expect(page.get_by_text("Draft kept")).to_be_visible()
    assert complaints == []


def test_nothing_moves_while_the_page_comes(desk: Desk, browser: Browser) -> None:
    path = rich(desk)[0]
    page = desk.open(browser, "maria", "/saved-replies", width=390)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver(all => all.getEntries().forEach(one => { moved += one.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(desk.address + path, wait_until="networkidle")
    assert page.evaluate("moved") == 0


def test_on_paper_stand_the_words_and_no_buttons(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "maria", rich(desk)[0])
    page.emulate_media(media="print")
    expect(page.locator(".line").first).to_be_visible()
    assert not page.locator("#answer").is_visible() and not page.get_by_role("button", name="Close").is_visible()
