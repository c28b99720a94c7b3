"""Calendars that are read, centers' calendars that are written, addresses that were given out, events, and how all of it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from config.wording import Wording
from models.audit import Audit
from models.card import Card
from models.center import CalendarEntry, Center, Feed
from models.event import Event
from models.page import Page
from models.run import Run
from models.source import FeedItem, Source
from tests.desk.conftest import Desk
from tests.desk.planned import held_feed, owed, planned_post
from tests.web.axe import violations

Wordings = Mapping[str, Wording]


def entry(
    desk: Desk, uid: str = "concert", *, center: str = "eastside", state: str = "waiting", **more: object
) -> CalendarEntry:
    row = CalendarEntry(
        **{"school": "maple", "center": center, "event_id": desk.site.heads()[uid].id, "href": f"{center}-{uid}.ics",
           "uid": uid, "body": "", "fingerprint": "1", "state": state, "changed_at": desk.now, **more}
    )  # fmt: skip
    desk.site.add(row)
    return row


def state_of(desk: Desk, row: CalendarEntry) -> str:
    with desk.db.read() as session:
        return session.get_one(CalendarEntry, row.id).state


def two_centers(desk: Desk) -> None:
    desk.site.add(
        Center(school="maple", slug="westside", name="Westside House", kind="caldav", url="https://cal.example/w/")
    )


# --- calendars


def test_a_calendar_tells_how_reading_it_goes(desk: Desk) -> None:
    with desk.db.write() as session:
        row = session.get_one(Source, ("maple", "calendar"))
        row.address, row.problem = (
            "https://cal.example.org/secret-token/maple.ics?key=hush",
            "cal.example.org does not answer",
        )
        row.read_at, row.checked_at = desk.now - timedelta(days=1), desk.now - timedelta(minutes=5)
        session.merge(
            FeedItem(school="maple", source="calendar", uid="bad", digest="", problem="<b>An end before its start")
        )
    page = desk.as_("pat").get("/calendars").text
    for said in (
        "Has a problem",
        "cal.example.org",
        "does not answer",
        "9:10 AM",
        "&lt;b&gt;An end before its start",
    ):
        assert said in page, said
    assert "hush" not in page and "secret-token" not in page


def test_a_held_calendar_shows_its_difference_and_is_released(desk: Desk, browser: Browser) -> None:
    held_feed(desk)
    page = desk.open(browser, "pat", "/calendars", scripts=False, width=390)
    expect(page.get_by_text("Vanishes")).to_be_visible()
    page.get_by_role("button", name="That is right: take it over").click()
    expect(page.get_by_role("status")).to_contain_text("The next round takes this calendar")
    page.goto(f"{desk.address}/calendars")
    expect(page.get_by_text("Is taken over with the next round")).to_be_visible()


# --- centers


def test_a_center_says_yes_to_what_waits_and_no_to_another(desk: Desk, browser: Browser) -> None:
    yes, no = entry(desk), entry(desk, "break")
    page = desk.open(browser, "eve", "/", scripts=False, width=390)
    expect(page.get_by_role("heading", name="Eastside Community Center")).to_be_visible()
    page.get_by_role("button", name=re.compile("Yes, put it in.*Winter concert")).click()
    expect(page.get_by_role("status")).to_contain_text("goes into the calendar")
    page.get_by_role("button", name=re.compile("No, leave it out.*Winter break")).click()
    expect(page.get_by_role("status")).to_contain_text("not put into")
    assert (state_of(desk, yes), state_of(desk, no)) == ("due", "withdrawn")


def test_a_center_sees_and_decides_its_own_calendar_only(desk: Desk) -> None:
    two_centers(desk)
    other = entry(desk, center="westside")
    eve = desk.as_("eve")
    assert "Winter concert" not in eve.get("/center").text
    for deed in ("accept", "decline", "take-back"):
        assert eve.post(f"/entries/{other.id}/{deed}").status == 404
        assert desk.as_("zoe").post(f"/entries/{other.id}/{deed}").status == 404
        assert desk.as_("maria").post(f"/entries/{other.id}/{deed}").status == 404
    for path in ("/centers", "/calendars", "/feeds", "/posts", "/events", "/needs-you", "/doctor"):
        assert eve.get(path).status == 404
    assert state_of(desk, other) == "waiting"


def test_planners_see_all_centers_with_what_was_changed_there_and_take_it_back(desk: Desk) -> None:
    two_centers(desk)
    kept = {"property": "location", "of": "", "school": "Gym", "center": "Room <4>", "since": desk.now.isoformat()}
    row = entry(desk, center="westside", state="sent", conflicts=[kept], sent_fingerprint="1")
    desk.site.add(
        Card(
            school="maple",
            kind="double-booking",
            subject=f"westside:{row.id}:1",
            message="Yoga is there.",
            opened_at=desk.now,
        )
    )
    pat = desk.as_("pat")
    page = pat.get("/centers").text
    for said in (
        "Westside House",
        "Room &lt;4&gt;",
        "Yoga is there.",
        "Changed by people of the center",
    ):
        assert said in page, said
    assert pat.post(f"/entries/{row.id}/take-back").status == 303
    assert "go in with the next round" in pat.get("/centers").text and state_of(desk, row) == "due"


def test_a_center_makes_itself_an_address_that_is_shown_once(desk: Desk) -> None:
    eve = desk.as_("eve")
    made = eve.post("/center/address")
    found = re.search(r"http://127\.0\.0\.1/feeds/[\w-]+\.ics", made.text)
    assert made.status == 200 and found
    assert desk.site.get(found[0].removeprefix("http://127.0.0.1")).status == 200
    assert "/feeds/" not in eve.get("/center").text
    with desk.db.read() as session:
        assert session.query(Feed).one().center == "eastside"


# --- addresses


def test_an_address_is_made_shown_once_and_closed(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "pat", "/feeds", scripts=False)
    page.get_by_label("For whom").select_option("eastside")
    page.get_by_label("Only events of this category").fill("Music")
    page.get_by_role("button", name="Make a new address").click()
    address = page.locator(".address code").first.inner_text()
    page.get_by_role("link", name="Go on").click()
    assert address not in page.content()
    expect(page.get_by_text("Eastside Community Center").first).to_be_visible()
    page.locator("summary", has_text="Close it").click()
    page.get_by_role("button", name="Close it for good").click()
    expect(page.get_by_role("status")).to_contain_text("closed")
    assert desk.site.get("/" + address.partition("//")[2].partition("/")[2]).status == 404


def test_making_an_address_twice_by_one_form_makes_one(desk: Desk) -> None:
    pat, once = desk.as_("pat"), {"once": "a-key-of-sixteen-letters"}
    assert [pat.post("/feeds", **once).status, pat.post("/feeds", **once).status] == [200, 303]
    assert pat.post("/feeds", center="nowhere").status == 422
    with desk.db.read() as session:
        assert session.query(Feed).count() == 1
        assert [(one.by, one.what) for one in session.query(Audit).all()] == [
            ("pat@maple.example", "give out calendar address")
        ]


def test_another_school_s_address_is_not_there(desk: Desk) -> None:
    desk.site.add(Feed(id="fe_1", school="maple", token_digest="1", made_at=desk.now))
    assert desk.as_("zoe").post("/feeds/fe_1/revoke").status == 404
    assert "fe_1" not in desk.as_("zoe").get("/feeds").text


# --- events


def test_events_are_listed_found_and_told_with_where_they_are_told(
    desk: Desk, browser: Browser, wordings: Wordings
) -> None:
    page = desk.open(browser, "maria", "/events", scripts=False, width=390)
    page.get_by_label("In the title").fill("CONCERT")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("main .list > li")).to_have_count(1)
    page.get_by_role("link", name=re.compile("Winter concert")).click()
    expect(page.get_by_role("heading", name="Where it is told")).to_be_visible()
    for said in ("pta-page", "Public page", "Concierto de invierno", "Spanish"):
        expect(page.get_by_text(said).first).to_be_visible()


def test_an_event_of_another_school_is_not_there(desk: Desk) -> None:
    id = desk.site.heads()["concert"].id
    assert desk.as_("zoe").get(f"/events/{id}").status == 404
    assert "Winter concert" not in desk.as_("zoe").get("/events").text
    assert desk.as_("maria").get("/events/ev_nothing").status == 404


def test_what_is_over_is_on_a_list_of_its_own(desk: Desk) -> None:
    pat = desk.as_("pat")
    assert "Book fair" not in pat.get("/events").text and "Book fair" in pat.get("/events?past=true").text


def test_a_long_list_of_events_comes_in_pieces(desk: Desk) -> None:
    with desk.db.write() as session:
        like = session.get_one(Event, desk.site.heads()["concert"].id).model_dump()
        session.add_all(
            Event(
                **{
                    **like,
                    "id": f"ev_{n:03}",
                    "uid": f"n{n}",
                    "title": f"Rehearsal {n:03}",
                    "starts_at": like["starts_at"],
                }
            )
            for n in range(150)
        )
    pat = desk.as_("pat")
    first = pat.get("/events?q=rehearsal").text
    after = first.partition("after=")[2].partition('"')[0]
    rest = pat.get(f"/events?q=rehearsal&after={after}").text
    assert first.count("Rehearsal ") == 100 and rest.count("Rehearsal ") == 50 and "Rehearsal 149" in rest
    assert "No event has these words" in pat.get("/events?q=100%25").text


def test_a_missing_event_leads_those_who_decide_to_where_they_do(desk: Desk) -> None:
    id = desk.site.heads()["concert"].id
    with desk.db.write() as session:
        session.get_one(Event, id).status = "missing"
    assert f"/needs-you#w-{id}" in desk.as_("pat").get(f"/events/{id}").text
    assert f"/needs-you#w-{id}" not in desk.as_("maria").get(f"/events/{id}").text


# --- health


def test_health_is_told_from_what_is_known_and_nobody_is_asked(desk: Desk) -> None:
    with desk.db.write() as session:
        session.get_one(Page, ("maple", "pta-page")).token_problem = "The token of pta-page is dead: connect it again."
        session.add(Run(job="sync", school="maple", started_at=desk.now, ended_at=desk.now, outcome="partly"))
    page = desk.as_("pat").get("/doctor").text
    for said in (
        "a part of it failed",
        "is dead",
        "Has a problem",
        "Nobody answers",
        "tlh",
    ):
        assert said in page, said


def test_before_the_first_round_it_says_how_to_begin(desk: Desk) -> None:
    assert "No round has run yet" in desk.as_("office").get("/doctor").text
    assert desk.as_("maria").get("/doctor").status == 404


# --- for everybody


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_these_pages_when_they_are_full(
    desk: Desk, browser: Browser, wordings: Wordings, width: int
) -> None:
    two_centers(desk)
    held_feed(desk)
    entry(desk)
    kept = {"property": "location", "of": "", "school": "Gym", "center": "Room 4", "since": desk.now.isoformat()}
    entry(desk, center="westside", state="sent", conflicts=[kept])
    entry(desk, "break", center="westside", state="sent")
    owed(desk, planned_post(desk, "concert", wordings, state="due").id)
    desk.site.translate("homework", "ar", "نادي الواجبات المنزلية")
    desk.site.add(Feed(school="maple", token_digest="1", made_at=desk.now, category="Music"))
    event = desk.site.heads()["homework"].id
    pages = ["/calendars", "/centers", "/feeds", "/events", f"/events/{event}", "/doctor"]
    for who, path in [*(("pat", one) for one in pages), ("eve", "/center")]:
        page = desk.open(browser, who, path, width=width)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.emulate_media(color_scheme="dark")
        assert violations(page) == [], path
        page.context.close()
