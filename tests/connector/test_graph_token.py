import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from connector.errors import Throttled, TryLater
from connector.graph.door import GraphDoor
from connector.graph.token import REQUIRED, prove
from connector.graph.values import TokenReport

SAMPLES = Path(__file__).parent.parent / "samples" / "graph"
BASE = "https://graph.example"
DEBUG = f"{BASE}/v26.0/debug_token"
ME = f"{BASE}/v26.0/me"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def graph() -> Any:
    with responses.RequestsMock() as mock:
        yield mock


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def with_app(token: str = "TOKEN") -> TokenReport:
    return prove(GraphDoor(token, base_url=BASE), "10001", app_id="42", app_secret="SECRET", now=NOW)


def without_app(token: str = "TOKEN") -> TokenReport:
    return prove(GraphDoor(token, base_url=BASE), "10001", app_id=None, app_secret=None, now=NOW)


def told(graph: Any, **changes: Any) -> TokenReport:
    body = sample("debug_page_token")
    body["data"] = {name: value for name, value in (body["data"] | changes).items() if value is not None}
    graph.get(DEBUG, json=body)
    return with_app()


def problem(report: TokenReport) -> str:
    assert report.problem is not None
    return report.problem


def test_a_good_page_token_has_no_problem(graph: Any) -> None:
    report = told(graph)
    assert (report.kind, report.valid, report.page_id, report.missing) == ("page", True, "10001", ())
    assert report.scopes is not None and set(REQUIRED) < set(report.scopes)
    assert report.expires_at is None
    assert report.data_access_expires_at == datetime.fromtimestamp(1803200000, UTC)
    assert report.problem is None
    asked = parse_qs(urlsplit(graph.calls[0].request.url).query)
    assert asked == {"input_token": ["TOKEN"], "access_token": ["42|SECRET"]}


def test_missing_scopes_are_named(graph: Any) -> None:
    report = told(graph, scopes=["pages_show_list", "pages_read_engagement", "pages_manage_posts"])
    assert report.missing == ("pages_read_user_content", "pages_manage_engagement")
    assert "pages_read_user_content, pages_manage_engagement" in problem(report)


def test_a_scope_granted_for_another_page_only_is_missing(graph: Any) -> None:
    granted = [
        {"scope": "pages_manage_posts", "target_ids": ["10002"]},
        {"scope": "pages_show_list"},
        {"scope": "pages_manage_engagement", "target_ids": ["10002", "10001"]},
    ]
    assert told(graph, granular_scopes=granted).missing == ("pages_manage_posts",)


def test_a_token_without_the_webhook_scope_still_works(graph: Any) -> None:
    report = told(graph, scopes=list(REQUIRED))
    assert report.missing == () and report.problem is None


def test_a_persons_token_is_told_since_it_reads_no_comments(graph: Any) -> None:
    report = told(graph, type="USER", profile_id=None)
    assert (report.kind, report.valid, report.page_id) == ("user", True, None)
    assert "person's token" in problem(report)


def test_an_apps_token_is_told(graph: Any) -> None:
    assert told(graph, type="APP", profile_id=None).kind == "app"


def test_another_pages_token_is_told(graph: Any) -> None:
    report = told(graph, profile_id="10002")
    assert report.page_id == "10002"
    assert "not to the Page 10001" in problem(report)


def test_where_facebook_does_not_name_the_page_it_is_asked(graph: Any) -> None:
    graph.get(ME, json={"id": "10001", "name": "Oak PTA"})
    report = told(graph, profile_id=None)
    assert report.page_id == "10001" and report.problem is None


def test_a_token_that_ends_soon_is_told_with_its_day(graph: Any) -> None:
    day = datetime(2026, 11, 27, tzinfo=UTC)
    report = told(graph, expires_at=int(day.timestamp()))
    assert report.expires_at == day
    assert "expires on 2026-11-27 00:00 UTC" in problem(report)


def test_a_token_that_ends_in_weeks_is_no_problem_yet(graph: Any) -> None:
    assert told(graph, expires_at=int(datetime(2027, 1, 20, tzinfo=UTC).timestamp())).problem is None


