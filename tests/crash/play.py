"""Plays one schedule: starts the program, kills it, starts it again, lets it end, and looks what came of it."""

from __future__ import annotations

import json
import select
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.delivery import delivery, in_state
from rehearsal.facebook import faults
from tests.crash.check import Verdict, check
from tests.crash.plan import Kill, Schedule
from tests.crash.points import AT_RANDOM, NOTHING_OWED
from tests.crash.program import SCHOOL, Start
from tests.crash.town import Town
from tests.crash.zygote import Ended, Zygote

_OPEN = ("due", "sending", "unsure")


@dataclass(slots=True)
class Played:
    """`met`: (point, state, kind) of each kill. `classified`: seconds in which each start sorted what a crash left."""

    seed: int
    met: list[tuple[str, str, str]] = field(default_factory=list)
    kills: int = 0
    starts: int = 0
    classified: list[float] = field(default_factory=list)
    asked: int = 0
    sent: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def warm_up(zygote: Zygote, town: Town) -> None:
    """One whole round in the zygote; and the town is as before."""
    town.start_anew()
    town.change_calendar()
    _wait_for(zygote, town, lambda: zygote.warm_up(town.start(last=True)))


def play(zygote: Zygote, town: Town, schedule: Schedule, broken: str = "") -> Played:
    begun, played = time.monotonic(), Played(schedule.seed)
    town.start_anew()
    with town.world.lock:
        for wish in schedule.faults:
            faults.add(town.world, json.loads(json.dumps(wish)))
    for number, (kill, late) in enumerate(zip(schedule.kills, schedule.late, strict=True)):
        town.family_says(number, late)
        if number == schedule.changes_at:
            town.change_calendar()
        _start_and_kill(zygote, town, kill, broken, played)
    town.change_calendar()
    ended = _start(zygote, town, town.start(last=True, broken=broken), None, played)
    played.wrong += _trouble(town, ended)
    verdict = _look(town)
    played.wrong += verdict.wrong
    played.asked, played.sent = verdict.asked, verdict.sent
    played.seconds = time.monotonic() - begun
    return played


def _start_and_kill(zygote: Zygote, town: Town, kill: Kill, broken: str, played: Played) -> None:
    at_random = kill.point == AT_RANDOM
    start = town.start(
        point="" if at_random else kill.point, nth=kill.nth, state=kill.state, to_the_end=kill.to_the_end, broken=broken
    )  # fmt: skip
    ended = _start(zygote, town, start, kill.after if at_random else None, played)
    if ended.code == -9:
        played.kills += 1
        played.met += _met(town, at_random)
    else:
        played.wrong += _trouble(town, ended)  # it ended before it came there: no harm


def _start(zygote: Zygote, town: Town, start: Start, kill_after: float | None, played: Played) -> Ended:
    """One start, to its end; the time that it waits for is granted meanwhile."""
    left = _sending(town)
    played.starts += 1
    ended = _wait_for(zygote, town, lambda: zygote.start(start, kill_after))
    still = left & _sending(town) if left else set()
    if left and (ended.code == 0 or not still):
        played.classified.append(ended.seconds)
        played.wrong += [f"{one} was still sending after a whole round" for one, _ in still]
    return ended


def _wait_for(zygote: Zygote, town: Town, begin: Callable[[], None]) -> Ended:
    begin()
    while True:
        ready, _, _ = select.select([zygote.link, town.hours.ours], [], [])
        if town.hours.ours in ready:
            town.hours.grant(town.quiet)
        elif zygote.link in ready:
            return zygote.ended()


def _sending(town: Town) -> set[tuple[str, int]]:
    """Deliveries that are `sending`, with the number of their try."""
    with town.store.look() as session:
        return {(one.id, one.attempts) for one in in_state(session, SCHOOL, "sending")}


def _trouble(town: Town, ended: Ended) -> Iterator[str]:
    if ended.stuck:
        yield "a start did not come to an end"
    elif ended.code != 0:
        trouble = town.folder / "trouble"
        yield f"a start ended with {ended.code}: {trouble.read_text() if trouble.exists() else 'no reason told'}"


def _met(town: Town, at_random: bool) -> list[tuple[str, str, str]]:
    """Where the kill happened and in which states, as the database tells it afterwards."""
    diary = Path(town.folder / "diary")
    note = {"point": AT_RANDOM, "delivery": ""} if at_random else json.loads(diary.read_text().splitlines()[-1])
    with town.store.look() as session:
        if note["delivery"]:
            found = delivery(session, SCHOOL, note["delivery"])
            return [(note["point"], found.state if found else "none", note["kind"])]
        states = {one.state for one in in_state(session, SCHOOL, *_OPEN)} or {NOTHING_OWED}
    return [(note["point"], state, "") for state in sorted(states)]


def _look(town: Town) -> Verdict:
    with town.store.look() as session:
        return check(session, town.world, town.center.objects("eastside"))
