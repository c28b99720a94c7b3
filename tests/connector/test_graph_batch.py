"""Many pages in one call: each by its own token, each answered for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from connector.doors import Doors
from connector.errors import (
    Gone,
    NotAllowed,
    OutsideError,
    SignInNeeded,
    Throttled,
    TooMuchData,
    TryLater,
)
from connector.graph.batch import MOST, Glimpse
from connector.graph.door import proof
from connector.graph.usage import Usage
from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import World

BASE = "https://graph.example"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
UNTIL = NOW - timedelta(days=60)
EMPTY = {"code": 200, "body": json.dumps({"data": []})}
ROW = {"id": "1_1", "created_time": "2026-11-24T10:00:00+0000", "message": "Fall Festival"}


@pytest.fixture
def graph() -> Iterator[Any]:
    with responses.RequestsMock() as mock:
        yield mock


def doors(**more: str) -> Doors:
    return Doors(graph_url=BASE, **more)


def look(count: int = 2, **more: str) -> list[Glimpse]:
    return doors(**more).glimpse([(str(n), f"TOKEN-OF-{n}") for n in range(1, count + 1)], UNTIL)


def answers(graph: Any, *parts: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json=list(parts))


def part(message: str, **more: Any) -> dict[str, Any]:
    return {"code": 200, "body": json.dumps({"data": [{**ROW, "message": message, **more}]})}


def error(code: int, status: int = 400, **more: Any) -> dict[str, Any]:
    return {"code": status, "body": json.dumps({"error": {"code": code, "message": "No.", **more}})}


def problems(found: list[Glimpse]) -> list[type[OutsideError] | None]:
    return [one.problem and type(one.problem) for one in found]


# --- what is asked


def test_each_part_carries_the_token_of_its_own_page_and_the_proof_of_that(graph: Any) -> None:
    answers(graph, EMPTY, EMPTY)
    look(app_secret="SECRET")
    form = parse_qs(graph.calls[0].request.body)
    assert form["access_token"] == ["TOKEN-OF-1"]
    assert form["appsecret_proof"] == [proof("SECRET", "TOKEN-OF-1")]
    parts = json.loads(form["batch"][0])
    assert {one["method"] for one in parts} == {"GET"}
    asked = [urlsplit(one["relative_url"]) for one in parts]
    assert [one.path for one in asked] == ["1/feed", "2/feed"]
    queries = [parse_qs(one.query) for one in asked]
    assert [one["access_token"] for one in queries] == [["TOKEN-OF-1"], ["TOKEN-OF-2"]]
    assert queries[1]["appsecret_proof"] == [proof("SECRET", "TOKEN-OF-2")]


def test_a_part_asks_for_just_what_a_reading_of_the_page_asks_first(graph: Any) -> None:
    answers(graph, EMPTY)
    graph.get(f"{BASE}/v26.0/1/feed", json={"data": []})
    ours = doors()
    ours.glimpse([("1", "TOKEN-OF-1")], UNTIL)
    ours.page("1", "TOKEN-OF-1").read(UNTIL)
    (asked,) = json.loads(parse_qs(graph.calls[0].request.body)["batch"][0])
    assert parse_qs(urlsplit(asked["relative_url"]).query) == parse_qs(urlsplit(graph.calls[1].request.url).query)


def test_no_pages_are_no_call(graph: Any) -> None:
    assert look(0) == []


# --- what is answered


def test_a_look_and_a_reading_of_the_same_give_the_same_seal(graph: Any) -> None:
    answers(graph, part("Fall Festival"), part("Bake sale"))
    graph.get(f"{BASE}/v26.0/1/feed", json={"data": [ROW]})
    first, second = look()
    assert first.seal == doors().page("1", "TOKEN-OF-1").read(UNTIL).seal
    assert len({first.seal, second.seal, ""}) == 3


def test_signed_addresses_change_no_seal_and_words_do(graph: Any) -> None:
    def comments(message: str, source: str) -> dict[str, Any]:
        picture = {"type": "photo", "url": source, "media": {"image": {"src": source}}}
        row = {"id": "1_2", "created_time": ROW["created_time"], "message": message, "attachment": picture}
        return {"data": [row], "summary": {"total_count": 1}}

    for message, source in (("Hi", "https://a/?1"), ("Hi", "https://a/?2"), ("Ho", "https://a/?2")):
        answers(graph, part("Post", comments=comments(message, source), permalink_url=source))
    seals = [look(1)[0].seal for _ in range(3)]
    assert seals[0] == seals[1] != seals[2]


def test_each_part_tells_its_own_pages_quota(graph: Any) -> None:
    used = {"2": [{"type": "pages", "call_count": 31, "total_cputime": 2, "total_time": 3}]}
    told = [{"name": "X-Business-Use-Case-Usage", "value": json.dumps(used)}]
    answers(graph, EMPTY, {**EMPTY, "headers": told})
    assert [one.usage for one in look()] == [None, Usage(31, 2, 3)]


def test_a_part_that_goes_wrong_is_that_pages_error_as_if_it_had_been_asked_alone(graph: Any) -> None:
    wrong = [error(190), error(80001), error(10), error(100, error_subcode=33), error(2, 500), error(200, 403)]
    answers(graph, EMPTY, *wrong)
    found = look(7)
    assert problems(found) == [None, SignInNeeded, Throttled, NotAllowed, Gone, TryLater, NotAllowed]
    assert [bool(one.seal) for one in found] == [True] + [False] * 6


def test_an_error_of_a_part_shows_no_token(graph: Any) -> None:
    answers(graph, error(190), error(100, message="Bad TOKEN-OF-2 of https://graph?access_token=TOKEN-OF-2"))
    assert "TOKEN-OF" not in repr(look()) + "".join(str(one.problem) for one in look())


@pytest.mark.parametrize(
    "odd",
    [None, {}, "text", {"code": 200}, {"code": 200, "body": None}, {"code": 200, "body": "<html>"}, {"body": "{}"},
     {"code": 200, "body": "{}"}, {"code": 200, "body": '{"data":7}'}, {"code": 200, "body": "[]", "headers": "x"},
     {"code": 200, "body": '{"data":[{"id":"1_1"}]}'}, {"code": 500, "body": '{"data":[]}'}],
)  # fmt: skip
def test_a_part_that_is_missing_or_makes_no_sense_is_no_seal(graph: Any, odd: Any) -> None:
    answers(graph, odd, EMPTY)
    first, second = look()
    assert (first.seal, bool(second.seal)) == ("", True)


def test_where_one_answer_does_not_reach_far_enough_there_is_no_seal(graph: Any) -> None:
    more = {"cursors": {"after": "C"}, "next": f"{BASE}/v26.0/1/feed?after=C"}
    old = {**ROW, "created_time": "2026-08-24T10:00:00+0000"}
    whole, short = ({"data": [one], "paging": more} for one in (old, ROW))
    answers(graph, {"code": 200, "body": json.dumps(whole)}, {"code": 200, "body": json.dumps(short)})
    assert [bool(one.seal) for one in look()] == [True, False]


# --- the call as a whole


def test_what_is_too_much_at_once_is_asked_in_halves(graph: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json={"error": {"code": 1, "message": "Please reduce the amount of data"}}, status=500)
    answers(graph, EMPTY)
    answers(graph, EMPTY, EMPTY)
    assert [bool(one.seal) for one in look(3)] == [True] * 3


def test_one_page_that_is_too_much_stays_so(graph: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json={"error": {"code": 1, "message": "Please reduce the amount of data"}}, status=500)
    assert problems(look(1)) == [TooMuchData]


def test_the_trouble_of_the_first_pages_token_is_not_the_others(graph: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json={"error": {"code": 190, "message": "Expired"}}, status=400)
    answers(graph, EMPTY, EMPTY)
    assert problems(look(3)) == [SignInNeeded, None, None]
    assert parse_qs(graph.calls[1].request.body)["access_token"] == ["TOKEN-OF-2"]


def test_two_tokens_that_are_refused_end_it(graph: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json={"error": {"code": 190, "message": "Expired"}}, status=400)
    assert problems(look(3)) == [SignInNeeded, SignInNeeded, TryLater]
    assert len(graph.calls) == 2


def test_a_throttle_of_the_app_is_everybodys_and_asked_once(graph: Any) -> None:
    graph.post(f"{BASE}/v26.0/", json={"error": {"code": 4, "message": "Too many calls"}}, status=400)
    assert problems(look(3)) == [Throttled] * 3
    assert len(graph.calls) == 1


@pytest.mark.parametrize(
    "answer",
    [{"json": {"data": []}}, {"json": []}, {"json": [EMPTY]}, {"body": "Service Unavailable"},
     {"status": 502, "body": "<html>"}, {"body": requests.ConnectionError("cut")}],
)  # fmt: skip
def test_a_call_without_a_clear_answer_is_a_read_that_did_not_happen(graph: Any, answer: dict[str, Any]) -> None:
    graph.post(f"{BASE}/v26.0/", **answer)
    assert problems(look()) == [TryLater, TryLater]


# --- against the pretend Facebook


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook(towns.furnish(World(clock=NOW.timestamp))) as running:
        yield running


def furnished(facebook: PretendFacebook, count: int) -> list[tuple[str, str]]:
    """Pages with a post and a comment each, and their tokens."""
    made = []
    for number in range(count):
        page, token = towns.add_page(facebook.world, str(20_000 + number), f"Page {number}")
        post = happenings.add_post(facebook.world, page.id, f"Post {number}")
        happenings.add_comment(facebook.world, post, "When?", author_id="77001")
        made.append((page.id, token.value))
    return made


def test_fifty_pages_in_one_call_give_what_fifty_readings_give(facebook: PretendFacebook) -> None:
    facebook.world.switches.require_proof = True
    pages = furnished(facebook, MOST)
    ours = Doors(graph_url=facebook.url, app_id=towns.APP_ID, app_secret=towns.APP_SECRET)
    found = ours.glimpse(pages, UNTIL)
    calls = list(facebook.world.calls)
    assert [one["in_batch"] for one in calls].count(False) == 1
    assert [one.seal for one in found] == [ours.page(*page).read(UNTIL).seal for page in pages]
    assert len({one.seal for one in found}) == MOST


def test_a_part_with_another_pages_token_is_refused_by_itself(facebook: PretendFacebook) -> None:
    (first, token), (second, _) = furnished(facebook, 2)
    found = Doors(graph_url=facebook.url).glimpse([(first, token), (second, token)], UNTIL)
    assert (bool(found[0].seal), problems(found)[0]) == (True, None)
    assert found[1].seal == "" and isinstance(found[1].problem, OutsideError)


def test_a_part_that_facebook_did_not_get_to_is_no_seal(facebook: PretendFacebook) -> None:
    pages = furnished(facebook, 3)
    faults.add(facebook.world, {"kind": "cut-before-store", "match": {"page": pages[1][0]}})
    found = Doors(graph_url=facebook.url).glimpse(pages, UNTIL)
    assert problems(found) == [None, TryLater, None]


def test_what_a_page_used_is_counted_and_told_for_each_part(facebook: PretendFacebook) -> None:
    facebook.world.switches.usage_after = 0
    pages = furnished(facebook, 2)
    Doors(graph_url=facebook.url).glimpse(pages, UNTIL)
    assert [len(facebook.world.pages[page].calls) for page, _ in pages] == [1, 1]
    assert all(one.usage is not None for one in Doors(graph_url=facebook.url).glimpse(pages, UNTIL))
