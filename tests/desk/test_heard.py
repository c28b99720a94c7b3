"""/heard: the month of tests/upkeep/heard_month.py as people read it, print it and take it away.

`PICTURES=folder pytest tests/desk/test_heard.py` also takes its pictures: at 390 and 1280 px, dark, and on paper.
"""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import text

from models.page import Page
from models.staff import StaffMember
from tests.desk.conftest import Desk
from tests.upkeep.heard_month import a_month
from upkeep.heard import Heard, Line
from upkeep.heard_counting import Week, last_weeks
from upkeep.heard_waits import Wait
from web.heard.csv_file import csv_file
from web.heard.plot import FLOOR, TOP, plots

SHOTS = os.environ.get("PICTURES", "")


@pytest.fixture
def month(desk: Desk) -> Desk:
    with desk.db.write() as session:
        session.get_one(Page, ("maple", "pta-page")).connected_at = datetime(2026, 11, 1, tzinfo=UTC)
        a_month(session)
        session.get_one(StaffMember, ("maple", "amina@maple.example")).language_hours = {"so": 3}
    return desk


def test_it_begins_with_one_plain_sentence_and_the_numbers_stand_beside_the_pictures(
    month: Desk, browser: Browser
) -> None:
    page = month.open(browser, "pat", "/heard?weeks=4")  # a volunteer: nothing of a family is in it
    assert page.locator(".verdict").inner_text() == (
        "Families who write in Somali wait 3.5 times as long for an answer as those who write in English."
    )
    assert [one.inner_text() for one in page.locator(".plots h3").all()] == ["Somali", "Spanish", "English"]
    table = [
        [cell.inner_text() for cell in row.locator("th, td").all()]
        for row in page.locator("tbody").first.locator("tr").all()
    ]
    assert table == [
        ["Somali", "5 of 6 (83%)", "0", "1", "7 h", "over 30.5 h", "▲ 3.5 times as long", "0 of 1", "1 of 6 (17%)"],
        ["Spanish", "5 of 6 (83%)", "1", "0", "2.5 h", "4.3 h", "1.25 times as long", "1 of 1", "1 of 6 (17%)"],
        ["English", "6 of 7 (86%)", "0", "1", "2 h", "3.5 h", "answered soonest", "1 of 2", "0 of 7 (0%)"],
        ["Hmong", "nobody wrote", "–", "–"],
        ["Not sure which language", "0 of 1", "0", "1", "over 25 h", "over 25 h", "–", "–", "1 of 1"],
    ]
    assert "Week of Mon, Nov 9: 10 h, 1 comment." in (page.locator("svg desc").first.text_content() or "")
    assert page.locator("svg").first.locator("rect").count() == 3
    helps = " ".join(page.locator(".helps").inner_text().split())
    assert "Somali: 1 person answers, 3 hours a week." in helps and "Nobody wrote in Hmong." in helps
    assert page.get_by_role("link", name="Look at them").count() == 0  # the inbox is not for her
    if SHOTS:
        pictures(month, browser)


def pictures(month: Desk, browser: Browser) -> None:
    for width, scheme in ((390, "light"), (1280, "light"), (1280, "dark")):
        page = month.open(browser, "office", "/heard?weeks=4", width=width, scheme=scheme)  # type: ignore[arg-type]
        page.screenshot(path=Path(SHOTS) / f"heard-{width}-{scheme}.png", full_page=True)
    page = month.open(browser, "office", "/heard?weeks=4", width=688)  # what A4 leaves between margins of 14 mm
    page.emulate_media(media="print")
    page.screenshot(path=Path(SHOTS) / "heard-print.png", full_page=True)
    page.pdf(path=Path(SHOTS) / "heard.pdf", format="A4")


def test_on_paper_it_is_two_sheets_without_the_menu(month: Desk, browser: Browser) -> None:
    page = month.open(browser, "office", "/heard?weeks=4")
    for format in ("A4", "Letter"):
        assert page.pdf(format=format).count(b"/Type /Page\n") in (1, 2)
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Menu").is_visible()
    assert page.locator(".verdict").is_visible() and page.locator("svg").first.is_visible()


