import json
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from responses import matchers

from connector.errors import Gone, OutcomeUnknown, OutsideError, Refused, Throttled, TryLater
from connector.graph.door import GraphDoor, proof
from connector.graph.usage import Usage

BASE = "https://graph.example"


@pytest.fixture
def graph() -> Any:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def door() -> GraphDoor:
    return GraphDoor("TOKEN", base_url=BASE)


def query(graph: Any, call: int = 0) -> dict[str, list[str]]:
    return parse_qs(urlsplit(graph.calls[call].request.url).query)


def form(graph: Any, call: int = 0) -> dict[str, list[str]]:
    return parse_qs(graph.calls[call].request.body)


def test_a_read_carries_version_path_fields_and_token(graph: Any, door: GraphDoor) -> None:
    graph.get(f"{BASE}/v26.0/10001/feed", json={"data": []})
    assert door.get_connections("10001", "feed", fields="id,message", limit=5) == {"data": []}
    assert query(graph) == {"fields": ["id,message"], "limit": ["5"], "access_token": ["TOKEN"]}


def test_a_write_carries_the_token_in_the_form_only(graph: Any, door: GraphDoor) -> None:
    graph.post(f"{BASE}/v26.0/10001/feed", json={"id": "10001_1"})
    assert door.put_object("10001", "feed", message="Hí") == {"id": "10001_1"}
    assert query(graph) == {}
    assert form(graph) == {"message": ["Hí"], "access_token": ["TOKEN"]}


def test_a_write_without_parameters_keeps_the_token_out_of_the_address(graph: Any, door: GraphDoor) -> None:
    graph.post(f"{BASE}/v26.0/5551_9001/likes", json={"success": True})
    door.put_like("5551_9001")
    assert query(graph) == {}
    assert form(graph) == {"access_token": ["TOKEN"]}


def test_a_removal_is_a_write(graph: Any, door: GraphDoor) -> None:
    graph.delete(f"{BASE}/v26.0/10001_1", status=500, json={})
    with pytest.raises(OutcomeUnknown):
        door.delete_object("10001_1")
    assert query(graph) == {"access_token": ["TOKEN"]}


def test_the_callers_parameters_stay_as_they_are(graph: Any, door: GraphDoor) -> None:
    graph.post(f"{BASE}/v26.0/10001/feed", json={"id": "10001_1"})
    wanted, given = {"fields": "id"}, {"message": "Hi"}
    door.request("v26.0/10001/feed", wanted, given)
    assert (wanted, given) == ({"fields": "id"}, {"message": "Hi"})


def test_lists_and_booleans_are_sent_as_json_and_nothing_for_none(graph: Any, door: GraphDoor) -> None:
    graph.post(f"{BASE}/v26.0/10001/feed", json={"id": "10001_1"})
    door.request(
        "v26.0/10001/feed", post_args={"published": False, "attached_media": [{"media_fbid": "1"}], "link": None}
    )
    sent = form(graph)
    assert sent["published"] == ["false"]
    assert json.loads(sent["attached_media"][0]) == [{"media_fbid": "1"}]
    assert "link" not in sent


def test_a_photo_goes_as_multipart_with_the_token_inside(graph: Any, door: GraphDoor) -> None:
    graph.post(
        f"{BASE}/v26.0/10001/photos",
        json={"id": "1", "post_id": "10001_1"},
        match=[matchers.multipart_matcher({"source": ("card.png", b"PNG")}, {"access_token": "TOKEN"})],
    )
    card = BytesIO(b"PNG")
    card.name = "card.png"
    assert door.put_photo(card, album_path="10001/photos")["post_id"] == "10001_1"


def test_the_proof_is_the_documented_one() -> None:
    expected = "898ef371c25c9d12c3584ea303eda7c684634f998da353f8e9898e444c763372"
    assert proof("app_secret", "TOKEN") == expected


def test_with_an_app_secret_each_call_is_signed_for_its_own_token(graph: Any) -> None:
    door = GraphDoor("TOKEN", base_url=BASE, app_secret="app_secret")
    graph.get(f"{BASE}/v26.0/debug_token", json={"data": {}})
    graph.post(f"{BASE}/v26.0/10001/feed", json={"id": "10001_1"})
    door.debug_access_token("OTHER", "42", "app_secret")
    door.put_object("10001", "feed", message="Hi")
    assert query(graph)["appsecret_proof"] == [proof("app_secret", "42|app_secret")]
    assert form(graph, 1)["appsecret_proof"] == [proof("app_secret", "TOKEN")]


def test_each_reply_tells_usage_and_the_version_that_served_it(graph: Any, door: GraphDoor) -> None:
    told = {"facebook-api-version": "v21.0", "X-App-Usage": '{"call_count":28,"total_cputime":25,"total_time":26}'}
    graph.get(f"{BASE}/v26.0/10001", json={"error": {"code": 100, "error_subcode": 33}}, status=400, headers=told)
    with pytest.raises(Gone):
        door.get_object("10001")
    assert door.usage == Usage(28, 25, 26)
    assert door.served_version == "v21.0"
    assert door.calls == 1


def test_the_version_that_serves_us_can_be_asked(graph: Any, door: GraphDoor) -> None:
    graph.get(f"{BASE}/v26.0/me", json={"id": "10001"}, headers={"facebook-api-version": "v21.0"})
    assert door.get_version() == "21.0"


