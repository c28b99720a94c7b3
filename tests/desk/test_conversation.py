"""One conversation: reading it, answering it, and all that people do with it. Without a browser."""

from __future__ import annotations

from tests.desk.conftest import Desk


def test_the_page_shows_who_wrote_what_under_which_post(desk: Desk) -> None:
    talk = desk.hear("¿A qué hora empieza?")
    page = desk.as_("maria").get(f"/c/{talk.id}")
    assert page.status == 200, page.text
    assert "¿A qué hora empieza?" in page.text and "A family" in page.text
