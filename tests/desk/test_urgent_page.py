"""What is urgent, on pages: first in every list with its words, who looked, a person's word, and the list that owners change."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from playwright.sync_api import Browser, expect

from models.conversation import Conversation
from models.inbox import VIEWS
from models.urgent_word import urgent_words
from tests.desk.conftest import Client, Desk
from tests.desk.test_list_page import shown, words
from tests.web.axe import violations

OFFICE, HOUR = "office@maple.example", timedelta(hours=1)
GUN = "Un niño trajo una pistola a la escuela"
HERE = "/settings/urgent"


@pytest.fixture
def alarm(desk: Desk) -> Conversation:
    """One urgent comment among others, put off in vain, newer than they are."""
    desk.hear("¿A qué hora empieza?", ago=5 * HOUR)
    return desk.hear(
        GUN, to=OFFICE, ago=HOUR, urgent="danger", urgent_at=desk.now - HOUR, snoozed_until=desk.now + 48 * HOUR
    )


def test_it_stands_first_in_every_list_once_and_says_why(desk: Desk, alarm: Conversation) -> None:
    for view in VIEWS:
        rows = shown(desk, f"/?view={view}")
        assert rows[0] == alarm.id and rows.count(alarm.id) == 1, view
    said = words(desk)
    assert "Urgent: danger trajo una pistola Nobody has looked at it yet" in said
    assert "This is no crisis line" in said
    assert shown(desk, "/?q=pistola") == [alarm.id]
    assert shown(desk, "/?q=empieza") != [alarm.id] and "crisis line" not in words(desk, "/?q=empieza")


def test_it_is_not_repeated_on_further_pages(desk: Desk, alarm: Conversation) -> None:
    for n in range(51):
        desk.hear(f"¿{n}?", to=OFFICE, ago=(n + 6) * HOUR)
    first = desk.as_("office").get("/").text
    [further] = re.findall(r'rel="next" href="([^"]+)"', first)
    assert shown(desk, "/", "office")[0] == alarm.id and len(shown(desk, "/", "office")) == 51
    rest = shown(desk, unescape(further), "office")
    assert len(rest) == 1 and alarm.id not in rest


def test_whoever_opens_it_first_is_noted_and_a_person_says_that_it_is_not_urgent(
    desk: Desk, alarm: Conversation, browser: Browser
) -> None:
    page = desk.open(browser, "maria", f"/c/{alarm.id}", width=390)
    banner = page.get_by_role("region", name="Urgent: danger")
    expect(banner).to_contain_text("trajo una pistola")
    expect(banner).to_contain_text("Maria Ortiz looked at it")
    expect(banner).to_contain_text("nobody has been called")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "Maria Ortiz looked at it" in words(desk, "/", "office")
    banner.get_by_role("button", name="It is not urgent").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("no longer urgent")
    expect(page.get_by_role("region", name="Urgent: danger")).to_have_count(0)
    page.locator("summary", has_text="Call it urgent").click()
    page.get_by_label("Why is it urgent?").select_option("A missing child")
    page.get_by_role("button", name="Call it urgent").click()
    expect(page.get_by_role("region", name="Urgent: a missing child")).to_contain_text("Maria Ortiz looked at it")


def test_without_scripts_a_button_says_who_looks(desk: Desk, alarm: Conversation, browser: Browser) -> None:
    page = desk.open(browser, "maria", f"/c/{alarm.id}", scripts=False)
    page.get_by_role("button", name="I am looking at this").click()
    expect(page.get_by_role("region", name="Urgent: danger")).to_contain_text("Maria Ortiz looked at it")


def test_hiding_it_takes_a_second_yes(desk: Desk, alarm: Conversation) -> None:
    maria = desk.as_("maria")
    page = maria.get(f"/c/{alarm.id}").text
    [message] = re.findall(r'name="message" value="(\w+)"', page)
    assert 'name="anyway" value="1" required' in page and "/snooze" not in page
    refused = maria.post(f"/c/{alarm.id}/hide", message=message, why="It frightens others")
    assert refused.status == 422 and "look after the family first" in refused.text
    assert maria.post(f"/c/{alarm.id}/hide", message=message, why="It frightens others", anyway="1").status == 303


# --- the list, as owners change it


def of_school(desk: Desk) -> list[tuple[str, str, bool]]:
    with desk.db.read() as session:
        return [(one.language, one.phrase, one.is_on) for one in urgent_words(session, "maple")]


def tried(office: Client, text: str) -> str:
    page = office.post(f"{HERE}/try", text=text)
    assert page.status == 200
    return " ".join(
        unescape(re.sub("<[^>]+>", " ", page.text.partition('id="trial"')[2].partition("</section>")[0])).split()
    )


def test_an_owner_chooses_who_looks_after_it_and_changes_its_words(desk: Desk) -> None:
    office = desk.as_("office")
    page = office.get(HERE).text
    assert "no help in a crisis" in page and "English and Spanish only" in page
    assert (
        office.follow(office.post(f"{HERE}/person", who="maria@maple.example")).text.count("selected>Maria Ortiz") == 1
    )
    assert office.post(f"{HERE}/person", who="pat@maple.example").status == 422
    assert "Not urgent by this list." in tried(office, "They are at Coyote Bridge")
    office.post(f"{HERE}/words", language="en", kind="missing-child", phrase="Coyote bridge")
    assert "Urgent: a missing child Because of these words: Coyote Bridge" in tried(office, "They are at Coyote Bridge")
    office.post(f"{HERE}/off", language="en", phrase="stabbed")
    assert "Not urgent" in tried(office, "he was stabbed") and "Switched off here" in office.get(HERE).text
    assert of_school(desk) == [("en", "coyote bridge", True), ("en", "stabbed", False)]
    for phrase in ("coyote bridge", "stabbed"):
        office.post(f"{HERE}/back", language="en", phrase=phrase)
    assert of_school(desk) == [] and "Urgent: danger" in tried(office, "he was stabbed")
    assert office.post(f"{HERE}/words", language="en", kind="danger", phrase="a").status == 422
    assert [desk.as_(who).get(HERE).status for who in ("maria", "pat", "eve")] == [404, 404, 404]
