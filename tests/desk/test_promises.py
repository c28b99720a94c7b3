"""The list of promises: overdue first, kept, moved and let go from it; and what is told to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from inbox.promises import make
from inbox.replies import reply
from models.conversation import Conversation
from models.notice import NoticeChoice
from models.promise import Promise
from models.staff import StaffMember
from tests.desk.conftest import PEOPLE, Desk

MARIA = PEOPLE["maria"].email
AMINA = PEOPLE["amina"].email


def promised(desk: Desk, what: str, days: int, owner: str = MARIA, talk: Conversation | None = None) -> Promise:
    talk = talk or desk.hear("¿Hay autobús?", name="Rosa Díaz")
    with desk.db.write() as session:
        row = make(session, "maple", talk.id, what, desk.now.date(), owner, MARIA, desk.now - timedelta(days=9))
        row.due_on = desk.now.date() + timedelta(days=days)
        session.add(row)
    return row


def row(desk: Desk, one: Promise) -> Promise:
    with desk.db.read() as session:
        return session.exec(select(Promise).where(Promise.id == one.id)).one()


def test_what_is_overdue_stands_first_and_says_so(desk: Desk, browser: Browser) -> None:
    promised(desk, "Ask the bus company", 2)
    promised(desk, "Find the lost jacket", -1)
    promised(desk, "Not hers", 0, AMINA)
    page = desk.open(browser, "maria", "/promises", width=390)
    assert page.locator("h2.what").all_inner_texts() == ["Find the lost jacket", "Ask the bus company"]
    assert "Overdue" in page.locator("article").first.inner_text()
    page.get_by_role("link", name="All 3").click()
    assert page.locator("h2.what").count() == 3


def test_a_promise_is_kept_from_the_list(desk: Desk, browser: Browser) -> None:
    one = promised(desk, "Ask the bus company", 2)
    page = desk.open(browser, "maria", "/promises")
    page.get_by_role("button", name="Done").click()
    page.get_by_text("The promise is kept.").wait_for()
    assert "Nothing is promised just now" in page.locator("main").inner_text()
    assert row(desk, one).kept_by == MARIA


def test_a_promise_goes_to_another_day_and_person_without_scripts_and_by_keyboard(desk: Desk, browser: Browser) -> None:
    one = promised(desk, "Ask the bus company", -2)
    page = desk.open(browser, "maria", "/promises", scripts=False)
    page.get_by_text("Another day or person").focus()
    page.keyboard.press("Enter")
    page.get_by_label("By when").fill("2026-12-05")
    page.get_by_label("Who does it").select_option(label="Amina Ali")
    page.get_by_label("Who does it").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The school is closed on that day.").wait_for()  # a Saturday
    assert (row(desk, one).due_on, row(desk, one).owner) == (date(2026, 12, 5), AMINA)


def test_a_day_may_be_typed_in_words(desk: Desk) -> None:
    one = promised(desk, "Ask the bus company", 0)
    maria = desk.as_("maria")
    assert maria.post(f"/promises/{one.id}/move", due_on="by Thursday").status == 303
    assert row(desk, one).due_on == date(2026, 12, 3)
    assert maria.post(f"/promises/{one.id}/move", due_on="one day").status == 422


def test_letting_go_needs_a_reason(desk: Desk) -> None:
    one = promised(desk, "Ask the bus company", 0)
    maria = desk.as_("maria")
    wrong = maria.post(f"/promises/{one.id}/drop", why=" ")
    assert wrong.status == 422 and "reason" in wrong.text
    assert maria.post(f"/promises/{one.id}/drop", why="The family called.").status == 303
    assert row(desk, one).dropped_because == "The family called."


def test_what_somebody_left_behind_is_seen_by_the_owners(desk: Desk) -> None:
    promised(desk, "Ask the bus company", 0, AMINA)
    with desk.db.write() as session:
        session.get_one(StaffMember, ("maple", AMINA)).off_at = desk.now
    page = desk.as_("office").get("/promises").text
    assert "Ask the bus company" in page and "no longer here" in page


@pytest.mark.parametrize("who", ["zoe", "pat", "eve"])
def test_another_school_and_other_roles_find_nothing(desk: Desk, who: str) -> None:
    one = promised(desk, "Ask the bus company", 0)
    assert desk.as_(who).post(f"/promises/{one.id}/keep").status == 404
    assert row(desk, one).kept_at is None


def test_a_double_submit_acts_once_and_a_familys_name_is_only_text(desk: Desk, browser: Browser) -> None:
    talk = desk.hear("x", name="<img src=x onerror=alert(1)>")
    promised(desk, "</h2><script>alert(1)</script>", 0, talk=talk)
    page = desk.open(browser, "maria", "/promises")
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.reload()
    assert said == [] and "<script>alert(1)" in page.locator("h2.what").inner_text()


# --- what one is told


def choice(desk: Desk, who: str) -> NoticeChoice | None:
    with desk.db.read() as session:
        return session.get(NoticeChoice, ("maple", PEOPLE[who].email))


def test_somebody_chooses_moments_and_an_address_of_their_own(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "maria", "/you/notices", width=390)
    assert page.get_by_role("checkbox", checked=True).count() == 3
    page.get_by_label("One short letter each working morning").uncheck()
    page.get_by_label("By this address:").check()
    page.get_by_label("Your own address").fill("maria@home.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    kept = choice(desk, "maria")
    assert kept and kept.moments == ["assigned", "overdue"] and kept.channel_sealed
    assert "home.example" not in kept.channel_sealed and "home.example" not in page.content()
    page.get_by_role("button", name="Save").click()  # it is kept, not given anew
    page.get_by_text("Saved.").wait_for()
    again = choice(desk, "maria")
    assert again and again.channel_sealed == kept.channel_sealed


BAD: list[dict[str, Any]] = [
    {"by": "own", "address": "file:///etc/passwd"},
    {"by": "own", "address": "mailto://127.0.0.1?from=a@b.example&to=c@d.example"},
    {"by": "own", "address": " "},
    {"by": "elsewhere"},
    {"by": "mail", "role": "owner"},
]


@pytest.mark.parametrize("wrong", BAD)
def test_what_cannot_be_chosen_is_refused_and_nothing_kept(desk: Desk, wrong: dict[str, Any]) -> None:
    answer = desk.as_("maria").post("/you/notices", **wrong)
    assert answer.status == 422 and choice(desk, "maria") is None
    assert "/etc/passwd" not in answer.text


def test_moments_of_another_role_are_not_kept(desk: Desk) -> None:
    desk.as_("pat").post("/you/notices", moments=["assigned", "token-died"], by="mail")
    kept = choice(desk, "pat")
    assert kept and kept.moments == ["token-died"]


def test_a_test_is_asked_for_and_sent_by_the_clock_not_by_the_page(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "maria", "/you/notices")
    page.get_by_role("button", name="Send me a test").click()
    page.get_by_text("It should be there in a minute.").wait_for()
    asked = choice(desk, "maria")
    assert asked and asked.test_asked_at == desk.now and asked.tested_at is None
    assert desk.as_("maria").post("/you/notices/test").status == 422  # not twice in a minute
    with desk.db.write() as session:
        row = session.get_one(NoticeChoice, ("maple", MARIA))
        row.tested_at, row.test_problem = desk.now, "It could not be sent."
    page.reload()
    assert "It could not be sent." in page.locator("main").inner_text()


# --- offered where it was said


def test_an_answer_that_promises_is_offered_as_a_promise_with_its_day(desk: Desk, browser: Browser) -> None:
    talk = desk.hear("¿Hay autobús?")
    with desk.db.write() as session:
        reply(session, "maple", talk.id, MARIA, "Buena pregunta. Le aviso el jueves.", desk.now)
    page = desk.open(browser, "maria", f"/c/{talk.id}", width=390)
    offered = page.get_by_role("region", name="Make this a promise?")
    assert offered.get_by_label("By when").input_value() == "2026-12-03"
    offered.get_by_role("button", name="Write it down").click()
    page.get_by_text("The promise is written down.").wait_for()
    assert page.get_by_text("Make this a promise?").count() == 0
    with desk.db.read() as session:
        (made,) = session.exec(select(Promise))
    assert (made.what, made.due_on, made.owner) == ("Le aviso el jueves.", date(2026, 12, 3), MARIA)
    assert desk.as_("amina").get(f"/c/{talk.id}").text.count("Make this a promise?") == 0


def test_an_answer_that_promises_nothing_is_not_asked_about(desk: Desk) -> None:
    talk = desk.hear("¿A qué hora?")
    with desk.db.write() as session:
        reply(session, "maple", talk.id, MARIA, "A las seis.", desk.now)
    assert "Make this a promise?" not in desk.as_("maria").get(f"/c/{talk.id}").text
