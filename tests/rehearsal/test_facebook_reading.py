"""Reading from the pretend Facebook: versions, fields, paging, who is named, which token sees what."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

USER_TOKEN = "USER-7-REHEARSAL"
COMMENT_FIELDS = "id,from,message,created_time,parent{id},is_hidden,can_reply_privately,permalink_url"


def comments_of(graph: Any, post: str, **params: Any) -> list[str]:
    return [one["id"] for one in graph.get(f"{post}/comments", **params).json["data"]]


@pytest.mark.parametrize(("asked", "served"), [("/v2.8", "v21.0"), ("/v24.0", "v24.0"), ("", "v26.0")])
def test_a_retired_version_is_served_by_the_oldest_one_alive(graph: Any, asked: str, served: str) -> None:
    reply = graph.get("10001", version=asked)
    assert reply.status == 200
    assert reply.headers["facebook-api-version"] == served


def test_a_version_that_never_was_is_an_unknown_path(graph: Any) -> None:
    assert graph.get("10001", version="/v99.0").code == (2500, None)


def test_without_fields_a_page_gives_name_and_id_and_its_posts_little_more(graph: Any) -> None:
    post = graph.publish("Book fair on Friday")
    assert graph.get("10001").json == {"name": "Maple Street PTA", "id": "10001"}
    (listed,) = graph.get("10001/published_posts").json["data"]
    assert set(listed) == {"created_time", "message", "id"}
    assert listed["id"] == post == "10001_5551"


def test_one_expanded_read_brings_posts_with_their_comments_and_replies(graph: Any) -> None:
    post = graph.publish("Book fair", link="https://example.org/e/1")
    first = graph.family(post, "¿Hay cuidado de niños? 👩‍👧")
    graph.post(f"{first}/comments", message="Sí")
    inner = f"comments.filter(stream).order(reverse_chronological).limit(50).summary(true){{{COMMENT_FIELDS}}}"
    (shown,) = graph.get("10001/published_posts", fields=f"id,updated_time,{inner}").json["data"]
    answer, question = shown["comments"]["data"]
    assert question["message"] == "¿Hay cuidado de niños? 👩‍👧"
    assert answer["parent"]["id"] == first == question["id"] == "5551_9001"
    assert answer["from"] == {"name": "Maple Street PTA", "id": "10001"}
    assert shown["comments"]["summary"] == {"order": "reverse_chronological", "total_count": 2, "can_comment": True}


def test_a_post_without_comments_lacks_the_key_unless_a_summary_was_asked(graph: Any) -> None:
    post = graph.publish("Quiet")
    assert "comments" not in graph.get(post, fields="id,comments{id}").json
    assert graph.get(post, fields="comments.summary(true){id}").json["comments"]["data"] == []


def test_toplevel_leaves_replies_out_and_stream_brings_all_in_order(graph: Any) -> None:
    post = graph.publish("Book fair")
    first, second = graph.family(post, "one"), graph.family(post, "two")
    reply = graph.family(post, "deep", parent=first)
    deeper = graph.family(post, "deeper", parent=reply)
    assert comments_of(graph, post) == [first, second]
    assert comments_of(graph, post, filter="stream") == [first, second, reply, deeper]
    assert comments_of(graph, post, filter="stream", order="reverse_chronological")[0] == deeper
    assert comments_of(graph, first) == [reply, deeper]
    assert graph.get(deeper, fields="parent").json["parent"]["id"] == first


def test_strangers_are_named_only_with_advanced_access_and_the_page_always(graph: Any) -> None:
    post = graph.publish("Book fair")
    graph.family(post, "a stranger", name="Ana Pérez")
    graph.family(post, "an admin", person="7")
    graph.family(post, "private", name="Shy", private=True)
    graph.post(f"{post}/comments", message="we")
    assert [one.get("from", {}).get("id") for one in graph.get(f"{post}/comments").json["data"]] == [
        None, "7", None, "10001",
    ]  # fmt: skip
    graph.switch(names=True)
    named = [one.get("from", {}).get("name") for one in graph.get(f"{post}/comments").json["data"]]
    assert named == ["Ana Pérez", "Riley Admin", None, "Maple Street PTA"]


def test_a_persons_token_gets_an_empty_comment_list_and_no_error(graph: Any) -> None:
    post = graph.publish("Book fair")
    graph.family(post, "Hello")
    reply = graph.get(f"{post}/comments", token=USER_TOKEN)
    assert (reply.status, reply.json) == (200, {"data": []})
    assert [one["id"] for one in graph.get("10001/published_posts", token=USER_TOKEN).json["data"]] == [post]


def test_a_comment_answers_to_its_full_id_and_to_the_bare_number(graph: Any) -> None:
    comment = graph.family(graph.publish("Book fair"), "Hello")
    assert graph.get("9001").json["id"] == graph.get(comment).json["id"] == "5551_9001"
    assert graph.get("5551").code == (12, None)
    assert graph.get("5559_9001").code == (100, 33)


def test_permalinks_carry_a_pfbid_and_another_number_than_the_page(graph: Any) -> None:
    post = graph.publish("Book fair")
    query = parse_qs(urlsplit(graph.get(post, fields="permalink_url").json["permalink_url"]).query)
    assert query["story_fbid"][0].startswith("pfbid0")
    assert query["id"] != ["10001"]


def test_unknown_fields_and_bad_syntax_are_refused_with_their_own_codes(graph: Any) -> None:
    reply = graph.get("10001", fields="id,colour")
    assert reply.json["error"]["message"] == "(#100) Tried accessing nonexisting field (colour) on node type (Page)"
    assert graph.get("10001", fields="feed.limit(2{id}").code == (2500, None)
    assert graph.get("10001/published_posts").status == 200
    graph.publish("with a link", link="https://example.org/")
    assert graph.get("10001/published_posts", fields="link").code == (12, None)


def test_paging_walks_through_everything_by_full_addresses_with_opaque_cursors(graph: Any) -> None:
    posts = [graph.publish(f"Post {number}") for number in range(5)]
    reply, found = graph.get("10001/feed", limit=2, fields="id,message"), []
    while True:
        found += [one["id"] for one in reply.json["data"]]
        following = reply.json["paging"].get("next")
        if following is None:
            break
        query = parse_qs(urlsplit(following).query)
        assert query["access_token"] == ["PAGE-10001-REHEARSAL"]
        assert query["limit"] == ["2"]
        assert "5551" not in query["after"][0]
        reply = graph.raw("GET", following)
    assert found == posts[::-1]
    assert set(reply.json["paging"]["cursors"]) == {"before", "after"}


def test_the_inner_comments_page_on_their_own_address(graph: Any) -> None:
    post = graph.publish("Book fair")
    ids = [graph.family(post, f"Comment {number}") for number in range(3)]
    shown = graph.get(post, fields="comments.limit(2).filter(stream){id,message}").json["comments"]
    rest = graph.raw("GET", shown["paging"]["next"]).json
    assert [one["id"] for one in [*shown["data"], *rest["data"]]] == ids
    assert set(rest["data"][0]) == {"id", "message"}


def test_the_cursor_of_a_removed_comment_is_dead(graph: Any) -> None:
    post = graph.publish("Book fair")
    first, _ = graph.family(post, "one"), graph.family(post, "two")
    following = graph.get(f"{post}/comments", limit=1).json["paging"]["next"]
    graph.control("POST", f"comments/{first}/remove", {})
    assert graph.raw("GET", following).code == (100, None)


def test_more_than_a_hundred_posts_a_page_and_overlarge_reads_are_refused(graph: Any) -> None:
    assert graph.get("10001/feed", limit=101).code == (100, None)
    reply = graph.get("10001/feed", limit=100, fields="comments.limit(100){id}")
    assert (reply.status, reply.json["error"]["code"]) == (500, 1)
    assert "reduce the amount of data" in reply.json["error"]["message"]


def test_feed_mixes_in_visitors_and_unpublished_posts_and_published_posts_does_not(graph: Any) -> None:
    own = graph.publish("Ours")
    draft = graph.publish("Draft", published="false")
    visitor = graph.control("POST", "pages/10001/posts", {"name": "Ana Pérez", "message": "Theirs"})["id"]
    assert {one["id"] for one in graph.get("10001/feed").json["data"]} == {own, draft, visitor}
    assert [one["id"] for one in graph.get("10001/published_posts").json["data"]] == [own]
    assert [one["id"] for one in graph.get("10001/visitor_posts").json["data"]] == [visitor]


def test_many_ids_are_read_at_once_and_one_bad_one_fails_all(graph: Any) -> None:
    first, second = graph.publish("one"), graph.publish("two")
    assert set(graph.get("", ids=f"{first},{second}", fields="message").json) == {first, second}
    graph.family(first, "Hello")
    found = graph.get("comments", ids=f"{first},{second}", filter="stream").json
    assert [len(found[post]["data"]) for post in (first, second)] == [1, 0]
    assert graph.get("", ids=f"{first},10001_1").code == (803, None)


def test_missing_scopes_missing_objects_and_other_pages_have_their_own_refusals(graph: Any) -> None:
    graph.control("POST", "pages", {"id": "10002", "name": "Oak", "token": "OAK", "scopes": ["pages_show_list"]})
    post = graph.publish("Ours")
    assert graph.get("10002/published_posts", token="OAK").code == (10, None)
    assert graph.get(post, token="OAK").code == (100, 33)
    assert graph.get("10001_1").json["error"]["type"] == "GraphMethodException"
    assert graph.get("10001/nonsense").code == (100, None)
    assert graph.get("10001/published_posts", token=None).code == (104, None)


def test_without_the_task_moderate_comment_ids_are_withheld(graph: Any) -> None:
    post = graph.publish("Book fair")
    graph.family(post, "Hello")
    graph.control("POST", "tokens/PAGE-10001-REHEARSAL", {"tasks": ["CREATE_CONTENT"]})
    assert graph.get(f"{post}/comments", fields="id,message").json["data"] == [{"message": "Hello"}]


def test_a_photo_comment_has_an_attachment_and_no_text(graph: Any) -> None:
    post = graph.publish("Book fair")
    wish = {"attachment": {"type": "photo", "url": "https://cdn.example/1.jpg"}}
    comment = graph.family(post, "", **wish)
    shown = graph.get(comment, fields="message,attachment{type,media{image{src}}}").json
    assert shown["message"] == ""
    assert shown["attachment"] == {"type": "photo", "media": {"image": {"src": "https://cdn.example/1.jpg"}}}


def test_hidden_comments_stay_visible_to_the_page(graph: Any) -> None:
    post = graph.publish("Book fair")
    comment = graph.family(post, "Buy pills")
    assert graph.post(comment, is_hidden="true").json == {"success": True}
    assert graph.get(f"{post}/comments", fields="is_hidden").json["data"][0]["is_hidden"] is True


def test_an_answer_is_ascii_json_with_the_headers_of_the_api(graph: Any) -> None:
    post = graph.publish("Bücher بازار 市集")
    reply = graph.get(post)
    assert reply.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert b"B\\u00fccher" in reply.body
    assert json.loads(reply.headers["X-Business-Use-Case-Usage"])["10001"][0]["type"] == "pages"
    assert reply.headers["Pragma"] == "no-cache"
