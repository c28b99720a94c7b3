"""The eleven promises of a mirror, each by its number, on a real calendar server."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from models.database import Database
from models.migrate import migrate
from tests.mirroring.center import Town
from tests.mirroring.feed import MOVED, WEEKLY, calendar, many, on_disk, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T180000", "LOCATION:Gym", "STATUS:CANCELLED")
DAY = timedelta(days=1)
WRITES = {"PUT", "DELETE"}


def foreign(uid: str, *more: str) -> str:
    return calendar(vevent(uid, "20261208T100000", *more, title="Yoga")).decode()


def writes(town: Town) -> list[dict[str, str]]:
    return [headers for method, headers in town.door.seen if method in WRITES]


def a_whole_life(town: Town) -> list[dict[str, str]]:
    """Created, edited by a person, moved, cancelled, over: every write of it."""
    seen: list[dict[str, str]] = []
    for change in ((FAIR, *many(2)), (LATER, *many(2)), (CANCELLED, *many(2))):
        town.round(*change)
        seen += writes(town)
        town.server.put(town.name, "deadbeef.ics", foreign("yoga", f"COMMENT:{len(seen)}"))
    town.round()
    town.round(later=10 * DAY)
    return seen + writes(town)


def test_promise_01_only_what_our_ledger_names_is_changed_and_only_at_the_version_it_stored(town: Town) -> None:
    town.server.put(town.name, "deadbeef.ics", foreign("yoga"))
    town.server.put(town.name, "Yoga class.ics", foreign("yoga2"))
    before = set(town.objects())
    made = a_whole_life(town)
    ours = {one.href for one in town.entries()}
    assert {one["path"].rsplit("/", 1)[-1] for one in made} == ours
    assert len(made) == 6
    assert len(before & set(town.objects())) == 1, "the one that nobody at the center touched"
    assert len([one for one in town.objects() if "Yoga" in one]) == 2


def test_promise_02_a_name_is_a_function_of_source_and_uid_so_another_database_finds_its_own_work(
    town: Town, tmp_path: Path
) -> None:
    town.round(FAIR, *many(2))
    names = set(town.server.objects(town.name))
    assert all(re.fullmatch(r"[0-9a-f]{40}\.ics", one.rsplit("/", 1)[-1]) for one in names)
    db = Database(f"sqlite:///{tmp_path / 'second.db'}")
    migrate(db)
    (tmp_path / "second").mkdir()
    second = Town(db, town.server, town.door, tmp_path / "second", town.name)
    second.round(LATER, *many(2))
    assert set(town.server.objects(town.name)) == names
    assert sum("20261208T190000" in one for one in town.objects()) == 1
    assert len([one for one in writes(second) if "if-match" in one]) == 1, "the two that are the same are only read"
    db.close()


def test_promise_03_every_write_is_conditional(town: Town) -> None:
    for one in a_whole_life(town):
        assert one.get("if-none-match") == "*" or re.fullmatch(r'"[^"]+"', one["if-match"])


def test_promise_03_after_a_412_the_same_is_adopted_and_an_edit_is_kept(town: Town) -> None:
    town.round(FAIR)
    etag = town.entry().etag
    town.edits("SUMMARY:", "X-SERVER:1\r\nSUMMARY:")  # another version, the same words
    town.round()
    assert (town.entry().etag != etag, "PUT" in town.door.methods()) == (True, False)
    town.door.before["PUT"] = [lambda: town.edits("LOCATION:Gym", "LOCATION:Room 4")]
    town.round(LATER)
    town.round()
    assert "LOCATION:Room 4" in town.object()
    assert [one["property"] for one in town.entry().conflicts] == ["location"]


def test_promise_04_the_intent_is_written_down_before_and_the_result_after(town: Town) -> None:
    seen = []

    def look() -> None:
        [attempt], [delivery] = town.attempts(), town.deliveries()
        seen.append((attempt.outcome, delivery.state, bool(town.entry().tried), town.entry().sent_body))

    town.door.before["PUT"] = [look]
    town.round(FAIR)
    assert seen == [("", "sending", True, "")]
    [attempt], [delivery], entry = town.attempts(), town.deliveries(), town.entry()
    assert (attempt.outcome, delivery.state, entry.tried) == ("sent", "sent", [])
    assert "SUMMARY:Book fair" in entry.sent_body


def test_promise_05_a_copy_that_is_cut_off_changes_nothing(town: Town) -> None:
    town.round(FAIR, *many(3))
    path = on_disk(town.folder, LATER)
    path.write_bytes(path.read_bytes()[:-20])
    town.round()
    assert (writes(town), len(town.objects())) == ([], 4)
    assert any("20261208T180000" in one for one in town.objects())


def test_promise_06_an_emptied_feed_takes_nothing_out_and_the_past_stays(town: Town) -> None:
    town.round(FAIR, *many(6))
    on_disk(town.folder).write_bytes(calendar())
    for later in (timedelta(minutes=15), DAY, 30 * DAY):
        town.round(later=later)
        assert (writes(town), len(town.objects())) == ([], 7)


def test_promise_06_one_that_vanished_stays_until_a_person_says_so(town: Town) -> None:
    town.round(FAIR, *many(6))
    town.round(*many(6))
    town.round(later=3 * DAY)
    assert len(town.objects()) == 7


def test_promise_07_the_same_again_writes_nothing(town: Town) -> None:
    stamps = "DTSTAMP:20261101T000000Z", "LAST-MODIFIED:20261101T000000Z", "CREATED:20261101T000000Z"
    stamped = [one.replace("SUMMARY", "\r\n".join((*stamps, "SUMMARY"))) for one in (FAIR, WEEKLY, MOVED)]
    town.round(*stamped)
    for changed in (
        [one.replace("20261101T000000Z", "20261102T000000Z") for one in stamped],
        list(reversed(stamped)),
        [one.replace("SUMMARY:Book fair", "SUMMARY:Book\r\n  fair") for one in stamped],
        [one.replace("LOCATION:Gym\r\n", "").replace("SUMMARY", "LOCATION:Gym\r\nSUMMARY", 1) if "Gym" in one else one
         for one in stamped],
    ):  # fmt: skip
        town.edits_version()
        assert town.round(*changed).sent == 0
        assert writes(town) == []


def test_promise_08_one_that_is_refused_stops_no_other_and_is_shown_by_name(town: Town) -> None:
    town.server.put(town.name, "by-hand.ics", calendar(FAIR).decode())
    report = town.round(FAIR, *many(2))
    assert report.sent == 2
    [problem] = report.problems
    assert "(Book fair)" in problem


def test_promise_08_what_fails_for_now_is_tried_again_with_more_and_more_time_between(town: Town) -> None:
    town.round(FAIR)
    waits = []
    for n in range(3):
        town.door.before["PUT"] = [lambda n=n: town.edits("SUMMARY:", f"COMMENT:{n}\r\nSUMMARY:")]
        town.round(*([LATER] if n == 0 else []), later=timedelta(minutes=10))
        waits.append(town.deliveries()[-1].next_at - town.now)
    assert waits == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    town.round()
    assert "20261208T190000" in town.object()
    assert town.object().count("COMMENT:") == 3


def test_promise_09_sequence_and_stamps_move_only_with_what_is_said(town: Town) -> None:
    def told() -> list[str]:
        return re.findall(r"^(?:SEQUENCE|DTSTAMP|LAST-MODIFIED):\S+", town.object(), re.MULTILINE)

    town.round(FAIR)
    first = told()
    assert "SEQUENCE:0" in first
    town.round(FAIR.replace("SUMMARY", "SEQUENCE:7\r\nDTSTAMP:20261102T000000Z\r\nSUMMARY"))
    assert told() == first
    town.round(LATER)
    assert "SEQUENCE:1" in told()
    assert not set(told()) & set(first)
    town.edits("SEQUENCE:1", "SEQUENCE:9")
    town.round(FAIR)
    assert "SEQUENCE:10" in told(), "never below what theirs counted to, and above it where we change something"


def test_promise_10_a_token_only_saves_reading(town: Town) -> None:
    town.round(FAIR, *many(2))
    town.round()
    assert town.door.methods() == ["REPORT"]
    town.takes_out(town.entries()[0])
    town.change_center(sync_token="http://radicale.org/ns/sync/" + "0" * 64)
    town.round()
    assert town.door.methods() == ["REPORT", "PROPFIND"]
    assert [one.state for one in town.entries()].count("withdrawn") == 1
    town.round(later=DAY)
    assert town.door.methods() == ["PROPFIND"], "once a day everything is listed"
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_promise_11_no_event_has_two_uids_nor_two_events_one(town: Town) -> None:
    town.round(FAIR, vevent("fair", "20261215T180000"), *many(6))
    uids = [re.findall(r"^UID:(\S+)", one, re.MULTILINE) for one in town.objects()]
    assert len({uid for [uid] in uids}) == 8
    town.round(*(one.replace("UID:", "UID:new-") for one in (FAIR, vevent("fair", "20261215T180000"), *many(6))))
    assert writes(town) == []
    assert [re.findall(r"^UID:(\S+)", one, re.MULTILINE) for one in town.objects()] == uids


def test_centers_on_one_server_share_one_connection_and_go_one_after_another(town: Town) -> None:
    town.add_center("westside", f"{town.name}-west")
    town.round(FAIR, *many(4))
    town.round(LATER, *many(4))
    town.round()
    assert len(town.objects(f"{town.name}-west")) == 5
    assert len(town.door.connections) == 1