def test_a_server_that_hides_its_version_is_said_to(graph: Any, door: GraphDoor) -> None:
    graph.get(f"{BASE}/v26.0/me", json={"id": "10001"})
    with pytest.raises(TryLater, match="version"):
        door.get_version()


def test_the_pause_of_this_page_is_found_by_its_posts_too(graph: Any, door: GraphDoor) -> None:
    usage = '{"10001":[{"estimated_time_to_regain_access":3}],"10002":[{"estimated_time_to_regain_access":90}]}'
    body = {"error": {"message": "(#80001)", "code": 80001}}
    graph.get(f"{BASE}/v26.0/10001_5551", json=body, status=400, headers={"X-Business-Use-Case-Usage": usage})
    with pytest.raises(Throttled) as caught:
        door.get_object("10001_5551")
    assert caught.value.seconds == 180


@pytest.mark.parametrize(
    "id", ["10001/../me", "10001?fields=x", "1#", "1 2", "https://evil.example/1", "1\n2", "1\\2", "..", "１"]
)
def test_an_id_that_is_none_leads_nowhere(graph: Any, door: GraphDoor, id: str) -> None:
    with pytest.raises(Refused, match="not an id"):
        door.get_object(id)
    assert door.calls == 0


@pytest.mark.parametrize(
    ("raised", "write", "read"),
    [
        (requests.ConnectTimeout(), TryLater, TryLater),
        (requests.exceptions.SSLError(), TryLater, TryLater),
        (requests.exceptions.ProxyError(), TryLater, TryLater),
        (requests.ReadTimeout(), OutcomeUnknown, TryLater),
        (requests.ConnectionError("reset"), OutcomeUnknown, TryLater),
        (requests.exceptions.ChunkedEncodingError(), OutcomeUnknown, TryLater),
    ],
)
def test_what_may_have_left_is_unknown_for_writes_only(
    graph: Any, door: GraphDoor, raised: Exception, write: type[OutsideError], read: type[OutsideError]
) -> None:
    graph.post(f"{BASE}/v26.0/10001/feed", body=raised)
    graph.get(f"{BASE}/v26.0/10001/feed", body=raised)
    with pytest.raises(OutsideError) as caught:
        door.put_object("10001", "feed", message="Hi")
    assert type(caught.value) is write
    with pytest.raises(OutsideError) as caught:
        door.get_connections("10001", "feed")
    assert type(caught.value) is read


def test_the_token_is_in_no_text_of_the_door_or_its_errors(graph: Any) -> None:
    door = GraphDoor("TOKEN", base_url=BASE, app_secret="the-secret")
    said = "Malformed access token TOKEN or the-secret"
    graph.get(f"{BASE}/v26.0/10001", json={"error": {"message": said, "code": 100}}, status=400)
    with pytest.raises(Refused) as caught:
        door.get_object("10001")
    assert "Malformed access token" in caught.value.message
    told = f"{caught.value!r} {door!r} {door}"
    assert "TOKEN" not in told and "the-secret" not in told


def rows(*ids: str, after: str | None = None, cursors: bool = True) -> dict[str, Any]:
    paging: dict[str, Any] = {"cursors": {"after": after or "END"}} if cursors else {}
    if after:
        paging["next"] = f"{BASE}/v26.0/1/likes?access_token=TOKEN&limit=2&after={after}"
    return {"data": [{"id": id} for id in ids], "paging": paging}


def all_of(graph: Any, door: GraphDoor, *pages: dict[str, Any]) -> list[str]:
    for page in pages:
        graph.get(f"{BASE}/v26.0/1/likes", json=page)
    return [row["id"] for row in door.get_all_connections("1", "likes", limit=2)]


def test_all_rows_come_once_over_short_and_empty_pages(graph: Any, door: GraphDoor) -> None:
    pages = (
        rows("a", "b", after="1"),
        rows(after="2"),
        rows("b", "c", after="3", cursors=False),
        {"data": [{"id": "d"}]},
    )
    assert all_of(graph, door, *pages) == ["a", "b", "c", "d"]
    assert [query(graph, call).get("after") for call in range(4)] == [None, ["1"], ["2"], ["3"]]
    assert query(graph, 3)["access_token"] == ["TOKEN"]


def test_rows_without_ids_are_rows(graph: Any, door: GraphDoor) -> None:
    granted = [{"permission": "a", "status": "granted"}, {"permission": "b", "status": "declined"}]
    graph.get(f"{BASE}/v26.0/me/permissions", json={"data": granted})
    assert list(door.get_all_connections("me", "permissions")) == granted


@pytest.mark.parametrize(
    "pages",
    [
        (rows("a", after="1"), rows("b", after="1")),
        (rows("a", after="1"), rows("a", after="2")),
        (rows("a", after="1"), rows("b", after="2"), rows("c", after="1")),
        (rows("a", after="0"), *(rows(after=str(number)) for number in range(1, 6))),
        ({"data": [{"id": "a"}], "paging": {"next": f"{BASE}/v26.0/1/likes?access_token=TOKEN"}},),
    ],
    ids=["same cursor", "same rows", "old cursor", "nothing but empty pages", "no cursor"],
)
def test_going_round_in_circles_ends_and_is_told(
    graph: Any, door: GraphDoor, pages: tuple[dict[str, Any], ...]
) -> None:
    with pytest.raises(TryLater):
        all_of(graph, door, *pages)
    assert len(graph.calls) == len(pages)


def test_an_answer_without_a_list_is_not_an_empty_list(graph: Any, door: GraphDoor) -> None:
    with pytest.raises(TryLater):
        all_of(graph, door, {})
