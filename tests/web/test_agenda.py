from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from models.page import Page
from models.school import School
from tests.web.conftest import NOW, Site


def days(page: str) -> dict[str, str]:
    """ISO date -> what stands under it, as text."""
    parts = re.findall(r'<time datetime="([\d-]+)">.*?</h2>(.*?)</section>', page, re.DOTALL)
    return {on: " ".join(re.sub(r"<[^>]+>", " ", part).split()) for on, part in parts}


def agenda(site: Site, lang: str = "en") -> str:
    return site.get(f"/s/maple/?lang={lang}").text


def test_the_agenda_lists_the_next_weeks_day_by_day(site: Site) -> None:
    found = days(agenda(site))
    assert list(found) == sorted(found)
    assert found["2026-12-01"] == "3:30 – 4:30 PM Homework club Library"
    assert found["2026-12-10"] == "6:00 – 7:30 PM Winter concert &amp; sing-along Gym"
    assert "2026-11-20" not in found, "what is over is not announced"


def test_a_date_with_its_own_time_and_place_shows_those(site: Site) -> None:
    assert days(agenda(site))["2026-12-08"] == "5:00 – 6:00 PM Homework club Room 12"


def test_cancelled_events_and_dates_are_marked(site: Site) -> None:
    found = days(agenda(site))
    assert "Cancelled Picnic" in found["2026-12-12"]
    assert "Cancelled Homework club" in found["2026-12-22"]


def test_what_lasts_several_days_stands_once_and_names_its_days(site: Site) -> None:
    assert "Winter break Monday, December 21, 2026 – Thursday, December 31, 2026" in days(agenda(site))["2026-12-21"]
    site.now = datetime(2026, 12, 28, 12, tzinfo=UTC)
    assert "Winter break" in days(agenda(site))["2026-12-28"], "what began earlier stands under today"


def test_what_happened_earlier_today_still_stands_under_today(site: Site) -> None:
    site.now = datetime(2026, 12, 2, 5, 30, tzinfo=UTC)  # 23:30 on the first, at the school
    assert "Homework club" in days(agenda(site))["2026-12-01"]
    site.now = datetime(2026, 12, 2, 6, 30, tzinfo=UTC)
    assert "2026-12-01" not in days(agenda(site))


def test_nothing_beyond_sixty_days_is_shown(site: Site) -> None:
    site.now = NOW - timedelta(days=56)
    assert all("2026-10-06" <= on < "2026-12-05" for on in days(agenda(site)))


def test_an_event_with_a_post_leads_to_its_page_in_the_same_language(site: Site) -> None:
    page = agenda(site, "es")
    assert f'href="/e/{site.codes["concert"]}?lang=es"' in page
    assert "Concierto de invierno" in page


def test_what_every_page_of_the_school_keeps_to_itself_is_not_shown_to_families(site: Site) -> None:
    assert "Staff only" not in agenda(site)
    site.add(Page(school="maple", slug="second", facebook_id="10002", token_sealed="", connected_at=NOW))
    assert "Staff only" in agenda(site)


def test_languages_are_those_of_the_school_that_we_can_speak(site: Site) -> None:
    page = agenda(site, "so")
    assert "Munaasabadaha dugsiga" in page
    assert "?lang=tlh" not in page and "?lang=es" in page


def test_a_school_without_events_says_so(site: Site) -> None:
    site.add(School(slug="oak", name="Oak", timezone="UTC", fallback="x@oak.example", languages=["tlh"], loaded_at=NOW))
    page = site.get("/s/oak/").text
    assert "No events are announced right now." in page
    assert "Homework" not in page, "another school's events stay behind its wall"


def test_an_address_without_its_last_stroke_leads_to_the_page(site: Site) -> None:
    answer = site.get("/s/maple")
    assert (answer.status, answer.headers["location"]) == (308, "/s/maple/")


def test_a_school_that_is_unknown_or_off_has_no_agenda(site: Site) -> None:
    with site.db.write() as session:
        session.get_one(School, "maple").off_at = NOW
    for path in ("/s/maple/", "/s/nowhere/", "/s/%00/", "/s//evil.example/", "/s//evil.example", "/s/%2Fevil.example"):
        answer = site.get(path)
        assert answer.status == 404, path
        assert "location" not in answer.headers
