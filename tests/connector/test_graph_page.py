import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from connector.errors import NotAllowed, OutcomeUnknown, Refused, SignInNeeded, Throttled, TooMuchData, TryLater
from connector.graph.door import GraphDoor
from connector.graph.page import FacebookPage, identity
from connector.graph.values import Attachment, Published, Tag

SAMPLES = Path(__file__).parent.parent / "samples" / "graph"
BASE = "https://graph.example"
FEED = f"{BASE}/v26.0/10001/feed"
COMMENTS = f"{BASE}/v26.0/10001_5551/comments"
LONG_AGO = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def graph() -> Any:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def page() -> FacebookPage:
    return FacebookPage(GraphDoor("TOKEN", base_url=BASE), "10001")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def query(graph: Any, call: int = -1) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(graph.calls[call].request.url).query).items()}


def form(graph: Any, call: int = -1) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(graph.calls[call].request.body).items()}


def post(number: int, day: int) -> dict[str, str]:
    return {"id": f"10001_{number}", "created_time": f"2026-11-{day:02}T08:00:00+0000"}


def comment(number: int) -> dict[str, str]:
    return {"id": f"5551_{number}", "created_time": "2026-11-23T09:00:00+0000", "message": f"Comment {number}"}


def listing(rows: list[dict[str, str]], after: str | None = None) -> dict[str, Any]:
    paging = {"cursors": {"after": after}, "next": f"{BASE}/x?access_token=TOKEN&after={after}"} if after else {}
    return {"data": rows, "paging": paging}


def error(code: int, message: str = "Something") -> dict[str, Any]:
    return {"error": {"message": message, "code": code}}


TOO_MUCH = error(1, "Please reduce the amount of data you're asking for, then retry your request")


# Reading


def test_one_read_brings_posts_with_their_newest_comments(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=sample("feed"))
    reading = page.read(LONG_AGO)
    assert reading.complete and reading.problem is None
    assert page.door.calls == 1
    assert query(graph) == {
        "access_token": "TOKEN",
        "limit": "30",
        "fields": "id,from,message,created_time,updated_time,permalink_url,is_published,"
        "comments.filter(stream).order(reverse_chronological).limit(50).summary(true)"
        "{id,from,message,created_time,parent{id},attachment,is_hidden,message_tags,permalink_url,comment_count}",
    }
    first = reading.posts[0]
    assert first.id == "10001_5551"
    assert first.created_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert first.updated_at == datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    assert (first.author_id, first.author_name) == ("10001", "Oak PTA")
    assert (first.comments_total, first.more_comments) == (7, "WTI5MXkZD")
    assert [one.id for one in first.comments] == ["5551_9002", "5551_9001"]


def test_a_comment_brings_parent_author_tags_and_whether_it_is_hidden(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=sample("feed"))
    reply, question = page.read(LONG_AGO).posts[0].comments
    assert (reply.parent_id, question.parent_id) == ("5551_9001", None)
    assert (reply.is_hidden, question.is_hidden) == (False, True)
    assert question.message == "¿Hay cuidado de niños? Oak PTA"
    assert question.author_name == "Ana Perez"
    assert question.permalink_url.endswith("comment_id=9001")
    assert question.tags == (Tag("10001", "Oak PTA", "page", 24, 7),)


def test_what_facebook_leaves_out_is_unknown_and_no_failure(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=sample("feed"))
    _, bare, draft = page.read(LONG_AGO).posts
    assert (bare.author_id, bare.author_name, bare.message, bare.permalink_url) == (None, None, "", "")
    assert (bare.updated_at, bare.comments_total, bare.more_comments) == (None, None, None)
    photo = bare.comments[0]
    assert photo.message == "" and photo.author_id is None
    assert photo.attachment == Attachment(
        "photo", "A photo", "https://www.facebook.com/photo/1", "https://cdn.example/1.jpg"
    )
    assert draft.comments == ()
    assert (bare.is_published, draft.is_published) == (True, False)
    assert draft.created_at == datetime(2026, 11, 19, 18, tzinfo=UTC)


