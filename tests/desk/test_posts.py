"""What goes out: read in the families' words, said yes or no to, one by one or several at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect

from config.wording import Wording
from models.audit import of_subject
from models.page import PagePost
from models.post import Post, post
from tests.desk.conftest import Desk
from tests.desk.planned import owed, planned_post
from tests.web.axe import violations
from web.plans.post_calendar import month, month_of, span

Wordings = Mapping[str, Wording]


def now_is(desk: Desk, row: Post) -> Post:
    with desk.db.read() as session:
        found = post(session, row.school, row.id)
    assert found
    return found


def test_a_post_is_read_and_approved_in_a_browser_without_scripts(
    desk: Desk, browser: Browser, wordings: Wordings
) -> None:
    row = planned_post(desk, "concert", wordings)
    page = desk.open(browser, "pat", "/posts", scripts=False, width=390)
    arabic = page.locator('.words[lang="ar"]')
    expect(arabic).to_be_visible()
    assert arabic.get_attribute("dir") == "rtl" and "حفل الشتاء" in arabic.inner_text()
    assert "Concierto de invierno" in page.locator('.words[lang="es"]').inner_text()
    page.get_by_role("button", name=re.compile("Approve.*Winter concert")).click()
    expect(page.get_by_role("status")).to_contain_text("Approved")
    now = now_is(desk, row)
    assert (now.state, now.approved_by) == ("due", "pat@maple.example")


def test_a_post_is_held_and_found_again_among_what_is_not_made(
    desk: Desk, browser: Browser, wordings: Wordings
) -> None:
    row = planned_post(desk, "concert", wordings)
    page = desk.open(browser, "office", "/posts")
    page.get_by_role("button", name="Don’t post this").click()
    expect(page.get_by_role("status")).to_contain_text("not made")
    page.get_by_role("link", name="Not made").click()
    expect(page.get_by_text("office@maple.example said no")).to_be_visible()
    assert now_is(desk, row).state == "withdrawn"


def test_several_are_approved_at_once(desk: Desk, browser: Browser, wordings: Wordings) -> None:
    rows = [planned_post(desk, uid, wordings) for uid in ("concert", "break", "homework")]
    page = desk.open(browser, "pat", "/posts", scripts=False)
    page.get_by_label(re.compile("Choose.*Winter concert")).check()
    page.get_by_label(re.compile("Choose.*Winter break")).check()
    page.get_by_role("button", name="Approve those that are chosen").click()
    expect(page.get_by_role("status")).to_contain_text("2 posts approved")
    assert [now_is(desk, row).state for row in rows] == ["due", "due", "waiting"]


def test_a_post_made_by_hand_is_taken_for_ours(desk: Desk, browser: Browser, wordings: Wordings) -> None:
    seen = {
        "external_id": "10001_hand",
        "permalink": "https://www.facebook.com/10001_hand",
        "text": "Concert on 12/10!",
    }
    row = planned_post(desk, "concert", wordings, looks_like=seen)
    desk.site.add(
        PagePost(
            school="maple", page="pta-page", external_id="10001_hand", created_at=desk.now, message="Concert on 12/10!"
        )
    )
    page = desk.open(browser, "pat", "/posts")
    expect(page.get_by_text("Concert on 12/10!")).to_be_visible()
    page.get_by_role("button", name="That post is this one").click()
    expect(page.get_by_role("status")).to_contain_text("told under it")
    assert now_is(desk, row).external_id == "10001_hand"


def test_a_double_submit_approves_once_and_says_so_once(desk: Desk, wordings: Wordings) -> None:
    row = planned_post(desk, "concert", wordings)
    pat = desk.as_("pat")
    once = {"once": "a-key-of-sixteen-letters"}
    assert pat.post(f"/posts/{row.id}/approve", **once).status == 303
    assert pat.post(f"/posts/{row.id}/approve", **once).headers["location"] == "/posts"
    assert pat.post(f"/posts/{row.id}/approve").status == 422  # another form: it waits no longer
    with desk.db.read() as session:
        assert [(one.by, one.what) for one in of_subject(session, "maple", row.id)] == [
            ("pat@maple.example", "approve")
        ]


def test_staff_centers_and_other_schools_find_no_posts(desk: Desk, wordings: Wordings) -> None:
    row = planned_post(desk, "concert", wordings)
    for who in ("maria", "eve", "zoe"):
        client = desk.as_(who)
        assert client.get(f"/posts/{row.id}").status == 404
        assert client.post(f"/posts/{row.id}/approve").status == 404
        assert client.post("/posts/approve", post=[row.id]).status == 404
    assert desk.as_("zoe").get("/posts").text.count("Winter concert") == 0
    assert now_is(desk, row).state == "waiting"


def test_unknown_fields_are_refused(desk: Desk, wordings: Wordings) -> None:
    row = planned_post(desk, "concert", wordings)
    assert desk.as_("pat").post(f"/posts/{row.id}/approve", state="sent").status == 422


def test_one_post_shows_its_history_and_where_its_event_is_told(desk: Desk, wordings: Wordings) -> None:
    desk.site.tell("concert", purpose="change:1", kind="change", under=desk.site.tell("concert", purpose="a2").id)
    with desk.db.read() as session:
        under = next(one for one in session.query(Post).all() if one.purpose == "a2")
    page = desk.as_("pat").get(f"/posts/{under.id}").text
    assert "What the page says under it" in page and "Public page" in page and "Where the event is told" in page


def test_each_post_says_when_it_goes_out_and_why_it_waits(desk: Desk, wordings: Wordings) -> None:
    planned_post(desk, "concert", wordings)
    stuck = planned_post(desk, "break", wordings, state="due", due_at=desk.now - timedelta(hours=1))
    owed(desk, stuck.id)
    planned_post(desk, "homework", wordings, state="due")
    page = desk.as_("pat").get("/posts").text
    assert "With one it goes out on Thu, Dec 3, 9:00 AM" in page
    assert "It goes out on Thu, Dec 3, 9:00 AM" in page
    assert "see “Needs you”" in page


@pytest.mark.parametrize(("show", "said"), [("coming", "say yes"), ("held", "Nothing was held")])
def test_an_empty_list_teaches(desk: Desk, show: str, said: str) -> None:
    assert said in desk.as_("pat").get(f"/posts?show={show}").text


def test_what_is_on_the_page_comes_newest_first_and_in_pieces(desk: Desk) -> None:
    for n in range(60):
        desk.site.tell(
            "fair", purpose=f"p{n}", due_at=desk.now - timedelta(days=1, minutes=n), text=f"number {n} of many"
        )
    pat = desk.as_("pat")
    first = pat.get("/posts?show=out").text
    assert "Older" in first and first.count("<article") == 50
    older = first.partition("before=")[2].partition('"')[0]
    rest = pat.get(f"/posts?show=out&before={older}").text
    assert rest.count("<article") == 15 and "number 59 of many" in rest


# --- the calendar


def test_posts_stand_on_their_day_and_become_a_list_on_phones(desk: Desk, browser: Browser, wordings: Wordings) -> None:
    planned_post(desk, "concert", wordings)
    page = desk.open(browser, "pat", "/posts/calendar?on=2026-12")
    day = page.locator("li.square", has=page.locator('time[datetime="2026-12-03"]'))
    expect(day.get_by_role("link", name="Winter concert & sing-along")).to_be_visible()
    assert page.locator("li.square").count() in (35, 42)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("li.square.bare").first).to_be_hidden()
    expect(day.get_by_text("Thu, Dec 3")).to_be_visible()
    page.get_by_role("link", name="Month after").click()
    expect(page.get_by_role("heading", name="January 2027")).to_be_visible()


def test_a_month_that_is_none_is_this_one() -> None:
    today = date(2026, 12, 3)
    assert [month_of(one, today) for one in ("", "2026-13", "x", "0000-01")] == [date(2026, 12, 1)] * 4
    assert month_of("2027-02", today) == date(2027, 2, 1)


def test_a_month_begins_on_sunday_and_holds_whole_weeks() -> None:
    leaf = month(date(2026, 12, 1), [], "America/Chicago", date(2026, 12, 3), "es")
    assert leaf.squares[0].on == date(2026, 11, 29) and len(leaf.squares) == 35 and leaf.name == "diciembre de 2026"
    assert (leaf.before, leaf.after) == ("2026-11", "2027-01")
    begin, end = span(date(2026, 12, 1), "America/Chicago")
    assert (begin.isoformat(), end.isoformat()) == ("2026-11-29T06:00:00+00:00", "2027-01-03T06:00:00+00:00")


# --- for everybody


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_a_full_list_and_month(
    desk: Desk, browser: Browser, wordings: Wordings, width: int
) -> None:
    planned_post(
        desk, "concert", wordings, looks_like={"text": "حفل الشتاء", "permalink": "https://www.facebook.com/1"}
    )
    rows = [planned_post(desk, "break", wordings), planned_post(desk, "homework", wordings, state="due")]
    owed(desk, rows[1].id)
    for path in ("/posts", "/posts/calendar?on=2026-12", f"/posts/{rows[0].id}", "/posts?show=out"):
        page = desk.open(browser, "pat", path, width=width)
        for one in page.locator("details").all():
            one.evaluate("one => one.open = true")
        assert violations(page) == [], path
        page.emulate_media(color_scheme="dark")
        assert violations(page) == [], path
        page.context.close()
