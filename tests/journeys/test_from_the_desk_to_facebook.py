"""What Maria does on the page of a conversation happens on Facebook: an answer, a comment that is hidden and shown again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from models.account import Account
from outbox.deliver import deliver
from outbox.ledger import Outbox
from rehearsal.facebook.world import Comment
from tests.inbox import conftest as inward
from tests.inbox.conftest import Town
from tests.web import conftest as public
from tests.web.conftest import Site
from upkeep.sign_in import begin

town, furnished, vault, guesser = inward.town, inward.furnished, inward.vault, inward.guesser
pretend_facebook = inward.pretend_facebook
stage, wordings, serve, browser = public.stage, public.wordings, public.serve, public.browser
MARIA = "maria@maple.example"


@pytest.fixture
def desk(
    town: Town, tmp_path: object, serve: Callable[..., Site], browser: Browser
) -> Iterator[tuple[Town, Comment, Page]]:
    """A family has asked; Maria has the page of that conversation before her."""
    asked = town.say(town.post("Winter concert"), "¿A qué hora empieza el concierto y podemos llevar a los abuelos?")
    town.collect()
    site = Site(town.db, tmp_path, now=town.now)  # type: ignore[arg-type]
    serve(site, public_url="http://127.0.0.1")
    with town.db.write() as session:
        session.add(Account(email=MARIA, made_at=town.now))
        session.flush()
        token = begin(session, MARIA, "a test", "password", town.now)[1]
    page = browser.new_page()
    page.set_default_timeout(10_000)
    page.context.add_cookies([{"name": "session", "value": token, "url": site.address}])
    page.goto(f"{site.address}/c/{town.conversation().id}")
    yield town, asked, page
    page.context.close()


def round_of(town: Town) -> None:
    """What the clock does: send what is owed, read what stands."""
    town.pass_time(seconds=1)
    deliver(Outbox(town.db, town.doors, town.vault, lambda: town.now, timedelta(minutes=15), "test"), "maple")
    town.collect()


def test_an_answer_stands_under_the_familys_comment_and_the_page_says_so(desk: tuple[Town, Comment, Page]) -> None:
    town, asked, page = desk
    page.keyboard.press("r")
    page.keyboard.type("A las seis, y los abuelos son bienvenidos.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".line.sent")).to_contain_text("On its way")
    round_of(town)
    stands = [one for one in town.facebook.world.comments.values() if one.message.startswith("A las seis")]
    assert [one.parent_id for one in stands] == [asked.id]
    page.reload()
    expect(page.locator(".line.sent")).to_contain_text("Sent")
    expect(page.locator(".marks")).to_contain_text("Waiting for the family")


def test_a_comment_is_hidden_on_facebook_and_shown_again(desk: tuple[Town, Comment, Page]) -> None:
    town, asked, page = desk
    page.get_by_text("Hide", exact=True).click()
    page.get_by_label("Why?").fill("names another child")
    page.get_by_role("button", name="Hide it from others").click()
    round_of(town)
    assert asked.hidden
    page.reload()
    expect(page.locator(".line")).to_contain_text("by Maria Ortiz: names another child")
    expect(page.locator(".line")).not_to_contain_text("Being hidden")
    page.get_by_role("button", name="Show it again").click()
    round_of(town)
    assert not asked.hidden
