"""Comparing comments with rows, and finding the conversation of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connector.graph.values import RemoteComment, RemotePost, Tag
from inbox.threads import Ours, compare, missing, place, visitors_post
from models.conversation import Conversation, Message

START = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
POST = "10001_5551"
PAGE = Ours("10001")


def remote(
    number: int, text: str = "When?", *, by: str | None = None, under: int | None = None, minute: int | None = None,
    hidden: bool = False, tags: tuple[Tag, ...] = (),
) -> RemoteComment:  # fmt: skip
    at = START + timedelta(minutes=number if minute is None else minute)
    parent = f"5551_{under}" if under else None
    return RemoteComment(f"5551_{number}", text, at, by, by and f"Name {by}", parent, hidden, None, "", tags)


def row(number: int, text: str = "When?", *, conversation: str = "co_1", **values: object) -> Message:
    facts = {
        "direction": "received", "external_id": f"5551_{number}", "post_external_id": POST,
        "created_at": START + timedelta(minutes=number), **values,
    }  # fmt: skip
    return Message(school="maple", page="pta", conversation_id=conversation, text=text, **facts)


def conversation(id: str, *, by: str = "") -> Conversation:
    return Conversation(
        id=id, school="maple", page="pta", post_external_id=POST, comment_external_id="x", author_external_id=by,
        state="open", opened_at=START, updated_at=START,
    )  # fmt: skip


def numbers(comments: object) -> list[str]:
    return [one.id.rpartition("_")[2] for one in comments]  # type: ignore[attr-defined]


def groups(
    new: list[RemoteComment], *, known=(), conversations=(), ours: Ours = PAGE
) -> list[tuple[str | None, list[str]]]:
    found = place(new, POST, known, conversations, ours)
    return [(thread.conversation_id, numbers(thread.comments)) for thread in found]


def test_the_same_comment_under_another_form_of_its_id_is_known():
    bare = row(1, external_id="1")
    assert not compare([remote(1)], [bare]).new


def test_order_and_duplicates_are_harmless():
    assert numbers(compare([remote(3), remote(1), remote(3), remote(2)], []).new) == ["1", "2", "3"]


def test_another_composition_or_space_is_no_edit():
    held = row(1, "Cuándo  empieza? ".replace("á", "á"))
    assert compare([remote(1, "Cuándo empieza?")], [held]).edited == ()
    assert len(compare([remote(1, "Cuánto cuesta?")], [held]).edited) == 1


def test_only_what_a_reading_should_have_shown_can_be_missing():
    known = [row(number) for number in (1, 2, 3, 4)]
    shown = [remote(4), remote(2)]
    assert [one.external_id for one in missing(shown, known, whole=False)] == ["5551_3"]
    assert [one.external_id for one in missing(shown, known, whole=True)] == ["5551_1", "5551_3"]
    assert missing([], known, whole=False) == ()


def test_tombstones_unsent_replies_and_the_visitors_post_are_never_missing():
    known = [
        row(1, removed_at=START),
        row(2, external_id=None, direction="sent"),
        row(3, external_id=POST),
    ]
    assert missing([], known, whole=True) == ()


def test_nameless_comments_are_threads_and_named_ones_are_people():
    new = [
        remote(1), remote(2, under=1), remote(3, by="77"), remote(4, by="77", under=1), remote(5, by="88", under=3),
    ]  # fmt: skip
    assert groups(new) == [(None, ["1", "2"]), (None, ["3", "4"]), (None, ["5"])]


def test_a_nameless_reply_joins_the_conversation_of_its_thread():
    held = [row(1, conversation="co_1", author_external_id="77")]
    new = [remote(2, under=1), remote(3, by="77")]
    assert groups(new, known=held, conversations=[conversation("co_1", by="77")]) == [("co_1", ["2", "3"])]


def test_replies_to_a_comment_that_we_may_not_see_stay_together():
    assert groups([remote(2, under=1), remote(3, under=1)]) == [(None, ["2", "3"])]


def test_the_pages_words_belong_to_the_thread_they_answer():
    new = [remote(1), remote(2, by="10001", under=1), remote(3, by="10001")]
    assert groups(new) == [(None, ["1", "2"]), (None, ["3"])]


def test_whom_the_page_names_is_whom_it_answers():
    tag = Tag("88", "Bo Li", "user", 0, 5)
    new = [remote(1, by="77"), remote(2, by="88", under=1), remote(3, by="10001", under=1, tags=(tag,))]
    assert groups(new) == [(None, ["1"]), (None, ["2", "3"])]


def test_a_reply_that_is_still_being_sent_is_left_to_the_outbox():
    ours = Ours("10001", underway=frozenset({"At five."}))
    held = [row(1), row(9, "At five.", external_id=None, direction="sent", state="due")]
    new = [remote(2, " At  five.", by="10001", under=1), remote(3, "At six.", by="10001", under=1)]
    assert groups(new, known=held, conversations=[conversation("co_1")], ours=ours) == [("co_1", ["3"])]


def test_a_family_who_says_our_own_words_is_not_taken_for_us():
    ours = Ours("10001", underway=frozenset({"At five."}))
    assert groups([remote(2, "At five.")], ours=ours) == [(None, ["2"])]


def test_what_a_post_of_ours_became_is_ours_even_without_a_name():
    ours = Ours("10001", external=frozenset({"7"}))
    assert ours.wrote(remote(7))
    assert not ours.wrote(remote(8))


def test_within_one_second_the_ids_tell_what_came_first():
    new = [remote(10, by="10001", under=9, minute=0), remote(9, minute=0)]
    assert groups(new) == [(None, ["9", "10"])]


def test_a_visitors_post_without_words_brings_something_to_look_at():
    post = RemotePost(POST, "", START, None, "", "77", "Ana", True, (), 0, None)
    said = visitors_post(post, "10001")
    assert said is not None
    assert said.attachment is not None
    assert visitors_post(post, "77") is None
