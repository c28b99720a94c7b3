"""Reads the changed groups of a copy: ordinary ones here, heavy ones in a child process that may be killed.

What is heavy is told by size alone, so that an ordinary feed pays nothing. The child has a few seconds and little
memory for each group; one that needs more is refused by name, and the child goes on with the next. It gets bytes and
gives back values: no settings, no database, no network.
"""

from __future__ import annotations

import io
import math
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from calendars.values import FeedRefused, Group, Problem, Split
from mirroring.dated import Parsed, parse

CPU_SECONDS = 5  # for one group
MEMORY = 512 * 1024 * 1024  # bytes of address space
ALL_SECONDS = 60.0  # for all heavy groups of one copy, by the wall
FREELY = 2.0  # seconds of reading here, and
FREELY_EACH = 0.01  # for each group, before the rest counts as heavy, too
_MANY_EVENTS, _LARGE = 50, 64 * 1024  # of one group: events, bytes
_HOUSE = Path(__file__).resolve().parent.parent
_CHILD = "from mirroring.apart import answer; answer()"

log = structlog.get_logger()


def parse_all(parts: Split, uids: Sequence[str], zone: str, now: datetime) -> dict[str, Parsed]:
    """Each group, read and expanded. Raises FeedRefused when the heavy ones together take too long."""
    ends_at = time.thread_time() + FREELY + FREELY_EACH * len(uids)
    found: dict[str, Parsed] = {}
    heavy: list[str] = []
    for uid in uids:
        if is_heavy(parts.groups[uid]) or time.thread_time() > ends_at:
            heavy.append(uid)
        else:
            found[uid] = _read(parts, uid, zone, now)
    if heavy:
        found |= parse_apart(parts, heavy, zone, now)
    return {uid: found[uid] for uid in uids}


def is_heavy(group: Group) -> bool:
    """May it take long? What one event with one rule costs is bounded before it is counted (calendars/rules.py)."""
    return (
        len(group.vevents) > _MANY_EVENTS
        or sum(map(len, group.vevents)) > _LARGE
        or any(vevent.count(b"\nRRULE") + vevent.startswith(b"RRULE") > 1 for vevent in group.vevents)
    )


def parse_apart(
    parts: Split, uids: Sequence[str], zone: str, now: datetime, *, seconds: float = ALL_SECONDS
) -> dict[str, Parsed]:
    """All of them in child processes: a new one after each group that ended the last. Raises FeedRefused."""
    found: dict[str, Parsed] = {}
    left, ends_at = list(uids), time.monotonic() + seconds
    while left:
        asked = replace(parts, groups={uid: parts.groups[uid] for uid in left}, problems=())
        for one in _answers(_ask(pickle.dumps((asked, zone, now)), ends_at - time.monotonic())):
            found[left.pop(0)] = one
        if time.monotonic() >= ends_at:
            raise FeedRefused("Its events take too long to be read; ask who publishes it to split it or thin it out.")
        if left:
            uid = left.pop(0)
            found[uid] = _refused(parts, uid, "This event takes too long to be read; give it fewer dates and changes.")
            log.warning("an event was too heavy to read", bytes=sum(map(len, parts.groups[uid].vevents)))
    return found


def _ask(question: bytes, seconds: float) -> bytes:
    """What a child answered until it ended, was ended by its limits, or its time was up."""
    # A session of its own: Ctrl-C is for us. Nothing of our environment: it holds secrets.
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _CHILD], env={"PYTHONPATH": str(_HOUSE)}, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as child:  # fmt: skip
        try:
            return child.communicate(question, timeout=max(seconds, 0.0))[0]
        except subprocess.TimeoutExpired:
            child.kill()
            return child.communicate()[0]
        finally:
            child.kill()


def _answers(told: bytes) -> Iterator[Parsed]:
    """The whole ones: the last may have been cut off."""
    stream = io.BytesIO(told)
    while True:
        try:
            one = pickle.load(stream)  # noqa: S301 - written by our own code, below
        except (EOFError, pickle.UnpicklingError):
            return
        yield one


def answer() -> None:
    """The child's whole life: reads its question, answers each group as soon as it is read."""
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # a log line must not land among the answers
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    parts, zone, now = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    for uid in parts.groups:
        spent = math.ceil(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, resource.RLIM_INFINITY))
        pickle.dump(_read(parts, uid, zone, now), out)
        out.flush()


def _read(parts: Split, uid: str, zone: str, now: datetime) -> Parsed:
    """The reader is built never to raise; should it all the same, one event must not cost the others."""
    try:
        return parse(parts, uid, zone, now)
    except Exception as wrong:
        log.error("an event could not be read", error=type(wrong).__name__)
        return _refused(parts, uid, "This event cannot be read; tell who publishes the calendar.")


def _refused(parts: Split, uid: str, message: str) -> Parsed:
    return Parsed(parts.groups[uid].digest, [], [Problem("unreadable", uid, message)], message)
