"""What goes wrong on purpose at the pretend Facebook."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3


def test_code_two_after_the_write_was_stored(graph: Any) -> None:
    graph.fault("code2-after-store")
    reply = graph.post("10001/feed", message="Hello")
    assert reply.code == (2, None)
    assert reply.json["error"]["is_transient"] is True
    assert [post["text"] for post in graph.posts()] == ["Hello"]


@pytest.mark.parametrize(("kind", "stored"), [("cut-after-store", 1), ("cut-before-store", 0)])
def test_the_connection_is_cut_before_or_after_storing(graph: Any, kind: str, stored: int) -> None:
    graph.fault(kind, match={"method": "POST"})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        graph.post("10001/feed", message="Hello")
    assert len(graph.posts()) == stored
    assert graph.post("10001/feed", message="Again").status == 200


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [("html502", 502, b"<html>"), ("service-unavailable-200", 200, b"Service Unavailable"), ("empty-500", 500, b"{}")],
)
@pytest.mark.parametrize("store", [True, False])
def test_answers_that_are_no_answers(graph: Any, kind: str, status: int, start: bytes, store: bool) -> None:
    graph.fault(kind, store=store)
    reply = graph.post("10001/feed", message="Hello")
    assert (reply.status, reply.body[: len(start)]) == (status, start)
    assert len(graph.posts()) == store


def test_javascript_and_success_as_a_string(graph: Any) -> None:
    post = graph.publish("Hello")
    graph.fault("text-javascript")
    assert graph.get(post).headers["Content-Type"].startswith("text/javascript")
    graph.fault("success-string")
    assert graph.post(post, message="Edited").json == {"success": "true"}


def test_a_throttle_names_the_minutes_until_the_page_may_come_back(graph: Any) -> None:
    graph.fault("throttle", minutes=7, match={"page": "10001"})
    reply = graph.get("10001/published_posts")
    assert reply.code == (80001, None)
    (usage,) = json.loads(reply.headers["X-Business-Use-Case-Usage"])["10001"]
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (100, 7)
    assert "(#80001)" in reply.headers["WWW-Authenticate"]
    assert graph.get("10001/published_posts").status == 200


def test_a_quiet_pages_quota_runs_out_and_calling_on_puts_off_the_end(graph: Any) -> None:
    graph.control("POST", "pages", {"id": "10002", "name": "Quiet", "token": "QUIET", "engaged": 0})
    assert graph.get("10002", token="QUIET").code == (80001, None)
    graph.switch(clock_offset=14 * 60)
    assert graph.get("10002", token="QUIET").code == (80001, None)
    graph.switch(clock_offset=16 * 60)
    reply = graph.get("10002", token="QUIET")
    assert reply.code == (80001, None)
    (usage,) = json.loads(reply.headers["X-Business-Use-Case-Usage"])["10002"]
    assert usage["estimated_time_to_regain_access"] == 15


def test_any_error_with_subcode_status_and_error_data_as_text(graph: Any) -> None:
    graph.fault("error", code=368, http=400, error_data='{"blame":1}', message="(#368) Deemed abusive")
    reply = graph.post("10001/feed", message="Hello")
    assert (reply.status, reply.json["error"]["code"], reply.json["error"]["error_data"]) == (400, 368, '{"blame":1}')


def test_a_fault_waits_for_its_turn_and_its_path(graph: Any) -> None:
    graph.fault("error", code=1, after=1, times=2, match={"path": "/published_posts$"})
    codes = [graph.get("10001/published_posts").status for _ in range(4)]
    assert codes == [200, 500, 500, 200]
    assert graph.get("10001").status == 200


def test_a_lagging_write_is_stored_and_not_yet_read(graph: Any) -> None:
    graph.fault("lag", seconds=60)
    post = graph.publish("Hello")
    assert graph.get("10001/published_posts").json["data"] == []
    assert len(graph.posts()) == 1
    graph.switch(clock_offset=61)
    assert graph.get("10001/published_posts").json["data"][0]["id"] == post


def test_odd_pages_of_a_list(graph: Any) -> None:
    post = graph.publish("Fair")
    ids = [graph.family(post, f"Comment {number}") for number in range(3)]

    graph.fault("empty-page-with-next")
    empty = graph.get(f"{post}/comments").json
    assert empty["data"] == []
    assert [one["id"] for one in graph.raw("GET", empty["paging"]["next"]).json["data"]] == ids

    graph.fault("short-page", size=1)
    short = graph.get(f"{post}/comments").json
    assert [one["id"] for one in short["data"]] == ids[:1]
    assert [one["id"] for one in graph.raw("GET", short["paging"]["next"]).json["data"]] == ids[1:]

    graph.fault("paging-missing")
    assert set(graph.get(f"{post}/comments").json) == {"data"}
    graph.fault("empty")
    assert graph.get(f"{post}/comments").json == {"data": []}


def test_a_cursor_that_repeats_brings_the_same_page_for_ever(graph: Any) -> None:
    post = graph.publish("Fair")
    graph.family(post, "Hello")
    graph.fault("repeated-cursor", times=None)
    first = graph.get(f"{post}/comments").json
    second = graph.raw("GET", first["paging"]["next"]).json
    after = [parse_qs(urlsplit(page["paging"]["next"]).query)["after"] for page in (first, second)]
    assert first["data"] == second["data"]
    assert after[0] == after[1]


def test_an_inner_edge_can_be_bent_too(graph: Any) -> None:
    post = graph.publish("Fair")
    graph.family(post, "Hello")
    graph.fault("empty-page-with-next", edge="comments")
    (shown,) = graph.get("10001/published_posts", fields="comments{id}.summary(true)").json["data"]
    assert shown["comments"]["data"] == []
    assert "next" in shown["comments"]["paging"]


def test_a_comment_can_be_left_out_of_reads_while_the_count_still_knows_it(graph: Any) -> None:
    post = graph.publish("Fair")
    hidden, seen = graph.family(post, "one"), graph.family(post, "two")
    graph.fault("hidden-from-read", ids=[hidden])
    found = graph.get(f"{post}/comments", summary="true").json
    assert [one["id"] for one in found["data"]] == [seen]
    assert found["summary"]["total_count"] == 2
    graph.control("DELETE", "faults")
    assert len(graph.get(f"{post}/comments").json["data"]) == 2


@pytest.mark.parametrize(("before", "stored_meanwhile"), [(False, 1), (True, 0)])
def test_a_slow_answer_comes_after_the_client_gave_up(graph: Any, before: bool, stored_meanwhile: int) -> None:
    graph.fault("slow", seconds=0.6, before=before, match={"method": "POST"})
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        graph.raw("POST", "/v26.0/10001/feed?access_token=PAGE-10001-REHEARSAL&message=Hello", timeout=0.2)
    assert len(graph.posts()) == stored_meanwhile
    until = time.monotonic() + 5
    while not graph.posts() and time.monotonic() < until:
        time.sleep(0.02)
    assert len(graph.posts()) == 1


def test_a_wrong_wish_is_told_in_one_sentence(graph: Any) -> None:
    for path, wish in [
        ("faults", {"kind": "meteor"}),
        ("faults", {"kind": "error", "match": {"path": "("}}),
        ("switches", {"colour": 1}),
        ("switches", {"names": "yes"}),
        ("switches", {"accounts": "none"}),
        ("posts/10001_1/comments", {"name": "Ana", "message": "x"}),
        ("tokens/none/revoke", {}),
    ]:
        reply = graph.raw("POST", f"/_rehearsal/{path}", json=wish)
        assert reply.status == 400
        assert reply.json["error"].endswith(".")
