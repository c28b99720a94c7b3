from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.expand import occurrences
from calendars.read import read_group
from calendars.split import body_digest, split
from tests.calendars.feeds import BEGIN, END, SAMPLES, calendar, only

ONE = """
    UID:a@x
    DTSTAMP:20260101T000000Z
    LAST-MODIFIED:20260101T000000Z
    CREATED:20260101T000000Z
    SEQUENCE:1
    DTSTART;TZID=America/Chicago:20261103T100000
    SUMMARY:PTA meeting
    LOCATION:Library
"""


def digest(body: bytes, uid: str = "a@x") -> str:
    return split(body).groups[uid].digest


def test_a_sample_feed_is_cut_into_its_groups() -> None:
    feed = split((SAMPLES / "school.ics").read_bytes())
    assert {uid: len(group.vevents) for uid, group in feed.groups.items()} == {
        "pta@sample": 3, "no-school@sample": 1, "broken@sample": 1, "fair@sample": 1,
    }  # fmt: skip
    assert (feed.zone, feed.name, list(feed.timezones)) == (
        "America/Chicago",
        "Sample School",
        ["Central Standard Time"],
    )
    assert feed.problems == ()


def test_folds_inside_a_character_are_joined_before_decoding() -> None:
    body = calendar("UID:a\nDTSTART:20261103T100000Z\nSUMMARY:Ni\u00f1os").replace(b"\xc3\xb1", b"\xc3\r\n \xb1")
    event = only(body).master
    assert event is not None and event.title == "Niños"


def test_latin_1_is_read_and_told_about() -> None:
    body = calendar("UID:a\nDTSTART:20261103T100000Z\nSUMMARY:Niños").decode().encode("latin-1")
    feed = split(body)
    assert [problem.problem for problem in feed.problems] == ["encoding"]
    event = only(body).master
    assert event is not None and event.title == "Niños"


def test_line_ends_a_byte_order_mark_and_blank_lines_make_no_difference() -> None:
    body = calendar(ONE)
    unix = body.replace(b"\r\n", b"\n")
    for variant in (unix, unix.replace(b"\n", b"\r"), unix.replace(b"\n", b"\n\n"), b"\xef\xbb\xbf" + body):
        assert digest(variant) == digest(body)


def test_several_calendars_in_one_body_are_all_taken() -> None:
    assert set(split(calendar(ONE) + calendar("UID:b\nDTSTART:20261103T100000Z")).groups) == {"a@x", "b"}


def test_the_digest_ignores_stamps_order_folding_and_alarms() -> None:
    restamped = ONE.replace("20260101T000000Z", "20261231T235959Z").replace("SEQUENCE:1", "SEQUENCE:9")
    reordered = "\n".join(reversed(ONE.strip().splitlines()))
    with_alarm = ONE + "BEGIN:VALARM\nTRIGGER:-PT1H\nEND:VALARM"
    for other in (restamped, reordered, with_alarm):
        assert digest(calendar(other)) == digest(calendar(ONE))
    assert digest(calendar(ONE).replace(b"PTA mee", b"PTA\r\n  mee")) == digest(calendar(ONE))


def test_the_digest_sees_every_real_change() -> None:
    changes = [("PTA", "Pta"), ("T100000", "T103000"), ("Library", "Gym"), ("America/Chicago", "America/Denver")]
    found = {digest(calendar(ONE.replace(*change))) for change in changes}
    assert len(found | {digest(calendar(ONE))}) == len(changes) + 1


def test_sequence_counts_where_it_decides_which_event_supersedes() -> None:
    first, second = (
        calendar(ONE, ONE.replace("Library", "Gym").replace("SEQUENCE:1", f"SEQUENCE:{n}")) for n in (1, 2)
    )
    assert digest(first) != digest(second)


def test_the_zone_of_the_feed_and_its_timezones_are_part_of_every_digest() -> None:
    floating = "UID:a@x\nDTSTART:20261103T100000"
    zones = {digest(calendar(floating, head=f"X-WR-TIMEZONE:{zone}")) for zone in ("America/Chicago", "America/Denver")}
    assert len(zones) == 2


