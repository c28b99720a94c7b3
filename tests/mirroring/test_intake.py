"""Feeds as schools publish them, read again and again: what we remember, and what we don't believe at once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from mirroring.intake import take_in
from models.event import Event, EventText
from models.post import Post
from models.source import feed_items
from tests.connector.site import Handler, cut
from tests.mirroring.feed import MOVED, WEEKLY, Feed, calendar, many, on_disk, vevent
from tests.models import rows

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
BOMB = vevent("bomb", "20261209T180000", "RRULE:FREQ=SECONDLY", title="Concert")
UNREADABLE = vevent("bad", "tomorrow at noon")
DAY = timedelta(days=1)


# --- what is read


def test_the_first_reading_remembers_events_words_and_dates(any_feed: Feed) -> None:
    taken = any_feed.read(FAIR, WEEKLY, MOVED)
    assert (taken.outcome, taken.problems) == ("taken", ())
    assert any_feed.statuses() == {"fair": "confirmed", "club": "confirmed"}
    assert any_feed.dates("fair") == ["12-08 18:00"]
    assert any_feed.dates("club") == [
        "12-03 16:00",
        "12-11 16:00",
        "12-17 16:00",
        "12-24 16:00",
        "12-31 16:00",
        "01-07 16:00",
    ]
    assert any_feed.texts("fair")["en"].status == "original"
    assert any_feed.source().read_at == any_feed.now


def test_the_same_bytes_again_write_nothing(feed: Feed) -> None:
    feed.read(FAIR, WEEKLY, MOVED)
    before = feed.everything()
    assert feed.read().outcome == "unchanged"
    assert feed.everything() == before


def test_an_answer_of_unchanged_writes_nothing(feed: Feed) -> None:
    feed.site.says("/maple.ics", 200, calendar(FAIR), ETag='"1"')
    feed.read()
    before = feed.everything()
    feed.site.says("/maple.ics", 304, ETag='"1"')
    assert feed.read().outcome == "unchanged"
    assert feed.site.seen[-1][1]["if-none-match"] == '"1"'
    assert feed.everything() == before


def test_new_stamps_alone_change_no_row(feed: Feed) -> None:
    feed.read(vevent("fair", "20261208T180000", "DTSTAMP:20261101T000000Z"))
    before = feed.everything()
    assert feed.read(vevent("fair", "20261208T180000", "DTSTAMP:20261201T000000Z")).outcome == "unchanged"
    assert feed.everything() == before


def test_new_stamps_in_another_order_change_no_row(feed: Feed) -> None:
    stamped = [one.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nDTSTAMP:2026110{}T000000Z") for one in many(3)]
    feed.read(*(one.format(1) for one in stamped))
    before = feed.everything()
    taken = feed.read(*(one.format(2) for one in reversed(stamped)))
    assert (taken.outcome, taken.counts["changed"]) == ("taken", 0)
    assert feed.everything() == before


def test_a_changed_event_changes_its_row_and_keeps_its_id(feed: Feed) -> None:
    feed.read(FAIR)
    first = feed.event("fair")
    assert first.changed_at is None
    taken = feed.read(vevent("fair", "20261209T190000", "LOCATION:Library"))
    second = feed.event("fair")
    assert taken.counts["changed"] == 1
    assert (second.id, second.location, second.changed_at) == (first.id, "Library", feed.now)
    assert second.fingerprint != first.fingerprint
    assert feed.dates("fair") == ["12-09 19:00"]


def test_an_exception_moves_its_date_and_without_it_the_date_is_as_the_rule_says(any_feed: Feed) -> None:
    any_feed.read(WEEKLY)
    any_feed.read(WEEKLY, MOVED)
    assert "12-11 16:00" in any_feed.dates("club")
    assert "12-10 16:00" not in any_feed.dates("club")
    assert len(any_feed.events()) == 2
    any_feed.read(WEEKLY)
    assert "12-10 16:00" in any_feed.dates("club")
    assert "12-11 16:00" not in any_feed.dates("club")
    assert len(any_feed.events()) == 1


def test_an_exception_in_the_hour_that_is_repeated_is_one_row_however_often_it_is_read(feed: Feed) -> None:
    series = vevent("night", "20261030T013000", "RRULE:FREQ=DAILY;COUNT=4", title="Night watch")
    moved = vevent(
        "night", "20261101T023000", "RECURRENCE-ID;TZID=America/Chicago:20261101T013000", title="Night watch"
    )
    feed.read(series, moved)
    feed.read(series, moved.replace("Night watch", "Night walk"))
    assert len(feed.events()) == 2


def test_a_past_date_that_is_moved_into_the_future_is_there_once(any_feed: Feed) -> None:
    any_feed.now -= timedelta(days=10)
    series = vevent("club", "20260924T160000", "RRULE:FREQ=WEEKLY;COUNT=20", title="Chess club")
    any_feed.read(series)
    any_feed.now += timedelta(days=30)
    moved = vevent("club", "20270301T160000", "RECURRENCE-ID;TZID=America/Chicago:20261001T160000", title="Chess club")
    any_feed.read(series, moved)
    assert any_feed.dates("club")[-1] == "03-01 16:00"
    assert len(any_feed.dates("club")) == 20


def test_texts_in_other_languages_are_stale_once_the_original_changed(feed: Feed) -> None:
    feed.read(FAIR)
    with feed.db.write() as session:
        session.add(
            EventText(school="maple", event_id=feed.event("fair").id, language="es", title="Feria", status="typed")
        )
    feed.read(vevent("fair", "20261208T190000", "LOCATION:Gym"))
    assert feed.texts("fair")["es"].status == "typed"
    feed.read(vevent("fair", "20261208T190000", "LOCATION:Gym", title="Big book fair"))
    assert feed.texts("fair")["es"].status == "stale"
    assert (feed.texts("fair")["en"].title, feed.texts("fair")["en"].status) == ("Big book fair", "original")


def test_a_file_on_disk_is_read_as_well(feed: Feed, tmp_path: Path) -> None:
    feed.change(address=str(on_disk(tmp_path, FAIR)))
    assert feed.read().outcome == "taken"
    assert feed.read().outcome == "unchanged"
    feed.change(address=str(tmp_path / "none.ics"))
    failed = feed.read()
    assert failed.outcome == "failed"
    assert "none.ics" in failed.message


# --- what is no longer listed


def test_a_vanished_event_is_missing_and_stays(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    taken = feed.read(*many(6))
    assert (taken.outcome, taken.counts["missing"]) == ("taken", 1)
    assert feed.statuses()["fair"] == "missing"
    assert feed.event("fair").missing_since == feed.now
    assert feed.dates("fair") == ["12-08 18:00"]


def test_what_comes_back_is_as_if_nothing_happened(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    before = feed.event("fair").model_dump(exclude={"expanded_until"})
    feed.read(*many(6))
    taken = feed.read(FAIR, *many(6))
    assert taken.counts["returned"] == 1
    assert feed.event("fair").model_dump(exclude={"expanded_until"}) == before


def test_what_comes_back_unreadable_is_no_longer_missing(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    feed.read(*many(6))
    feed.read(vevent("fair", "some day"), *many(6))
    assert (feed.event("fair").status, feed.event("fair").missing_since) == ("confirmed", None)
    assert feed.dates("fair") == ["12-08 18:00"]


def test_what_comes_back_after_it_was_told_as_cancelled_is_a_change(feed: Feed) -> None:
    feed.change(missing="3d")
    feed.read(FAIR, *many(6))
    feed.read(*many(6))
    feed.read(later=3 * DAY)
    feed.read(FAIR, *many(6))
    row = feed.event("fair")
    assert (row.status, row.missing_decided, row.changed_at) == ("confirmed", "", feed.now)


def test_when_too_much_vanishes_the_whole_copy_is_held(feed: Feed) -> None:
    feed.read(*many(10))
    before = feed.everything()
    held = feed.read(vevent("e0", "20261210T200000", title="Evening 0"), *many(10)[1:6])
    assert held.outcome == "held"
    assert "4 of 10" in held.message
    assert "release calendar" in held.message
    assert feed.everything() == before
    assert feed.source().held_at == feed.now


def test_three_may_vanish_at_once_but_not_all(feed: Feed) -> None:
    feed.read(*many(10))
    assert feed.read(*many(7)).outcome == "taken"
    feed.read(*many(1))
    assert feed.source().held_at is not None


def test_when_all_coming_events_vanish_the_copy_is_held(feed: Feed) -> None:
    feed.read(*many(2))
    assert feed.read(vevent("old", "20260901T180000")).outcome == "held"
    assert feed.statuses() == {"e0": "confirmed", "e1": "confirmed"}


def test_a_held_feed_is_taken_once_a_person_released_it(feed: Feed) -> None:
    feed.read(*many(10))
    feed.read(*many(5))
    assert feed.read().outcome == "held"
    feed.release()
    assert feed.read().outcome == "taken"
    assert sorted(feed.statuses().values()).count("missing") == 5
    assert (feed.source().held_at, feed.source().released_at) == (None, None)


def test_a_held_feed_is_free_again_when_the_events_are_back(feed: Feed) -> None:
    feed.read(*many(10))
    feed.read(*many(5))
    assert feed.read(*many(10)).outcome == "taken"
    assert feed.source().held_at is None
    assert set(feed.statuses().values()) == {"confirmed"}


def test_a_good_copy_after_trouble_that_is_held_is_no_longer_told_as_trouble(feed: Feed) -> None:
    feed.read(*many(10))
    feed.site.says("/maple.ics", 500)
    feed.read()
    assert feed.read(*many(5)).outcome == "held"
    assert (feed.source().problem, feed.source().failing_since) == ("", None)


def test_new_uids_for_the_same_events_keep_every_row_and_id(any_feed: Feed) -> None:
    any_feed.read(WEEKLY, MOVED, *many(8))
    before = {one.title + str(one.starts_at): one.id for one in any_feed.events()}
    taken = any_feed.read(*(one.replace("UID:", "UID:new-") for one in (WEEKLY, MOVED, *many(8))))
    assert (taken.outcome, taken.counts["renamed"], taken.counts["added"]) == ("taken", 9, 0)
    assert {one.title + str(one.starts_at): one.id for one in any_feed.events()} == before
    assert set(any_feed.statuses().values()) == {"confirmed"}


def test_uids_that_change_there_and_back_keep_every_row_and_id(feed: Feed) -> None:
    feed.read(*many(8))
    before = {one.uid: one.id for one in feed.events()}
    feed.read(*many(8, prefix="new"))
    taken = feed.read(*many(8))
    assert (taken.outcome, taken.counts["added"]) == ("taken", 0)
    assert {one.uid: one.id for one in feed.events()} == before


def test_what_is_past_stays_when_it_leaves_the_feed(feed: Feed) -> None:
    feed.read(vevent("old", "20261115T180000"), *many(6))
    taken = feed.read(*many(6))
    assert taken.counts["missing"] == 0
    assert feed.statuses()["old"] == "confirmed"


def test_a_missing_event_is_cancelled_when_its_time_has_run_out(feed: Feed) -> None:
    feed.change(missing="3d")
    feed.read(FAIR, *many(6))
    feed.read(*many(6))
    feed.read(later=2 * DAY)
    assert feed.statuses()["fair"] == "missing"
    feed.read(later=DAY)
    row = feed.event("fair")
    assert (row.status, row.missing_decided_by, row.changed_at) == ("cancelled", "time", feed.now)


def test_a_missing_event_waits_for_a_person_however_long(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    feed.read(*many(6))
    feed.read(later=5 * DAY)
    assert feed.statuses()["fair"] == "missing"


def test_time_does_not_run_out_while_the_feed_cannot_be_read(feed: Feed) -> None:
    feed.change(missing="3d")
    feed.read(FAIR, *many(6))
    feed.read(*many(6))
    feed.site.says("/maple.ics", 500)
    feed.read(later=4 * DAY)
    assert feed.statuses()["fair"] == "missing"


# --- what is not believed


def cut_off(handler: Handler) -> None:
    body = calendar(FAIR, *many(6))
    cut(f"Content-Length: {len(body)}", body[:-200])(handler)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<!DOCTYPE html><html>Please sign in</html>", "web page"),
        (200, b"", "empty"),
        (200, calendar(FAIR)[:-20], "cut off"),
        (404, b"", "new address"),
        (503, b"", "later"),
        (401, b"", "password"),
    ],
)
def test_a_bad_answer_changes_nothing_and_says_whose_it_is_and_what_to_do(
    feed: Feed, status: int, body: bytes, told: str
) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    feed.site.says("/maple.ics", status, body)
    bad = feed.read()
    assert bad.outcome in ("refused", "failed")
    assert "calendar" in bad.message
    assert told in bad.message
    assert feed.everything() == before
    assert (feed.source().problem, feed.source().failing_since) == (bad.message, feed.now)
    assert feed.read(FAIR, *many(6)).outcome == "taken"
    assert (feed.source().problem, feed.source().failing_since) == ("", None)


def test_an_answer_that_breaks_off_changes_nothing(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    before = feed.everything()
    feed.site.on("/maple.ics", cut_off)
    assert feed.read().outcome == "failed"
    assert feed.everything() == before


def test_a_feed_that_stays_cut_at_its_source_stays_refused_and_is_told_each_time(feed: Feed) -> None:
    feed.read(*many(5))
    before = feed.everything()
    for _ in range(5):
        feed.site.says("/maple.ics", 200, calendar(*many(5))[:-90])
        refused = feed.read(later=DAY)
        assert (refused.outcome, "cut off" in refused.message) == ("refused", True)
    assert feed.everything() == before
    assert feed.source().failing_since == feed.now - 4 * DAY


def test_many_cancellations_at_once_are_news_and_never_held(feed: Feed) -> None:
    feed.read(*many(12))
    taken = feed.read(*(one.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT") for one in many(12)))
    assert (taken.outcome, taken.counts["changed"]) == ("taken", 12)
    assert set(feed.statuses().values()) == {"cancelled"}


def test_a_host_that_is_dead_changes_nothing(feed: Feed) -> None:
    feed.read(FAIR)
    before = feed.everything()
    feed.change(address="http://127.0.0.1:9/maple.ics")
    failed = feed.read()
    assert failed.outcome == "failed"
    assert "calendar" in failed.message
    assert feed.everything() == before


def test_trouble_keeps_the_day_it_began(feed: Feed) -> None:
    feed.site.says("/maple.ics", 500)
    feed.read()
    began = feed.now
    feed.read(later=DAY)
    assert feed.source().failing_since == began


def test_one_bad_event_is_alone(feed: Feed) -> None:
    taken = feed.read(UNREADABLE, FAIR, *many(6))
    assert taken.outcome == "taken"
    assert [one.uid for one in taken.problems] == ["bad"]
    assert len(feed.events()) == 7


def test_an_event_that_cannot_be_read_any_more_stands_as_it_was(feed: Feed) -> None:
    feed.read(FAIR, *many(6))
    before = feed.event("fair")
    taken = feed.read(vevent("fair", "some day"), *many(6))
    assert (taken.outcome, taken.counts["missing"]) == ("taken", 0)
    assert [one.uid for one in taken.problems] == ["fair"]
    assert feed.event("fair") == before


def test_a_series_with_one_bad_exception_stands_as_it_was(feed: Feed) -> None:
    feed.read(WEEKLY, MOVED)
    before = feed.dates("club")
    taken = feed.read(WEEKLY, MOVED.replace("20261211T160000", "friday"))
    assert [one.uid for one in taken.problems] == ["club"]
    assert feed.dates("club") == before


def test_a_feed_of_which_half_cannot_be_read_is_refused(feed: Feed) -> None:
    feed.read(*many(6))
    before = feed.everything()
    bad = [one.replace("DTSTART;TZID=America/Chicago:2026", "DTSTART:soon") for one in many(6)]
    refused = feed.read(*bad[:4], *many(6)[4:])
    assert refused.outcome == "refused"
    assert "calendar" in refused.message
    assert "4 of its 6" in refused.message
    assert feed.everything() == before


def test_small_faults_that_were_mended_in_reading_never_make_a_feed_refused(feed: Feed) -> None:
    odd = [one.replace("DURATION:PT2H", "DTEND;TZID=America/Chicago:20200101T000000") for one in many(6)]
    assert len(feed.read(*odd).problems) == 6
    assert feed.read(*odd, FAIR).outcome == "taken"
    assert feed.read(FAIR.replace("Gym", "Hall"), *odd).outcome == "taken"


def test_a_rule_without_end_is_named_and_its_last_good_copy_stands(feed: Feed) -> None:
    feed.read(vevent("bomb", "20261209T180000", title="Concert"), *many(6))
    before = feed.event("bomb")
    taken = feed.read(BOMB, *many(6))
    assert taken.outcome == "taken"
    assert [one.uid for one in taken.problems] == ["bomb"]
    assert feed.event("bomb") == before
    assert feed.dates("bomb") == ["12-09 18:00"]
    assert feed.read(BOMB, FAIR, *many(6)).counts["missing"] == 0


# --- one UID, several events


def test_a_higher_sequence_supersedes(feed: Feed) -> None:
    feed.read(vevent("fair", "20261208T180000", "SEQUENCE:0"))
    first = feed.event("fair").id
    feed.read(vevent("fair", "20261208T180000", "SEQUENCE:0"), vevent("fair", "20261209T180000", "SEQUENCE:1"))
    assert [one.id for one in feed.events()] == [first]
    assert feed.dates("fair") == ["12-09 18:00"]


def test_equal_sequences_with_other_starts_are_two_events(feed: Feed) -> None:
    feed.read(vevent("fair", "20261208T180000"), vevent("fair", "20261215T180000"))
    assert len({one.id for one in feed.events()}) == 2
    assert feed.dates("fair") == ["12-08 18:00", "12-15 18:00"]


def test_an_earlier_event_that_joins_under_the_same_uid_leaves_the_other_alone(feed: Feed) -> None:
    feed.read(vevent("fair", "20261215T180000"))
    first = feed.event("fair").id
    taken = feed.read(vevent("fair", "20261208T180000"), vevent("fair", "20261215T180000"))
    assert (taken.counts["added"], taken.counts["changed"]) == (1, 0)
    assert {one.id: one.starts_at.day for one in feed.events()}[first] == 16  # in UTC


def test_of_two_under_one_uid_the_first_may_go_and_the_other_stays_itself(feed: Feed) -> None:
    feed.read(vevent("fair", "20261208T180000"), vevent("fair", "20261215T180000"), *many(6))
    ids = {one.starts_at.day: one.id for one in feed.events() if one.uid == "fair"}
    feed.read(vevent("fair", "20261215T180000"), *many(6))
    found = {one.id: one.status for one in feed.events() if one.uid == "fair"}
    assert found == {ids[9]: "missing", ids[16]: "confirmed"}


ORPHAN = vevent("club", "20261211T160000", "RECURRENCE-ID;TZID=America/Chicago:20261210T160000", title="Chess club")
OTHER_ORPHAN = vevent(
    "club", "20261218T160000", "RECURRENCE-ID;TZID=America/Chicago:20261217T160000", title="Chess club"
)


def test_exceptions_without_their_series_stand_for_themselves(feed: Feed) -> None:
    taken = feed.read(ORPHAN, OTHER_ORPHAN)
    assert (taken.outcome, taken.counts["added"]) == ("taken", 2)
    assert feed.dates("club") == ["12-11 16:00", "12-18 16:00"]
    assert all(not one.series for one in feed.events())


def test_an_exception_without_its_series_that_vanishes_is_missing(feed: Feed) -> None:
    feed.read(ORPHAN, OTHER_ORPHAN, *many(6))
    feed.read(OTHER_ORPHAN, *many(6))
    found = {one.starts_at.day: one.status for one in feed.events() if one.uid == "club"}
    assert found == {11: "missing", 18: "confirmed"}


def test_when_the_series_joins_its_exceptions_each_date_is_there_once(any_feed: Feed) -> None:
    any_feed.read(ORPHAN)
    any_feed.read(ORPHAN, WEEKLY)
    assert any_feed.dates("club") == [
        "12-03 16:00",
        "12-11 16:00",
        "12-17 16:00",
        "12-24 16:00",
        "12-31 16:00",
        "01-07 16:00",
    ]
    assert sum(1 for one in any_feed.events() if not one.series) == 1


def test_an_exception_that_was_announced_alone_stays_known_when_its_series_comes_without_it(feed: Feed) -> None:
    feed.read(ORPHAN)
    announced = feed.event("club").id
    with feed.db.write() as session:
        session.add(rows.page())
        session.flush()
        session.add(
            Post(
                school="maple", page="pta-page", kind="announcement", event_id=announced, purpose="announcement", text="",
                fingerprint="1", state="sent", created_at=feed.now, due_at=feed.now,
            )
        )  # fmt: skip
    assert feed.read(ORPHAN, WEEKLY).outcome == "taken"
    assert feed.read(WEEKLY).outcome == "taken"
    assert len(feed.dates("club")) == 6
    assert {one.id: one.series for one in feed.events()}[announced] == feed.event("club").id


def test_a_series_that_leaves_its_exceptions_behind_is_missing(feed: Feed) -> None:
    feed.read(WEEKLY, MOVED, *many(6))
    feed.read(MOVED, *many(6))
    assert {one.recurrence_id is None: one.status for one in feed.events() if one.uid == "club"} == {
        True: "missing", False: "confirmed",
    }  # fmt: skip


# --- time passes


@pytest.mark.parametrize("also_changed", [False, True])
def test_dates_come_into_the_horizon_as_time_passes(feed: Feed, also_changed: bool) -> None:
    endless = vevent("staff", "20261202T080000", "RRULE:FREQ=WEEKLY", title="Coffee")
    feed.read(endless)
    first = feed.event("staff").last_at
    feed.read(*([endless, FAIR] if also_changed else []), later=90 * DAY)
    assert feed.event("staff").last_at > first + 80 * DAY
    assert len(feed.dates("staff")) > 85


def test_a_single_event_beyond_the_horizon_gets_its_date_in_time(feed: Feed) -> None:
    feed.read(vevent("far", "20280801T180000"))
    assert feed.dates("far") == []
    feed.read(later=120 * DAY)
    assert len(feed.dates("far")) == 1


def test_a_series_that_grows_beyond_the_limit_keeps_the_dates_it_has(feed: Feed) -> None:
    busy = vevent("busy", "20280401T080000", "RRULE:FREQ=DAILY;BYHOUR=8,9,10,11,12,13", title="Open hall", hours=1)
    assert feed.read(busy, FAIR).outcome == "taken"
    before = feed.dates("busy")
    assert 100 < len(before) < 750
    assert feed.read(later=200 * DAY).outcome == "unchanged"
    assert feed.dates("busy") == before


# --- the wall


def test_two_schools_with_the_same_feed_never_touch_each_other(any_feed: Feed) -> None:
    oak = rows.school("oak")
    with any_feed.db.write() as session:
        session.add(oak)
        session.flush()
        session.add(rows.source("oak", address=any_feed.source().address))
    any_feed.read(FAIR, WEEKLY, MOVED)
    with any_feed.db.read() as session:
        theirs = session.get(type(any_feed.source()), ("oak", "calendar"))
        assert theirs is not None
    assert take_in(any_feed.db, any_feed.doors, any_feed.vault, oak, theirs, any_feed.now).outcome == "taken"

    def of_oak() -> list[str]:
        with any_feed.db.read() as session:
            found = session.exec(select(Event).where(Event.school == "oak"))
            return [*sorted(repr(row) for row in found), repr(feed_items(session, "oak", "calendar"))]

    before = of_oak()
    assert len(before) == 4
    any_feed.read(vevent("fair", "20261209T190000"), WEEKLY)
    any_feed.read(*many(1), FAIR)
    assert of_oak() == before
