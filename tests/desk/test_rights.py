"""Families' rights on the pages: found, saved, erased by two; and the audit that owners read."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from models.account import SignIn
from models.audit import Audit, note
from models.conversation import Conversation, Message, Visitor
from tests.desk.conftest import Client, Desk
from tests.web.axe import violations

WORDS = "¿Cuándo empieza el concierto?\n<script>document.title = 'run'</script>"


@pytest.fixture
def rosa(desk: Desk) -> str:
    """Our id of a visitor who wrote twice."""
    talk = desk.hear(WORDS, name="Rosa Gómez")
    desk.hear("متى يبدأ الحفل؟", language="ar", ago=timedelta(days=3))
    assert talk.visitor_id
    return talk.visitor_id


def audited(desk: Desk) -> list[tuple[str, str]]:
    with desk.db.read() as session:
        rows = session.exec(select(Audit).order_by(Audit.at, Audit.id)).all()
        return sorted((one.by, one.what) for one in rows)


def old_proof(desk: Desk, client: Client) -> Client:
    """The same sign-in, an hour after its password was given."""
    with desk.db.write() as session:
        for row in session.exec(select(SignIn)):
            row.proven_at = desk.now - timedelta(hours=1)
    return client


def test_two_people_erase_a_family_in_their_browsers(desk: Desk, browser: Browser, rosa: str) -> None:
    page = desk.open(browser, "maria", "/people/families")
    page.get_by_label("Name, Facebook id, or words").fill("gómez")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Rosa Gómez").click()
    page.get_by_label("Why, without their name").fill("They asked by phone")
    page.get_by_role("button", name="Ask to erase").click()
    page.get_by_text("Nothing is erased before somebody else").wait_for()
    assert page.get_by_role("button", name="Yes, erase").count() == 0
    other = desk.open(browser, "office", "/people/families", width=390)
    other.get_by_role("link", name="Rosa Gómez").click()
    assert "They asked by phone" in other.content()
    other.get_by_role("button", name="Yes, erase for good").click()
    other.get_by_text("Erased here.").wait_for()
    with desk.db.read() as session:
        assert session.get(Visitor, rosa) is None
        assert session.exec(select(Message).where(Message.text == WORDS)).first() is None
        assert session.exec(select(Conversation.closed_reason).where(Conversation.closed_reason == "erased")).all() == [
            "erased"
        ]
    assert audited(desk) == [("maria@maple.example", "ask to erase"), ("office@maple.example", "erase")]
    assert desk.as_("office").get(f"/people/families/{rosa}").status == 404


def test_a_copy_is_saved_by_an_owner_and_stands_in_the_audit(desk: Desk, rosa: str) -> None:
    office = desk.as_("office")
    answer = office.post(f"/people/families/{rosa}/export", why="They asked for it")
    assert answer.status == 200 and answer.headers["content-type"] == "application/zip"
    assert (
        answer.headers["content-disposition"].startswith("attachment") and "no-store" in answer.headers["cache-control"]
    )
    with zipfile.ZipFile(io.BytesIO(answer.body)) as file:
        held, page = json.loads(file.read("export.json")), file.read("index.html").decode()
    assert held["person"]["names"] == ["Rosa Gómez"] and held["conversations"][0]["messages"][0]["text"] == WORDS
    assert "<script" not in page and "&lt;script&gt;" in page
    assert audited(desk) == [("office@maple.example", "export person")]
    assert desk.as_("maria").post(f"/people/families/{rosa}/export").status == 404


@pytest.mark.parametrize("what", ["export", "erase", "confirm", "refuse"])
def test_nothing_is_done_on_a_sign_in_that_was_not_proven_just_now(desk: Desk, rosa: str, what: str) -> None:
    answer = old_proof(desk, desk.as_("office")).post(f"/people/families/{rosa}/{what}")
    assert answer.status == 303 and answer.headers["location"].startswith("/prove")
    assert audited(desk) == []


def test_whoever_asked_cannot_confirm_and_a_refusal_keeps_all(desk: Desk, rosa: str) -> None:
    office = desk.as_("office")
    office.post(f"/people/families/{rosa}/erase", why="")
    told = office.post(f"/people/families/{rosa}/confirm")
    assert told.status == 422 and "You asked for this yourself" in told.text
    assert desk.as_("maria").post(f"/people/families/{rosa}/refuse").status == 303
    with desk.db.read() as session:
        assert session.get(Visitor, rosa) is not None
    assert office.post(f"/people/families/{rosa}/confirm").status == 404


def test_what_waits_for_a_second_word_is_told_where_owners_look(desk: Desk, rosa: str) -> None:
    desk.as_("maria").post(f"/people/families/{rosa}/erase", why="")
    told = desk.as_("office").get("/needs-you").text
    assert "A family asks to be forgotten" in told and 'href="/people/families"' in told
    volunteer = desk.as_("pat").get("/needs-you").text
    assert "Rosa" not in told + volunteer and 'href="/people/families"' not in volunteer


def test_a_reason_that_names_them_is_refused(desk: Desk, rosa: str) -> None:
    told = desk.as_("maria").post(f"/people/families/{rosa}/erase", why="Rosa called")
    assert told.status == 422 and "without their name" in told.text and audited(desk) == []


def test_a_family_of_another_school_is_not_found(desk: Desk, rosa: str) -> None:
    zoe = desk.as_("zoe")
    assert zoe.get(f"/people/families/{rosa}").status == 404
    assert "Rosa" not in zoe.get("/people/families?q=rosa").text
    for what in ("export", "erase", "confirm", "refuse"):
        assert zoe.post(f"/people/families/{rosa}/{what}").status == 404


# --- the audit


def many(desk: Desk) -> None:
    with desk.db.write() as session:
        for number in range(120):
            at = desk.now - timedelta(minutes=number // 2)  # two at each moment
            who = "maria@maple.example" if number % 2 else "office@maple.example"
            note(session, "maple", at, who, "reply", f"co_{number:03}", "", message=f"me_{number}")
        note(session, "oak", desk.now, "zoe@oak.example", "reply", "co_oak")
        note(session, "maple", desk.now, "", "load", "maple", changes=["new: page <b>x</b>"])


def test_owners_page_through_the_audit_and_see_each_line_once(desk: Desk, browser: Browser) -> None:
    many(desk)
    page, seen = desk.open(browser, "office", "/audit"), list[str]()
    while True:
        seen += [one.inner_text() for one in page.locator("tbody tr td[data-name=What] .soft").all()]
        if not page.get_by_role("link", name="Older").count():
            break
        page.get_by_role("link", name="Older").click()
    assert len(seen) == len(set(seen)) == 121 and "co_oak" not in seen
    assert {f"co_{number:03}" for number in range(120)} <= set(seen)


def test_the_audit_is_filtered_by_person_and_by_subject_and_is_of_owners(desk: Desk) -> None:
    many(desk)
    office = desk.as_("office")
    theirs = office.get("/audit?by=maria@maple.example").text
    assert "co_001" in theirs and "co_000" not in theirs and "Answered a family" in theirs
    one = office.get("/audit?subject=maple").text
    assert "Loaded the site file" in one and "&lt;b&gt;" in one and "the command line" in one
    assert "Nothing was done here" in office.get("/audit?subject=nothing").text
    assert office.get("/audit?before=nonsense").status == 200
    assert [desk.as_(who).get("/audit").status for who in ("maria", "pat", "eve")] == [404, 404, 404]


def test_no_form_changes_the_audit(desk: Desk) -> None:
    assert desk.as_("office").post("/audit").status in (404, 405)


# --- for everybody's eyes


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_axe_finds_nothing_on_these_pages(desk: Desk, browser: Browser, rosa: str, width: int, scheme: str) -> None:
    many(desk)
    with desk.db.read() as session:
        arabic = session.exec(select(Conversation.id).where(Conversation.language == "ar")).one()
    desk.as_("maria").post(f"/people/families/{rosa}/erase", why="")
    page = desk.open(browser, "office", "/audit", width=width, scheme=scheme)  # type: ignore[arg-type]
    for path in (
        "/audit", "/people/families", "/people/families?q=concierto", "/people/families?q=nobody", "/people/families?q=الحفل",
        f"/people/families/{rosa}", f"/people/families/{arabic}",
    ):  # fmt: skip
        page.goto(desk.address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert page.title() != "run"


def test_these_pages_are_usable_on_the_smallest_phone_and_in_spanish(desk: Desk, browser: Browser, rosa: str) -> None:
    many(desk)
    page = desk.open(browser, "office", f"/people/families/{rosa}", width=320, language="es-MX")
    page.get_by_role("button", name="Guardar una copia").wait_for()
    for path in (f"/people/families/{rosa}", "/audit", "/people/families?q=rosa"):
        page.goto(desk.address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_the_saved_page_reads_well_without_anything_from_outside(
    desk: Desk, browser: Browser, rosa: str, tmp_path: Path
) -> None:
    answer = desk.as_("office").post(f"/people/families/{rosa}/export")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as file:
        file.extract("index.html", tmp_path)
    context = browser.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=True)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"file://{tmp_path / 'index.html'}")
    assert violations(page) == [] and page.title() == "What is held of one person"
    assert len(asked) == 1 and page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()
