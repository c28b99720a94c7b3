"""The queue of those whose language nobody knows: a key each, a button each, and a way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from models.conversation import Conversation, Message
from models.correction import Correction
from tests.desk.conftest import Client, Desk
from tests.web.axe import violations

OFFICE = "office@maple.example"
QUEUE = "/?view=unsure"


@pytest.fixture
def unsure(desk: Desk) -> list[Conversation]:
    """Three that could be two languages, the one that waits longest first; of the last one nobody has an idea."""
    said = (("pan", ["es", "en"]), ("Waa goorma?", ["so", "om"]), ("ok?", []))
    rows = [desk.hear(text, language="und", to=OFFICE, ago=timedelta(hours=9 - n)) for n, (text, _) in enumerate(said)]
    with desk.db.write() as session:
        for row, (_, guesses) in zip(rows, said, strict=True):
            message = session.exec(select(Message).where(Message.conversation_id == row.id)).one()
            message.guess = {
                "candidates": [[tag, 0.4] for tag in guesses],
                "why": "words",
                "scores": {"pycld2 0.42": []},
            }
    return rows


def languages(desk: Desk, rows: list[Conversation]) -> list[tuple[str, str]]:
    with desk.db.read() as session:
        found = [session.get_one(Conversation, row.id) for row in rows]
        return [(one.language, one.assignee or "") for one in found]


def corrections(desk: Desk) -> list[tuple[str, str, dict[str, str]]]:
    with desk.db.read() as session:
        rows = session.exec(select(Correction).order_by(Correction.guessed, Correction.said))
        return [(one.guessed, one.said, one.engines) for one in rows]


def test_one_key_says_which_it_is_and_the_next_one_is_at_hand(
    desk: Desk, unsure: list[Conversation], browser: Browser
) -> None:
    page = desk.open(browser, "maria", QUEUE)
    assert violations(page) == []
    first, second, third = (page.locator(f"#{row.id} a.row") for row in unsure)
    search = page.get_by_role("searchbox")
    search.focus()
    page.keyboard.press("1")
    assert search.input_value() == "1" and page.locator(".talk").count() == 3
    search.blur()
    page.keyboard.press("1")  # nothing is at hand yet: the first one is, from now on
    expect(first).to_be_focused()
    page.keyboard.press("1")
    said = page.locator("#said")
    expect(said).to_contain_text("It is Spanish. Maria Ortiz has it now.")
    expect(second).to_be_focused()
    page.keyboard.press("j")
    expect(third).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("3")
    others = page.locator(f"#{unsure[1].id} .others")
    expect(others.get_by_role("button").first).to_be_focused()
    expect(others.get_by_role("link", name="None of these")).to_be_visible()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("It is English.")
    expect(third).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator(".talk")).to_have_count(0)
    expect(said).to_be_focused()
    said.get_by_role("button", name="Take it back").click()
    expect(page.locator(f"#{unsure[2].id}")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    (spanish, has_it), (english, _), (unknown, office) = languages(desk, unsure)
    assert (spanish, has_it, english, unknown, office) == ("es", "maria@maple.example", "en", "und", OFFICE)
    assert corrections(desk) == [("und", "en", {"pycld2": "0.42"}), ("und", "es", {"pycld2": "0.42"})]


def test_keys_that_were_turned_off_say_nothing(desk: Desk, unsure: list[Conversation], browser: Browser) -> None:
    page = desk.open(browser, "maria", QUEUE)
    page.get_by_text("By keyboard").click()
    page.get_by_label("Turn these keys off in this browser").check()
    page.locator(f"#{unsure[0].id} a.row").focus()
    page.keyboard.press("1")
    assert page.locator(".talk").count() == 3 and corrections(desk) == []


def test_without_scripts_a_button_says_it_and_another_takes_it_back(
    desk: Desk, unsure: list[Conversation], browser: Browser
) -> None:
    page = desk.open(browser, "maria", QUEUE, scripts=False, width=320)
    page.locator(f"#{unsure[0].id}").get_by_role("button", name="English").click()
    said = page.locator("#said")
    expect(said).to_contain_text("It is English.")
    expect(page.locator(".talk")).to_have_count(2)
    page.locator(f"#{unsure[1].id} summary").click()
    page.locator(f"#{unsure[1].id}").get_by_role("button", name="Spanish").click()
    expect(said).to_contain_text("It is Spanish.")
    said.get_by_role("button", name="Take it back").click()
    expect(page.locator(".talk")).to_have_count(2)
    assert [tag for tag, _ in languages(desk, unsure)] == ["en", "und", "und"]


def test_nothing_is_taken_back_over_a_colleague(desk: Desk, unsure: list[Conversation]) -> None:
    maria, office = desk.as_("maria"), desk.as_("office")
    _said(maria, unsure[0], "es")
    _said(office, unsure[0], "en")
    refused = maria.post(f"/unsure/{unsure[0].id}/back", language="es")
    assert refused.status == 422 and "Somebody said otherwise since" in refused.text
    assert languages(desk, unsure)[0][0] == "en"
    assert "Take it back" not in maria.get(f"{QUEUE}&said={unsure[0].id}").text
    assert "Take it back" not in maria.get(f"{QUEUE}&said=co_0000000000000000").text


def test_a_guess_that_is_right_is_confirmed_with_one_button(desk: Desk) -> None:
    talk, maria = desk.hear("¿A qué hora empieza?"), desk.as_("maria")
    assert "Yes, it is Spanish" in maria.get(f"/c/{talk.id}").text
    maria.post(f"/c/{talk.id}/language", language="es")
    page = maria.get(f"/c/{talk.id}").text
    assert "Yes, it is" not in page and "Maria Ortiz said so" in page
    assert corrections(desk) == [("es", "es", {})]


def test_owners_see_how_guesses_fared_and_take_the_texts_along(desk: Desk, unsure: list[Conversation]) -> None:
    office = desk.as_("office")
    assert "Nobody has said anything yet" in office.get("/settings/labels").text
    _said(desk.as_("maria"), unsure[0], "es")
    assert '<th scope="row">Spanish</th><td>1</td><td>0</td><td>1</td><td>0</td>' in office.get("/settings/labels").text
    saved = office.post("/settings/labels/export")
    assert saved.headers["content-disposition"] == 'attachment; filename="labelled.jsonl"'
    assert saved.text.splitlines() == [
        '{"text": "pan", "lang": "es", "guessed": "und", "confidence": 0.9, "engines": {"pycld2": "0.42"}, "by": "staff"}'
    ]
    assert desk.as_("maria").get("/settings/labels").status == 404


def _said(who: Client, row: Conversation, language: str) -> None:
    assert who.post(f"/unsure/{row.id}", language=language).status == 303
