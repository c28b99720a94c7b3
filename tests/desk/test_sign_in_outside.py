"""The school's own sign-in, in a browser and by hand: there and back, and everything that must not let anybody in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser

from config.wording import Wording
from connector.doors import Doors
from models.account import Account
from models.draft import drafts_of
from models.staff import StaffMember
from models.vault import Vault, key_from
from rehearsal.openid import CLIENT_ID, CLIENT_SECRET, PretendIssuer
from tests.desk.conftest import Desk
from tests.desk.test_sign_in import MARIA, Outsider
from tests.web.conftest import Answer, Stage, settings
from upkeep import second_step
from upkeep.doorsteps import LASTS
from web.app import build

WITH = "/sign-in/with/riverside-district"


@pytest.fixture(scope="module")
def running() -> Iterator[PretendIssuer]:
    with PretendIssuer(lambda: 0.0) as issuer:
        yield issuer


@pytest.fixture
def issuer(
    running: PretendIssuer, desk: Desk, stage: Stage, tmp_path: Path, wordings: Mapping[str, Wording]
) -> PretendIssuer:
    """The district's sign-in, which knows the site by its address."""
    running.clock, running.claims, running.trouble = lambda: desk.now.timestamp(), {}, 0
    running.people, running.redirect_uris = [MARIA, "stranger@riverside.example"], [f"{desk.address}{WITH}/back"]
    running.codes.clear()
    running.complaints.clear()
    door = Doors().openid(
        label="Riverside District", issuer=running.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )
    stage.app = build(
        desk.db, settings(tmp_path, public_url=desk.address), wordings, lambda: desk.now,
        vault=Vault(key_from("", tmp_path)), openid=door,
    )  # fmt: skip
    return running


def sent_away(outsider: Outsider, **fields: str) -> dict[str, str]:
    """What the browser is sent there with."""
    outsider.get("/sign-in")
    page = outsider.post(WITH, **fields)
    assert page.status == 200, page.text
    address = page.text.partition('content="0;url=')[2].partition('"')[0].replace("&amp;", "&")
    return dict(parse_qsl(urlsplit(address).query))


def back(outsider: Outsider, address: str) -> Answer:
    parts = urlsplit(address)
    return outsider.get(f"{parts.path}?{parts.query}")


def comes_back(issuer: PretendIssuer, outsider: Outsider, email: str = MARIA, **fields: str) -> Answer:
    return back(outsider, issuer.agree(sent_away(outsider, **fields), email))


def test_somebody_comes_in_by_the_districts_sign_in(desk: Desk, issuer: PretendIssuer, browser: Browser) -> None:
    page = desk.open(browser, None, "/you")
    page.get_by_role("button", name="Sign in with Riverside District").click()
    page.get_by_role("link", name=MARIA).click()
    page.get_by_role("heading", name="You", exact=True).wait_for()
    assert "with Riverside District" in page.inner_text("main")
    assert issuer.complaints == []


def test_it_works_without_scripts_and_whoever_cancels_is_told(
    desk: Desk, issuer: PretendIssuer, browser: Browser
) -> None:
    page = desk.open(browser, None, "/sign-in", scripts=False)
    page.get_by_role("button", name="Sign in with Riverside District").click()
    page.get_by_role("link", name="Cancel").click()
    assert "was not finished" in page.get_by_role("alert").inner_text()