def test_access_to_data_that_has_ended_is_told(graph: Any) -> None:
    ended = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    assert "expired on 2026-11-01" in problem(told(graph, data_access_expires_at=ended))


def test_a_dead_token_is_told_though_facebook_answers_200(graph: Any) -> None:
    graph.get(DEBUG, json=sample("debug_dead_token"))
    report = with_app()
    assert (report.valid, report.kind) == (False, "unknown")
    assert "has expired" in problem(report)


def test_a_dead_token_without_a_reason_is_told_too(graph: Any) -> None:
    graph.get(DEBUG, json={"data": {"is_valid": False, "type": "PAGE"}})
    report = with_app()
    assert (report.valid, report.kind) == (False, "page")
    assert "connect the Page again" in problem(report)


def test_an_app_that_did_not_make_the_token_is_told_but_the_token_still_proven(graph: Any) -> None:
    graph.get(
        DEBUG, json={"error": {"code": 100, "message": "(#100) You must provide an app access token"}}, status=400
    )
    graph.get(ME, json={"id": "10001", "name": "Oak PTA"})
    report = with_app()
    assert (report.kind, report.valid, report.scopes) == ("page", True, None)
    assert "BRIDGE_FB_APP_ID" in problem(report)


def test_a_token_of_another_app_is_not_taken_for_dead_though_it_is_called_invalid(graph: Any) -> None:
    """Facebook says `is_valid: false` when the asking app is not the one that made the token."""
    error = {"code": 100, "message": "(#100) The App_id in the input_token did not match the Viewing App"}
    graph.get(DEBUG, json={"data": {"is_valid": False, "scopes": [], "error": error}})
    graph.get(ME, json={"id": "10001", "name": "Oak PTA"})
    report = with_app()
    assert (report.kind, report.valid, report.page_id) == ("page", True, "10001")
    assert "BRIDGE_FB_APP_ID" in problem(report)


def test_who_connected_the_page_is_told(graph: Any) -> None:
    assert told(graph, user_id="7").user_id == "7"


def test_a_token_that_was_refused_must_be_accepted_before_its_description_is_believed(graph: Any) -> None:
    graph.get(ME, json={"error": {"code": 190, "error_subcode": 492, "message": "x"}}, status=400)
    report = prove(
        GraphDoor("TOKEN", base_url=BASE), "10001", app_id="42", app_secret="SECRET", now=NOW, was_refused=True
    )
    assert not report.valid and "a role on it" in problem(report)
    assert len(graph.calls) == 1


def test_without_an_app_the_token_says_whose_it_is(graph: Any) -> None:
    graph.get(ME, json={"id": "10001", "name": "Oak PTA"})
    report = without_app()
    assert (report.kind, report.valid, report.page_id) == ("page", True, "10001")
    assert (report.scopes, report.missing, report.problem) == (None, (), None)


def test_without_an_app_a_persons_token_is_found_out(graph: Any) -> None:
    graph.get(ME, json={"id": "77001", "name": "Ana Perez"})
    report = without_app()
    assert (report.kind, report.valid, report.page_id) == ("user", True, None)
    assert "“Ana Perez” (77001), not to the Page 10001" in problem(report)


def test_without_an_app_a_dead_token_is_told(graph: Any) -> None:
    graph.get(ME, json={"error": {"code": 190, "error_subcode": 460, "message": "x"}}, status=400)
    report = without_app()
    assert not report.valid
    assert "password" in problem(report)


def test_an_apps_token_is_recognised_by_its_look(graph: Any) -> None:
    graph.get(ME, json={"error": {"code": 2500, "message": "An active access token must be used"}}, status=400)
    report = without_app("42|SECRET")
    assert (report.kind, report.valid) == ("app", False)
    assert "app's token" in problem(report) and "SECRET" not in problem(report)


@pytest.mark.parametrize(("status", "code", "kind"), [(503, 2, TryLater), (400, 80001, Throttled)])
def test_trouble_that_says_nothing_about_the_token_passes_through(
    graph: Any, status: int, code: int, kind: type[Exception]
) -> None:
    graph.get(DEBUG, json={"error": {"code": code, "message": "x"}}, status=status)
    with pytest.raises(kind):
        with_app()
