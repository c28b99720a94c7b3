"""A center's calendar, kept in step on a real calendar server: created, changed, put right, and never more than ours."""

from __future__ import annotations

from datetime import timedelta

from tests.mirroring.center import Town
from tests.mirroring.feed import MOVED, WEEKLY, many, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T180000", "LOCATION:Gym", "STATUS:CANCELLED")
DAY = timedelta(days=1)


def test_an_event_is_created_only_where_nothing_stands(town: Town) -> None:
    town.round(FAIR)
    puts = [headers for method, headers in town.door.seen if method == "PUT"]
    assert [one["if-none-match"] for one in puts] == ["*"]
    assert "SUMMARY:Book fair" in town.object()
    entry = town.entry()
    assert (entry.state, bool(entry.etag), entry.fingerprint) == ("sent", True, entry.stands_fingerprint)


def test_a_second_round_asks_once_and_writes_nothing(town: Town) -> None:
    town.round(FAIR, WEEKLY, MOVED)
    before = town.objects()
    assert town.round().sent == 0
    assert town.door.methods() == ["REPORT"]
    assert town.round().sent == 0
    assert town.door.methods() == ["REPORT"]
    assert town.objects() == before


def test_a_series_is_one_object_with_its_rule_and_its_exceptions(town: Town) -> None:
    town.round(WEEKLY, MOVED)
    body = town.object()
    assert body.count("BEGIN:VEVENT") == 2
    assert "RRULE:FREQ=WEEKLY;COUNT=6" in body
    assert "RECURRENCE-ID;TZID=America/Chicago:20261210T160000" in body


OTHER = MOVED.replace("20261211", "20261218").replace("20261210", "20261217")


def test_exceptions_without_their_series_are_objects_of_their_own(town: Town) -> None:
    town.round(MOVED, OTHER)
    assert len(town.objects()) == 2
    assert not any("RECURRENCE-ID" in body for body in town.objects())
    assert {one.state for one in town.entries()} == {"sent"}
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_when_their_series_joins_it_alone_stands(town: Town) -> None:
    town.round(MOVED, OTHER)
    town.round(WEEKLY, MOVED, OTHER)
    assert town.object().count("BEGIN:VEVENT") == 3
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_two_events_that_share_a_uid_are_two_objects(town: Town) -> None:
    town.round(FAIR, vevent("fair", "20261215T180000"))
    assert len(town.objects()) == 2


def test_a_change_keeps_what_the_center_added(town: Town) -> None:
    town.round(FAIR)
    town.edits("SUMMARY:", "COMMENT:Room 4\r\nX-PARKING:Lot B\r\nSUMMARY:")
    town.round(LATER)
    body = town.object()
    assert "DTSTART;TZID=America/Chicago:20261208T190000" in body
    assert "COMMENT:Room 4" in body
    assert "X-PARKING:Lot B" in body
    assert "SEQUENCE:1" in body


def test_what_the_center_added_is_let_be(town: Town) -> None:
    town.round(FAIR)
    town.edits("SUMMARY:", "COMMENT:Room 4\r\nSUMMARY:")
    town.round()
    assert "PUT" not in town.door.methods()
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_what_is_not_ours_is_never_touched(town: Town) -> None:
    theirs = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + vevent("yoga", "20261208T100000") + "\r\nEND:VCALENDAR\r\n"
    )
    town.server.put(town.name, "yoga.ics", theirs)
    before = town.server.ask("GET", f"/bridge/{town.name}/yoga.ics").headers["etag"]
    town.round(FAIR)
    town.round(LATER)
    town.round(LATER.replace("DTSTART", "STATUS:CANCELLED\r\nDTSTART"))
    town.round(later=30 * DAY)
    assert town.server.ask("GET", f"/bridge/{town.name}/yoga.ics").headers["etag"] == before
    assert len(town.objects()) == 1


def test_what_the_center_took_out_stays_out_until_the_event_changes(town: Town) -> None:
    town.round(FAIR)
    town.takes_out()
    town.round()
    town.round()
    assert (town.objects(), town.entry().state) == ([], "withdrawn")
    assert "took it out" in town.entry().problem
    town.round(LATER)
    assert "20261208T190000" in town.object()
    assert (town.entry().state, town.entry().problem) == ("sent", "")


def test_what_the_center_took_out_does_not_come_back_as_cancelled(town: Town) -> None:
    town.round(FAIR)
    town.takes_out()
    town.round()
    town.round(CANCELLED)
    assert town.objects() == []


def test_many_that_are_gone_at_once_are_put_back_but_only_once(town: Town) -> None:
    town.round(*many(6))
    town.takes_out(*town.entries())
    town.round()
    assert len(town.objects()) == 6
    town.takes_out(*town.entries())
    town.round()
    town.round()
    assert town.objects() == []
    assert {one.state for one in town.entries()} == {"withdrawn"}


