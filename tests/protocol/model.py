"""One lane of the outbox, in every order in which things can happen: what workers, Facebook and death can do to it.

Two workers that may be killed or stand still anywhere, calls that are accepted, lost, refused, answered late or never,
posts that show late, reads that show nothing. What follows from each step is asked of the program's own rules; only the
order of the steps is told here again (claim, leave, hear; look, conclude; recover), as in outbox/deliver.py and settle.py.
Time goes in steps of 30 seconds, and its distances are kept only as far as a rule can tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import NamedTuple

from connector.errors import OutcomeUnknown, TryLater
from outbox.kinds import Absent, Stands
from tests.protocol.rules import LEASE, NOW, STEP, WAIT, Rules

TRIED_BEFORE = 6  # it was refused six times already: so the eighth try, a person's, is near
OURS = SimpleNamespace(id="1", created_at=NOW, permalink_url="")
OLD = 3  # steps: what is older is as old as that
ENDED = ("sent", "needs-person")
YES, UNKNOWN, NO = "yes", "unknown", "no"
ERRORS = {UNKNOWN: OutcomeUnknown("no answer"), NO: TryLater("refused")}


class Owed(NamedTuple):
    """A delivery as our rows tell it. `tries` are the outcomes of its attempts; the rest is about the newest of them.

    When it may be tried or looked for next is left out: here it may be at any moment, which is more than the program does.
    """

    state: str = "due"
    tries: tuple[str, ...] = ()
    age: int = 0
    reads: int = 0
    absent_for: int = -1  # steps since the first read that counted; -1: none yet


class Worker(NamedTuple):
    """`doing` "" (idle), claimed, flying (its bytes are out), heard, or looking; `age`: steps since that began.

    `heard`: the answer; of one who looks what it means, a state. Nobody was at the row since, else it is dropped.
    """

    doing: str = ""
    what: int = -1
    attempt: int = -1
    age: int = 0
    heard: str = ""


class Lane(NamedTuple):
    """`stands`: for each delivery its posts, as steps since they were accepted, -1 once they show. `flying`: (what, age)
    of calls whose worker was killed, or told that they broke.
    """

    owed: tuple[Owed, ...]
    stands: tuple[tuple[int, ...], ...]
    workers: tuple[Worker, ...] = (Worker(), Worker())
    flying: tuple[tuple[int, int], ...] = ()
    kills: int = 3


def start(deliveries: int, kills: int) -> Lane:
    """Of two, each was in doubt once before: the whole way of one alone, times itself, is a million states."""
    owed = Owed(tries=("unsure",)) if deliveries > 1 else Owed()
    return Lane((owed,) * deliveries, ((),) * deliveries, kills=kills)


def wrong(lane: Lane) -> str:
    """What must never be, or ""."""
    for owed, stands in zip(lane.owed, lane.stands, strict=True):
        if len(stands) > 1:
            return "double post"
        if owed.state == "sent" and not stands:
            return "false confirmation"
    if sum(one.state == "sending" for one in lane.owed) > 1:
        return "two at once in the lane"
    return ""


def ended(lane: Lane) -> bool:
    return all(one.state in ENDED for one in lane.owed)


def steps(lane: Lane, rules: Rules) -> Iterator[Lane]:
    """Every lane that one event can make of this one."""
    yield from _time_passes(lane)
    yield from _facebook_acts(lane)
    for what, owed in enumerate(lane.owed):
        if owed.state == "sending":
            yield from _recovered(lane, what, owed, rules)
    for number, worker in enumerate(lane.workers):
        if worker == lane.workers[number - 1] and number:
            continue  # the same worker under another name
        if not worker.doing:
            yield from _begins(lane, number, rules)
            continue
        yield from _WORK[worker.doing](lane, number, worker, rules)
        if lane.kills:
            yield _killed(lane, number, worker)


# --- the world


def _time_passes(lane: Lane) -> Iterator[Lane]:
    """Not further than the one assumption allows: a call takes effect while it lasts, and shows within the wait."""
    flying = [age for _, age in lane.flying] + [one.age for one in lane.workers if one.doing == "flying"]
    hidden = [age for posts in lane.stands for age in posts]
    if any(age >= 1 for age in flying) or any(age + 1 >= WAIT // STEP for age in hidden):
        return
    yield lane._replace(
        owed=tuple(_older(one) for one in lane.owed),
        stands=tuple(tuple(age if age < 0 else age + 1 for age in posts) for posts in lane.stands),
        workers=tuple(one._replace(age=min(one.age + 1, OLD)) if _ages(one) else one for one in lane.workers),
        flying=tuple((what, age + 1) for what, age in lane.flying),
    )


def _ages(one: Worker) -> bool:
    return one.doing in ("claimed", "flying") or (one.doing == "looking" and one.heard == "unsure")


def _older(one: Owed) -> Owed:
    if one.state not in ("sending", "unsure"):
        return one
    absent_for = min(one.absent_for + 1, OLD) if one.absent_for >= 0 else -1
    return one._replace(age=min(one.age + 1, OLD if one.state == "sending" else 1), absent_for=absent_for)


def _facebook_acts(lane: Lane) -> Iterator[Lane]:
    for what, posts in enumerate(lane.stands):
        for age in {one for one in posts if one >= 0}:
            left = list(posts)
            left.remove(age)
            yield _put(lane, what, tuple(sorted((*left, -1))))
    for one in set(lane.flying):
        rest = list(lane.flying)
        rest.remove(one)
        yield lane._replace(flying=tuple(rest))
        yield _accepted(lane._replace(flying=tuple(rest)), one[0])


def _accepted(lane: Lane, what: int) -> Lane:
    return _put(lane, what, tuple(sorted((*lane.stands[what], 0))))


def _put(lane: Lane, what: int, posts: tuple[int, ...]) -> Lane:
    return lane._replace(stands=(*lane.stands[:what], posts, *lane.stands[what + 1 :]))


# --- a worker


def _begins(lane: Lane, number: int, rules: Rules) -> Iterator[Lane]:
    for what, owed in enumerate(lane.owed):
        others = [one.state for place, one in enumerate(lane.owed) if place != what]
        if rules.may_claim(owed.state, others):
            worker = Worker("claimed", what, len(owed.tries))
            if rules.intent_first:
                begun = owed._replace(state="sending", tries=(*owed.tries, ""), age=0, reads=0, absent_for=-1)
                yield _worker(_row(lane, what, begun), number, worker)
            else:
                yield _worker(lane, number, worker)
        if owed.state == "unsure":
            for saw in _reads(lane.stands[what], rules):
                if means := _meaning(owed, saw, rules):
                    yield _worker(lane, number, Worker("looking", what, len(owed.tries) - 1, heard=means))


def _reads(posts: tuple[int, ...], rules: Rules) -> set[str]:
    """A true read, one that shows nothing at all, and one that is cut short: what each of them proves."""
    found = [OURS for age in posts if age < 0]
    full = rules.weigh(found, {"old"}, {"old"}, complete=True)
    empty = rules.weigh([], set(), {"old"}, complete=True)
    cut = rules.weigh([], {"old"}, {"old"}, complete=False)
    return {type(one).__name__ for one in (full, empty, cut)}


def _meaning(owed: Owed, saw: str, rules: Rules) -> str:
    """The state that a look will lead to; "" when it changes nothing."""
    if saw == Stands.__name__:
        return "sent"
    if saw != Absent.__name__:
        after = rules.after_unclear(NOW - owed.age * STEP, now=NOW, wait=WAIT).state
        return "" if after == "unsure" else after
    if not rules.counts_as_read(NOW, NOW - owed.age * STEP, WAIT):
        return ""
    since, doubts = NOW - max(owed.absent_for, 0) * STEP, owed.tries.count("unsure")
    return rules.after_absence(owed.reads + 1, since, doubts=doubts, now=NOW, wait=WAIT).state


def _claimed(lane: Lane, number: int, worker: Worker, rules: Rules) -> Iterator[Lane]:
    if rules.may_leave(worker.age * STEP.total_seconds()):
        yield _worker(lane, number, worker._replace(doing="flying", age=0))
    else:
        yield _worker(lane, number, worker._replace(doing="heard", age=0, heard=NO))


def _flying(lane: Lane, number: int, worker: Worker, rules: Rules) -> Iterator[Lane]:
    """Accepted and told; accepted, and the answer lost or a 500; the same, not accepted; refused; broken off."""
    for accepted, heard in ((True, YES), (True, UNKNOWN), (False, UNKNOWN), (False, NO)):
        after = _worker(lane, number, worker._replace(doing="heard", age=0, heard=heard))
        yield _accepted(after, worker.what) if accepted else after
    broken = _worker(lane, number, worker._replace(doing="heard", age=0, heard=UNKNOWN))
    yield _left_flying(broken, worker)


def _heard(lane: Lane, number: int, worker: Worker, rules: Rules) -> Iterator[Lane]:
    """As outbox/ledger.py: `stands`, `refused`."""
    what, lane = worker.what, _worker(lane, number, Worker())
    owed, attempt = lane.owed[what], worker.attempt
    if not rules.intent_first:
        attempt = len(owed.tries)
        owed = owed._replace(state="sending", tries=(*owed.tries, ""), age=0)
    under_way = attempt < len(owed.tries) and owed.tries[attempt] == ""
    if under_way or worker.heard == YES:
        owed = _noted(owed, attempt, {YES: "sent", UNKNOWN: "unsure", NO: "refused"}[worker.heard])
    if worker.heard == YES:
        if rules.confirms(owed.state, under_way=under_way, repeatable=False):
            yield _settled(lane, what, owed, "sent")
            return
    elif rules.may_decide(owed.state, under_way=under_way):
        tries = TRIED_BEFORE + len(owed.tries)
        verdict = rules.after_error(ERRORS[worker.heard], repeatable=False, tries=tries, now=NOW, wait=WAIT)
        yield _settled(lane, what, owed, verdict.state)
        return
    yield _row(lane, what, owed)


def _looking(lane: Lane, number: int, worker: Worker, rules: Rules) -> Iterator[Lane]:
    """As outbox/settle.py: `_conclude`. What it saw is as old as its beginning."""
    what, lane = worker.what, _worker(lane, number, Worker())
    owed = lane.owed[what]
    if worker.heard == "sent":
        news = rules.confirms(owed.state, under_way=False, repeatable=False)
        yield _settled(lane, what, owed, "sent") if news else lane
    else:
        absent_for = worker.age if owed.absent_for < 0 else owed.absent_for
        yield _settled(lane, what, owed._replace(reads=min(owed.reads + 1, OLD), absent_for=absent_for), worker.heard)


def _killed(lane: Lane, number: int, worker: Worker) -> Lane:
    after = _worker(lane, number, Worker())._replace(kills=lane.kills - 1)
    return _left_flying(after, worker) if worker.doing == "flying" else after


def _recovered(lane: Lane, what: int, owed: Owed, rules: Rules) -> Iterator[Lane]:
    """As outbox/settle.py: `recover`, by one who knows to be alone, or after the lease."""
    alone = not any(one.doing in ("claimed", "flying", "heard") for one in lane.workers)
    verdict = rules.after_death(NOW - owed.age * STEP, now=NOW, lease=LEASE, alone=alone)
    if verdict is not None:
        yield _settled(lane, what, _noted(owed, len(owed.tries) - 1, "unsure"), verdict.state)


_WORK = {"claimed": _claimed, "flying": _flying, "heard": _heard, "looking": _looking}


# --- what changes


def _noted(owed: Owed, attempt: int, outcome: str) -> Owed:
    if attempt >= len(owed.tries):
        return owed  # it ended, and its attempts were forgotten
    return owed._replace(tries=(*owed.tries[:attempt], outcome, *owed.tries[attempt + 1 :]))


def _settled(lane: Lane, what: int, owed: Owed, state: str) -> Lane:
    """A new state or a new time: who looks at the row sees that it is not as it was, and drops what is no yes."""
    if state == "unsure":
        after = owed._replace(state=state, age=min(owed.age, 1))
    else:
        after = Owed(state, tries=() if state in ENDED else owed.tries)
    workers = tuple(
        Worker() if one.doing == "looking" and one.what == what and one.heard != "sent" else one for one in lane.workers
    )
    return _row(lane._replace(workers=workers), what, after)


def _row(lane: Lane, what: int, owed: Owed) -> Lane:
    return lane._replace(owed=(*lane.owed[:what], owed, *lane.owed[what + 1 :]))


def _worker(lane: Lane, number: int, worker: Worker) -> Lane:
    other = lane.workers[1 - number]
    return lane._replace(workers=(other, worker) if number else (worker, other))


def _left_flying(lane: Lane, worker: Worker) -> Lane:
    return lane._replace(flying=tuple(sorted((*lane.flying, (worker.what, worker.age)))))
