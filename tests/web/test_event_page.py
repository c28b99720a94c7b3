from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import select

from mirroring.facts import to_json
from mirroring.gather import event_facts
from models.event import Event
from models.post import Post
from tests.web.conftest import CALENDAR, NOW, Site


def test_a_page_tells_what_when_and_where(site: Site) -> None:
    page = site.page("concert")
    assert '<html lang="en" dir="ltr">' in page
    assert "Winter concert &amp; sing-along" in page
    assert "Thursday, December 10, 2026, 6:00 – 7:30 PM" in page
    assert "Gym" in page
    assert "Maple Street Elementary" in page


def test_words_that_somebody_wrote_in_a_language_are_told_in_it_without_a_note(site: Site) -> None:
    page = site.page("concert", "es")
    assert '<h1 lang="es" dir="auto">Concierto de invierno</h1>' in page
    assert "Traiga a un amigo." in page
    assert "jueves, 10 de diciembre de 2026" in page
    assert "no tenemos traducción" not in page and 'class="note"' not in page


def test_what_nobody_translated_is_told_in_the_original_with_a_note_that_names_its_language(site: Site) -> None:
    page = site.page("homework", "es")
    assert '<h1 lang="en" dir="auto">Homework club</h1>' in page
    assert '<p class="note">' in page and "inglés" in page


def test_a_title_translated_without_its_description_is_noted_too(site: Site) -> None:
    page = site.page("concert", "ar")
    assert "حفل الشتاء" in page
    assert '<div class="text" lang="en" dir="auto">' in page
    assert '<p class="note">' in page


@pytest.mark.parametrize("status", ["machine", "stale"])
def test_words_that_no_person_read_or_that_are_older_than_the_event_are_not_told(site: Site, status: str) -> None:
    site.translate("fair", "es", "Feria del libro", status=status)
    assert "Feria" not in site.page("fair", "es")


def test_arabic_is_written_from_right_to_left_with_digits_that_all_can_read(site: Site) -> None:
    page = site.page("concert", "ar")
    assert '<html lang="ar" dir="rtl">' in page
    assert "10" in page and "١" not in page


def test_each_language_is_offered_by_its_own_name_the_pages_first_then_the_schools(site: Site) -> None:
    page = site.page("concert")
    places = [page.index(f">{name}</a>") for name in ("English", "Español", "العربية", "Soomaali")]
    assert places == sorted(places)
    assert 'lang="ar" hreflang="ar" dir="rtl">العربية' in page
    assert "?lang=tlh" not in page, "a language without wording cannot be offered"


def test_the_browsers_languages_choose_and_asking_for_one_wins(site: Site) -> None:
    path = f"/e/{site.codes['concert']}"
    assert 'lang="es" dir="ltr">' in site.get(path, Accept_Language="fr;q=0.9, es-MX;q=0.8, en;q=0.1").text
    assert '<html lang="ar"' in site.get(path + "?lang=ar", Accept_Language="es").text
    assert '<html lang="en"' in site.get(path, Accept_Language="de, ja").text
    assert '<html lang="es"' in site.get(path + "?lang=xx", Accept_Language="es").text
    assert '<html lang="en"' in site.get(path, Accept_Language=";;q=x,*,es;q=0").text


def test_the_language_header_is_named_so_that_caches_keep_languages_apart(site: Site) -> None:
    answer = site.get(f"/e/{site.codes['concert']}")
    assert answer.headers["vary"] == "Accept-Language"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["cache-control"] == "public, max-age=60"


def test_a_cancelled_event_says_so_clearly_and_offers_nothing_to_note(site: Site) -> None:
    page = site.page("picnic", "es")
    assert "Este evento se canceló." in page
    assert ".ics" not in page
    assert "Cancelado" in page.split("og:title")[1][:60] or "Cancel" in page.split("og:title")[1][:60]


def test_an_event_that_a_person_or_time_declared_cancelled_says_so(site: Site) -> None:
    with site.db.write() as session:
        row = session.exec(select(Event).where(Event.uid == "concert")).one()
        row.status, row.missing_decided = "cancelled", "cancelled"
    assert "This event is cancelled." in site.page("concert")


def test_an_event_that_is_over_says_so(site: Site) -> None:
    assert "This event is over." in site.page("fair")
    assert "This event is over." not in site.page("concert")