def test_only_who_is_somebody_here_comes_in(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    answer = comes_back(issuer, outsider, "stranger@riverside.example")
    assert answer.status == 403 and not outsider.is_in
    with desk.db.read() as session:
        assert session.get(Account, "stranger@riverside.example") is None


@pytest.mark.parametrize("change", ["off_at", "ends_at"])
def test_whoever_left_does_not_come_in_this_way_either(desk: Desk, issuer: PretendIssuer, change: str) -> None:
    with desk.db.write() as session:
        setattr(session.get_one(StaffMember, ("maple", MARIA)), change, desk.now)
    assert comes_back(issuer, Outsider(desk)).status == 403


def test_it_leads_to_where_somebody_wanted_to_go_with_what_they_wrote(desk: Desk, issuer: PretendIssuer) -> None:
    talk = desk.hear("¿Hay clase mañana?")
    outsider = Outsider(desk)
    answer = comes_back(issuer, outsider, kept_for=f"/c/{talk.id}", kept="Sí, a las ocho.")
    assert answer.headers["location"] == f"/c/{talk.id}"
    with desk.db.read() as session:
        assert drafts_of(session, "maple", talk.id)[MARIA].text == "Sí, a las ocho."
    assert comes_back(issuer, Outsider(desk), next="/you").headers["location"] == "/you"
    assert comes_back(issuer, Outsider(desk), next="//evil.example").headers["location"] == "/"


def test_an_answer_is_good_once(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    address = issuer.agree(sent_away(outsider), MARIA)
    kept = dict(outsider.cookies)
    assert back(outsider, address).status == 303
    outsider.cookies = kept
    assert back(outsider, address).status == 400


def test_an_answer_is_good_only_in_the_browser_that_asked(desk: Desk, issuer: PretendIssuer) -> None:
    """Or somebody could make another come in as them, and read what is typed there."""
    address = issuer.agree(sent_away(Outsider(desk)), MARIA)
    victim = Outsider(desk)
    victim.get("/sign-in")
    assert back(victim, address).status == 400 and not victim.is_in
    assert back(Outsider(desk), address).status == 400


@pytest.mark.parametrize("state", ["", "x" * 43])
def test_a_forged_state_is_refused(desk: Desk, issuer: PretendIssuer, state: str) -> None:
    outsider = Outsider(desk)
    address = issuer.agree({**sent_away(outsider), "state": state}, MARIA)
    assert back(outsider, address).status == 400 and not outsider.is_in
    assert "/token" not in issuer.calls[-1:]


def test_an_answer_that_comes_too_late_is_refused(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    address = issuer.agree(sent_away(outsider), MARIA)
    desk.site.now += LASTS
    assert back(outsider, address).status == 400


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"nonce": "x" * 43}, "was not finished"),
        ({"aud": "another"}, "was not finished"),
        ({"exp": 1}, "was not finished"),
        ({"email_verified": False}, "does not confirm your e-mail"),
    ],
)
def test_an_answer_that_is_not_believed_lets_nobody_in(
    desk: Desk, issuer: PretendIssuer, claims: dict[str, object], said: str
) -> None:
    issuer.claims = claims
    outsider = Outsider(desk)
    answer = comes_back(issuer, outsider)
    assert answer.status == 401 and said in answer.text and not outsider.is_in


def test_an_answer_of_another_issuer_is_not_taken_for_this_ones(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    address = issuer.agree(sent_away(outsider), MARIA) + "&iss=https%3A%2F%2Fevil.example"
    assert back(outsider, address).status == 401


def test_an_address_that_was_given_to_somebody_new_does_not_open_what_the_old_one_had(
    desk: Desk, issuer: PretendIssuer
) -> None:
    assert comes_back(issuer, Outsider(desk)).status == 303
    issuer.claims = {"sub": "the-next-maria"}
    outsider = Outsider(desk)
    answer = comes_back(issuer, outsider)
    assert answer.status == 403 and "another account than before" in answer.text and not outsider.is_in


def test_the_second_step_is_asked_for_here_too(desk: Desk, issuer: PretendIssuer, stage: Stage) -> None:
    before = desk.now - timedelta(hours=1)
    with desk.db.write() as session:
        secret = second_step.prepare(session, MARIA, stage.app.state.context.vault)
        second_step.turn_on(session, MARIA, pyotp.TOTP(secret).at(before), stage.app.state.context.vault, before)
    outsider = Outsider(desk)
    assert comes_back(issuer, outsider).headers["location"] == "/sign-in/code" and not outsider.is_in
    outsider.get("/sign-in/code")
    assert outsider.post("/sign-in/code", code=pyotp.TOTP(secret).at(desk.now)).status == 303 and outsider.is_in


def test_a_sign_in_that_cannot_be_reached_is_told_and_what_was_written_is_kept(
    desk: Desk, issuer: PretendIssuer, stage: Stage
) -> None:
    talk = desk.hear("¿Hay clase mañana?")
    issuer.trouble = 503
    outsider = Outsider(desk)
    outsider.get("/sign-in")
    page = outsider.post(WITH, kept_for=f"/c/{talk.id}", kept="Sí, a las ocho.")
    assert page.status == 502 and "cannot be reached just now" in page.text and "Sí, a las ocho." in page.text


def test_nobody_is_sent_away_by_a_form_of_another_site(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    outsider.get("/sign-in")
    outsider.proof = "0" * 64
    assert outsider.post(WITH).status == 403


def test_another_name_is_no_sign_in(desk: Desk, issuer: PretendIssuer) -> None:
    outsider = Outsider(desk)
    outsider.get("/sign-in")
    assert outsider.post("/sign-in/with/google").status == 404
    assert outsider.get("/sign-in/with/google/back?code=x&state=y").status == 404


def test_where_the_school_has_none_there_is_no_button(desk: Desk, serve: Callable[..., object]) -> None:
    outsider = Outsider(desk)
    assert "/sign-in/with/" not in outsider.get("/sign-in").text
    assert outsider.post(WITH).status == 404
