"""Each post and reply is said exactly once, whatever Facebook answers: on both databases, against the pretend Facebook."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from models.conversation import Conversation, Message
from models.delivery import Delivery, delivery, first_due, in_state
from models.post import Post
from models.staff import StaffMember
from outbox.deliver import KINDS
from outbox.ledger import claim
from outbox.person import settle_by_hand
from outbox.settle import recover
from tests.outbox.conftest import WAIT, Yard

SOON = timedelta(seconds=1)
STEP = WAIT / 3 + SOON


def test_what_is_due_is_posted_with_its_link_and_remembered(yard: Yard) -> None:
    owed = yard.owe_post()
    assert yard.deliver().sent == 1
    post = yard.post_of(owed)
    assert post.state == "sent"
    assert post.external_id == yard.delivery(owed).external_id
    assert post.permalink
    assert yard.standing() == [post.text]


def test_the_next_is_the_oldest_that_was_not_tried_and_urgent_ones_go_first(yard: Yard) -> None:
    first, second, third = (yard.owe_post(f"Post {number}") for number in range(3))
    with yard.db.write() as session:
        held = delivery(session, "maple", third)
        assert held is not None
        held.urgent = True

    def follows(*tried: str) -> str | None:
        with yard.db.read() as session:
            found = first_due(session, "maple", held.lane, yard.clock(), set(tried))
        return found and found.id

    assert [follows(), follows(third), follows(third, first), follows(second)] == [third, first, second, third]
    assert follows(first, second, third) is None


def test_what_was_sent_is_not_sent_again(yard: Yard) -> None:
    yard.owe_post()
    yard.deliver()
    assert yard.deliver(timedelta(days=1)).sent == 0
    assert len(yard.standing()) == 1


def test_a_lost_answer_is_read_back_and_never_sent_twice(yard: Yard) -> None:
    yard.fault("cut-after-store")
    owed = yard.owe_post()
    yard.deliver()
    assert yard.delivery(owed).state == "unsure"
    yard.deliver(STEP)
    assert yard.delivery(owed).state == "sent"
    assert yard.post_of(owed).external_id
    assert len(yard.standing()) == 1


def test_an_error_that_published_all_the_same_is_read_back(yard: Yard) -> None:
    yard.fault("code2-after-store")
    owed = yard.owe_post()
    yard.deliver()
    yard.deliver(STEP)
    assert yard.delivery(owed).state == "sent"
    assert len(yard.standing()) == 1


def test_an_error_that_published_nothing_is_sent_again_once_absence_was_shown(yard: Yard) -> None:
    yard.fault("cut-before-store", match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    for _ in range(3):
        assert yard.delivery(owed).state == "unsure"
        assert yard.standing() == []
        yard.deliver(STEP)
    yard.deliver(STEP)
    assert yard.delivery(owed).state == "sent"
    assert len(yard.standing()) == 1
    assert [one.outcome for one in yard.attempts(owed)] == ["unsure", "sent"]


def test_a_second_doubt_goes_to_a_person(yard: Yard) -> None:
    yard.fault("cut-before-store", times=2, match={"method": "POST"})
    owed = yard.owe_post()
    for _ in range(10):
        yard.deliver(STEP)
    assert yard.delivery(owed).state == "needs-person"
    assert yard.standing() == []


def test_an_empty_reading_is_no_proof_of_absence(yard: Yard) -> None:
    yard.owe_post("The first")
    yard.deliver(SOON)
    yard.fault("cut-after-store")
    owed = yard.owe_post("The second")
    yard.deliver(SOON)
    yard.fault("empty", times=None)
    for _ in range(8):
        yard.deliver(STEP)
    assert yard.delivery(owed).state == "unsure"
    assert len(yard.standing()) == 2


def test_a_post_that_shows_late_is_found_before_it_is_sent_again(yard: Yard) -> None:
    yard.fault("lag", seconds=1.5)
    yard.fault("cut-after-store")
    owed = yard.owe_post()
    yard.deliver()
    yard.deliver(STEP)
    for _ in range(60):
        if yard.delivery(owed).state == "sent":
            break
        threading.Event().wait(0.1)
        yard.deliver(SOON * 6)
    assert yard.delivery(owed).state == "sent"
    assert len(yard.standing()) == 1


def test_a_throttled_page_is_left_alone_and_told_when(yard: Yard) -> None:
    yard.fault("throttle", minutes=30, match={"method": "POST"})
    owed = yard.owe_post()
    report = yard.deliver()
    assert yard.delivery(owed).state == "due"
    assert report.closed["page:pta-page"][1] is False
    made = len(yard.calls("POST"))
    yard.deliver(timedelta(minutes=20))
    assert len(yard.calls("POST")) == made


def test_a_dead_token_keeps_what_is_owed_and_asks_for_a_person(yard: Yard) -> None:
    yard.tell("tokens/PAGE-10001-REHEARSAL/revoke", subcode=460)
    first, second = yard.owe_post("The first"), yard.owe_post("The second")
    report = yard.deliver()
    assert [yard.delivery(one).state for one in (first, second)] == ["due", "due"]
    assert report.closed["page:pta-page"][1] is True
    assert yard.page().token_problem
    assert len(yard.calls("POST")) == 1
    yard.deliver(timedelta(hours=1))
    assert len(yard.calls("POST")) == 1


def test_refused_writes_park_the_page_until_a_person_looks(yard: Yard) -> None:
    yard.fault("error", code=368, match={"method": "POST"})
    owed, other = yard.owe_post("The first"), yard.owe_post("The second")
    report = yard.deliver()
    assert report.closed["page:pta-page"][1] is True
    assert yard.delivery(owed).state == "unsure"
    yard.deliver(timedelta(hours=2))
    assert yard.delivery(other).state == "due"
    assert len(yard.calls("POST")) == 1


def test_a_definite_refusal_goes_to_a_person_and_the_next_post_goes_on(yard: Yard) -> None:
    yard.fault("error", code=100, match={"method": "POST"})
    refused, next_one = yard.owe_post("The first"), yard.owe_post("The second")
    yard.deliver()
    assert yard.delivery(refused).state == "needs-person"
    assert yard.delivery(refused).error
    assert yard.delivery(next_one).state == "sent"


def test_what_a_dead_process_left_sending_is_looked_for_never_sent_again_at_once(yard: Yard) -> None:
    owed = yard.owe_post()
    claimed = claim(yard.outbox, KINDS["publish"], yard.delivery(owed))
    assert claimed is not None
    errand, _ = claimed
    # The call goes out, and then the process dies.
    KINDS["publish"].send(yard.outbox.doors.page("10001", "PAGE-10001-REHEARSAL"), errand)
    assert recover(yard.db, "maple", yard.clock(), lease=timedelta(seconds=120), alone=True) == 1
    assert yard.delivery(owed).state == "unsure"
    yard.deliver()
    assert yard.delivery(owed).state == "sent"
    assert len(yard.standing()) == 1


def test_a_living_worker_keeps_its_claim_until_the_lease_is_over(yard: Yard) -> None:
    owed = yard.owe_post()
    claim(yard.outbox, KINDS["publish"], yard.delivery(owed))
    lease = timedelta(seconds=120)
    assert recover(yard.db, "maple", yard.clock(), lease=lease, alone=False) == 0
    assert recover(yard.db, "maple", yard.clock() + lease * 2, lease=lease, alone=False) == 1


def test_of_two_workers_one_gets_the_claim(yard: Yard) -> None:
    owed = yard.delivery(yard.owe_post())
    won: list[object] = []
    threads = [
        threading.Thread(target=lambda: won.append(claim(yard.outbox, KINDS["publish"], owed))) for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(1 for one in won if one is not None) == 1
    assert yard.delivery(owed.id).attempts == 1


def test_what_is_over_is_never_posted_late(yard: Yard) -> None:
    owed = yard.owe_post(expires_at=yard.clock() + timedelta(hours=1))
    yard.deliver(timedelta(hours=2))
    assert yard.delivery(owed).state == "expired"
    assert yard.standing() == []


def test_a_machine_that_slept_between_intent_and_call_sends_nothing_late(yard: Yard) -> None:
    slept = iter([0.0, 60.0, 100.0, 100.1, 100.2])
    owed = yard.owe_post()
    yard.outbox = replace(yard.outbox, boot=lambda: next(slept))
    yard.deliver()
    assert (yard.delivery(owed).state, yard.calls("POST")) == ("due", [])
    yard.deliver(timedelta(minutes=2))
    assert yard.delivery(owed).state == "sent"
    assert [one.outcome for one in yard.attempts(owed)] == ["refused", "sent"]
    assert len(yard.standing()) == 1


def test_a_reply_stands_under_the_right_comment(yard: Yard, reply: str) -> None:
    yard.deliver()
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
    assert answer is not None and answer.state == "sent"
    [stands] = [one for one in yard.comments() if one["id"] == answer.external_id]
    assert (stands["parent"], stands["text"]) == (answer.parent_external_id, answer.text)


def test_a_reply_whose_answer_was_lost_is_found_by_its_text(yard: Yard, reply: str) -> None:
    yard.fault("cut-after-store")
    yard.deliver()
    assert yard.delivery(reply).state == "unsure"
    yard.deliver(STEP)
    assert yard.delivery(reply).state == "sent"
    assert sum(1 for one in yard.comments() if one["text"] == "Sí, en el gimnasio.") == 1


def test_the_same_words_answered_by_hand_before_are_not_taken_for_ours(yard: Yard, reply: str) -> None:
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
    assert answer is not None
    by_hand = yard.tell("page-comments", comment=answer.parent_external_id, message=answer.text)["id"]
    with yard.db.write() as session:
        session.add(
            Message(
                school="maple",
                page="pta-page",
                conversation_id=answer.conversation_id,
                direction="sent",
                text=answer.text,
                external_id=by_hand,
                post_external_id=answer.post_external_id,
                created_at=yard.clock(),
            )
        )
    yard.fault("cut-before-store", match={"method": "POST"})
    yard.deliver()
    yard.deliver(STEP)
    assert yard.delivery(reply).state == "unsure"


def test_a_reply_to_a_comment_that_is_gone_goes_to_a_person(yard: Yard, reply: str) -> None:
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
    assert answer is not None
    yard.tell(f"comments/{answer.parent_external_id}/remove", at="now")
    yard.deliver()
    assert yard.delivery(reply).state == "needs-person"


def test_a_late_change_goes_before_older_debts(yard: Yard) -> None:
    yard.owe_post("The first")
    urgent = yard.owe_post("The late change", urgent=True)
    yard.deliver()
    assert yard.standing()[0].startswith("The late change")
    assert isinstance(yard.delivery(urgent), Delivery)


def test_an_answer_to_a_reply_is_found_under_the_top_comment_where_facebook_keeps_it(yard: Yard, reply: str) -> None:
    with yard.db.write() as session:
        answer = session.get(Message, yard.delivery(reply).target)
        assert answer is not None
        follow_up = yard.tell(
            f"posts/{answer.post_external_id}/comments",
            name="Ana",
            message="¿Y comida?",
            parent=answer.parent_external_id,
        )
        answer.parent_external_id = follow_up["id"]
    yard.fault("cut-after-store")
    for _ in range(6):
        yard.deliver(STEP)
    assert yard.delivery(reply).state == "sent"
    assert sum(1 for one in yard.comments() if one["text"] == "Sí, en el gimnasio.") == 1


def test_an_answer_that_cannot_be_delivered_leaves_the_conversation_open(yard: Yard, reply: str) -> None:
    yard.fault("error", code=100, match={"method": "POST"})
    yard.deliver()
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
        assert answer is not None
        talk = session.get(Conversation, answer.conversation_id)
    assert talk is not None and talk.state == "open"


def test_after_a_throttle_the_same_delivery_is_sent_when_the_page_may_be_used_again(yard: Yard) -> None:
    yard.fault("throttle", minutes=5, match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    yard.deliver(timedelta(minutes=20))
    assert yard.delivery(owed).state == "sent"
    assert [one.number for one in yard.attempts(owed)] == [1, 2]


def test_a_person_can_have_it_sent_again(yard: Yard) -> None:
    yard.fault("error", code=100, match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    with yard.db.write() as session:
        session.add(
            StaffMember(school="maple", email="pat@maple.example", name="Pat", role="volunteer", made_by="person")
        )
    with yard.db.write() as session:
        settle_by_hand(session, "maple", owed, "pat@maple.example", yard.clock(), again=True)
    yard.deliver()
    assert yard.delivery(owed).state == "sent"


def test_somebody_who_asks_to_stop_is_heard_between_two_deliveries(yard: Yard) -> None:
    first, second = yard.owe_post("The first"), yard.owe_post("The second")
    asked = iter([False, True])
    yard.outbox = replace(yard.outbox, stopping=lambda: next(asked))
    yard.deliver()
    assert [yard.delivery(one).state for one in (first, second)] == ["sent", "due"]


def test_an_answer_deep_in_a_busy_thread_is_settled_by_what_stands_above_it(yard: Yard, reply: str) -> None:
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
    assert answer is not None
    long_ago = yard.clock() - timedelta(hours=3)
    yard.tell(f"comments/{answer.parent_external_id}/remove", at="now")
    deep = yard.tell(
        f"posts/{answer.post_external_id}/comments", name="Ana", message="¿Hay comida?", created_at=long_ago.isoformat()
    )["id"]
    newer = [
        yard.tell(
            f"posts/{answer.post_external_id}/comments", name=f"Family {n}", message=f"Question {n}",
            created_at=(long_ago + timedelta(minutes=n + 1)).isoformat(),
        )["id"]
        for n in range(60)
    ]  # fmt: skip
    with yard.db.write() as session:
        row = session.merge(answer)
        row.parent_external_id = deep
        session.add(
            Message(
                school="maple", page="pta-page", conversation_id=answer.conversation_id, direction="received",
                text="Question 59", external_id=newer[-1], post_external_id=answer.post_external_id,
                created_at=long_ago + timedelta(hours=1),
            )
        )  # fmt: skip
    yard.fault("cut-before-store", match={"method": "POST"})
    for _ in range(5):
        yard.deliver(STEP)
    assert yard.delivery(reply).state == "sent"


def test_a_change_of_a_post_that_somebody_took_down_needs_nobody(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.deliver()
    stands = yard.post_of(owed)
    yard.tell(f"posts/{stands.external_id}/remove", at="now")
    with yard.db.write() as session:
        comment = Post(
            school="maple", page="pta-page", kind="change", event_id=stands.event_id, purpose="change", under=stands.id,
            text="Moved to the library", fingerprint="2", state="due", created_at=yard.clock(), due_at=yard.clock(),
        )  # fmt: skip
        session.add(comment)
        session.flush()
        for kind, target in (("comment", comment.id), ("revise", stands.id)):
            session.add(
                Delivery(
                    school="maple", kind=kind, lane="page:pta-page", target=target, revision="1", state="due",
                    created_at=yard.clock(), next_at=yard.clock(),
                )
            )  # fmt: skip
    yard.deliver()
    with yard.db.read() as session:
        assert {one.state for one in in_state(session, "maple", "due", "failed", "needs-person")} == {"failed"}
