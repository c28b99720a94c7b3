"""Reading a page back after a restore: what stands is known again, and a read that proves nothing opens nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from models.center import Center
from models.conversation import Message
from models.post import Post
from models.school import School
from outbox.reconcile import read_back
from rehearsal.facebook.happenings import add_comment
from tests.outbox.conftest import Yard
from upkeep.pause import RESTORED, pause


def _pause(yard: Yard) -> None:
    with yard.db.write() as session:
        pause(session, RESTORED, yard.clock())


def _read(yard: Yard) -> list[str]:
    return read_back(yard.outbox, "maple", everything=True)


def test_while_paused_nothing_is_sent_and_the_reason_is_told(yard: Yard) -> None:
    yard.owe_post()
    _pause(yard)
    report = yard.deliver()
    assert report.sent == 0 and "resume" in report.closed["page:pta-page"][0] and report.closed["page:pta-page"][1]
    assert yard.standing() == [] and yard.calls("POST") == []


def test_what_was_due_and_stands_already_is_sent(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.tell("pages/10001/posts", message=yard.post_of(owed).text)
    _pause(yard)
    assert _read(yard) == []
    assert yard.delivery(owed).state == "sent"
    post = yard.post_of(owed)
    assert post.state == "sent" and post.external_id and yard.page().standing == {}
    assert yard.page().reconciled_at is not None


def test_what_was_unsure_and_stands_is_sent_and_what_does_not_stand_stays_due(yard: Yard) -> None:
    unsure, due = yard.owe_post("One"), yard.owe_post("Two")
    yard.tell("pages/10001/posts", message=yard.post_of(unsure).text)
    with yard.db.write() as session:
        row = yard.delivery(unsure)
        row.state = "unsure"
        session.add(row)
    _pause(yard)
    assert _read(yard) == []
    assert (yard.delivery(unsure).state, yard.delivery(due).state) == ("sent", "due")


def test_what_no_row_knows_is_kept_by_its_code_in_posts_and_comments(yard: Yard) -> None:
    post = yard.tell("pages/10001/posts", message="Soon http://127.0.0.1:8000/e/abcdefgh12")["id"]
    world = yard.facebook.world
    with world.lock:
        add_comment(world, world.posts[post], "Moved http://127.0.0.1:8000/e/zzzzzzzz99")
    yard.tell(f"posts/{post}/comments", name="Ana", message="Who? http://127.0.0.1:8000/e/yyyyyyyy88")
    _pause(yard)
    assert _read(yard) == []
    standing = yard.page().standing
    assert set(standing) == {"abcdefgh12", "zzzzzzzz99"}  # what a family quotes is not ours
    assert standing["zzzzzzzz99"]["under"] == standing["abcdefgh12"]["external_id"] == post


def test_what_was_posted_in_other_words_is_left_to_the_plan_and_never_sent_again(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.tell("pages/10001/posts", message=f"Book fair on Wednesday\n{yard.post_of(owed).link}")
    _pause(yard)
    assert _read(yard) == []
    post = yard.post_of(owed)
    assert (post.state, yard.delivery(owed).state) == ("waiting", "sent")
    assert post.code in yard.page().standing


def test_an_answer_that_was_owed_and_stands_is_sent(yard: Yard, reply: str) -> None:
    yard.deliver()
    stood = yard.delivery(reply).external_id
    with yard.db.write() as session:
        row = yard.delivery(reply)
        row.state, row.external_id = "due", None
        session.add(row)
        answer = session.exec(select(Message).where(Message.id == row.target)).one()
        answer.state, answer.external_id = "due", None
    _pause(yard)
    assert _read(yard) == []
    assert (yard.delivery(reply).state, yard.delivery(reply).external_id) == ("sent", stood)
    assert len([one for one in yard.comments() if one["text"] == "Sí, en el gimnasio."]) == 1


def test_an_empty_read_where_posts_stood_proves_nothing(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.deliver()
    assert yard.delivery(owed).state == "sent"
    _pause(yard)
    yard.fault("empty", match={"path": "/published_posts$"}, times=1)
    [told] = _read(yard)
    assert "pta-page was not read back yet" in told and "none of the posts" in told
    assert yard.page().reconciled_at is None
    assert _read(yard) == []
    assert yard.page().reconciled_at is not None


def test_a_page_that_was_off_at_resume_is_read_back_before_it_is_written_to(yard: Yard) -> None:
    yard.owe_post()
    _pause(yard)
    with yard.db.write() as session:
        school = session.exec(select(School)).one()
        school.paused_at, school.paused_because, school.resumed_at = None, "", yard.clock()
    assert "read back first" in yard.deliver().closed["page:pta-page"][0]
    assert _read(yard) == []
    assert yard.deliver().sent == 1


def test_a_post_edited_since_is_put_right_after_resume(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.deliver()
    with yard.db.write() as session:  # the backup knows older words than those that stand
        row = session.exec(select(Post).where(Post.id == yard.delivery(owed).target)).one()
        row.text = row.text.replace("Tuesday", "Monday")
    _pause(yard)
    assert _read(yard) == []
    with yard.db.write() as session:
        session.exec(select(School)).one().paused_at = None
    assert yard.deliver().sent == 1
    assert "Monday" in yard.standing()[0]


def test_while_paused_a_page_is_read_again_once_the_reading_is_old(yard: Yard) -> None:
    _pause(yard)
    assert _read(yard) == []
    before = len(yard.calls("GET"))
    assert read_back(yard.outbox, "maple", everything=False) == [] and len(yard.calls("GET")) == before
    yard.clock.later += timedelta(hours=2)
    assert read_back(yard.outbox, "maple", everything=False) == [] and len(yard.calls("GET")) > before


def test_a_center_that_cannot_be_read_is_named(yard: Yard) -> None:
    with yard.db.write() as session:
        given = {"name": "East", "kind": "caldav", "url": "http://127.0.0.1:9/c/", "username": "bridge"}
        session.add(Center(school="maple", slug="eastside", **given))
    _pause(yard)
    [told] = _read(yard)
    assert told.startswith("eastside was not read back yet")


def test_a_page_that_asks_for_fewer_calls_is_left_alone(yard: Yard) -> None:
    _pause(yard)
    yard.fault("throttle", times=1)
    [told] = _read(yard)
    assert "pta-page was not read back yet" in told
    calls = len(yard.calls("GET"))
    [again] = _read(yard)
    assert "left alone until" in again and len(yard.calls("GET")) == calls
