"""Coming in: by password, with a code, slower for who guesses, by a link, and again before what concerns others."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pyotp
import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from models.account import Account, Invitation, SignIn
from models.audit import Audit
from models.draft import drafts_of
from models.staff import StaffMember
from tests.desk.conftest import PASSWORD, PEOPLE, Client, Desk
from tests.desk.test_every_page import SHOTS
from tests.web.axe import violations
from tests.web.conftest import Answer, Stage
from upkeep import second_step
from upkeep.doorsteps import LASTS
from upkeep.invitations import invite
from upkeep.passwords import is_right
from upkeep.sign_in import find

MARIA, OFFICE = "maria@maple.example", "office@maple.example"
GOOD = "the geese came late"
MINUTE = timedelta(minutes=1)


@dataclass
class Outsider:
    """A browser of somebody who is not signed in, without the browser: it keeps cookies, and sends the forms it got."""

    desk: Desk
    cookies: dict[str, str] = field(default_factory=dict)
    proof: str = ""
    told: list[str] = field(default_factory=list)  # the cookies of the last answer, as they came

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode({"csrf": self.proof, "once": "x" * 20, **fields}))

    def signs_in(self, email: str = MARIA, password: str = PASSWORD, **more: str) -> Answer:
        self.get("/sign-in")
        return self.post("/sign-in", email=email, password=password, **more)

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.desk.site.port, timeout=20)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Cookie": jar, **kind})
        response = connection.getresponse()
        self.told = response.headers.get_all("set-cookie") or []
        for header in self.told:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        if found := re.search(r'name="csrf" value="([0-9a-f]+)"', answer.text):
            self.proof = found[1]
        return answer

    @property
    def is_in(self) -> bool:
        return self.get("/you").status == 200


@pytest.fixture
def outsider(desk: Desk) -> Outsider:
    return Outsider(desk)


@pytest.fixture
def phone(desk: Desk, stage: Stage) -> Iterator[pyotp.TOTP]:
    """Maria's second step is on; this is the app on her phone."""
    vault = stage.app.state.context.vault
    with desk.db.write() as session:
        secret = second_step.prepare(session, MARIA, vault)
        before = desk.now - timedelta(hours=1)
        assert second_step.turn_on(session, MARIA, pyotp.TOTP(secret).at(before), vault, before)
    yield pyotp.TOTP(secret)


# --- by password


def test_who_guesses_a_password_must_wait_and_who_waited_may_try_again(desk: Desk, outsider: Outsider) -> None:
    told = [outsider.signs_in(password=f"guess number {n}").status for n in range(6)]
    assert told == [401] * 5 + [429]
    late = outsider.signs_in()
    assert late.status == 429 and "wait 15 minutes" in late.text and not outsider.is_in
    desk.site.now += 15 * MINUTE
    assert outsider.signs_in().status == 303 and outsider.is_in


def test_nobody_can_tell_an_unknown_person_from_a_known_one(desk: Desk) -> None:
    def told(email: str) -> list[tuple[int, str]]:
        outsider = Outsider(desk)
        answers = [outsider.signs_in(email, f"guess number {n}") for n in range(6)]
        hidden = re.compile(r'value="[^"]*"|' + re.escape(email))
        return [(one.status, hidden.sub("", one.text)) for one in answers]

    assert told(MARIA) == told("nobody@maple.example")


def test_every_sign_in_gets_a_token_of_its_own_and_ends_the_one_before(desk: Desk, outsider: Outsider) -> None:
    outsider.cookies["session"] = "fixed-by-somebody-else"
    outsider.signs_in()
    first = outsider.cookies["session"]
    assert first != "fixed-by-somebody-else"
    outsider.signs_in()
    with desk.db.read() as session:
        assert find(session, first, desk.now) is None
        assert find(session, outsider.cookies["session"], desk.now) is not None


