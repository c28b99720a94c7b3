"""Signing in and out, forms that are ours and act once, and words that outlive a sign-in."""

from __future__ import annotations

import http.client
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from models.staff import StaffMember
from tests.desk.conftest import PASSWORD, PEOPLE, Client, Desk
from web.moments import Moments
from web.proofs import proof_of
from web.speech import speeches
from web.visit import safe_path


def test_somebody_signs_in_and_out_in_a_browser(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, None, "/?view=mine", width=390)
    page.get_by_label("E-mail").fill("maria@maple.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("Maple Street Elementary").wait_for()
    assert page.url == f"{desk.address}/?view=mine"
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.goto(f"{desk.address}/")
    assert "/sign-in?next=/" in page.url


@pytest.mark.parametrize("email", ["maria@maple.example", "nobody@maple.example"])
def test_a_wrong_password_is_told_without_saying_who_is_known(desk: Desk, browser: Browser, email: str) -> None:
    page = desk.open(browser, None, "/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("not this one at all")
    page.keyboard.press("Enter")
    assert "do not belong together" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail").input_value() == email


def test_a_sign_in_ends_after_eight_idle_hours_and_after_a_week(desk: Desk) -> None:
    maria = desk.as_("maria")
    began = desk.now
    for hours in (7, 14, 21):
        desk.site.now = began + timedelta(hours=hours)
        assert maria.get("/").status == 200
    desk.site.now = began + timedelta(hours=21 + 8)
    assert maria.get("/").status == 303
    fresh = desk.as_("maria")
    desk.site.now += timedelta(days=8)
    assert fresh.get("/").status == 303


def test_a_tab_that_was_left_open_is_nobody_s_presence(desk: Desk) -> None:
    talk = desk.hear("¿A qué hora empieza?")
    maria, began = desk.as_("maria"), desk.now
    for hours in (3, 6):
        desk.site.now = began + timedelta(hours=hours)
        assert maria.get(f"/c/{talk.id}/now").status == 200
        assert maria.get("/", X_Unattended="yes").status == 200
    desk.site.now = began + timedelta(hours=9)
    assert maria.get("/").headers["location"].startswith("/sign-in")


def test_whoever_was_switched_off_is_no_longer_in(desk: Desk) -> None:
    maria = desk.as_("maria")
    with desk.db.write() as session:
        session.get_one(StaffMember, ("maple", "maria@maple.example")).ends_at = desk.now
    assert maria.get("/").headers["location"].startswith("/sign-in")


def test_somebody_of_two_schools_looks_at_one_after_the_other(desk: Desk, browser: Browser) -> None:
    with desk.db.write() as session:
        session.add(StaffMember(**{**PEOPLE["maria"].model_dump(), "school": "oak", "role": "volunteer"}))
    page = desk.open(browser, "maria", "/")
    page.get_by_text("Maple Street Elementary").click()
    page.get_by_role("button", name="Oak Hill School").click()
    page.wait_for_url(f"{desk.address}/posts")
    assert desk.as_("pat").post("/school", school="oak").status == 404


# --- forms


def sent(client: Client, **headers: str) -> int:
    body = urlencode({"csrf": proof_of(client.token)})
    connection = http.client.HTTPConnection("127.0.0.1", client.desk.site.port)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"session={client.token}"}
    connection.request("POST", "/sign-out", body, {**kind, **{k.replace("_", "-"): v for k, v in headers.items()}})
    return connection.getresponse().status


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_a_form_from_elsewhere_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    assert sent(desk.as_("maria"), **headers) == 403


def test_a_form_of_our_own_page_is_taken(desk: Desk) -> None:
    assert sent(desk.as_("maria"), Sec_Fetch_Site="same-origin", Origin=desk.address) == 303


def test_a_form_without_the_word_of_this_very_browser_is_refused(desk: Desk) -> None:
    maria, amina = desk.as_("maria"), desk.as_("amina")
    assert maria.post("/sign-out", keys=False).status == 403
    assert maria.post("/sign-out", csrf=proof_of(amina.token)).status == 403


def test_a_form_that_is_too_long_or_no_form_is_refused(desk: Desk) -> None:
    maria = desk.as_("maria")
    assert maria.post("/sign-out", text="x" * 300_000).status == 422
    assert maria.post("/sign-out", **{f"f{n}": "x" for n in range(1200)}).status == 422


# --- small parts

ELSEWHERE = [
    "//evil.example", "https://evil.example", "http:evil.example", "\\\\evil.example", "/\\evil.example", "/\\/evil.example",
    "///evil.example", "javascript:alert(1)", "data:text/html,x", " /x", "/x y", "/\t/evil.example", "/\n/evil.example",
    "\x00/x", "/x\r\nSet-Cookie: a=b", "evil.example", "@evil.example", "?//evil.example", "", "／／evil.example", "/\u2028/x",
    "mailto:x@evil.example", "ftp://evil.example", "//evil.example/%2f..", "\t//evil.example", "/.\\evil.example",
]  # fmt: skip


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_link_of_ours_leads_elsewhere(wanted: str) -> None:
    assert safe_path(wanted) == "/"


def test_a_path_of_ours_is_followed() -> None:
    assert [safe_path(one) for one in ("/c/co_1?x=1", "/", "/posts#p")] == ["/c/co_1?x=1", "/", "/posts#p"]


def test_times_are_the_school_s_and_name_the_day(desk: Desk) -> None:
    told = Moments("en", "America/Chicago", desk.now)
    assert told.moment(desk.now) == "Tue, Dec 1, 9:00 AM"
    assert told.day(desk.now + timedelta(days=60)) == "Sat, Jan 30, 2027"
    assert told.ago(desk.now - timedelta(hours=3)) == "3 hours ago" and told.ago(desk.now) == "1 minute ago"
    assert Moments("es", "America/Chicago", desk.now).moment(desk.now) == "mar, 1 dic, 9:00"


def test_the_pages_speak_english_and_spanish() -> None:
    assert list(speeches()) == ["en", "es"]
    assert speeches()["es"].say("Sign in") == "Iniciar sesión"
