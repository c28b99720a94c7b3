"""What waits for a person: most urgent first, each with its way out, and nobody sees what is not theirs to decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import select

from config.wording import Wording
from models.card import Card
from models.conversation import Message
from models.delivery import Delivery
from models.event import Event
from models.page import Page
from models.post import Post
from models.source import Source
from tests.desk.conftest import Desk
from tests.desk.planned import held_feed, owed, planned_post
from tests.web.axe import violations
from web.plans.waiting import Waits, external_id, in_order

Wordings = Mapping[str, Wording]


def reply_in_doubt(desk: Desk) -> tuple[Message, Delivery]:
    talk = desk.hear("¿Hay estacionamiento?")
    row = Message(
        school="maple", page="pta-page", conversation_id=talk.id, direction="sent", text="Sí, detrás del gimnasio.",
        author="maria@maple.example", created_at=desk.now, post_external_id=talk.post_external_id, state="needs-person",
        parent_external_id=talk.comment_external_id,
    )  # fmt: skip
    desk.site.add(row)
    return row, owed(desk, row.id, kind="reply")


def missing_event(desk: Desk) -> Event:
    with desk.db.write() as session:
        row = session.get_one(Event, desk.site.heads()["concert"].id)
        row.status, row.missing_since = "missing", desk.now - timedelta(hours=5)
    return row


def test_an_answer_in_doubt_is_settled_by_its_address_without_scripts(desk: Desk, browser: Browser) -> None:
    said, row = reply_in_doubt(desk)
    page = desk.open(browser, "maria", "/needs-you", scripts=False, width=390)
    page.get_by_label("Its address on Facebook").fill(
        "https://www.facebook.com/10001/posts/10001?comment_id=777001&reply_comment_id=888002"
    )
    page.get_by_role("button", name="It is there").click()
    expect(page.get_by_role("status")).to_contain_text("taken as sent")
    with desk.db.read() as session:
        now = session.get_one(Delivery, row.id)
        assert (now.state, now.settled_by) == ("sent", "maria@maple.example")
        assert session.get_one(Message, said.id).external_id == "10001_888002"


def test_what_is_put_in_must_name_something_on_facebook(desk: Desk) -> None:
    _, row = reply_in_doubt(desk)
    answer = desk.as_("maria").post(f"/needs-you/deliveries/{row.id}", how="stands", where="I think it is there")
    assert answer.status == 422 and "copy its address" in answer.text
    assert desk.as_("maria").post(f"/needs-you/deliveries/{row.id}", how="perhaps").status == 422


@pytest.mark.parametrize(("how", "state"), [("again", "due"), ("drop", "dropped")])
def test_a_post_in_doubt_is_sent_again_or_dropped(desk: Desk, wordings: Wordings, how: str, state: str) -> None:
    post = planned_post(desk, "concert", wordings, state="due")
    row = owed(desk, post.id)
    pat = desk.as_("pat")
    assert "Winter concert" in pat.get("/needs-you").text
    assert pat.follow(pat.post(f"/needs-you/deliveries/{row.id}", how=how)).status == 200
    with desk.db.read() as session:
        assert session.get_one(Delivery, row.id).state == state


def test_staff_see_only_answers_that_they_may_settle(desk: Desk, wordings: Wordings) -> None:
    _, answer = reply_in_doubt(desk)
    post = planned_post(desk, "concert", wordings, state="due")
    row = owed(desk, post.id)
    held_feed(desk)
    missing_event(desk)
    maria, page = desk.as_("maria"), desk.as_("maria").get("/needs-you").text
    assert page.count('<article class="card waits"') == 1 and f"w-{answer.id}" in page
    assert maria.post(f"/needs-you/deliveries/{row.id}", how="drop").status == 404
    assert maria.post("/needs-you/calendars/calendar/release").status == 404
    assert maria.post(f"/needs-you/events/{post.event_id}/cancelled").status == 404


def test_another_school_sees_and_settles_nothing(desk: Desk) -> None:
    _, row = reply_in_doubt(desk)
    held_feed(desk)
    missing = missing_event(desk)
    zoe = desk.as_("zoe")
    assert "Nothing waits for you" in zoe.get("/needs-you").text
    for path, fields in (
        (f"deliveries/{row.id}", {"how": "drop"}), (f"events/{missing.id}/kept", {}), ("calendars/calendar/release", {}),
        ("pages/pta-page/release", {}),
    ):  # fmt: skip
        assert zoe.post(f"/needs-you/{path}", **fields).status == 404


def test_a_held_feed_shows_what_would_change_and_is_released(desk: Desk, browser: Browser) -> None:
    held_feed(desk)
    page = desk.open(browser, "pat", "/needs-you", scripts=False)
    for said in (
        "Winter concert <b>",
        "Vanishes",
        "Thu, Dec 10, 6:00 PM",
        "New time",
        "Fri, Dec 11, 11:00 AM",
        "And 12 more.",
    ):
        expect(page.get_by_text(said, exact=True).first).to_be_visible()
    page.get_by_role("button", name="That is right: take it over").click()
    expect(page.get_by_role("status")).to_contain_text("next round takes this calendar")
    with desk.db.read() as session:
        row = session.get_one(Source, ("maple", "calendar"))
        assert (row.released_at, row.released_by) == (desk.now, "pat@maple.example")
    assert "A calendar is held" not in page.content()


def test_a_missing_event_is_kept_or_told_as_cancelled(desk: Desk, browser: Browser) -> None:
    row = missing_event(desk)
    page = desk.open(browser, "office", "/needs-you")
    expect(page.get_by_role("button", name="It takes place")).to_be_visible()
    page.get_by_role("button", name="It is cancelled: tell families").click()
    expect(page.get_by_role("status")).to_contain_text("are told that it is cancelled")
    with desk.db.read() as session:
        now = session.get_one(Event, row.id)
        assert (now.status, now.missing_decided, now.missing_decided_by) == (
            "cancelled",
            "cancelled",
            "office@maple.example",
        )


def test_a_blocked_page_is_let_go_on(desk: Desk) -> None:
    with desk.db.write() as session:
        session.get_one(Page, ("maple", "pta-page")).blocked_at = desk.now
        session.add(
            Card(school="maple", kind="blocked", subject="pta-page", message="`release` it.", opened_at=desk.now)
        )
    pat = desk.as_("pat")
    assert pat.get("/needs-you").text.count("Facebook blocks a page") == 1
    assert pat.post("/needs-you/pages/pta-page/release").status == 303
    with desk.db.read() as session:
        assert session.get_one(Page, ("maple", "pta-page")).blocked_at is None
        assert session.exec(select(Card)).one().closed_by == "pat@maple.example"


def test_a_card_that_only_a_person_can_call_mended_is_closed_and_others_are_not(desk: Desk) -> None:
    cards = [
        Card(
            id=f"ca_{kind}", school="maple", kind=kind, subject="pta-page", message=f"About {kind}.", opened_at=desk.now
        )
        for kind in ("duplicate", "token")
    ]
    desk.site.add(*cards)
    pat = desk.as_("pat")
    page = pat.get("/needs-you").text
    assert page.count("This is settled") == 1 and page.count("goes away by itself") == 1
    assert pat.post("/needs-you/cards/ca_duplicate").status == 303
    assert pat.post("/needs-you/cards/ca_token").status == 422


def test_what_waits_elsewhere_is_counted_here(desk: Desk, wordings: Wordings) -> None:
    planned_post(desk, "concert", wordings)
    page = desk.as_("pat").get("/needs-you").text
    assert "1 post waits for a yes" in page and "Nothing waits for you" not in page


def test_a_family_s_words_stay_text(desk: Desk, wordings: Wordings) -> None:
    post = planned_post(desk, "concert", wordings, state="due", text="<script>alert(1)</script>")
    owed(desk, post.id)
    assert "<script>alert" not in desk.as_("pat").get("/needs-you").text


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_when_everything_waits(desk: Desk, browser: Browser, wordings: Wordings, width: int) -> None:
    reply_in_doubt(desk)
    held_feed(desk)
    missing_event(desk)
    owed(desk, planned_post(desk, "break", wordings, state="due", text="حفل الشتاء").id, urgent=True)
    desk.site.add(
        Card(school="maple", kind="duplicate", subject="po_1", message="It stands twice.", opened_at=desk.now)
    )
    for scheme in ("light", "dark"):
        page = desk.open(browser, "office", "/needs-you", width=width, scheme=scheme)
        assert violations(page) == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


# --- small parts


def test_a_late_change_comes_first_then_families_then_the_rest(desk: Desk) -> None:
    lines = [
        Waits("expiry", "1", desk.now), Waits("held", "2", desk.now), Waits("delivery", "3", desk.now),
        Waits("delivery", "4", desk.now - timedelta(hours=1)), Waits("delivery", "5", desk.now, is_urgent=True),
    ]  # fmt: skip
    assert [one.id for one in in_order(lines)] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("given", "is_comment", "found"),
    [
        ("10001_4567890", False, "10001_4567890"),
        ("https://www.facebook.com/10001_4567890", False, "10001_4567890"),
        ("https://www.facebook.com/maplepta/posts/4567890?x=1", False, "10001_4567890"),
        ("https://www.facebook.com/maplepta/posts/a-title-of-it/4567890/", False, "10001_4567890"),
        ("https://www.facebook.com/permalink.php?story_fbid=4567890&id=10001", False, "10001_4567890"),
        ("https://www.facebook.com/maplepta/posts/4567890?comment_id=222333", True, "4567890_222333"),
        ("https://www.facebook.com/x/posts/4567890?comment_id=222333&reply_comment_id=444555", True, "4567890_444555"),
        ("4567890_222333", True, "4567890_222333"),
        ("it is there", False, ""), ("", True, ""), ("https://www.facebook.com/maplepta", False, ""),
        ("https://www.facebook.com/maplepta/posts/4567890", True, ""),
    ],
)  # fmt: skip
def test_an_address_on_facebook_names_its_id(given: str, is_comment: bool, found: str) -> None:
    assert external_id(given, "10001", is_comment=is_comment) == found


def test_a_post_that_is_told_to_stand_does(desk: Desk, wordings: Wordings) -> None:
    post = planned_post(desk, "concert", wordings, state="due")
    row = owed(desk, post.id)
    where = "https://www.facebook.com/maplepta/posts/4567890"
    assert desk.as_("pat").post(f"/needs-you/deliveries/{row.id}", how="stands", where=where).status == 303
    with desk.db.read() as session:
        assert session.get_one(Post, post.id).external_id == "10001_4567890"
