"""Who lost a claim, comes late, or comes second decides nothing; and what a reading must show. On both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from connector.errors import OutcomeUnknown, TryLater
from models.card import open_cards
from models.conversation import Message
from models.delivery import Attempt, Delivery
from models.page import PagePost
from models.staff import StaffMember
from outbox.deliver import KINDS
from outbox.kinds import Errand, Stands
from outbox.ledger import claim, refused, stands
from outbox.person import settle_by_hand
from outbox.settle import recover
from outbox.twins import scan_for_duplicates
from outbox.verdict import Verdict
from tests.outbox.conftest import WAIT, Yard

STEP = WAIT / 3 + timedelta(seconds=1)
PUBLISH = KINDS["publish"]


def claimed(yard: Yard, owed: str) -> tuple[Errand, Attempt]:
    won = claim(yard.outbox, KINDS[yard.delivery(owed).kind], yard.delivery(owed))
    assert won is not None
    return won


def left_by_a_slow_worker(yard: Yard, owed: str) -> tuple[Errand, Attempt]:
    """Claimed by one whose lease is over."""
    mine = claimed(yard, owed)
    recover(yard.db, "maple", yard.clock() + timedelta(hours=1), lease=timedelta(minutes=2), alone=False)
    yard.clock.later += timedelta(hours=1)
    assert yard.delivery(owed).state == "unsure"
    return mine


def test_a_late_no_from_who_lost_the_claim_is_noted_and_changes_nothing(yard: Yard) -> None:
    owed = yard.owe_post()
    errand, attempt = left_by_a_slow_worker(yard, owed)
    now = yard.clock()
    with yard.db.write() as session:
        assert not refused(session, PUBLISH, errand.delivery, attempt, TryLater("late"), Verdict("due", now), now)
    assert yard.delivery(owed).state == "unsure"
    assert (yard.attempts(owed)[0].outcome, yard.attempts(owed)[0].error) == ("unsure", "late")


def test_a_late_yes_confirms_what_is_still_unsure(yard: Yard) -> None:
    owed = yard.owe_post()
    errand, attempt = left_by_a_slow_worker(yard, owed)
    with yard.db.write() as session:
        assert stands(session, PUBLISH, errand.delivery, attempt, Stands("10001_9"), yard.clock())
    assert (yard.delivery(owed).state, yard.post_of(owed).external_id) == ("sent", "10001_9")


def test_a_late_yes_under_another_id_is_shown_to_a_person(yard: Yard) -> None:
    owed = yard.owe_post()
    errand, attempt = left_by_a_slow_worker(yard, owed)
    for _ in range(6):
        yard.deliver(STEP)
    known = yard.delivery(owed).external_id
    with yard.db.write() as session:
        assert not stands(session, PUBLISH, errand.delivery, attempt, Stands("10001_9"), yard.clock())
    assert yard.delivery(owed).external_id == known
    with yard.db.read() as session:
        [card] = open_cards(session, "maple")
    assert (card.kind, card.subject, "10001_9" in card.message) == ("duplicate", yard.post_of(owed).id, True)


def test_an_older_claim_ends_nothing_that_is_not_due(yard: Yard) -> None:
    owed = yard.owe_post(expires_at=yard.clock() + timedelta(minutes=1))
    seen = yard.delivery(owed)
    yard.deliver()
    yard.clock.later += timedelta(hours=1)
    assert claim(yard.outbox, PUBLISH, seen) is None
    assert yard.delivery(owed).state == "sent"


def test_of_many_workers_one_is_in_the_lane_at_a_time(yard: Yard) -> None:
    owed = [yard.delivery(yard.owe_post(f"Event {number}")) for number in range(6)]
    ready, won = threading.Barrier(6), list[object]()

    def work(one: Delivery) -> None:
        ready.wait()
        won.append(claim(yard.outbox, PUBLISH, one))

    threads = [threading.Thread(target=work, args=(one,)) for one in owed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one is not None for one in won) == 1
    assert sorted(yard.delivery(one.id).state for one in owed) == ["due"] * 5 + ["sending"]


def test_a_pass_ends_where_another_worker_is_in_the_lane(yard: Yard) -> None:
    claimed(yard, yard.owe_post("The first"))
    waiting = yard.owe_post("The second")
    assert yard.deliver().sent == 0
    assert yard.delivery(waiting).state == "due"


def test_what_a_person_decides_during_a_look_is_not_overruled(yard: Yard) -> None:
    with yard.db.write() as session:
        session.add(
            StaffMember(school="maple", email="pat@maple.example", name="Pat", role="volunteer", made_by="person")
        )
    yard.fault("cut-before-store", match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    yard.fault("slow", seconds=1.0, match={"method": "GET"})
    looking = threading.Thread(target=yard.deliver, args=(STEP,))
    looking.start()
    while not yard.calls("GET"):
        threading.Event().wait(0.02)
    with yard.db.write() as session:
        settle_by_hand(session, "maple", owed, "pat@maple.example", yard.clock())
    looking.join()
    assert yard.delivery(owed).state == "dropped"


def test_newer_posts_alone_do_not_prove_absence(yard: Yard) -> None:
    with yard.db.write() as session:
        before = yard.clock() - timedelta(days=2)
        session.add(
            PagePost(
                school="maple", page="pta-page", external_id="10001_1", created_at=before, author_external_id="10001"
            )
        )
    yard.fault("cut-before-store", match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    for number in range(6):
        yard.owe_post(f"Newer {number}")
    for _ in range(8):
        yard.deliver(STEP)
    assert yard.delivery(owed).state == "unsure"  # the old post is never shown, so what is not shown proves nothing


def test_reads_that_fail_for_a_day_end_with_a_person(yard: Yard) -> None:
    yard.fault("cut-before-store", match={"method": "POST"})
    owed = yard.owe_post()
    yard.deliver()
    yard.fault("empty-500", times=None, match={"method": "GET"})
    yard.deliver(STEP)
    assert yard.delivery(owed).state == "unsure"
    yard.deliver(timedelta(hours=25))
    assert yard.delivery(owed).state == "needs-person"


def test_a_read_in_the_first_half_minute_shows_no_absence(yard: Yard) -> None:
    owed = yard.owe_post()
    claimed(yard, owed)
    recover(yard.db, "maple", yard.clock(), lease=timedelta(minutes=2), alone=True)
    yard.deliver()
    assert (yard.delivery(owed).state, yard.attempts(owed)[0].absent_reads) == ("unsure", 0)


def test_a_newer_edit_waits_until_an_older_one_surely_cannot_come_after_it(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.deliver()
    target = yard.post_of(owed).id
    older, newer = edit(yard, target, "1"), edit(yard, target, "2")
    errand, attempt = claimed(yard, older)
    now = yard.clock()
    with yard.db.write() as session:
        gone = Verdict("due", now + timedelta(minutes=1))
        refused(session, KINDS["revise"], errand.delivery, attempt, OutcomeUnknown("cut"), gone, now)
    yard.deliver()
    assert yard.delivery(newer).state == "due"
    yard.deliver(timedelta(seconds=31))
    assert yard.delivery(newer).state == "sent"


def edit(yard: Yard, target: str, revision: str) -> str:
    with yard.db.write() as session:
        row = Delivery(
            school="maple", kind="revise", lane="page:pta-page", target=target, revision=revision, state="due",
            created_at=yard.clock(), next_at=yard.clock(),
        )  # fmt: skip
        session.add(row)
        return row.id


def test_the_same_words_to_another_family_are_not_taken_for_this_answer(yard: Yard, reply: str) -> None:
    with yard.db.read() as session:
        answer = session.get(Message, yard.delivery(reply).target)
    assert answer is not None
    other = yard.tell(f"posts/{answer.post_external_id}/comments", name="Li", message="¿Y para mí?")["id"]
    with yard.db.write() as session:
        for one in (other, answer.parent_external_id):
            session.add(
                Message(
                    school="maple", page="pta-page", conversation_id=answer.conversation_id, direction="received",
                    text="¿?", external_id=one, post_external_id=answer.post_external_id,
                    parent_external_id=answer.post_external_id, created_at=yard.clock(),
                )
            )  # fmt: skip
    yard.fault("cut-before-store", match={"method": "POST"})
    yard.deliver()
    yard.tell("page-comments", comment=other, message=answer.text)
    yard.deliver(STEP)
    assert yard.delivery(reply).state == "unsure"


def test_what_stands_twice_is_confirmed_on_the_oldest_and_shown_to_a_person(yard: Yard) -> None:
    yard.fault("cut-after-store")
    owed = yard.owe_post()
    yard.deliver()
    yard.tell("pages/10001/posts", message=yard.post_of(owed).text)
    yard.deliver(STEP)
    first, second = yard.tell("state")["pages"][0]["posts"][::-1]
    assert yard.delivery(owed).external_id in (first["id"], second["id"])
    with yard.db.read() as session:
        [card] = open_cards(session, "maple")
    assert card.message.count("http") == 2


def test_the_scan_closes_its_card_when_one_was_taken_away_and_heeds_who_closed_it(yard: Yard) -> None:
    owed = yard.owe_post()
    yard.deliver()
    ours = yard.post_of(owed)
    with yard.db.write() as session:
        for id in (str(ours.external_id), "10001_77"):
            session.add(
                PagePost(
                    school="maple", page="pta-page", external_id=id, created_at=yard.clock(), message=ours.text,
                    author_external_id="10001",
                )
            )  # fmt: skip
    with yard.db.write() as session:
        assert len(scan_for_duplicates(session, "maple", yard.clock())) == 1
    with yard.db.write() as session:
        [card] = open_cards(session, "maple")
        card.closed_at, card.closed_by = yard.clock(), "pat@maple.example"
    with yard.db.write() as session:
        assert scan_for_duplicates(session, "maple", yard.clock()) == []
    with yard.db.write() as session:
        card = session.merge(card)
        card.closed_at, card.closed_by = None, ""
        twin = session.get(PagePost, ("maple", "pta-page", "10001_77"))
        assert twin is not None
        twin.gone_at = yard.clock()
    with yard.db.write() as session:
        scan_for_duplicates(session, "maple", yard.clock())
        assert open_cards(session, "maple") == []


def test_a_write_whose_time_is_over_when_its_first_byte_would_leave_sends_nothing(yard: Yard) -> None:
    owed = yard.owe_post()
    moments = iter([0.0, 1.0, 60.0])  # the intent, before the call, and connected at last
    yard.outbox = replace(yard.outbox, boot=lambda: next(moments))
    yard.deliver()
    assert (yard.delivery(owed).state, yard.calls("POST")) == ("due", [])
    yard.outbox = replace(yard.outbox, boot=lambda: 0.0)
    yard.deliver(timedelta(minutes=2))
    assert yard.delivery(owed).state == "sent"


def test_while_writes_are_refused_a_doubt_is_still_read_back(yard: Yard) -> None:
    yard.fault("error", code=368, store=True, match={"method": "POST"})
    owed, other = yard.owe_post("The first"), yard.owe_post("The second")
    yard.deliver()
    yard.deliver(STEP)
    assert (yard.delivery(owed).state, yard.delivery(other).state) == ("sent", "due")
    assert yard.page().blocked_at is not None
