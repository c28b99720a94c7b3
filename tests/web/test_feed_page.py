"""The page that tells whoever holds an address how to subscribe to it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from hashlib import sha256
from html import unescape

import pytest
import segno

from models.center import Center, Feed
from tests.web.conftest import NOW, Answer, Site

TOKEN = "secret-address"
HERE = f"https://events.maple.example/feeds/{TOKEN}"
WEBCAL = f"webcal://events.maple.example/feeds/{TOKEN}.ics"


@pytest.fixture
def path(site: Site) -> str:
    site.add(Feed(school="maple", token_digest=sha256(TOKEN.encode()).hexdigest(), made_at=NOW, category="Music"))
    return f"/feeds/{TOKEN}"


def links(answer: Answer) -> dict[str, str]:
    found = re.findall(r'<a class="button" href="([^"]+)"[^>]*><bdi>([^<]+)</bdi>', answer.text)
    return {name: unescape(url) for url, name in found}


def test_it_leads_to_the_calendar_in_each_program_and_shows_the_address_itself(site: Site, path: str) -> None:
    page = site.get(path, Accept_Language="en")
    assert page.status == 200 and "Maple Street Elementary – Music" in page.text
    found = links(page)
    assert found["iPhone, iPad, Mac"] == WEBCAL
    assert found["Google Calendar"] == (
        f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fevents.maple.example%2Ffeeds%2F{TOKEN}.ics"
    )
    assert found["Outlook.com"].startswith(
        "https://outlook.live.com/calendar/0/addfromweb?url=https%3A%2F%2Fevents.maple.exam"
    )
    assert f"<code>{HERE}.ics</code>" in page.text
    assert "Changes can take a day." in page.text and "the next 18 months" in page.text


def test_its_qr_code_opens_this_page_on_a_phone(site: Site, path: str) -> None:
    drawn = re.search(r"<svg.*?</svg>", site.get(path).text)
    assert drawn is not None
    strokes = ET.fromstring(drawn[0]).findall("path")[-1].attrib["d"]
    assert strokes == ET.fromstring(segno.make(HERE, micro=False).svg_inline()).findall("path")[-1].attrib["d"]


@pytest.mark.parametrize(("lang", "words"), [("es", "Elija su calendario."), ("so", "Dooro jadwalkaaga.")])
def test_it_speaks_the_schools_languages(site: Site, path: str, lang: str, words: str) -> None:
    page = site.get(f"{path}?lang={lang}")
    assert f'<html lang="{lang}"' in page.text and words in page.text
    assert page.headers["content-language"] == lang


def test_robots_and_caches_are_to_leave_a_secret_address_alone(site: Site, path: str) -> None:
    page = site.get(path)
    assert page.headers["x-robots-tag"] == "noindex" and '<meta name="robots" content="noindex">' in page.text
    assert page.headers["cache-control"] == "no-store" and page.headers["referrer-policy"] == "same-origin"


def test_it_is_small_and_runs_no_script(site: Site, path: str) -> None:
    page = site.get(path).text
    assert len(page.encode()) < 15_000 and "<script" not in page and "style=" not in page


def test_a_name_that_somebody_gave_a_center_is_text_and_never_markup(site: Site) -> None:
    site.add(
        Center(school="maple", slug="east", name="<b>East & West</b>", kind="feed"),
        Feed(school="maple", token_digest=sha256(b"other").hexdigest(), made_at=NOW, center="east"),
    )
    page = site.get("/feeds/other")
    assert "&lt;b&gt;East &amp; West&lt;/b&gt;" in page.text and "<b>" not in page.text
    assert "%3Cb%3EEast%20%26%20West" in links(page)["Outlook.com"]


def test_an_address_that_was_never_given_out_or_is_closed_has_no_page(site: Site, path: str) -> None:
    with site.db.write() as session:
        session.query(Feed).one().revoked_at = NOW
    for one in (path, "/feeds/guess", "/feeds/%00"):
        answer = site.get(one)
        assert answer.status == 404 and "webcal" not in answer.text, one
