"""Writing to the pretend Facebook: posts, photos, answers, edits, and what it refuses."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

USER_TOKEN = "USER-7-REHEARSAL"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json"])
def test_a_token_is_taken_from_query_form_and_json_body(graph: Any, way: str) -> None:
    params = {"access_token": "PAGE-10001-REHEARSAL", "message": "Hello"}
    if way == "query":
        reply = graph.raw("POST", "/v26.0/10001/feed?access_token=PAGE-10001-REHEARSAL&message=Hello")
    elif way == "json":
        reply = graph.raw("POST", "/v26.0/10001/feed", json=params)
    else:
        reply = graph.raw("POST", "/v26.0/10001/feed", fields=params, encode_multipart=way == "multipart")
    assert reply.json == {"id": "10001_5551"}


def test_a_create_call_gives_the_wanted_fields_at_once(graph: Any) -> None:
    made = graph.raw(
        "POST",
        "/v26.0/10001/feed?fields=id,permalink_url",
        fields={"access_token": "PAGE-10001-REHEARSAL", "message": "Hello"},
        encode_multipart=False,
    ).json
    assert made["id"] == "10001_5551"
    assert "pfbid0" in made["permalink_url"]


def test_the_same_text_as_the_last_post_is_refused_and_after_another_one_it_is_not(graph: Any) -> None:
    graph.publish("Same")
    reply = graph.post("10001/feed", message="Same")
    assert reply.code == (506, 1455006)
    assert reply.json["error"]["error_user_title"] == "Duplicate Status Update"
    graph.publish("Other")
    assert graph.post("10001/feed", message="Same").status == 200
    assert len(graph.posts()) == 3


def test_posting_needs_page_token_scopes_and_task(graph: Any) -> None:
    assert graph.post("10001/feed", token=USER_TOKEN, message="x").code == (200, None)
    as_person = graph.post("10001/feed", token=USER_TOKEN, message="x", published="false").json["error"]["message"]
    assert as_person == "(#200) Unpublished posts must be posted to a page as the page itself."
    graph.control("POST", "tokens/PAGE-10001-REHEARSAL", {"scopes": ["pages_read_engagement"]})
    reply = graph.post("10001/feed", message="x")
    assert reply.status == 403
    assert reply.json["error"]["message"].startswith("(#200) If posting to a group")
    assert graph.posts() == []


def test_a_post_needs_text_link_or_photo_and_has_a_longest_length(graph: Any) -> None:
    assert graph.post("10001/feed").code == (100, None)
    assert graph.post("10001/feed", message="x" * 63_207).code == (100, None)
    assert graph.post("10001/feed", link="not a link").code == (100, None)


def test_a_scheduled_post_waits_unpublished_and_appears_at_its_time(graph: Any) -> None:
    at = int(time.time()) + 1200
    post = graph.publish("Later", published="false", scheduled_publish_time=at)
    assert graph.get("10001/published_posts").json["data"] == []
    (listed,) = graph.get("10001/scheduled_posts", fields="scheduled_publish_time,is_published").json["data"]
    assert listed == {"scheduled_publish_time": at, "is_published": False, "id": post}
    graph.switch(clock_offset=1300)
    assert [one["id"] for one in graph.get("10001/published_posts").json["data"]] == [post]


@pytest.mark.parametrize("ahead", [60, 31 * 86400])
def test_a_schedule_time_outside_the_window_is_refused(graph: Any, ahead: int) -> None:
    at = int(time.time()) + ahead
    assert graph.post("10001/feed", message="x", published="false", scheduled_publish_time=at).code == (100, None)


def test_only_the_app_that_made_a_post_may_edit_it(graph: Any) -> None:
    own = graph.publish("Old text")
    assert graph.post(own, message="New text").json == {"success": True}
    by_hand = graph.control("POST", "pages/10001/posts", {"message": "By hand"})["id"]
    assert graph.post(by_hand, message="Changed").code == (200, None)
    edited, untouched = graph.posts()
    assert edited["text"] == "New text"
    assert edited["edits"][0]["before"] == "Old text"
    assert untouched["text"] == "By hand"


def test_a_deleted_post_is_gone_with_its_comments(graph: Any) -> None:
    post = graph.publish("Wrong")
    comment = graph.family(post, "Hello")
    assert graph.delete(post).json == {"success": True}
    assert graph.get(post).code == (100, 33)
    assert graph.post(f"{comment}/comments", message="Hi").code == (100, 33)


def test_uploaded_photos_hang_on_one_post(graph: Any) -> None:
    fields = {"access_token": "PAGE-10001-REHEARSAL", "published": "false", "source": ("1.png", PNG, "image/png")}
    photos = [graph.raw("POST", "/v26.0/10001/photos", fields=fields).json for _ in range(2)]
    assert [set(photo) for photo in photos] == [{"id"}, {"id"}]
    media = json.dumps([{"media_fbid": photo["id"]} for photo in photos])
    post = graph.publish("Two photos", attached_media=media)
    shown = graph.get(post, fields="attachments{type,media},status_type").json
    assert [one["type"] for one in shown["attachments"]["data"]] == ["photo", "photo"]
    source = shown["attachments"]["data"][0]["media"]["image"]["src"]
    assert graph.raw("GET", source).body == PNG


def test_a_photo_with_a_caption_makes_a_post_and_a_bad_file_is_refused(graph: Any) -> None:
    fields = {"access_token": "PAGE-10001-REHEARSAL", "caption": "Fair", "source": ("1.png", PNG, "image/png")}
    made = graph.raw("POST", "/v26.0/10001/photos", fields=fields).json
    assert set(made) == {"id", "post_id"}
    bad = graph.raw("POST", "/v26.0/10001/photos", fields=fields | {"source": ("1.png", b"<html>", "image/png")})
    assert bad.code == (100, 1366046)


def test_an_answer_is_written_as_the_page_under_the_top_comment(graph: Any) -> None:
    post = graph.publish("Book fair")
    question = graph.family(post, "When?")
    follow_up = graph.family(post, "And where?", parent=question)
    made = graph.post(f"{follow_up}/comments", message="In the gym").json["id"]
    shown = graph.get(made, fields="parent{id,message},message,from").json
    assert shown["parent"] == {"id": question, "message": "When?"}
    assert shown["from"]["id"] == "10001"


def test_posting_to_a_familys_comment_itself_is_refused(graph: Any) -> None:
    comment = graph.family(graph.publish("Book fair"), "When?")
    assert graph.post(comment, message="At six").code == (200, None)
    assert graph.get(comment).json["message"] == "When?"


def test_with_the_switch_it_overwrites_the_familys_words_and_is_told_loudly(graph: Any) -> None:
    comment = graph.family(graph.publish("Book fair"), "When?")
    graph.switch(foreign_comment_edit="overwrite")
    assert graph.post(comment, message="At six").json == {"success": True}
    (told,) = graph.control("GET", "state")["overwrites"]
    assert told.startswith("OVERWRITE")
    assert comment in told


def test_own_comments_can_be_edited_and_removed_but_not_hidden(graph: Any) -> None:
    own = graph.post(f"{graph.publish('Fair')}/comments", message="At sxi").json["id"]
    assert graph.post(own, message="At six").json == {"success": True}
    assert graph.post(own, is_hidden="true").code == (200, None)
    assert graph.delete(own).json == {"success": True}
    assert graph.get(own).code == (100, 33)


def test_a_removed_comment_takes_its_replies_along(graph: Any) -> None:
    post = graph.publish("Fair")
    first = graph.family(post, "one")
    graph.family(post, "two", parent=first)
    assert graph.delete(first).status == 200
    assert graph.get(f"{post}/comments", filter="stream").json["data"] == []


def test_likes_are_set_and_taken_back(graph: Any) -> None:
    comment = graph.family(graph.publish("Fair"), "Thanks")
    assert graph.post(f"{comment}/likes").json == {"success": True}
    assert graph.get(comment, fields="user_likes,like_count").json == {
        "user_likes": True, "like_count": 1, "id": comment,
    }  # fmt: skip
    graph.delete(f"{comment}/likes")
    assert graph.get(f"{comment}/reactions", summary="total_count").json["summary"] == {"total_count": 0}


def test_a_private_reply_goes_out_once_within_seven_days_to_people_the_app_may_reach(graph: Any) -> None:
    post = graph.publish("Fair")
    stranger, admin = graph.family(post, "hi"), graph.family(post, "hi", person="7")
    old = graph.family(post, "hi", person="7", created_at=int(time.time()) - 8 * 86400)

    def reply_to(comment: str) -> Any:
        wish = {"recipient": {"comment_id": comment}, "message": {"text": "Hello"}}
        return graph.raw("POST", "/v26.0/10001/messages?access_token=PAGE-10001-REHEARSAL", json=wish)

    assert set(reply_to(admin).json) == {"recipient_id", "message_id"}
    assert reply_to(admin).code == (10900, None)
    assert reply_to(stranger).code == (551, 1545041)
    assert reply_to(old).code == (10, 2018278)


def test_a_batch_answers_in_order_with_json_strings(graph: Any) -> None:
    post = graph.publish("Fair")
    parts = [
        {"method": "GET", "relative_url": f"{post}/comments?filter=stream"},
        {"method": "POST", "relative_url": f"{post}/comments", "body": "message=Hola"},
        {"method": "GET", "relative_url": "10001_1"},
    ]
    read, written, missing = graph.post("", batch=json.dumps(parts), include_headers="false").json
    assert (read["code"], json.loads(read["body"])) == (200, {"data": []})
    assert json.loads(written["body"]) == {"id": "5551_9001"}
    assert (missing["code"], json.loads(missing["body"])["error"]["error_subcode"]) == (400, 33)
    assert "headers" not in read


def test_a_batch_part_can_use_the_result_of_another(graph: Any) -> None:
    parts = [
        {"method": "POST", "name": "made", "relative_url": "10001/feed", "body": "message=Hello",
         "omit_response_on_success": False},
        {"method": "POST", "relative_url": "{result=made:$.id}/comments", "body": "message=First"},
        {"method": "GET", "relative_url": "me", "depends_on": "nothing"},
    ]  # fmt: skip
    answers = graph.post("", batch=json.dumps(parts)).json
    assert [part and part["code"] for part in answers] == [200, 200, None]
    assert graph.posts()[0]["comments"][0]["text"] == "First"


def test_a_batch_has_at_most_fifty_parts_and_a_cut_part_is_null(graph: Any) -> None:
    part = {"method": "GET", "relative_url": "me"}
    reply = graph.post("", batch=json.dumps([part] * 51))
    assert reply.json["error"]["type"] == "GraphBatchException"
    graph.fault("cut-before-store", match={"path": "^me$"})
    assert graph.post("", batch=json.dumps([part, part])).json[0] is None


def test_a_batch_and_many_ids_also_work_without_a_version(graph: Any) -> None:
    token = "PAGE-10001-REHEARSAL"
    part = json.dumps([{"method": "GET", "relative_url": "v26.0/me?fields=id"}])
    (found,) = graph.raw("POST", "/", fields={"access_token": token, "batch": part}).json
    assert json.loads(found["body"]) == {"id": "10001"}
    assert graph.raw("GET", f"/?ids=10001&access_token={token}").json["10001"]["id"] == "10001"
    assert graph.get("", ids=",".join(str(number) for number in range(51))).code == (100, None)


def test_the_log_of_calls_shows_no_token(graph: Any) -> None:
    graph.publish("Hello")
    (call,) = graph.control("GET", "calls")
    assert (call["method"], call["path"], call["page"], call["status"]) == ("POST", "/10001/feed", "10001", 200)
    assert "PAGE-10001" not in json.dumps(call)
    assert graph.control("GET", "state")["writes"] == 1
