"""Heavy events, read by a child process that may be ended: one costs no other, and nobody waits for it."""

from __future__ import annotations

import pickle
import resource
import subprocess
import time
from datetime import timedelta

import pytest

from calendars.gates import check
from calendars.split import split
from calendars.values import FeedRefused, Group, Split
from mirroring.apart import is_heavy, parse_all, parse_apart
from mirroring.dated import parse
from tests.calendars.malformed import WHOLE, hurt
from tests.mirroring.feed import NOW, Feed, calendar, many, vevent

CHICAGO = "America/Chicago"


def bomb(uid: str = "bomb", masters: int = 1500, exceptions: int = 3000) -> list[str]:
    """Events that share a UID, and exceptions that could be of any of them: minutes of comparing."""
    starts = [f"202501{1 + n // 1440:02}T{n // 60 % 24:02}{n % 60:02}00" for n in range(masters)]
    days = [f"20{25 + n // 336}{1 + n % 336 // 28:02}{1 + n % 28:02}T090000" for n in range(exceptions)]
    replaced = [f"RECURRENCE-ID;TZID=America/Chicago:{day}" for day in days]
    return [vevent(uid, start, "RRULE:FREQ=DAILY;COUNT=3") for start in starts] + [
        vevent(uid, "20261201T100000", which) for which in replaced
    ]


def group(*vevents: bytes) -> Group:
    return Group("one", "", vevents)


def test_ordinary_events_are_read_here() -> None:
    parts = split(WHOLE)
    assert not any(is_heavy(one) for one in parts.groups.values())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = parse_all(parts, list(parts.groups), CHICAGO, NOW)
    assert resource.getrusage(resource.RUSAGE_CHILDREN) == before
    assert list(found) == list(parts.groups)


@pytest.mark.parametrize(
    "heavy",
    [group(*[b"SUMMARY:x"] * 51), group(b"DESCRIPTION:" + b"x" * 70_000), group(b"RRULE:A\nSUMMARY:x\nRRULE:B")],
    ids=["many events", "many bytes", "two rules"],
)
def test_what_is_heavy_is_told_by_size_alone(heavy: Group) -> None:
    assert is_heavy(heavy)


def test_a_child_reads_what_we_would_have_read() -> None:
    parts = split(WHOLE)
    assert parse_apart(parts, list(parts.groups), CHICAGO, NOW) == {
        uid: parse(parts, uid, CHICAGO, NOW) for uid in parts.groups
    }


def test_fifty_malformed_feeds_fare_in_the_child_as_they_do_here() -> None:
    numbers = iter(range(100_000))
    done = 0
    while done < 50:
        parts = split(hurt(next(numbers)))
        if parts.groups:
            found = parse_apart(parts, list(parts.groups), CHICAGO, NOW)
            assert found == {uid: parse(parts, uid, CHICAGO, NOW) for uid in parts.groups}
            done += 1


def test_an_event_that_takes_too_long_is_refused_by_name_and_costs_no_other(feed: Feed) -> None:
    feed.read(vevent("bomb", "20261209T180000", title="Concert"), *many(6))
    before = feed.event("bomb")
    begun = time.monotonic()
    taken = feed.read(*bomb(), *many(7))
    assert time.monotonic() - begun < 60
    assert taken.outcome == "taken"
    assert [(one.uid, "takes too long" in one.message) for one in taken.problems] == [("bomb", True)]
    assert feed.event("bomb") == before
    assert feed.statuses()["e6"] == "confirmed"
    begun = time.monotonic()
    assert feed.read(*bomb(), *many(8)).problems == ()  # what was refused is not tried again before it changes
    assert time.monotonic() - begun < 4


def test_an_event_that_needs_too_much_memory_is_refused_by_name_and_costs_no_other() -> None:
    body = calendar(vevent("large", "20261208T180000", "DESCRIPTION:" + "x" * 15_000_000), *many(2))
    check(body)
    parts = split(body)
    lines = b"\n".join([b"X-%d:1" % n for n in range(3_000_000)])
    swollen = Split(None, "", {}, {"large": Group("large", "d", (lines,)), "e0": parts.groups["e0"]})
    found = parse_apart(swollen, ["large", "e0"], CHICAGO, NOW)
    assert found["large"].lost
    assert [problem.uid for problem in found["large"].problems] == ["large"]
    assert len(found["e0"].series) == 1
    assert parse_apart(parts, ["large", "e1"], CHICAGO, NOW)["large"].series  # a long text alone is no harm


def test_a_feed_of_nothing_but_heavy_events_is_refused_whole_in_a_bearable_time() -> None:
    parts = split(calendar(*bomb("a"), *bomb("b")))
    begun = time.monotonic()
    with pytest.raises(FeedRefused, match="too long"):
        parse_apart(parts, ["a", "b"], CHICAGO, NOW, seconds=3.0)
    assert time.monotonic() - begun < 10


def test_what_the_child_is_given_holds_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SECRET_KEY", "hush")
    seen: list[dict[str, str]] = []
    real = subprocess.Popen

    class Watched(real):  # type: ignore[type-arg, misc, valid-type]
        def __init__(self, *args: object, env: dict[str, str], **more: object) -> None:
            seen.append(env)
            super().__init__(*args, env=env, **more)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    parse_apart(split(WHOLE), ["fair"], CHICAGO, NOW)
    assert [sorted(env) for env in seen] == [["PYTHONPATH"]]


def test_values_survive_the_way_through_the_pipe() -> None:
    one = parse(split(WHOLE), "club", CHICAGO, NOW + timedelta(days=1))
    assert pickle.loads(pickle.dumps(one)) == one
