"""What a person sees before saying that a held feed is right."""

from __future__ import annotations

from tests.mirroring.feed import Feed, many, vevent

DAY_OFF = "BEGIN:VEVENT\r\nUID:off\r\nDTSTART;VALUE=DATE:20261222\r\nSUMMARY:No school\r\nEND:VEVENT"
FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")


def told(feed: Feed) -> list[tuple[str, ...]]:
    return [
        tuple(one.get(name, "") for name in ("change", "when", "title", "was")) for one in feed.source().held_difference
    ]


def test_all_that_would_change_is_kept_what_vanishes_first(any_feed: Feed) -> None:
    moved, renamed = vevent("a", "20261209T180000", title="Concert"), vevent("b", "20261210T180000", title="Dance")
    any_feed.read(FAIR, moved, renamed, DAY_OFF, *many(12))
    held = any_feed.read(
        FAIR.replace("Gym", "Library"),
        moved.replace("1209T18", "1209T19"),
        renamed.replace("Dance", "Spring dance"),
        DAY_OFF.replace("20261222", "20261223"),
        vevent("new", "20261215T180000", title="Chess night"),
        vevent("past", "20261001T180000", title="Long over"),
        *many(6),
    )
    assert held.outcome == "held"
    assert told(any_feed) == [
        *(("gone", f"2026-12-{17 + n}T00:00:00+00:00", f"Evening {6 + n}", "") for n in range(6)),
        ("moved", "2026-12-10T01:00:00+00:00", "Concert", "2026-12-10T00:00:00+00:00"),
        ("moved", "2026-12-23", "No school", "2026-12-22"),
        ("renamed", "2026-12-11T00:00:00+00:00", "Spring dance", "Dance"),
        ("place", "2026-12-09T00:00:00+00:00", "Book fair", "Gym"),
        ("new", "2026-12-16T00:00:00+00:00", "Chess night", ""),
    ]
    assert any_feed.source().held_difference[9]["place"] == "Library"


def test_a_cancellation_and_a_return_are_part_of_it(feed: Feed) -> None:
    feed.read(FAIR, DAY_OFF, *many(20))
    feed.read(FAIR, *many(20))
    assert feed.statuses()["off"] == "missing"
    feed.read(FAIR.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"), DAY_OFF, *many(10))
    changes = [one[0] for one in told(feed)]
    assert changes == [*["gone"] * 10, "cancelled", "back"]


def test_it_follows_each_reading_and_goes_when_the_events_are_back(feed: Feed) -> None:
    feed.read(*many(12))
    feed.read(*many(6))
    assert len(told(feed)) == 6
    feed.read(*many(4))
    assert len(told(feed)) == 8
    feed.read(*many(12))
    assert told(feed) == []


def test_it_goes_when_a_person_released_the_feed(feed: Feed) -> None:
    feed.read(*many(12))
    feed.read(*many(6))
    feed.release()
    assert feed.read().outcome == "taken"
    assert told(feed) == []


def test_an_event_under_a_new_uid_is_the_same_and_no_part_of_it(feed: Feed) -> None:
    feed.read(*many(12))
    feed.read(*[event.replace("UID:e", "UID:other-") for event in many(12)][:6])
    assert [one[0] for one in told(feed)] == ["gone"] * 6


def test_beyond_two_hundred_the_rest_is_counted(feed: Feed) -> None:
    feed.read(*many(250))
    feed.read(*many(10))
    assert len(told(feed)) == 201
    assert feed.source().held_difference[-1] == {"change": "more", "count": "40"}