def test_the_sentence_claims_no_more_than_is_known(month: Desk) -> None:
    office = month.as_("office")
    with month.db.write() as session:
        session.execute(text("UPDATE message SET state = 'failed' WHERE language = 'so' AND direction = 'sent'"))
    assert "Families who write in Somali wait at least" in office.get("/heard?weeks=4").text
    with month.db.write() as session:
        session.execute(text("UPDATE conversation SET closed_reason = 'no-answer-needed' WHERE language = 'so'"))
    assert "<b>Somali:</b> 6 of 6 were closed without an answer." in office.get("/heard?weeks=4").text
    with month.db.write() as session:
        session.execute(text("UPDATE conversation SET closed_reason = 'spam' WHERE language = 'so'"))
    equal = office.get("/heard?weeks=4").text
    assert "Every language with enough comments to compare is answered about equally fast." in equal
    assert "Nobody wrote in: Somali, Hmong." in " ".join(equal.split())
    assert "No family has commented in these weeks." in month.as_("zoe").get("/heard").text


def test_the_weeks_are_chosen_and_what_is_no_number_of_weeks_is_the_usual_one(month: Desk) -> None:
    office = month.as_("office")
    assert 'href="/heard?weeks=13" aria-current="page"' in office.get("/heard?weeks=13").text
    assert 'href="/heard?weeks=8" aria-current="page"' in office.get("/heard?weeks=1e9").text
    assert month.as_("eve").get("/heard").status == 404


def test_the_file_holds_each_language_and_week_with_plain_numbers(month: Desk) -> None:
    answer = month.as_("maria").get("/heard.csv?weeks=4")
    assert answer.headers["content-disposition"] == 'attachment; filename="heard-maple-2026-12-01.csv"'
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 5 * (1 + 4)
    assert {name: rows[0][name] for name in ("language_name", "week", "owed", "median_hours", "p90_at_least", "gap")} == {
        "language_name": "Somali", "week": "", "owed": "6", "median_hours": "7.0", "p90_at_least": "1", "gap": "3.5",
    }  # fmt: skip


def test_nothing_in_a_file_is_taken_for_a_formula() -> None:
    wrong = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    written = csv_file(["a"], [{"a": one} for one in (*wrong, "plain", -1.5, None)]).decode("utf-8-sig")
    told = list(csv.reader(StringIO(written, newline="")))
    assert told == [["a"], *([f"'{one}"] for one in wrong), ["plain"], ["-1.5"], [""]]


def test_smallest_voice_first_is_one_step_away_in_the_inbox(month: Desk) -> None:
    shown = month.as_("maria").get("/?view=all&order=voice&state=open").text
    order = [shown.index(f'<span class="tag">{name}') for name in ("not sure", "Somali", "Spanish", "English")]
    assert order == sorted(order)
    assert 'href="/?view=all&amp;state=open&amp;order=voice" aria-current="true"' in shown


@pytest.mark.parametrize("mirrored", [False, True])
def test_all_pictures_have_one_scale_and_time_runs_as_people_read(mirrored: bool) -> None:
    weeks = last_weeks(4, "America/Chicago", datetime(2026, 12, 1, 15, tzinfo=UTC))
    found = heard_of(weeks, {"so": [2, 90, 4, None], "en": [2, 2, 2, 2]})
    slow, quick = plots(found, mirrored=mirrored)
    assert slow.top == quick.top == 8
    assert [one.height for one in slow.bars] == [(FLOOR - TOP) * part for part in (0.25, 1, 0.5)] + [None]
    assert [one.cut for one in slow.bars] == [False, True, False, False]
    places = [one.middle for one in slow.bars]
    assert places == sorted(places, reverse=mirrored) and slow.best_y == FLOOR - (FLOOR - TOP) / 4
    assert slow.bars[0].few and not quick.bars[0].few


def heard_of(weeks: tuple[Week, ...], medians: dict[str, list[float | None]]) -> Heard:
    def line(tag: str, week: Week | None, hours: float | None) -> Line:
        timed = (3 if tag == "so" else 9) if hours is not None else 0
        return Line(tag, week, owed=1, timed=timed, median=None if hours is None else Wait(hours), gap=1.0)

    by_week = {
        tag: tuple(line(tag, week, hours) for week, hours in zip(weeks, all, strict=True))
        for tag, all in medians.items()
    }
    return Heard(weeks, tuple(line(tag, None, 4 if tag == "so" else 2) for tag in medians), by_week)