def test_reading_goes_on_only_until_the_wanted_day(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20), post(8, 18)], after="1"))
    graph.get(FEED, json=listing([post(7, 16), post(6, 10)], after="2"))
    reading = page.read(datetime(2026, 11, 12, tzinfo=UTC))
    assert [one.id for one in reading.posts] == ["10001_9", "10001_8", "10001_7", "10001_6"]
    assert reading.complete
    assert query(graph)["after"] == "1"


def test_an_old_post_pinned_to_the_top_does_not_end_the_reading(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(1, 1), post(9, 20)], after="1"))
    graph.get(FEED, json=listing([post(8, 18)]))
    reading = page.read(datetime(2026, 11, 12, tzinfo=UTC))
    assert [one.id for one in reading.posts] == ["10001_1", "10001_9", "10001_8"]
    assert reading.complete


def test_an_empty_page_with_a_next_one_is_not_the_end(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20)], after="1"))
    graph.get(FEED, json=listing([], after="2"))
    graph.get(FEED, json=listing([post(8, 18)]))
    reading = page.read(LONG_AGO)
    assert len(reading.posts) == 2 and reading.complete


def test_a_page_that_comes_again_leaves_the_reading_incomplete(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20)], after="1"))
    graph.get(FEED, json=listing([post(9, 20)], after="2"))
    reading = page.read(LONG_AGO)
    assert len(reading.posts) == 1
    assert not reading.complete and reading.problem is None


def test_an_error_on_a_later_page_keeps_what_was_read_and_is_told(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20)], after="1"))
    graph.get(FEED, json=error(80001), status=400)
    reading = page.read(LONG_AGO)
    assert len(reading.posts) == 1 and not reading.complete
    assert isinstance(reading.problem, Throttled)


def test_an_error_on_the_first_page_is_raised(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=error(190), status=400)
    with pytest.raises(SignInNeeded):
        page.read(LONG_AGO)


@pytest.mark.parametrize(
    "row", [{"created_time": "2026-11-20T08:00:00+0000"}, {"id": "10001_8"}, {"id": "10001_8", "created_time": "soon"}]
)
def test_a_post_that_cannot_be_read_leaves_the_reading_incomplete(graph: Any, page: FacebookPage, row: Any) -> None:
    graph.get(FEED, json=listing([post(9, 20), row]))
    reading = page.read(LONG_AGO)
    assert [one.id for one in reading.posts] == ["10001_9"]
    assert not reading.complete
    assert isinstance(reading.problem, NotAllowed) and "MODERATE" in reading.problem.message


def test_too_much_data_halves_posts_then_comments_and_stays_so(graph: Any, page: FacebookPage) -> None:
    for _ in range(4):
        graph.get(FEED, json=TOO_MUCH, status=500)
    graph.get(FEED, json=listing([post(9, 20)]))
    graph.get(FEED, json=listing([]))
    page.read(LONG_AGO)
    page.read(LONG_AGO)
    assert [query(graph, call)["limit"] for call in range(6)] == ["30", "15", "7", "5", "5", "5"]
    assert ".limit(50)" in query(graph, 3)["fields"]
    assert ".limit(25)" in query(graph, 4)["fields"]
    assert ".limit(25)" in query(graph, 5)["fields"]


def test_more_is_read_at_once_again_when_many_reads_went_well(graph: Any, page: FacebookPage) -> None:
    for _ in range(4):
        graph.get(FEED, json=TOO_MUCH, status=500)
    graph.get(FEED, json=listing([]))  # the last answer is given to all that follow
    sizes = []
    for _ in range(200):
        page.read(LONG_AGO)
        sizes.append((page.page_limit, page.comment_limit))
    assert list(dict.fromkeys(sizes)) == [(5, 25), (10, 50), (20, 50), (30, 50)]
    assert sizes.count((10, 50)) == sizes.count((20, 50)) == 50


