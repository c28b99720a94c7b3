""" "You said, we did" from a closed conversation to the Page: two sentences, a name that is refused, a draft, a yes, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from config.settings import Settings
from config.wording import load_wordings
from inbox.replies import close
from models.account import Account
from models.delivery import Delivery, attempts
from models.post import Post
from models.school import schools
from models.staff import StaffMember
from schedulers.house import House
from schedulers.round import run_round
from tests.inbox import conftest as inward
from tests.inbox.conftest import Town
from tests.web import conftest as public
from tests.web.conftest import Site
from upkeep.sign_in import begin

town, named, furnished, vault, guesser = inward.town, inward.named, inward.furnished, inward.vault, inward.guesser
pretend_facebook = inward.pretend_facebook
stage, wordings, serve, browser = public.stage, public.wordings, public.serve, public.browser
MARIA, PAT = "maria@maple.example", "pat@maple.example"
SAID, DID = "The corner by the bus is dark.", "The city put up a lamp."


@pytest.fixture
def site(named: Town, tmp_path: object, serve: Callable[..., Site]) -> Iterator[Site]:
    """Rosa has asked, and was answered."""
    named.say(named.post("Winter concert"), "Is there a light at the bus stop, please?", by="Rosa Diaz")
    named.collect()
    made = Site(named.db, tmp_path, now=named.now)  # type: ignore[arg-type]
    serve(made, public_url="http://127.0.0.1")
    with named.db.write() as session:
        close(session, "maple", named.conversation().id, MARIA, named.now)
        session.add(
            StaffMember(school="maple", email=PAT, name="Pat Lee", role="volunteer", languages=[], made_by="site")
        )
        session.add_all(Account(email=email, made_at=named.now) for email in (MARIA, PAT))
    yield made


def seen_by(email: str, site: Site, browser: Browser, path: str, width: int = 1280) -> Page:
    with site.db.write() as session:
        token = begin(session, email, "a test", "password", site.now)[1]
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(10_000)
    page.context.add_cookies([{"name": "session", "value": token, "url": site.address}])
    page.goto(site.address + path)
    return page


def round_of(town: Town) -> None:
    """What the clock does."""
    town.pass_time(seconds=30)
    settings = Settings(graph_url=town.facebook.url, public_url="http://127.0.0.1")
    house = House(town.db, town.doors, town.vault, settings, load_wordings(), town.guesser, lambda: town.now)
    with town.db.read() as session:
        (school,) = schools(session)
    run_round(house, school, everything=True)


def standing(town: Town) -> list[str]:
    return [one.message for one in town.facebook.world.posts.values() if one.message.startswith("You said")]


def write(page: Page, said: str, did: str, button: str) -> None:
    page.get_by_label("You said: what families told you").fill(said)
    page.get_by_label("We did: what the school did about it").fill(did)
    page.get_by_role("button", name=button).click()


def test_what_was_done_is_told_on_the_page_once_after_a_yes(named: Town, site: Site, browser: Browser) -> None:
    page = seen_by(MARIA, site, browser, f"/c/{named.conversation().id}", width=390)
    page.get_by_role("link", name="Tell everybody, without names").click()
    write(page, "Rosa found the corner dark.", DID, "This may be told")
    expect(page.get_by_role("alert")).to_contain_text("A word of the family’s name stands in it")
    expect(page.get_by_label("We did: what the school did about it")).to_have_value(DID)
    write(page, SAID, DID, "This may be told")
    expect(page.get_by_text("not in Vietnamese yet")).to_be_visible()
    page.get_by_role("link", name="Say it in another language").click()
    page.get_by_label("Language of the two sentences").select_option("es")
    write(page, "La esquina del autobús está oscura.", "La ciudad puso una lámpara.", "Keep these words")
    page.get_by_role("checkbox", name=SAID).check()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("status")).to_contain_text("It is said in: English, Spanish. Not yet in: Vietnamese.")
    round_of(named)
    assert standing(named) == [], "nobody has said yes"
    with named.db.read() as session:
        code = session.exec(select(Post.code).where(Post.kind == "you-said")).one()
    assert site.get(f"/e/{code}").status == 404, "families were not told yet"

    page = seen_by(PAT, site, browser, "/posts")
    page.get_by_role("button", name=re.compile("Approve")).click()
    named.fault("cut-after-store", match={"path": "/feed$"})  # Facebook takes it, and its answer is lost
    for _ in range(3):
        round_of(named)
        named.pass_time(minutes=20)
    with named.db.read() as session:
        told = session.exec(select(Delivery).where(Delivery.kind == "publish")).one()
        tried = [one.outcome for one in attempts(session, "maple", told.id)]
    assert (told.state, tried) == ("sent", ["sent"]), "one call, whose answer was lost; it was found standing"
    [text] = standing(named)
    assert text.startswith(f"You said, we did – Maple PTA\n\nYou said: {SAID}\nWe did: {DID}\n\n———\n\nUstedes dijeron")
    assert "Rosa" not in text

    link = re.search(r"/e/[0-9a-z]{10}", text)
    assert link
    page.goto(f"{site.address}{link[0]}?lang=es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ustedes dijeron, nosotros actuamos")
    expect(page.get_by_text("Lo que hicimos: La ciudad puso una lámpara.")).to_be_visible()
    page.goto(f"{site.address}/voices/you-said")
    expect(page.get_by_text("Nothing waits to be told.")).to_be_visible()
    expect(page.get_by_text("On the page")).to_be_visible()
