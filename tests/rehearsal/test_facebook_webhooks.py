"""What the pretend Facebook tells a callback, and how."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

APP_TOKEN = "4242|rehearsal-app-secret"
SECRET = b"rehearsal-app-secret"


@pytest.fixture
def listening(graph: Any, neighbour: Any) -> Any:
    """The neighbour hears of page 10001."""
    graph.control("POST", "apps/4242", {"callback_url": neighbour.url + "/hook"})
    assert graph.post("10001/subscribed_apps", subscribed_fields="feed").json == {"success": True}
    return neighbour


def told(graph: Any, neighbour: Any) -> list[dict[str, Any]]:
    assert graph.control("POST", "webhooks/settle", {"seconds": 10}) == {"settled": True}
    bodies = [json.loads(one.body) for one in neighbour.received]
    return [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]


def test_the_callback_is_verified_before_it_is_believed(graph: Any, neighbour: Any) -> None:
    wish = {"object": "page", "callback_url": neighbour.url + "/hook", "fields": "feed", "verify_token": "mine"}
    assert graph.post("4242/subscriptions", token=APP_TOKEN, **wish).code == (2200, None)
    neighbour.answer = lambda method, path, count: (200, parse_qs(urlsplit(path).query)["hub.challenge"][0].encode())
    assert graph.post("4242/subscriptions", token=APP_TOKEN, include_values="true", **wish).json == {"success": True}
    asked = parse_qs(urlsplit(neighbour.received[-1].path).query)
    assert (asked["hub.mode"], asked["hub.verify_token"]) == (["subscribe"], ["mine"])
    assert graph.get("4242/subscriptions", token=APP_TOKEN).json["data"][0]["active"] is True


def test_subscribed_apps_lists_what_was_installed_and_can_be_removed(graph: Any) -> None:
    assert graph.get("10001/subscribed_apps").json == {"data": []}
    graph.post("10001/subscribed_apps", subscribed_fields="feed,mention")
    (listed,) = graph.get("10001/subscribed_apps").json["data"]
    assert (listed["id"], listed["subscribed_fields"]) == ("4242", ["feed", "mention"])
    graph.delete("10001/subscribed_apps")
    assert graph.get("10001/subscribed_apps").json == {"data": []}


def test_nothing_is_sent_for_a_page_that_did_not_subscribe(graph: Any, neighbour: Any) -> None:
    graph.control("POST", "apps/4242", {"callback_url": neighbour.url})
    graph.publish("Hello")
    assert told(graph, neighbour) == []


def test_bodies_are_escaped_as_facebook_does_and_signed_over_the_bytes(graph: Any, listening: Any) -> None:
    post = graph.publish("Fair")
    graph.family(post, "Où est-ce? https://x.org/é 👋")
    assert len(told(graph, listening)) == 2
    raw = listening.received[-1]
    assert b"O\\u00f9" in raw.body
    assert b"https:\\/\\/x.org\\/\\u00e9 \\ud83d\\udc4b" in raw.body
    assert raw.headers["X-Hub-Signature-256"] == "sha256=" + hmac.new(SECRET, raw.body, hashlib.sha256).hexdigest()


def test_a_comment_and_its_edit_hide_and_removal_are_told(graph: Any, listening: Any) -> None:
    post = graph.publish("Fair")
    comment = graph.family(post, "Whne?")
    reply = graph.post(f"{comment}/comments", message="Six").json["id"]
    graph.control("POST", f"comments/{comment}/edit", {"message": "When?"})
    graph.post(comment, is_hidden="true")
    graph.delete(comment)
    status, added, answered, edited, hidden, removed = told(graph, listening)
    assert (status["item"], status["published"]) == ("status", 1)
    assert (added["verb"], added["parent_id"], added["post_id"]) == ("add", post, post)
    assert "from" not in added
    assert (answered["from"]["id"], answered["parent_id"], answered["comment_id"]) == ("10001", comment, reply)
    assert (edited["verb"], edited["message"]) == ("edited", "When?")
    assert (hidden["verb"], removed["verb"]) == ("hide", "remove")
    assert not {"message", "post"} & set(removed)


def test_posts_scheduled_edited_and_removed_are_told(graph: Any, listening: Any) -> None:
    post = graph.publish("Draft", published="false")
    graph.post(post, is_published="true")
    graph.delete(post)
    made, published, edited_or_removed = told(graph, listening)[:3]
    assert (made["published"], published["published"]) == (0, 1)
    assert (edited_or_removed["item"], edited_or_removed["recipient_id"]) == ("post", "10001")


def test_duplicates_and_wrong_order_on_demand(graph: Any, listening: Any) -> None:
    graph.switch(webhook_duplicates=1, webhook_reorder=True)
    post = graph.publish("Fair")
    comment = graph.family(post, "Hello")
    graph.control("POST", f"comments/{comment}/remove", {})
    order = [(value["item"], value["verb"]) for value in told(graph, listening)]
    newest_first = [("comment", "remove"), ("comment", "add"), ("status", "add")]
    assert order == [item for item in newest_first for _ in range(2)]


def test_several_changes_come_in_one_post_when_grouped(graph: Any, listening: Any) -> None:
    graph.switch(webhook_group=0.3)
    post = graph.publish("Fair")
    graph.family(post, "one")
    graph.family(post, "two")
    assert len(told(graph, listening)) == 3
    assert len(listening.received) == 1


def test_a_failing_callback_is_tried_again_until_it_answers(graph: Any, listening: Any) -> None:
    graph.switch(webhook_retries=[0, 0.05, 0.05])
    listening.answer = lambda method, path, count: (500 if count < 2 else 200, b"")
    graph.publish("Fair")
    told(graph, listening)
    assert len(listening.received) == 3
    assert len({one.body for one in listening.received}) == 1
    assert [one["status"] for one in graph.control("GET", "webhooks")] == [500, 500, 200]


def test_a_callback_that_fails_for_too_long_loses_its_subscription(graph: Any, listening: Any) -> None:
    graph.switch(webhook_retries=[0, 0], webhook_unsubscribe_after=0)
    listening.answer = lambda method, path, count: (500, b"")
    graph.publish("Fair")
    told(graph, listening)
    assert graph.get("10001/subscribed_apps").json == {"data": []}


def test_without_include_values_only_the_changed_fields_are_named(graph: Any, listening: Any) -> None:
    graph.control("POST", "apps/4242", {"include_values": False})
    graph.publish("Fair")
    graph.control("POST", "webhooks/settle", {})
    assert json.loads(listening.received[0].body)["entry"][0]["changed_fields"] == ["feed"]


def test_a_signed_request_is_signed_over_its_payload_text(graph: Any, neighbour: Any) -> None:
    graph.control("POST", "signed-request", {"kind": "deauthorize", "url": neighbour.url, "user_id": "7"})
    sent = parse_qs(neighbour.received[0].body.decode())["signed_request"][0]
    signature, payload = sent.split(".")
    assert "=" not in sent
    expected = hmac.new(SECRET, payload.encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "=") == expected
    assert json.loads(base64.urlsafe_b64decode(payload + "=="))["algorithm"] == "HMAC-SHA256"


def test_the_answer_to_a_deletion_request_is_looked_at(graph: Any, neighbour: Any) -> None:
    wish = {"kind": "deletion", "url": neighbour.url}
    assert graph.control("POST", "signed-request", wish)["problems"] == ["the answer is not JSON"]
    good = json.dumps({"url": neighbour.url + "/status", "confirmation_code": "abc123"}).encode()
    neighbour.answer = lambda method, path, count: (200, good)
    assert graph.control("POST", "signed-request", wish)["problems"] == []