@pytest.mark.parametrize(
    ("public_url", "cookie"), [("https://bridge.maple.example", "__Host-session"), ("http://127.0.0.1", "session")]
)
def test_the_cookie_is_the_browsers_only_and_with_https_bound_to_this_host(
    desk: Desk, serve: object, public_url: str, cookie: str
) -> None:
    serve(desk.site, public_url=public_url)  # type: ignore[operator]
    outsider = Outsider(desk)
    outsider.signs_in()
    (told,) = [one for one in outsider.told if one.startswith(f"{cookie}=")]
    assert "HttpOnly" in told and "SameSite=lax" in told and "Path=/" in told and "Domain" not in told
    assert ("Secure" in told) == public_url.startswith("https")


def test_whoever_was_there_until_yesterday_cannot_come_in(desk: Desk, outsider: Outsider) -> None:
    with desk.db.write() as session:
        session.get_one(StaffMember, ("maple", MARIA)).ends_at = desk.now
    assert outsider.signs_in().status == 401


# --- the second step


def test_with_a_second_step_a_password_is_not_enough(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    assert outsider.signs_in(next="/?view=mine").headers["location"] == "/sign-in/code"
    assert "session" not in outsider.cookies and not outsider.is_in
    outsider.get("/sign-in/code")
    wrong = outsider.post("/sign-in/code", code="000000" if phone.at(desk.now) != "000000" else "111111")
    assert wrong.status == 401 and not outsider.is_in
    assert outsider.post("/sign-in/code", code=phone.at(desk.now)).headers["location"] == "/?view=mine"
    assert outsider.is_in


def test_a_code_that_somebody_looked_at_is_good_only_once(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    code = phone.at(desk.now)
    for _ in range(2):
        outsider.signs_in()
        outsider.get("/sign-in/code")
        answer = outsider.post("/sign-in/code", code=code)
    assert answer.status == 401


def test_the_second_step_is_asked_in_the_browser_that_did_the_first(desk: Desk, phone: pyotp.TOTP) -> None:
    Outsider(desk).signs_in()
    another = Outsider(desk)
    another.get("/sign-in")
    assert another.get("/sign-in/code").headers["location"] == "/sign-in"
    assert another.post("/sign-in/code", code=phone.at(desk.now)).headers["location"] == "/sign-in"


def test_the_first_step_is_forgotten_after_ten_minutes(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    outsider.signs_in()
    outsider.get("/sign-in/code")
    desk.site.now += LASTS
    assert outsider.post("/sign-in/code", code=phone.at(desk.now)).headers["location"] == "/sign-in"


def test_who_guesses_codes_must_wait(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    outsider.signs_in()
    outsider.get("/sign-in/code")
    assert [outsider.post("/sign-in/code", code=f"{n:06}").status for n in range(7)].count(429) >= 1
    assert outsider.post("/sign-in/code", code=phone.at(desk.now)).status == 429


def test_a_written_code_helps_when_the_phone_is_lost(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    with desk.db.write() as session:
        (written, *_) = second_step.renew_written(session, MARIA)
    outsider.signs_in()
    outsider.get("/sign-in/code")
    assert outsider.post("/sign-in/code", code=written.upper()).status == 303 and outsider.is_in


def test_words_that_were_typed_survive_the_second_step_too(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    talk = desk.hear("¿Hay clase mañana?")
    outsider.signs_in(kept_for=f"/c/{talk.id}", kept="Sí, a las ocho.")
    outsider.get("/sign-in/code")
    assert outsider.post("/sign-in/code", code=phone.at(desk.now)).headers["location"] == f"/c/{talk.id}"
    with desk.db.read() as session:
        assert drafts_of(session, "maple", talk.id)[MARIA].text == "Sí, a las ocho."


# --- a link


def link(desk: Desk, who: str = "maria") -> str:
    with desk.db.write() as session:
        person = session.get_one(StaffMember, (PEOPLE[who].school, PEOPLE[who].email))
        return "/invitation/" + invite(session, person, OFFICE, desk.now, letter=None)


def test_a_link_leads_to_a_password_and_in_once(desk: Desk, outsider: Outsider) -> None:
    path, old = link(desk), desk.as_("maria")
    for _ in range(3):
        assert "Maria Ortiz" in outsider.get(path).text, "looking uses nothing up: mail programs look, too"
    assert outsider.post(path, password=GOOD).status == 303
    assert outsider.is_in and old.get("/you").status == 303
    again = Outsider(desk)
    assert again.get(path).status == 410
    again.get("/sign-in")
    assert again.post(path, password="another sentence of mine").status == 410
    assert Outsider(desk).signs_in(password=PASSWORD).status == 401
    assert Outsider(desk).signs_in(password=GOOD).status == 303


@pytest.mark.parametrize("password", ["short", "Maria Ortiz maple", "password123456", "x" * 129])
def test_a_poor_password_is_refused_and_the_link_stays_good(desk: Desk, outsider: Outsider, password: str) -> None:
    path = link(desk)
    outsider.get(path)
    assert outsider.post(path, password=password).status == 422
    assert outsider.post(path, password=GOOD).status == 303


def test_a_link_does_not_spare_anybody_the_second_step(desk: Desk, outsider: Outsider, phone: pyotp.TOTP) -> None:
    path = link(desk)
    outsider.get(path)
    assert outsider.post(path, password=GOOD).headers["location"] == "/sign-in/code"
    assert not outsider.is_in


def test_a_link_that_we_do_not_know_says_so(outsider: Outsider) -> None:
    answer = outsider.get("/invitation/" + "x" * 43)
    assert answer.status == 410 and "do not know this link" in answer.text


# --- forgotten


def test_forgotten_is_answered_the_same_for_everybody(desk: Desk, serve: object) -> None:
    serve(desk.site, public_url="http://127.0.0.1", notify_url="mailto://127.0.0.1:9?from=x@maple.example")  # type: ignore[operator]
    told = []
    for email in (MARIA, "nobody@maple.example"):
        outsider = Outsider(desk)
        outsider.get("/forgot")
        answer = outsider.post("/forgot", email=email)
        told.append((answer.status, re.sub(r'value="[^"]*"', "", answer.text)))
    assert told[0] == told[1] and told[0][0] == 200
    with desk.db.read() as session:
        assert [(row.email, bool(row.link_sealed)) for row in session.exec(select(Invitation))] == [(MARIA, True)]
    assert Outsider(desk).signs_in().status == 303, "the password stays as it is until the link is used"


def test_letters_are_not_asked_for_without_end(desk: Desk, serve: object) -> None:
    serve(desk.site, public_url="http://127.0.0.1", notify_url="mailto://127.0.0.1:9?from=x@maple.example")  # type: ignore[operator]
    outsider = Outsider(desk)
    outsider.get("/forgot")
    assert [outsider.post("/forgot", email=MARIA).status for _ in range(4)] == [200, 200, 200, 429]


def test_without_a_mail_server_nobody_is_promised_a_letter(outsider: Outsider) -> None:
    page = outsider.get("/forgot")
    assert "sends no letters" in page.text and "<form" not in page.text


# --- again before what concerns others


def test_after_ten_minutes_what_concerns_others_asks_who_it_is(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "office", "/people")
    desk.site.now += 11 * MINUTE
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Password").fill("not this one at all")
    page.keyboard.press("Enter")
    assert "not right" in page.get_by_role("alert").inner_text()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Invite somebody").wait_for()
    assert page.url.endswith("/people/invite")


def test_a_browser_left_open_is_no_way_to_guess_a_password(desk: Desk) -> None:
    office = desk.as_("office")
    told = [office.post("/prove", password=f"guess number {n}").status for n in range(6)]
    late = office.post("/prove", password=PASSWORD)
    assert told == [401] * 6 and "wait 15 minutes" in late.text
    with desk.db.read() as session:
        assert {row.proven_at for row in session.exec(select(SignIn))} == {desk.now}


def test_a_page_that_is_proven_for_leads_nowhere_else(desk: Desk) -> None:
    office = desk.as_("office")
    assert office.post("/prove", password=PASSWORD, next="//evil.example").headers["location"] == "/"


# --- oneself


def test_a_new_password_is_chosen_with_the_old_one_and_ends_other_sign_ins(desk: Desk) -> None:
    maria, elsewhere = desk.as_("maria"), desk.as_("maria")
    assert maria.post("/you/password", password="wrong", new=GOOD).status == 401
    assert maria.post("/you/password", password=PASSWORD, new="maria maple").status == 422
    assert maria.post("/you/password", password=PASSWORD, new=GOOD).status == 303
    assert maria.get("/you").status == 200 and elsewhere.get("/you").status == 303
    with desk.db.read() as session:
        assert is_right(GOOD, session.get_one(Account, MARIA).password_hash)


def test_one_browser_is_signed_out_or_all(desk: Desk) -> None:
    maria, elsewhere, third = (desk.as_("maria") for _ in range(3))
    with desk.db.read() as session:
        found = find(session, elsewhere.token, desk.now)
    assert found
    assert maria.post(f"/you/sign-ins/{found.sign_in.id}/end").status == 303
    assert (elsewhere.get("/you").status, third.get("/you").status) == (303, 200)
    assert maria.post("/you/sign-out-everywhere").headers["location"] == "/sign-in"
    assert (maria.get("/you").status, third.get("/you").status) == (303, 303)


def test_somebody_elses_browser_cannot_be_signed_out(desk: Desk) -> None:
    maria, amina = desk.as_("maria"), desk.as_("amina")
    with desk.db.read() as session:
        found = find(session, amina.token, desk.now)
    assert found and maria.post(f"/you/sign-ins/{found.sign_in.id}/end").status == 404
    assert amina.get("/you").status == 200


def test_name_and_language_are_ones_own(desk: Desk) -> None:
    maria = desk.as_("maria")
    assert maria.post("/you", name="María Ortiz", language="es").status == 303
    page = maria.get("/you")
    assert "María Ortiz" in page.text and '<html lang="es"' in page.text
    assert maria.post("/you", name="María Ortiz", language="tlh").status == 422
    assert maria.post("/you", name=" ", language="").status == 422


def test_the_second_step_is_set_up_and_used_by_keyboard_and_turned_off_again(
    desk: Desk, browser: Browser, stage: Stage
) -> None:
    page = desk.open(browser, "maria", "/you")
    page.get_by_role("button", name="Set up the second step").press("Enter")
    page.get_by_text("Or type it in").press("Enter")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    assert page.locator(".square").evaluate("one => one.naturalWidth") > 100
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(desk.now))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your written codes").wait_for()
    written = page.locator(".codes code").all_inner_texts()
    assert violations(page) == []
    page.get_by_role("link", name="I have them").click()
    assert "10 written codes are left" in page.inner_text("main")

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail").fill(MARIA)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    desk.site.now += MINUTE
    page.get_by_role("heading", name="Your code").wait_for()
    assert violations(page) == []
    page.get_by_label("Code").fill(pyotp.TOTP(secret).at(desk.now))
    page.keyboard.press("Enter")
    page.get_by_text("Maple Street Elementary").wait_for()

    page.goto(f"{desk.address}/you/second-step")
    page.get_by_label("Code").fill(written[0])
    page.get_by_role("button", name="Turn the second step off").click()
    page.get_by_text("The second step is off").wait_for()
    with desk.db.read() as session:
        assert not second_step.is_on(session.get_one(Account, MARIA))
        assert {"turn on second step", "turn off second step"} <= {row.what for row in session.exec(select(Audit))}


def test_the_second_step_cannot_be_turned_off_without_a_code(desk: Desk, phone: pyotp.TOTP) -> None:
    maria = desk.as_("maria")
    for path in ("/you/second-step/off", "/you/second-step/codes"):
        assert maria.post(path, code="").status == 401
        assert maria.post(path, code="123456").status == 401
    assert maria.post("/you/password", password=PASSWORD, new=GOOD).status == 401


def test_a_secret_that_is_on_is_never_shown_again(desk: Desk, phone: pyotp.TOTP) -> None:
    maria = desk.as_("maria")
    assert maria.post("/you/second-step").status == 303
    page = maria.get("/you/second-step")
    assert "data:image/png" not in page.text and phone.secret not in page.text.replace(" ", "")


# --- as it is met


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_before_the_sign_in(
    desk: Desk, browser: Browser, scheme: str, serve: object
) -> None:
    serve(desk.site, public_url="http://127.0.0.1", notify_url="mailto://127.0.0.1:9?from=x@maple.example")  # type: ignore[operator]
    for width in (320, 1280):
        for path in ("/sign-in", "/forgot", link(desk), "/invitation/none"):
            page = desk.open(browser, None, path, width=width, scheme=scheme)  # type: ignore[arg-type]
            if SHOTS:
                name = "-".join(path.strip("/").split("/")[:1] + ["over"] * path.endswith("none"))
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.context.close()


def test_coming_in_works_without_scripts_and_in_spanish(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, None, link(desk), scripts=False, language="es", width=390)
    page.get_by_label("Contraseña nueva").fill(GOOD)
    page.get_by_role("button", name="Usar esta contraseña").click()
    page.get_by_text("Maple Street Elementary").wait_for()


# --- nowhere else


ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example", "https://evil.example", "http://evil.example", "https:evil.example",
    "http:/evil.example", "HTTPS://EVIL.EXAMPLE", "https:///evil.example", "\\\\evil.example", "/\\evil.example",
    "/\\/evil.example", "\\/evil.example", "/\\\\evil.example", "\\evil.example", "/.\\evil.example", "/x\\..\\evil",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>1</script>",
    "vbscript:msgbox", "file:///etc/passwd", "ftp://evil.example", "mailto:x@evil.example", "tel:123", "blob:x", "about:blank",
    "view-source:https://evil.example", "evil.example", "www.evil.example", "@evil.example", "user@evil.example",
    ".evil.example", "?next=//evil.example", "#//evil.example", "", " ", " /x", "\t/x", "\n//evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r/evil.example", "\r\n//evil.example", "/x\r\nSet-Cookie: a=b", "/x\nLocation: //evil.example",
    "\x00//evil.example", "/\x00/evil.example", "\x0b//evil.example", "／／evil.example", "/／evil.example", "／evil.example",
    "\u2028//evil.example", "/\u2029/evil.example", "\ufeff//evil.example", "/\u202e/evil.example", "\u00a0//evil.example",
    "//evil.example/%2e%2e", "//evil%2eexample", "//[::1]/", "//127.0.0.1:1/", "//user:pass@evil.example", "//evil.example:80",
    "/ /evil.example", "/x y", "//\u4e2d\u6587.example", "/é",
]  # fmt: skip


def test_no_next_page_is_one_of_somebody_else(desk: Desk) -> None:
    """Sent with the form as it is, and put into the link that leads to the form."""
    assert len(set(ELSEWHERE)) >= 60
    wrong = []
    for n, payload in enumerate(ELSEWHERE):
        outsider = Outsider(desk)
        page = outsider.get(f"/sign-in?next={quote(payload)}").text
        filled = re.search(r'name="next" value="([^"]*)"', page)
        email = f"p{n}@maple.example"
        with desk.db.write() as session:  # each their own person: nobody waits
            hashed = session.get_one(Account, MARIA).password_hash
            session.add(Account(email=email, password_hash=hashed, made_at=desk.now))
            session.add(StaffMember(school="maple", email=email, name="P", role="staff", made_by="person"))
        there = outsider.post("/sign-in", email=email, password=PASSWORD, next=payload)
        led_to = there.headers.get("location", "")
        if not filled or filled[1] != "/" or led_to != ("/x" if payload.strip() == "/x" else "/"):
            wrong.append((payload, filled and filled[1], there.status, led_to))
    assert wrong == []


def test_a_client_that_is_in_stays_at_its_own_school(desk: Desk) -> None:
    """The tables of signing in lie outside the wall between schools: nothing of them shows across it."""
    zoe = Client(desk, desk.token("zoe"))
    assert MARIA not in zoe.get("/people").text