def test_a_page_that_is_always_too_much_is_given_up(graph: Any) -> None:
    graph.get(FEED, json=TOO_MUCH, status=500)
    page = FacebookPage(GraphDoor("TOKEN", base_url=BASE), "10001", page_limit=6, comment_limit=8)
    with pytest.raises(TooMuchData):
        page.read(LONG_AGO)
    assert page.door.calls == 3


def test_own_posts_are_read_without_comments(graph: Any, page: FacebookPage) -> None:
    graph.get(f"{BASE}/v26.0/10001/published_posts", json=listing([post(9, 20)]))
    assert page.own_posts(LONG_AGO).complete
    assert query(graph)["fields"] == "id,message,created_time,permalink_url"


def test_all_comments_of_all_levels_come_page_by_page_from_a_place_on(graph: Any, page: FacebookPage) -> None:
    graph.get(COMMENTS, json=listing([comment(3), comment(2)], after="2"))
    graph.get(COMMENTS, json=listing([comment(1)]))
    walk = page.comments("10001_5551", after="1")
    assert [[one.id for one in batch] for batch in walk] == [["5551_3", "5551_2"], ["5551_1"]]
    assert walk.complete
    first, second = query(graph, 0), query(graph, 1)
    assert (first["filter"], first["order"], first["limit"]) == ("stream", "reverse_chronological", "50")
    assert (first["after"], second["after"]) == ("1", "2")


def test_comments_that_go_round_in_circles_are_not_complete(graph: Any, page: FacebookPage) -> None:
    graph.get(COMMENTS, json=listing([comment(3)], after="1"))
    graph.get(COMMENTS, json=listing([comment(3)], after="2"))
    walk = page.comments("10001_5551")
    assert len(list(walk)) == 1
    assert not walk.complete


def test_a_walk_whose_cursor_died_with_its_comment_begins_again_at_the_top(graph: Any, page: FacebookPage) -> None:
    dead = error(100, "(#100) Invalid cursor: the object it points to is not available")
    graph.get(COMMENTS, json=listing([comment(5), comment(4)], after="4"))
    graph.get(COMMENTS, json=dead, status=400)
    graph.get(COMMENTS, json=listing([comment(5)], after="5"))
    graph.get(COMMENTS, json=listing([comment(3)]))
    walk = page.comments("10001_5551")
    assert [one.id for batch in walk for one in batch] == ["5551_5", "5551_4", "5551_3"]
    assert walk.complete
    assert "after" not in query(graph, 2)


def test_a_walk_begins_again_only_once(graph: Any, page: FacebookPage) -> None:
    graph.get(COMMENTS, json=listing([comment(5)], after="5"))
    graph.get(COMMENTS, json=error(100), status=400)
    graph.get(COMMENTS, json=listing([comment(5)], after="5"))
    graph.get(COMMENTS, json=error(100), status=400)
    with pytest.raises(Refused):
        list(page.comments("10001_5551"))
    assert page.door.calls == 4


def test_a_walk_that_begins_again_still_ends_where_facebook_goes_round_in_circles(
    graph: Any, page: FacebookPage
) -> None:
    graph.get(COMMENTS, json=listing([comment(5)], after="5"))
    graph.get(COMMENTS, json=error(100), status=400)
    for number in range(3):
        graph.get(COMMENTS, json=listing([comment(5)], after=f"other{number}"))
    walk = page.comments("10001_5551")
    assert len(list(walk)) == 1
    assert not walk.complete and page.door.calls == 5


def test_comments_come_from_the_other_end_too(graph: Any, page: FacebookPage) -> None:
    graph.get(COMMENTS, json=listing([]))
    list(page.comments("10001_5551", oldest_first=True))
    assert query(graph)["order"] == "chronological"


