"""What goes wrong in an ordinary year, and when. Days count from the first one; everything else is chance, seeded."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rehearsal.facebook import faults
from rehearsal.facebook.world import World
from rehearsal.town.office import cut, half_of_it, in_the_wrong_zone, none_of_it

SIGN_IN = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


@dataclass(frozen=True, slots=True)
class Broken:
    """How the calendar comes out: `status` of the answer, and what becomes of its body."""

    name: str
    days: float
    status: int = 200
    bend: Callable[[bytes], bytes] = bytes


OFTEN = (
    Broken("an empty file", 0.3, bend=lambda body: b""),
    Broken("a sign-in page", 0.6, bend=lambda body: SIGN_IN),
    Broken("cut off", 0.3, bend=cut),
    Broken("an error as JSON", 0.3, bend=lambda body: b'{"error": "try again"}'),
    Broken("an error 503", 0.6, status=503),
)
# By day of the year. None of these is meant by the school.
RARE: Mapping[int, Broken] = {
    40: Broken("a calendar without events", 0.6, bend=none_of_it),
    75: Broken("its server is gone", 4, status=502),
    120: Broken("every second event is lost", 1.2, bend=half_of_it),
    200: Broken("wall times as if they were UTC", 0.3, bend=in_the_wrong_zone),
    260: Broken("its server is gone", 9, status=502),
}
CLEAN_UPS = (150, 300)  # past events leave the calendar
NEW_SOFTWARE = 165  # every UID changes
SNOW = (155, 3)  # a day, and how many days school is closed
TOKEN_DIES, TOKEN_RENEWED = 90, 92
BLOCKED = 210  # Facebook refuses writes: 368


def export(day: int, chance: random.Random) -> Broken | None:
    """What is wrong with the calendar from this day on, if anything begins to be."""
    if day in RARE:
        return RARE[day]
    return chance.choice(OFTEN) if chance.random() < 1 / 14 else None


def facebook(world: World, day: int, chance: random.Random) -> None:
    """Today's faults of Facebook's. What met no call yesterday is over."""
    world.faults.clear()
    write, read = {"method": "POST"}, {"method": "GET"}
    likely: tuple[tuple[float, dict[str, object]], ...] = (
        (0.06, {"kind": "code2-after-store", "match": write, "after": chance.randint(0, 3)}),
        (0.04, {"kind": "code2-after-store", "store": False, "match": write, "after": chance.randint(0, 3)}),
        (0.04, {"kind": "cut-after-store", "match": write, "after": chance.randint(0, 3)}),
        (0.03, {"kind": "cut-before-store", "match": write, "after": chance.randint(0, 3)}),
        (0.03, {"kind": "html502", "match": write, "after": chance.randint(0, 3)}),
        (0.06, {"kind": "lag", "seconds": chance.randint(20, 600), "times": 2}),
        (0.04, {"kind": "throttle", "minutes": 20, "after": chance.randint(0, 8)}),
        (0.05, {"kind": "error", "code": 1, "match": read, "after": chance.randint(0, 8), "times": 2}),
        (0.03, {"kind": "html502", "match": read, "after": chance.randint(0, 8)}),
        (0.03, {"kind": "empty", "match": {"method": "GET", "path": "/(feed|comments|published_posts)$"}, "times": 2}),
    )
    for often, fault in likely:
        if chance.random() < often:
            faults.add(world, fault)
    if day == BLOCKED:
        faults.add(
            world,
            {"kind": "error", "code": 368, "message": "(#368) The action attempted is disallowed", "match": write},
        )
