"""Whole stories of the inbox: a family writes on the (pretend) Facebook page, Maria answers in a browser, and Facebook shows it.

The stages of a round run in this process, by the same code as `sync`. Everything is played again with families whose
names Facebook keeps to itself, which is what an app without review sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from config.settings import Settings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.page import Page as FacebookPage
from models.school import School
from models.vault import Vault, key_from
from rehearsal.facebook import happenings
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN
from rehearsal.facebook.world import Comment
from schedulers.house import House
from schedulers.inward import collect_all, prove
from schedulers.outward import send
from schedulers.report import RoundReport
from tests.desk.conftest import PASSWORD, Desk
from tests.desk.conftest import browser as browser
from tests.desk.conftest import desk as desk
from tests.desk.conftest import maple as maple
from tests.desk.conftest import peopled as peopled
from tests.desk.conftest import serve as serve
from tests.desk.conftest import stage as stage
from tests.desk.conftest import wordings as wordings

QUESTION = "¿A qué hora empieza el concierto? Mi hija canta en el coro y trabajo hasta las cinco de la tarde."
ANSWER = "Empieza a las seis en el gimnasio. ¡Los esperamos!"


@dataclass
class Street:
    """Maple's desk, its page on the pretend Facebook, and one family."""

    desk: Desk
    facebook: PretendFacebook
    browser: Browser
    nameless: bool
    house: House = field(init=False)

    def __post_init__(self) -> None:
        site = self.desk.site
        vault, doors = (
            Vault(key_from("", site.folder)),
            Doors(graph_url=self.facebook.url, app_id=APP_ID, app_secret=APP_SECRET),
        )
        settings = Settings(_env_file=None, data=site.folder, graph_url=self.facebook.url)  # type: ignore[call-arg]
        self.house = House(site.db, doors, vault, settings, {}, Guesser(), lambda: site.now)
        self.facebook.world.clock = lambda: site.now.timestamp()
        with site.db.write() as session:
            session.get_one(FacebookPage, ("maple", "pta-page")).token_sealed = vault.seal(PAGE_TOKEN)
        with self.facebook.world.lock:
            self.facebook.world.pages[PAGE_ID].access = "advanced"
            self.facebook.world.person_named("Rosa Díaz").private = self.nameless
            happenings.add_post(self.facebook.world, PAGE_ID, "Winter concert in the gym")

    def round(self) -> None:
        """What is owed goes out, what was written comes in."""
        self.desk.site.now += timedelta(minutes=2)
        report = RoundReport("maple")
        with self.desk.db.read() as session:
            school = session.get_one(School, "maple")
        prove(self.house, school, report, True)
        send(self.house, school, report)
        collect_all(self.house, school, report, True)
        assert report.troubles == []

    def on_facebook(self) -> Page:
        """The page as people on Facebook see it."""
        context = self.browser.new_context()
        self.desk.opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{self.facebook.url}/pages/{PAGE_ID}")
        return page

    def family_writes(self, words: str) -> None:
        """Under the post, by hand, and we read it."""
        page = self.on_facebook()
        page.get_by_text("Comment as a family").first.click()
        form = page.locator("details[open] form").first
        form.get_by_label("or another name").fill("Rosa Díaz")
        form.locator("textarea").fill(words)
        form.get_by_role("button", name="Comment").click()
        page.locator(".comment", has_text=words).wait_for()
        page.context.close()
        self.round()

    def maria(self) -> Page:
        """She signs in, and finds the one who waits."""
        page = self.desk.open(self.browser, None, "/")
        page.get_by_label("E-mail").fill("maria@maple.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.locator("a.row", has_text="¿A qué hora empieza").click()
        page.get_by_role("heading", name="A family" if self.nameless else "Rosa Díaz", level=1).wait_for()
        return page

    def comments(self, words: str) -> list[Comment]:
        with self.facebook.world.lock:
            return [one for one in self.facebook.world.comments.values() if one.message == words and not one.removed_at]


@pytest.fixture(params=[False, True], ids=["with names", "nameless"])
def street(desk: Desk, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Street]:
    with PretendFacebook() as facebook:
        made = Street(desk, facebook, browser, request.param)
        made.family_writes(QUESTION)
        yield made


def test_maria_answers_and_the_answer_stands_under_the_comment(street: Street) -> None:
    page = street.maria()
    page.get_by_label("Your answer (Spanish)").fill(ANSWER)
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_text("On its way", exact=False).first.wait_for()
    assert street.comments(ANSWER) == [], "nothing is sent from a web request"
    street.round()
    [asked], [stands] = street.comments(QUESTION), street.comments(ANSWER)
    assert stands.parent_id == asked.id
    assert street.on_facebook().locator(".bubble.page", has_text=ANSWER).count() == 1
    page.reload()
    page.locator("li.line.sent", has_text="✓ Sent").wait_for()
    street.round()
    assert len(street.comments(ANSWER)) == 1
    page.reload()
    assert page.locator("li.line").count() == 2
    assert page.locator(".marks").first.get_by_text("Waiting for the family").is_visible()


def test_a_new_word_of_the_family_brings_it_back_to_maria(street: Street) -> None:
    page = street.maria()
    page.get_by_label("Your answer (Spanish)").fill(ANSWER)
    page.get_by_role("button", name="Send the answer").click()
    street.round()
    with street.facebook.world.lock:
        [asked] = street.comments(QUESTION)
        happenings.add_comment(
            street.facebook.world, street.facebook.world.posts[asked.post_id], "¿Y hay estacionamiento cerca?",
            author_id=asked.author_id, parent=asked,
        )  # fmt: skip
    street.round()
    page.goto(f"{street.desk.address}/")
    page.locator("a.row", has_text="¿Y hay estacionamiento").click()
    assert page.locator("li.line").count() == 3
    assert page.locator(".marks").first.get_by_text("Open").is_visible()


def hide(page: Page) -> None:
    page.locator("details.hide summary").click()
    page.get_by_label("Why?").fill("It names a neighbour's child.")
    page.get_by_role("button", name="Hide it from others").click()
    page.get_by_text("↗ Being hidden").wait_for()


def test_a_comment_is_hidden_on_facebook_and_shown_again(street: Street) -> None:
    page = street.maria()
    hide(page)
    assert not street.comments(QUESTION)[0].hidden
    street.round()
    assert street.comments(QUESTION)[0].hidden
    assert street.on_facebook().locator(".bubble.hidden", has_text=QUESTION).count() == 1
    street.round()
    page.reload()
    foot = page.locator("li.line .foot").first
    assert "Hidden on Facebook" in foot.inner_text()
    assert "by Maria Ortiz: It names a neighbour's child." in foot.inner_text()
    page.get_by_role("button", name="Show it again").click()
    page.get_by_text("↗ Being shown again").wait_for()
    street.round()
    assert not street.comments(QUESTION)[0].hidden
    assert street.on_facebook().locator(".bubble.hidden").count() == 0
    page.reload()
    assert "Hidden" not in page.locator("li.line .foot").first.inner_text()


def test_hiding_that_is_taken_back_before_it_was_sent_never_reaches_facebook(street: Street) -> None:
    page = street.maria()
    hide(page)
    page.get_by_role("button", name="Show it again").click()
    page.locator("details.hide summary").wait_for()
    before = sum(street.facebook.world.writes.values())
    street.round()
    assert sum(street.facebook.world.writes.values()) == before
    assert not street.comments(QUESTION)[0].hidden
    page.reload()
    assert page.get_by_text("↗ Being").count() == 0


def test_a_private_message_reaches_the_family_alone_and_once(street: Street) -> None:
    page = street.maria()
    page.get_by_label("Your answer (Spanish)").fill(ANSWER)
    page.get_by_text("Or only to this family").click()
    page.get_by_role("button", name="Send it as a private message").click()
    page.locator("li.line.sent", has_text="Private message").wait_for()
    assert street.facebook.world.messages == []
    street.round()
    [asked], [told] = street.comments(QUESTION), street.facebook.world.messages
    assert (told["to"], told["text"]) == (asked.id, ANSWER)
    assert street.comments(ANSWER) == []
    assert street.on_facebook().get_by_text(ANSWER).count() == 0
    street.round()
    assert len(street.facebook.world.messages) == 1
    page.reload()
    page.locator("li.line.sent", has_text="✓ Sent").wait_for()
    assert page.get_by_text("Or only to this family").count() == 0, "Facebook takes one for each comment"