def test_every_post_is_read_without_comments_many_at_once(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20)], after="1"))
    graph.get(FEED, json=listing([post(1, 1)]))
    reading = page.every_post()
    assert len(reading.posts) == 2 and reading.complete and reading.to_the_end
    assert (query(graph)["fields"], query(graph)["limit"]) == ("id,created_time,updated_time,is_published", "90")


def test_a_reading_that_reached_its_day_is_not_to_the_end(graph: Any, page: FacebookPage) -> None:
    graph.get(FEED, json=listing([post(9, 20)], after="1"))
    reading = page.read(datetime(2026, 11, 22, tzinfo=UTC))
    assert reading.complete and not reading.to_the_end


@pytest.mark.parametrize(
    ("told", "published"), [({"is_published": False}, False), ({"is_published": True}, True), ({}, True)]
)
def test_a_page_is_published_unless_facebook_says_no(
    graph: Any, page: FacebookPage, told: Any, published: bool
) -> None:
    graph.get(f"{BASE}/v26.0/10001", json={"id": "10001", **told})
    assert page.is_published() is published


def test_too_much_data_halves_comments_only_where_comments_are_read(graph: Any, page: FacebookPage) -> None:
    graph.get(COMMENTS, json=TOO_MUCH, status=500)
    graph.get(COMMENTS, json=listing([]))
    list(page.comments("10001_5551"))
    assert (page.page_limit, page.comment_limit) == (30, 25)


def test_replies_come_whole_and_say_whether_these_are_all(graph: Any, page: FacebookPage) -> None:
    replies = f"{BASE}/v26.0/5551_9001/comments"
    graph.get(replies, json=listing([comment(1)], after="1"))
    graph.get(replies, json=listing([comment(2)]))
    graph.get(replies, json=listing([comment(1)], after="1"))
    graph.get(replies, json=listing([comment(2)], after="1"))
    found, complete = page.replies("5551_9001")
    assert [one.id for one in found] == ["5551_1", "5551_2"] and complete
    assert query(graph)["filter"] == "stream"
    assert page.replies("5551_9001")[1] is False


def test_a_single_post_is_read_or_is_none(graph: Any, page: FacebookPage) -> None:
    graph.get(f"{BASE}/v26.0/10001_5551", json=sample("feed")["data"][0])
    graph.get(f"{BASE}/v26.0/10001_5550", json=sample("error_100_33_gone"), status=400)
    found = page.post("10001_5551")
    assert found is not None and len(found.comments) == 2
    assert page.post("10001_5550") is None


def test_a_post_that_cannot_be_read_is_no_missing_post(graph: Any, page: FacebookPage) -> None:
    graph.get(f"{BASE}/v26.0/10001_5551", json={"id": "10001_5551"})
    with pytest.raises(TryLater):
        page.post("10001_5551")


def test_a_comment_exists_unless_facebook_does_not_show_it(graph: Any, page: FacebookPage) -> None:
    graph.get(f"{BASE}/v26.0/5551_9001", json={"id": "5551_9001"})
    graph.get(f"{BASE}/v26.0/5551_9002", json=sample("error_100_33_gone"), status=400)
    graph.get(f"{BASE}/v26.0/5551_9003", status=503)
    assert page.comment_exists("5551_9001")
    assert not page.comment_exists("5551_9002")
    with pytest.raises(TryLater):
        page.comment_exists("5551_9003")


# Writing


def test_publishing_gives_id_and_permalink(graph: Any, page: FacebookPage) -> None:
    graph.post(FEED, json={"id": "10001_5560", "permalink_url": "https://www.facebook.com/10001_5560"})
    assert page.publish("Hí", "https://pta.example/e/7f3k9q") == Published(
        "10001_5560", "https://www.facebook.com/10001_5560"
    )
    assert query(graph) == {"fields": "id,permalink_url"}
    assert form(graph) == {"message": "Hí", "link": "https://pta.example/e/7f3k9q", "access_token": "TOKEN"}


def test_a_post_may_have_no_link(graph: Any, page: FacebookPage) -> None:
    graph.post(FEED, json={"id": "10001_5560"})
    assert page.publish("Hi", None) == Published("10001_5560", "")
    assert "link" not in form(graph)


