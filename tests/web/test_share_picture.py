"""What is shown where the link of an event is shared."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image

from models.event import Event
from models.school import School
from tests.web.conftest import Site
from web.families.event_leaf import HEIGHT, WIDTH, Leaf, drawn


def meta(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))


def test_a_page_names_its_picture_with_size_and_words(site: Site) -> None:
    page = site.get(f"/e/{site.codes['concert']}?lang=es")
    told = meta(page.text)
    assert told["og:image"].startswith(f"https://events.maple.example/e/{site.codes['concert']}.png?v=")
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert "10 de diciembre" in told["og:image:alt"] and told["twitter:card"] == "summary_large_image"
    assert len(page.body) < 30_000 and "<script" not in page.text


def test_the_picture_is_small_and_as_large_as_the_page_says(site: Site) -> None:
    answer = site.get(f"/e/{site.codes['concert']}.png")
    assert answer.status == 200 and answer.headers["content-type"] == "image/png" and len(answer.body) < 30_000
    assert Image.open(BytesIO(answer.body)).size == (WIDTH, HEIGHT)
    again = site.get(f"/e/{site.codes['concert']}.png", if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_the_picture_of_an_unknown_event_is_not_found(site: Site) -> None:
    assert site.get("/e/unknown.png").status == 404


@pytest.mark.parametrize("uid", ["concert", "homework", "picnic", "break"])
def test_each_event_has_a_picture(site: Site, uid: str) -> None:
    assert site.get(f"/e/{site.codes[uid]}.png").body.startswith(b"\x89PNG")


def test_a_moved_event_has_another_picture_under_another_address(site: Site) -> None:
    before, picture = (
        meta(site.page("concert"))["og:image"],
        site.get(f"/e/{site.codes['concert']}.png").body,
    )
    with site.db.write() as session:
        row = session.get_one(Event, site.heads()["concert"].id)
        row.starts_at, row.ends_at = row.starts_at.replace(day=18), row.ends_at.replace(day=18)
    assert meta(site.page("concert"))["og:image"] != before
    assert site.get(f"/e/{site.codes['concert']}.png").body != picture


@pytest.mark.parametrize("language", ["so", "ar", "zh", "tlh"])
def test_a_month_has_its_number_where_the_font_lacks_letters(site: Site, language: str) -> None:
    with site.db.write() as session:
        session.get_one(School, "maple").languages = [language]
    in_english = drawn(Leaf("DECEMBER", "10", False))
    shown = site.get(f"/e/{site.codes['concert']}.png").body
    assert shown != in_english
    if language in ("ar", "zh", "tlh"):
        assert shown == drawn(Leaf("12", "10", False))


def test_a_cancelled_event_is_struck_through() -> None:
    assert drawn(Leaf("DECEMBER", "10", True)) != drawn(Leaf("DECEMBER", "10", False))