def test_an_event_without_a_uid_keeps_its_made_up_id_until_it_becomes_another() -> None:
    event = "DTSTART:20261103T100000\nSUMMARY:PTA  Meeting\nLOCATION:Gym\nDESCRIPTION:x"
    ids = [
        next(iter(split(calendar(text)).groups))
        for text in (event, event.replace("x", "y"), event.replace("Gym", "Pool"))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert next(iter(split(calendar(event.replace("PTA  M", "pta m"))).groups)) == ids[0]


def test_the_body_digest_tells_feeds_apart_and_ignores_stamps_folding_and_line_ends() -> None:
    feed = calendar(ONE)
    restamped = feed.replace(b"20260101T000000Z", b"20261231T235959Z").replace(
        b"UID", b"CREATED:20260101T000000Z\r\nUID"
    )
    for same in (
        restamped,
        feed.replace(b"\r\n", b"\n"),
        feed.replace(b"PTA mee", b"PTA\r\n  mee"),
        b"\xef\xbb\xbf" + feed,
    ):
        assert body_digest(same) == body_digest(feed)
    others = [
        feed.replace(*change) for change in ((b"PTA", b"Pta"), (b"SEQUENCE:1", b"SEQUENCE:2"), (b"END:VCAL", b"END"))
    ]
    assert len({*map(body_digest, others), body_digest(feed), body_digest(feed[:-30]), body_digest(b"")}) == 6


def test_where_a_large_feed_is_cut_for_its_digest_makes_no_difference() -> None:
    """Other stamps move every cut, and folds and blank lines lie on both sides of them."""
    events = [
        f"UID:{n}\nDTSTART:20261103T100000Z\nSUMMARY:A long\n  enough\n\t title {n}\nDESCRIPTION:{'x' * 200}"
        for n in range(9_000)
    ]
    feed = "BEGIN:VCALENDAR\n" + "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events) + "END:VCALENDAR\n"
    assert len(feed) > 2_000_000
    stamped = feed.replace("\nSUMMARY", "\nLAST-MODIFIED:20261103T100000Z\nDTSTAMP:20261103T100000Z\nSUMMARY")
    spaced = stamped.replace("\n", "\n\n").replace("\n", "\r\n")
    assert body_digest(feed.encode()) == body_digest(stamped.encode()) == body_digest(spaced.encode())
    assert body_digest(feed.replace("title 8999", "title 9000").encode()) != body_digest(feed.encode())


FRAGMENTS = st.sampled_from([
    b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VTIMEZONE", b"END:VTIMEZONE", b"BEGIN:",
    b"UID:a", b"UID:", b"DTSTART:20261103T100000", b"DTSTART;VALUE=DATE:2026", b"DTSTART;TZID=\"A:B\":20261103T1000",
    b"DTEND;TZID=X:20261103T110000Z", b"RRULE:FREQ=WEEKLY;UNTIL=9", b"RRULE:FREQ", b"EXDATE:,,", b"RDATE:a/b", b"DURATION:P",
    b"RECURRENCE-ID:20261103T100000", b"SUMMARY:\xff\xfe\x00", b" folded", b"\t", b"", b":", b";", b"TZID:X", b"SEQUENCE:\xb2",
    b"X-WR-TIMEZONE:Nowhere", b"DTSTART:99991231T235959Z", b"DTSTART:00010101T000000", b"DTEND:99991231T235959Z",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.binary(max_size=30))), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_no_bytes_make_splitting_reading_or_expanding_fail(lines: list[bytes], end: bytes) -> None:
    feed = split(end.join([b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", *lines, b"END:VEVENT", b"END:VCALENDAR"]))
    for group in feed.groups.values():
        found, problems = read_group(feed, group, "America/Chicago")
        assert found or problems
    occurrences(feed, "America/Chicago", BEGIN, END)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_splitting_fail(body: bytes) -> None:
    split(body)


def test_a_blank_line_before_a_continuation_makes_no_difference() -> None:
    folded = (
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID\n\n :a@x\nDTSTART\n\n ;VALUE=DATE\n :20031225\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    whole = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a@x\nDTSTART;VALUE=DATE:20031225\nEND:VEVENT\nEND:VCALENDAR\n"
    assert digest(folded) == digest(whole)