def test_an_event_that_stands_there_under_another_name_is_told_once_and_left(town: Town) -> None:
    theirs = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + FAIR + "\r\nEND:VCALENDAR\r\n"
    town.server.put(town.name, "copied-by-hand.ics", theirs)
    assert "another name" in town.round(FAIR).problems[0]
    assert town.entry().state == "conflict"
    assert "another name" in town.entry().problem
    assert [one.state for one in town.deliveries()] == ["dropped"]
    assert town.round().problems == []
    assert "PUT" not in town.door.methods()
    town.server.delete(town.name, "copied-by-hand.ics")
    town.round(LATER)
    assert (town.entry().state, town.entry().problem) == ("sent", "")


def test_a_cancelled_event_stands_as_cancelled_and_goes_once_it_is_past(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    assert "STATUS:CANCELLED" in town.object()
    assert "SEQUENCE:1" in town.object()
    town.round(later=5 * DAY)
    assert len(town.objects()) == 1
    town.round(later=3 * DAY)
    assert (town.objects(), town.entry().state) == ([], "removed")
    town.round()
    assert "DELETE" not in town.door.methods()


def test_an_event_that_took_place_stays_as_the_centers_history(town: Town) -> None:
    town.round(FAIR)
    town.round(later=30 * DAY)
    assert len(town.objects()) == 1
    assert town.door.methods() == ["PROPFIND"]


def test_a_removed_event_that_takes_place_after_all_comes_back(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.round(later=8 * DAY)
    assert town.objects() == []
    again = vevent("fair", "20270112T180000", "LOCATION:Gym")
    town.round(again)
    assert "20270112T180000" in town.object()
    town.round(again.replace("LOCATION", "STATUS:CANCELLED\r\nLOCATION"))
    town.round(later=60 * DAY)
    assert town.objects() == []


def test_an_event_that_is_cancelled_when_first_read_is_not_put_in(town: Town) -> None:
    town.round(CANCELLED)
    assert (town.objects(), town.entries()) == ([], [])


def test_an_event_that_is_cancelled_before_it_was_put_in_never_is(town: Town) -> None:
    town.change_center(accept="person")
    town.round(FAIR)
    assert (town.objects(), town.entry().state) == ([], "waiting")
    town.round(CANCELLED)
    assert (town.objects(), town.entries()) == ([], [])
    town.round(FAIR)
    assert town.entry().state == "waiting"


def test_a_missing_event_leaves_a_calendar_only_when_a_person_says_so(town: Town) -> None:
    town.round(FAIR, *many(6))
    town.round(*many(6))
    assert len(town.objects()) == 7
    assert town.door.methods() == ["REPORT"]
    town.round(later=10 * DAY)
    assert len(town.objects()) == 7


def test_a_center_gets_only_its_categories_and_places(town: Town) -> None:
    town.change_center(categories=["Sports"], places=["gym"])
    town.round(
        FAIR,
        vevent("game", "20261209T180000", "CATEGORIES:sports", "LOCATION:Main Gym", title="Game"),
        vevent("run", "20261209T180000", "CATEGORIES:Sports", "LOCATION:Park", title="Run"),
    )
    assert "SUMMARY:Game" in town.object()


def test_a_wrong_password_stops_one_center_and_not_the_other(town: Town) -> None:
    town.add_center("westside", f"{town.name}-west")
    town.change_center(password_sealed=town.vault.seal("wrong"))
    report = town.round(FAIR)
    assert report.closed == {"center:eastside": (report.closed["center:eastside"][0], True)}
    assert "password" in report.closed["center:eastside"][0]
    assert "password" in town.center().problem
    assert len(town.objects(f"{town.name}-west")) == 1
    assert town.center("westside").problem == ""
    assert sorted(one.state for one in town.deliveries()) == ["due", "sent"]


def test_a_password_that_is_mended_brings_what_is_owed(town: Town) -> None:
    town.change_center(password_sealed=town.vault.seal("wrong"))
    town.round(FAIR)
    town.round()
    town.change_center(password_sealed=town.vault.seal("secret"))
    town.round()
    assert len(town.objects()) == 1
    assert town.center().problem == ""


def test_a_calendar_that_cannot_be_listed_changes_nothing(town: Town) -> None:
    town.round(FAIR)
    town.change_center(password_sealed=town.vault.seal("wrong"))
    before = town.entry()
    looked = town.look()
    assert "password" in looked.problem
    assert town.entry() == before


def test_new_uids_in_the_feed_leave_the_object_as_it_is(town: Town) -> None:
    town.round(FAIR, *many(6))
    before = town.objects()
    town.round(*(one.replace("UID:", "UID:new-") for one in (FAIR, *many(6))))
    assert town.objects() == before
