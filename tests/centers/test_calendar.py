"""Calendar objects are written on condition, whatever happens on the way. Against a real calendar server."""

from __future__ import annotations

import time
from datetime import timedelta

from mirroring.owe import owe
from outbox.deliver import deliver
from outbox.ledger import Outbox
from tests.mirroring.center import Town
from tests.mirroring.feed import many, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T180000", "STATUS:CANCELLED")
SOON, DAY = timedelta(minutes=5), timedelta(days=1)


def states(town: Town) -> list[str]:
    return [one.state for one in town.deliveries()]


def test_a_creation_whose_answer_was_lost_is_found_and_not_made_twice(town: Town) -> None:
    town.door.lose = 1
    town.round(FAIR)
    assert (states(town), len(town.objects())) == (["due"], 1)
    town.round()
    assert (states(town), len(town.objects())) == (["sent"], 1)
    assert town.door.methods() == ["GET", "REPORT"]
    assert town.entry().state == "sent"


def test_a_change_whose_answer_was_lost_is_made_sure_of_without_a_second_write(town: Town) -> None:
    town.round(FAIR)
    town.door.lose = 1
    town.round(LATER)
    assert "20261208T190000" in town.object()
    town.round()
    assert "PUT" not in town.door.methods()
    assert states(town) == ["sent", "sent"]


def test_an_edit_between_our_reading_and_our_writing_is_never_lost(town: Town) -> None:
    town.round(FAIR)
    town.door.before["PUT"] = [lambda: town.edits("SUMMARY:", "COMMENT:Room 4\r\nSUMMARY:")]
    town.round(LATER)
    assert "20261208T180000" in town.object()
    town.round()
    assert "20261208T190000" in town.object()
    assert "COMMENT:Room 4" in town.object()
    assert states(town) == ["sent", "sent"]


def test_every_change_names_the_version_it_replaces(town: Town) -> None:
    town.round(FAIR)
    version = town.entry().etag
    town.round(LATER)
    [headers] = [headers for method, headers in town.door.seen if method == "PUT"]
    assert headers["if-match"] == version


def test_a_changed_event_whose_object_is_gone_is_put_in_anew(town: Town) -> None:
    town.round(FAIR)
    town.takes_out()
    town.round(LATER)
    assert "20261208T190000" in town.object()


def test_of_two_changes_before_a_delivery_only_the_newest_is_written(town: Town) -> None:
    town.change_center(password_sealed=town.vault.seal("wrong"))
    town.round(FAIR)
    town.round(LATER)
    town.change_center(password_sealed=town.vault.seal("secret"))
    town.round()
    assert sorted(states(town)) == ["sent", "superseded"]
    assert town.door.methods().count("PUT") == 1
    assert "20261208T190000" in town.object()


def test_what_was_called_off_meanwhile_is_not_written(town: Town) -> None:
    town.change_center(password_sealed=town.vault.seal("wrong"))
    town.round(FAIR)
    town.change_center(password_sealed=town.vault.seal("secret"))
    with town.db.write() as session:
        row = session.merge(town.entry())
        row.state = "withdrawn"
    town.deliver()
    assert (states(town), town.objects()) == (["superseded"], [])


def test_a_removal_names_the_version_it_removes(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    version = town.entry().etag
    town.round(later=10 * DAY)
    [headers] = [headers for method, headers in town.door.seen if method == "DELETE"]
    assert headers["if-match"] == version
    assert (town.objects(), town.entry().state, town.entry().etag) == ([], "removed", None)


def test_a_removal_whose_answer_was_lost_is_done(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.door.lose = 1
    town.round(later=10 * DAY)
    assert town.objects() == []
    town.round()
    assert town.entry().state == "removed"
    assert "DELETE" not in town.door.methods()


def test_a_removal_of_what_is_gone_already_is_done(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.takes_out()
    town.round(later=10 * DAY)
    assert (town.entry().state, "DELETE" in town.door.methods()) == ("removed", False)


def test_an_edit_just_before_a_removal_is_seen_first(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.door.before["DELETE"] = [lambda: town.edits("SUMMARY:", "COMMENT:Room 4\r\nSUMMARY:")]
    town.round(later=10 * DAY)
    assert len(town.objects()) == 1
    town.round()
    assert (town.objects(), town.entry().state) == ([], "removed")


def test_while_one_write_is_waited_for_the_next_is_claimed(town: Town) -> None:
    both: list[bool] = []

    def wait_for_the_next() -> None:
        until = time.monotonic() + 10
        while states(town).count("sending") < 2 and time.monotonic() < until:
            time.sleep(0.01)
        both.append(states(town).count("sending") == 2)

    town.door.before["PUT"] = [wait_for_the_next]
    assert (town.round(*many(3)).sent, both) == (3, [True])


def test_one_entry_that_is_refused_does_not_stop_the_others(town: Town) -> None:
    theirs = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + FAIR + "\r\nEND:VCALENDAR\r\n"
    town.server.put(town.name, "copied-by-hand.ics", theirs)
    report = town.round(FAIR, *many(3))
    assert (report.sent, len(report.problems)) == (3, 1)
    assert sorted(states(town)) == ["dropped", "sent", "sent", "sent"]


def test_a_calendar_that_is_not_there_is_told_and_what_is_owed_waits_for_it(town: Town) -> None:
    address = town.center().url
    town.change_center(url=address.replace(town.name, "nowhere"))
    [problem] = town.round(FAIR, *many(3)).problems
    assert "calendar of Eastside" in problem
    assert "still there" in problem
    assert "check the calendar's address" in town.center().problem
    assert states(town) == ["due"] * 4
    town.change_center(url=address)
    town.round()
    assert states(town) == ["sent"] * 4
    assert town.center().problem == ""


def test_whoever_wants_to_stop_leaves_nothing_claimed(town: Town) -> None:
    town.change_center(password_sealed=town.vault.seal("wrong"))
    town.round(FAIR, *many(3))
    town.change_center(password_sealed=town.vault.seal("secret"))
    wanted: list[bool] = []
    town.door.before["PUT"] = [lambda: wanted.append(True)]
    outbox = Outbox(
        town.db, town.doors, town.vault, lambda: town.now, SOON, "test", stopping=lambda: bool(wanted)
    )  # fmt: skip
    assert deliver(outbox, "maple").sent == 1
    assert sorted(states(town)) == ["due", "due", "due", "sent"]
    assert {one.outcome for one in town.attempts()} == {"sent", "refused"}
    assert town.deliver().sent == 3
    assert len(town.objects()) == 4


def test_several_changes_of_one_entry_go_one_after_another(town: Town) -> None:
    town.round(FAIR, *many(3))
    entry = town.entries()[0]
    with town.db.write() as session:
        for number in range(3):
            owe(session, "maple", "calendar-put", "center:eastside", entry.id, f"again {number}", now=town.now)
    town.now += SOON
    town.door.seen.clear()
    assert town.deliver().sent == 3
    assert town.door.methods() == ["GET"] * 3
