"""Each place that shows an event, and whether the last change has arrived there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mirroring.facts import Facts, to_json
from mirroring.receipts import Now, Receipt, entry_receipt, feed_receipt, page_receipt, post_receipt
from models.center import CalendarEntry, Center, Feed
from models.delivery import Delivery
from models.post import Post
from tests.models.rows import NOW

START = datetime(2026, 12, 8, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FACTS = Facts("Book fair", "", "Gym", START, START + HOUR, False, "America/Chicago", "confirmed", None)
MOVED = Facts("Book fair", "", "Hall", START, START + HOUR, False, "America/Chicago", "confirmed", None)
OFF = Facts("Book fair", "", "Gym", START, START + HOUR, False, "America/Chicago", "cancelled", None)


def now(facts: Facts = FACTS, at: datetime = NOW) -> Now:
    return Now(facts, NOW - HOUR, START + HOUR, at, "America/Chicago")


def post(**changes: Any) -> Post:
    given = {
        "id": "po_1", "school": "maple", "page": "pta-page", "kind": "announcement", "event_id": "ev", "purpose": "a",
        "text": "…", "fingerprint": "f", "said": {"facts": to_json(FACTS)}, "state": "sent", "created_at": NOW,
        "due_at": NOW, "sent_at": NOW - 5 * HOUR, "permalink": "https://facebook.example/1",
    }  # fmt: skip
    return Post(**{**given, **changes})


def entry(**changes: Any) -> CalendarEntry:
    given = {"id": "ce_1", "school": "maple", "center": "east", "event_id": "ev", "href": "a.ics", "uid": "u", "body": "",
             "fingerprint": "f", "state": "sent", "changed_at": NOW}  # fmt: skip
    return CalendarEntry(**{**given, **changes})


CENTER = Center(school="maple", slug="east", name="Eastside", kind="caldav", url="https://cal.example/east/")


def owed(kind: str, state: str, hours: float = -2, **changes: Any) -> Delivery:
    at = NOW + hours * HOUR
    settled = at if state in ("sent", "failed", "dropped") else None
    given = {"id": "de_1", "school": "maple", "kind": kind, "lane": "page:pta-page", "target": "po_1", "revision": kind,
             "state": state, "created_at": at, "next_at": NOW, "settled_at": settled}  # fmt: skip
    return Delivery(**{**given, **changes})


def of_post(row: Post, *deliveries: Delivery, told: Now | None = None, trouble: str = "", **more: Any) -> Receipt:
    found = post_receipt(row, more.get("comments", ()), deliveries, "pta-page", trouble, told or now())
    assert found is not None
    return found


def of_entry(row: CalendarEntry, *deliveries: Delivery) -> Receipt:
    found = entry_receipt(row, deliveries, CENTER, now())
    assert found is not None
    return found


def test_a_post_that_says_what_is_so_is_up_to_date_since_its_last_edit_in_local_time() -> None:
    found = of_post(post(), owed("publish", "sent", -5), owed("revise", "sent", -2))
    assert (found.place, found.kind, found.up_to_date) == ("pta-page", "announcement", True)
    assert (found.since, found.last_change_at) == (NOW - 5 * HOUR, NOW - 2 * HOUR)
    assert found.note == "Up to date since 2026-12-01 07:00 -06:00."
    assert found.link == "https://facebook.example/1"


def test_a_post_tells_how_many_comments_told_a_change() -> None:
    comments = [post(id="po_2", kind="change", under="po_1"), post(id="po_3", kind="change", under="po_1", state="due")]
    assert of_post(post(), owed("publish", "sent"), comments=comments).note.endswith(
        "with 1 comment that told a change."
    )


@pytest.mark.parametrize(
    ("delivery", "words"),
    [
        (owed("revise", "due"), "The change is on its way."),
        (owed("revise", "sending"), "The change is on its way."),
        (owed("revise", "unsure"), "It is not known whether the change arrived: it is looked for."),
        (owed("comment", "due", next_at=NOW + 3 * HOUR), "The comment that tells the change is on its way, from 2026-12-01 12:00"),
        (owed("revise", "needs-person", error="Facebook refused it."), "A person is needed: settle de_1 (Facebook refused it.)"),
        (owed("revise", "failed", error="The post is gone."), "did not arrive: The post is gone."),
    ],
)  # fmt: skip
def test_a_change_that_has_not_arrived_says_why(delivery: Delivery, words: str) -> None:
    found = of_post(post(said={"facts": to_json(MOVED)}), owed("publish", "sent", -5), delivery, told=now(MOVED))
    assert not found.up_to_date and words in found.note
    assert found.since == NOW - 5 * HOUR


def test_a_page_to_which_nothing_goes_says_why() -> None:
    assert of_post(post(), owed("revise", "due"), trouble="Its token is dead.").note.endswith("Its token is dead.")


def test_a_change_that_no_round_has_planned_yet_is_not_up_to_date() -> None:
    found = of_post(post(), owed("publish", "sent"), told=now(MOVED))
    assert (found.up_to_date, found.note) == (False, "The change is not told yet: the next round does it.")


def test_a_change_after_the_event_is_told_to_nobody() -> None:
    late = now(MOVED, at=START + 9 * HOUR)
    assert "was over before it changed" in of_post(post(), owed("publish", "sent"), told=late).note


def test_a_post_by_hand_is_up_to_date_by_the_comments_under_it() -> None:
    by_hand = of_post(post(adopted_at=NOW))
    assert by_hand.up_to_date and by_hand.note.endswith("It was posted by hand: changes are told in comments under it.")


def test_one_that_may_have_been_posted_by_hand_asks_which_it_is() -> None:
    asked = of_post(post(state="waiting", sent_at=None, looks_like={"permalink": "https://facebook.example/9"}))
    assert "adopt po_1 for the post made by hand (https://facebook.example/9), or approve po_1" in asked.note


def test_a_reminder_of_one_date_minds_only_that_the_event_is_off() -> None:
    reminder = post(kind="reminder")
    assert of_post(reminder, owed("publish", "sent"), told=now(MOVED)).up_to_date
    off = of_post(reminder, owed("publish", "sent"), told=now(OFF))
    assert (off.kind, off.up_to_date) == ("reminder", False)


def test_what_waits_for_a_yes_stands_nowhere_yet() -> None:
    found = of_post(post(state="waiting", sent_at=None, permalink=None))
    assert (found.since, found.up_to_date, found.link) == (None, False, "")
    assert found.note == "It waits for a person's yes: approve po_1."
    assert of_post(post(state="due", sent_at=None), owed("publish", "due")).note == "The post is on its way."


def test_what_was_withdrawn_is_shown_nowhere() -> None:
    assert post_receipt(post(state="withdrawn"), [], [], "pta-page", "", now()) is None
    assert entry_receipt(entry(state="removed"), [], CENTER, now()) is None


def test_an_entry_in_a_center_is_up_to_date_since_it_was_last_put_there() -> None:
    found = of_entry(entry(), owed("calendar-put", "sent", -9), owed("calendar-put", "sent", -1))
    assert (found.place, found.kind, found.up_to_date) == ("Eastside", "calendar-entry", True)
    assert (found.since, found.last_change_at) == (NOW - 9 * HOUR, NOW - HOUR)
    assert found.link == "https://cal.example/east/a.ics"


@pytest.mark.parametrize(
    ("row", "deliveries", "words"),
    [
        (entry(state="waiting"), [], "It waits for the center's yes: approve ce_1."),
        (entry(state="withdrawn", problem="Somebody took it out."), [owed("calendar-put", "sent")], "Somebody took it out."),
        (entry(state="due"), [owed("calendar-put", "due")], "The entry is on its way."),
        (entry(state="due"), [owed("calendar-put", "sent", -9), owed("calendar-put", "due")], "The change is on its way."),
        (entry(conflicts=[{"property": "location", "school": "Gym", "center": "Room 4"}]), [owed("calendar-put", "sent")],
         "The center's people keep what they wrote (location: Room 4), all else is as the school says: "
         "take-back ce_1, if you want yours there."),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_as_the_school_says_tells_why(
    row: CalendarEntry, deliveries: list[Delivery], words: str
) -> None:
    found = of_entry(row, *deliveries)
    assert (found.up_to_date, found.note) == (False, words)


def test_of_a_subscribed_calendar_it_is_told_when_somebody_last_asked() -> None:
    def told(asked: datetime | None) -> Receipt:
        row = Feed(
            id="fe_1", school="maple", token_digest="x", category="PTA", made_at=NOW - 9 * HOUR, fetched_at=asked
        )
        return feed_receipt(row, "Eastside", NOW - 5 * HOUR, now())

    assert told(None).place == "Subscribed calendar fe_1 (Eastside, PTA)"
    assert (told(None).since, told(None).up_to_date, told(None).note) == (
        NOW - 5 * HOUR, False, "Nobody has asked for it yet.",
    )  # fmt: skip
    before, after = told(NOW - 2 * HOUR), told(NOW)
    assert (before.up_to_date, before.note) == (
        False,
        "Last asked for 2026-12-01 07:00 -06:00, before the last change.",
    )
    assert (after.up_to_date, after.note) == (True, "Last asked for 2026-12-01 09:00 -06:00, after the last change.")


def test_the_public_page_is_always_up_to_date() -> None:
    found = page_receipt("https://events.example/e/abc", NOW - HOUR, now(MOVED))
    assert (found.kind, found.up_to_date, found.link) == ("event-page", True, "https://events.example/e/abc")
