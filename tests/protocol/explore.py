"""Every state that a lane can come into, one after the other; stops at the first that must never be."""

from __future__ import annotations

from dataclasses import dataclass

from tests.protocol.model import Lane, ended, start, steps, wrong
from tests.protocol.rules import Rules


@dataclass(frozen=True)
class Found:
    """`verdict` "" when nothing is wrong; `way` leads there, state by state."""

    states: int
    verdict: str
    way: tuple[Lane, ...] = ()


def explore(rules: Rules, *, deliveries: int = 1, kills: int = 3) -> Found:
    """Breadth first, so that a way to what is wrong is a shortest one."""
    first = _same(start(deliveries, kills))
    came: dict[Lane, list[Lane]] = {first: []}
    queue = [first]
    for lane in queue:
        for raw in steps(lane, rules):
            after = _same(raw)
            if after in came:
                came[after].append(lane)
                continue
            came[after] = [lane]
            if what := wrong(after):
                return Found(len(came), what, _way(came, after))
            queue.append(after)
    stuck = _stuck(came)
    return Found(len(came), "stuck for ever" if stuck else "", _way(came, stuck[0]) if stuck else ())


def _same(lane: Lane) -> Lane:
    """Workers have no names, nor have deliveries: of states that differ only in that, one stands for all."""
    one = lane._replace(workers=tuple(sorted(lane.workers)))
    if len(one.owed) == 1:
        return one
    other = Lane(
        one.owed[::-1], one.stands[::-1],
        tuple(sorted(w._replace(what=1 - w.what) if w.doing else w for w in one.workers)),
        tuple(sorted((1 - what, age) for what, age in one.flying)), one.kills,
    )  # fmt: skip
    return min(one, other)


def _stuck(came: dict[Lane, list[Lane]]) -> list[Lane]:
    """States from which no way leads to an end, or to a person."""
    saved = {lane for lane in came if ended(lane)}
    queue = list(saved)
    for lane in queue:
        for before in came[lane]:
            if before not in saved:
                saved.add(before)
                queue.append(before)
    return [lane for lane in came if lane not in saved]


def _way(came: dict[Lane, list[Lane]], lane: Lane) -> tuple[Lane, ...]:
    first, way = next(iter(came)), [lane]
    while way[-1] != first:
        way.append(came[way[-1]][0])
    return tuple(reversed(way))