@pytest.mark.parametrize("answer", [{"success": True}, {}, {"id": ""}])
def test_publishing_without_an_id_is_unknown(graph: Any, page: FacebookPage, answer: dict[str, Any]) -> None:
    graph.post(FEED, json=answer)
    with pytest.raises(OutcomeUnknown):
        page.publish("Hi", None)
    assert page.door.calls == 1


def test_revising_and_hiding_change_what_stands(graph: Any, page: FacebookPage) -> None:
    graph.post(f"{BASE}/v26.0/10001_5551", json={"success": True})
    graph.post(f"{BASE}/v26.0/5551_9001", json={"success": "true"})
    page.revise("10001_5551", "New time")
    assert form(graph)["message"] == "New time"
    page.hide("5551_9001", True)
    assert form(graph)["is_hidden"] == "true"
    page.hide("5551_9001", False)
    assert form(graph)["is_hidden"] == "false"


def test_a_reply_goes_under_the_comment_and_never_onto_it(graph: Any, page: FacebookPage) -> None:
    graph.post(f"{BASE}/v26.0/5551_9001/comments", json={"id": "5551_9010"})
    assert page.comment("5551_9001", "Sí") == "5551_9010"


@pytest.mark.parametrize("answer", [{"success": True}, {"success": "true"}, {"id": "5551_9001"}, {"id": "9001"}])
def test_a_reply_that_edited_its_parent_is_told(graph: Any, page: FacebookPage, answer: dict[str, Any]) -> None:
    graph.post(f"{BASE}/v26.0/5551_9001/comments", json=answer)
    with pytest.raises(Refused, match="edited"):
        page.comment("5551_9001", "Sí")


def test_subscribing_names_the_fields(graph: Any, page: FacebookPage) -> None:
    graph.post(f"{BASE}/v26.0/10001/subscribed_apps", json={"success": "true"})
    page.subscribe(("feed", "mention"))
    assert form(graph)["subscribed_fields"] == "feed,mention"


@pytest.mark.parametrize(
    ("apps", "fields"),
    [
        ([], ()),
        ([{"id": "42", "subscribed_fields": ["feed", "mention"]}], ("feed", "mention")),
        ([{"id": "42"}], ("feed",)),
        ([{"id": "42", "subscribed_fields": []}], ()),
    ],
)
def test_the_subscription_is_what_facebook_lists(graph: Any, page: FacebookPage, apps: Any, fields: Any) -> None:
    graph.get(f"{BASE}/v26.0/10001/subscribed_apps", json={"data": apps})
    assert page.subscription() == fields


@pytest.mark.parametrize(("id", "last"), [("10001_5551", "5551"), ("5551", "5551"), ("1_2_3", "3"), ("", "")])
def test_the_last_part_of_an_id_is_its_identity(id: str, last: str) -> None:
    assert identity(id) == last


def test_a_private_reply_names_the_comment_or_the_visitor_s_post(graph: Any, page: FacebookPage) -> None:
    graph.post(f"{BASE}/v26.0/10001/messages", json={"recipient_id": "PSID", "message_id": "m_1"})
    assert page.private_reply("5551_9001", "Hola") == "m_1"
    assert page.private_reply("10001_77", "Hola", post=True) == "m_1"
    sent = [parse_qs(call.request.body) for call in graph.calls]
    assert [json.loads(one["recipient"][0]) for one in sent] == [{"comment_id": "5551_9001"}, {"post_id": "10001_77"}]
    assert json.loads(sent[0]["message"][0]) == {"text": "Hola"}


def test_a_private_reply_without_an_id_is_unknown(graph: Any, page: FacebookPage) -> None:
    graph.post(f"{BASE}/v26.0/10001/messages", json={"recipient_id": "PSID"})
    with pytest.raises(OutcomeUnknown):
        page.private_reply("5551_9001", "Hola")