def test_an_event_that_is_missing_is_told_as_if_nothing_had_happened(site: Site) -> None:
    with site.db.write() as session:
        session.exec(select(Event).where(Event.uid == "concert")).one().status = "missing"
    assert "cancelled" not in site.page("concert").split("<main>")[1]


def test_a_series_is_told_by_its_rhythm_and_its_next_dates_with_what_is_unusual_in_them(site: Site) -> None:
    page = site.page("homework")
    assert "every Tuesday, 3:30 – 4:30 PM" in page
    dates = page.split('<ul class="dates">')[1].split("</ul>")[0].split("<li>")[1:]
    assert "Tuesday, December 1, 2026, 3:30 – 4:30 PM" in dates[0]
    assert "December 8, 2026, 5:00 – 6:00 PM" in dates[1] and "Room 12" in dates[1]
    assert "December 22" in dates[3] and "Cancelled" in dates[3]
    assert "Library" not in dates[0], "the usual place is told once, above"
    assert "November" not in page


def test_days_of_an_all_day_event_are_told_up_to_its_last_day(site: Site) -> None:
    assert "Monday, December 21, 2026 – Thursday, December 31, 2026" in site.page("break")


def test_a_moved_event_shows_the_time_that_families_knew(site: Site) -> None:
    old = to_json(event_facts(site.heads()["concert"], "America/Chicago"))
    site.tell("concert", kind="change", purpose="change:1", said={"before": old, "facts": old})
    assert "Moved. Before:" not in site.page("concert"), "it stands where it stood"
    site.read_calendar(CALENDAR.replace("20261210T1", "20261211T1"))
    page = site.page("concert")
    assert "Friday, December 11, 2026, 6:00 – 7:30 PM" in page
    assert "Moved. Before: Thursday, December 10, 2026, 6:00 – 7:30 PM" in page


def test_every_code_of_an_event_opens_its_page_that_of_a_withdrawn_post_too(site: Site) -> None:
    withdrawn = site.tell("concert", kind="reminder", purpose="reminder:1", state="withdrawn", permalink=None)
    answer = site.get(f"/e/{withdrawn.code}?lang=en")
    assert answer.status == 200
    assert "Winter concert" in answer.text


def test_a_code_that_was_read_aloud_opens_whatever_letters_were_typed(site: Site) -> None:
    post = site.tell("concert", kind="reminder", purpose="reminder:1", code="ab01cdef10")
    assert post.code == "ab01cdef10"
    assert site.get("/e/ABOLCDEFIO").status == 200


def test_the_page_leads_to_the_post_where_questions_can_be_asked(site: Site) -> None:
    assert 'href="https://www.facebook.com/10001/posts/concert"' in site.page("concert")


def test_a_link_out_of_a_calendar_that_is_no_web_address_is_no_link(site: Site) -> None:
    with site.db.write() as session:
        session.exec(select(Event).where(Event.uid == "concert")).one().url = "javascript:alert(1)"
        session.exec(select(Post).where(Post.code == site.codes["concert"])).one().permalink = "javascript:alert(2)"
    assert "javascript:" not in site.page("concert")


def test_words_are_text_and_never_markup_but_web_addresses_in_them_are_links(site: Site) -> None:
    site.translate("concert", "so", "<b>Riwaayad</b>", "<img src=x onerror=alert(1)> https://maple.example/a?b=1&c=2 !")
    page = site.page("concert", "so")
    assert "&lt;b&gt;Riwaayad&lt;/b&gt;" in page
    assert "<img" not in page and "&lt;img" in page
    assert '<a href="https://maple.example/a?b=1&amp;c=2" rel="nofollow noopener">' in page


def test_a_page_is_small_and_runs_no_script(site: Site) -> None:
    for uid in site.codes:
        for language in ("en", "es", "ar", "so"):
            page = site.page(uid, language)
            assert len(page.encode()) < 15_000
            assert "<script" not in page and "style=" not in page


def test_facebook_finds_title_time_and_place_for_its_preview(site: Site) -> None:
    page = site.page("concert", "es")
    assert '<meta property="og:title" content="Concierto de invierno">' in page
    assert f'<meta property="og:url" content="https://events.maple.example/e/{site.codes["concert"]}">' in page
    assert "· Gym" in page


def test_a_page_follows_the_clock_not_the_day_it_was_written(site: Site) -> None:
    site.now = datetime.fromisoformat("2026-12-11T12:00:00+00:00")
    assert "This event is over." in site.page("concert")
    assert site.now > NOW
