"""What families may know about what is kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.wording import WordingUnusable
from config.wording.privacy import load_privacy
from tests.web.conftest import Serve, Site


def test_the_page_names_the_school_and_every_part(site: Site) -> None:
    page = site.get("/s/maple/privacy?lang=en").text
    assert "Maple Street Elementary keeps the questions" in page and "{school}" not in page
    for part in ("What is kept", "Why", "Who sees it", "How long", "How to be forgotten"):
        assert part in page
    assert "<script" not in page and len(page) < 30_000


def test_it_is_told_in_spanish_and_offered_in_both(site: Site) -> None:
    page = site.get("/s/maple/privacy", accept_language="es-MX").text
    assert '<html lang="es" dir="ltr">' in page and "Cómo pedir que se borre" in page and ">English</a>" in page


def test_whoever_speaks_neither_is_told_in_the_first(site: Site) -> None:
    assert '<html lang="en"' in site.get("/s/maple/privacy?lang=so").text


def test_without_a_school_it_speaks_of_the_school(site: Site) -> None:
    assert "The school keeps the questions" in site.get("/privacy?lang=en").text
    assert "La escuela guarda las preguntas" in site.get("/privacy?lang=es").text


def test_an_unknown_school_is_not_found(site: Site) -> None:
    assert site.get("/s/nowhere/privacy").status == 404


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_families_pages_lead_there_in_their_language(site: Site, lang: str) -> None:
    name = {"en": "Privacy", "es": "Privacidad", "ar": "الخصوصية"}[lang]
    assert f'<a href="/s/maple/privacy?lang={lang}">{name}</a>' in site.page("concert", lang)
    if lang != "ar":
        assert f'<a href="/s/maple/privacy?lang={lang}">{name}</a>' in site.get(f"/s/maple/?lang={lang}").text


def test_all_languages_have_the_same_parts() -> None:
    shipped = load_privacy()
    assert {"en", "es"} <= set(shipped)
    assert len({tuple(len(part.lines) for part in text.parts) for text in shipped.values()}) == 1


def test_a_school_s_own_words_stand_in_place_of_ours(site: Site, serve: Serve, tmp_path: Path) -> None:
    own = tmp_path / "wording" / "en"
    own.mkdir(parents=True)
    (own / "privacy.toml").write_text('school = "us"\n[[parts]]\ntitle = "Ours"\nlines = ["{school} says so."]\n')
    serve(site)
    page = site.get("/s/maple/privacy?lang=en").text
    assert "Ours" in page and "Maple Street Elementary says so." in page and "What is kept" not in page


@pytest.mark.parametrize(
    "text", ["nonsense", 'school = "x"\nparts = []', 'school="x"\n[[parts]]\ntitle="{a}"\nlines=["b"]']
)
def test_words_that_cannot_be_used_are_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "privacy.toml").write_text(text)
    with pytest.raises(WordingUnusable, match="correct it, or remove it"):
        load_privacy(tmp_path)
