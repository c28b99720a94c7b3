"""What holds for every answer, and for programs that watch."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from models.database import Database
from models.delivery import Delivery
from models.migrate import migrate
from models.school import School
from tests.web.conftest import NOW, Serve, Site
from web.headers import CONTENT_POLICY

EVERYWHERE = [
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/s/maple/",
    "/e/unknown",
    "/feeds/x.ics",
    "/nothing",
    "/static/site.css",
]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "TRACE"])
def test_every_answer_carries_the_protecting_headers(site: Site, method: str) -> None:
    for path in EVERYWHERE:
        headers = site.get(path, method).headers
        assert headers["content-security-policy"] == CONTENT_POLICY, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["strict-transport-security"].startswith("max-age="), path
        assert headers["cache-control"], path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE"])
def test_pages_are_only_for_reading(site: Site, method: str) -> None:
    for path in EVERYWHERE:
        assert site.get(path, method).status in (404, 405), path


@pytest.mark.parametrize(
    "path", ["/docs", "/redoc", "/openapi.json", "/static/", "/static/../app.py", "/static/%2e%2e/app.py"]
)
def test_nothing_about_our_inside_is_served(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "def build" not in answer.text


def test_without_https_no_browser_is_told_to_insist_on_it(db: Database, tmp_path: Path, serve: Serve) -> None:
    site = serve(Site(db, tmp_path), public_url="http://127.0.0.1:8000")
    assert "strict-transport-security" not in site.get("/").headers


def test_the_front_page_leads_whoever_is_not_signed_in_to_the_sign_in(site: Site) -> None:
    answer = site.get("/")
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=/")


def test_the_style_sheet_is_kept_for_long_under_an_address_that_changes_with_it(site: Site) -> None:
    address = site.get("/sign-in").text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = site.get(address)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in site.get("/static/site.css").headers["cache-control"]


# --- not there, or our fault


def test_an_unknown_code_says_so_in_english_and_spanish_and_leads_to_the_school(site: Site) -> None:
    answer = site.get("/e/unknown")
    assert answer.status == 404
    assert "We cannot find this page." in answer.text
    assert '<p lang="es" dir="ltr">No encontramos esta página.' in answer.text
    assert 'href="/s/maple/"' in answer.text


@pytest.mark.parametrize(
    "path", ["/e/%00", "/e/" + "z" * 4000, "/e/%F0%9F%8E%84", "/e/a%2Fb", "/e/'--", "/e/unknown.ics"]
)
def test_nonsense_for_a_code_is_not_found(site: Site, path: str) -> None:
    assert site.get(path).status == 404


def test_where_there_are_many_schools_none_is_guessed(site: Site) -> None:
    site.add(*(School(slug=f"s{n}", name=f"S{n}", timezone="UTC", fallback="x", loaded_at=NOW) for n in range(6)))
    page = site.get("/e/unknown").text
    assert "ask the school for a new one" in page and "/s/" not in page


def test_a_fault_of_ours_gives_a_number_that_the_log_knows_and_no_details(site: Site) -> None:
    with site.db.write() as session:
        session.connection().execute(text("DROP TABLE feed"))
    with capture_logs() as logs:
        answer = site.get("/feeds/very-secret.ics")
    assert answer.status == 500
    assert answer.headers["content-security-policy"] == CONTENT_POLICY
    (line,) = [one for one in logs if one["event"] == "a page failed"]
    assert line["number"] in answer.text
    assert "feed" not in answer.text.replace("feeds", "")
    assert line["route"] == "/feeds/{token}.ics"
    assert "very-secret" not in str({key: value for key, value in line.items() if key != "exc_info"})


# --- for operators


def test_the_living_and_ready_answer_ok(site: Site) -> None:
    assert (site.get("/healthz").status, site.get("/healthz").text) == (200, '{"status":"ok"}')
    assert (site.get("/readyz").status, site.get("/readyz").text) == (200, '{"status":"ok"}')


def test_a_database_that_was_not_brought_to_shape_is_not_ready_but_alive(tmp_path: Path, serve: Serve) -> None:
    site = serve(Site(Database(f"sqlite:///{tmp_path / 'raw.db'}"), tmp_path))
    assert site.get("/healthz").status == 200
    assert site.get("/readyz").status == 503
    migrate(site.db)
    assert site.get("/readyz").status == 200


def test_a_database_that_does_not_answer_is_not_ready(tmp_path: Path, serve: Serve) -> None:
    site = serve(Site(Database("postgresql+psycopg://nobody@127.0.0.1:9/none"), tmp_path))
    answer = site.get("/readyz")
    assert (answer.status, "does not answer" in answer.text) == (503, True)
    with capture_logs() as logs:
        assert site.get("/e/unknown").status == 503
    assert [(line["event"], line["away"]) for line in logs] == [("a page failed", True)]


def test_metrics_count_by_state_and_name_every_state(site: Site) -> None:
    site.add(
        *(
            Delivery(school="maple", kind="publish", lane="page:pta-page", target=f"po_{n}", revision="1", state="unsure",
                     created_at=NOW, next_at=NOW)
            for n in range(3)
        )
    )  # fmt: skip
    answer = site.get("/metrics")
    lines = answer.text.splitlines()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'pta_bridge_deliveries{state="unsure"} 3' in lines
    assert 'pta_bridge_deliveries{state="needs-person"} 0' in lines
    assert 'pta_bridge_conversations{state="open"} 0' in lines
    assert "maple" not in answer.text
