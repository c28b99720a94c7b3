"""One round of one school, in order: prove, read, read back, plan, deliver, look, collect, follow, tell.

Each stage commits before the next. A crash between stages loses nothing and repeats nothing; one neighbour's trouble
never stops the rest. By the clock, what goes to or comes from one page or center is a job of its own (schedulers/jobs.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from models.delivery import Delivery, in_state
from models.page import Page
from models.run import Run
from models.school import School, school_named
from models.vault import KeyUnusable
from outbox.settle import recover
from schedulers import inward, outward
from schedulers.doubt import doubt_of_time
from schedulers.house import House
from schedulers.report import RoundReport
from upkeep.cards import keep_cards
from upkeep.link_letters import send_links
from upkeep.notices import send_notices
from upkeep.pause import count_round, notice
from upkeep.sending import send_letters


def run_round(
    house: House,
    school: School,
    *,
    everything: bool,
    apart: bool = False,
    until_settled: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> RoundReport:
    """`everything`: read all sources and comments now (sync); else only those whose time it is (the clock).

    `apart`: without what has jobs of its own. Else the school must be the caller's alone (schedulers/lock.py).
    """
    report = RoundReport(school.slug)
    school = _as_it_is_now(house, school, sends=not apart)
    house = house.at(school.slug)
    run_id = _begin(house, school)
    if not apart:
        recover(house.db, school.slug, house.clock(), lease=timedelta(seconds=house.settings.lease), alone=True)
    for stage in _stages(house, school, report, everything):
        if not (apart and stage.has_jobs):
            _go_through(house, stage, report, tell)
    if until_settled:
        _kept_on(lambda: _until_settled(house, school, report, tell), report)
    _stuck(house, school, report)
    if not report.astray:  # by a wrong clock tokens end that do not
        _tell_cards(house, school, report)
    _end(house, run_id, report, everything)
    return report


def send_lane(house: House, school: School, lane: str) -> RoundReport:
    """What is owed to one page or center, and what is in doubt there. Only for who has that lane alone."""
    report = RoundReport(school.slug)
    school = _as_it_is_now(house, school, sends=True)
    house = house.at(school.slug)
    lease = timedelta(seconds=house.settings.lease)
    recover(house.db, school.slug, house.clock(), lease=lease, alone=True, lane=lane)
    run = partial(outward.send_lane, house, school, report, lane)
    return _one(house, school, _Stage(f"delivering to {lane}", run, _time_believed(house, school)), report)


def collect_one(house: House, school: School, page: Page) -> RoundReport:
    """The comments of one page."""
    house, report = house.at(school.slug), RoundReport(school.slug)

    def collect() -> None:
        inward.collect_page(house, page, report)
        inward.look_for_twins(house, school, report)

    return _one(house, school, _Stage(f"collecting {page.slug}", collect, _time_believed(house, school)), report)


def _one(house: House, school: School, stage: _Stage, report: RoundReport) -> RoundReport:
    begun = house.clock()
    _go_through(house, stage, report, lambda _: None)
    if any(report.counts.values()):
        with house.db.write() as session:
            run = Run(job=stage.name.split(" ")[0], school=school.slug, started_at=begun, ended_at=house.clock())
            run.outcome, run.counts = _outcome(report), dict(report.counts)
            session.add(run)
        if report.counts.get("sent"):
            count_round(house.db, house.settings.data, house.clock())
    return report


# --- the stages


@dataclass(frozen=True, slots=True)
class _Stage:
    """`astray` tells why the time of day must not be trusted: by a wrong clock things are sent early, or taken for over.

    `has_jobs`: by the clock, each page and center has jobs of its own for it.
    """

    name: str
    run: Callable[[], object]
    astray: Callable[[], str]
    has_jobs: bool = False


def _stages(house: House, school: School, report: RoundReport, everything: bool) -> list[_Stage]:
    believed = _time_believed(house, school)
    return [
        # The first two only read, and whoever answers tells the time.
        _Stage("proving tokens", lambda: inward.prove(house, school, report, everything), lambda: ""),
        _Stage(
            "reading calendars",
            lambda: outward.read_sources(house, school, report, everything),
            house.doors.clocks.astray,
        ),
        _Stage("reading back", lambda: outward.read_everything_back(house, school, report, everything), believed),
        _Stage("meeting new pages", lambda: inward.meet_new_pages(house, school, report), believed),
        _Stage("planning", lambda: outward.plan_all(house, school, report), believed),
        _Stage("delivering", lambda: outward.send(house, school, report), believed, has_jobs=True),
        _Stage(
            "looking at centers' calendars",
            lambda: outward.look_at_centers(house, school, report, everything),
            believed,
            has_jobs=True,
        ),
        _Stage(
            "collecting comments",
            lambda: inward.collect_all(house, school, report, everything),
            believed,
            has_jobs=True,
        ),
        _Stage("following what nobody answered", lambda: inward.follow_up(house, school, report), believed),
    ]


def _time_believed(house: House, school: School) -> Callable[[], str]:
    return lambda: house.doors.clocks.astray() or doubt_of_time(house.db, house.doors, school, house.clock())


def _go_through(house: House, stage: _Stage, report: RoundReport, tell: Callable[[str], None]) -> None:
    if house.stopping.is_set():
        return
    if why := stage.astray():
        report.astray = True
        report.trouble(why)
        return
    tell(stage.name)
    _kept_on(stage.run, report)


def _kept_on(stage: Callable[[], object], report: RoundReport) -> None:
    """A secret that our key does not open ends its stage, but neither the round nor those of the other schools."""
    try:
        stage()
    except KeyUnusable as wrong:
        report.trouble(str(wrong))


# --- until nothing is in doubt


def _until_settled(house: House, school: School, report: RoundReport, tell: Callable[[str], None]) -> None:
    """Go on while something is in doubt, or was tried and is due again. What only waits for its hour is no doubt."""
    astray = _time_believed(house, school)
    while not house.stopping.is_set() and not astray():
        open_ones = _open_ones(house, school)
        delivered = outward.send(house, school, report)
        open_ones = [one for one in open_ones if one.lane not in delivered.closed]
        if not open_ones:
            return
        seconds = (min(one.next_at for one in open_ones) - house.clock()).total_seconds()
        tell(f"{len(open_ones)} not settled yet")
        house.stopping.wait(min(max(seconds, 0.05), 5.0))


def _open_ones(house: House, school: School) -> list[Delivery]:
    with house.db.read() as session:
        found = in_state(session, school.slug, "due", "unsure", "sending")
    return [one for one in found if one.state != "due" or one.attempts or one.next_at <= house.clock()]


def _stuck(house: House, school: School, report: RoundReport) -> None:
    with house.db.read() as session:
        stuck = in_state(session, school.slug, "needs-person")
        unsure = in_state(session, school.slug, "unsure")
    for one in stuck:
        if not any(said.startswith(f"{one.kind} {one.id}") for said in report.troubles):
            report.trouble(f"{one.kind} {one.id}: {one.error} Settle it: `settle`.")
    if unsure:
        report.note(f"{len(unsure)} deliveries are unsure and are read back in the next rounds.")
    report.count(needs_person=len(stuck), unsure=len(unsure))


def _tell_cards(house: House, school: School, report: RoundReport) -> None:
    """What waits for a person, once in the round's words, and once to whoever can mend it."""
    cards = keep_cards(house.db, school.slug, house.clock())
    for card in cards:
        said = card.message in report.troubles or (card.kind == "blocked" and card.subject in report.shut)
        if not said:
            told = report.trouble if card.kind in ("token", "blocked") else report.note
            told(card.message)
    ways, address, failed = house.ways(), house.settings.public_url, house.lately.untold
    report.note(*send_notices(house.db, ways, school, cards, address, house.clock(), failed))
    report.note(*send_letters(house.db, ways, school, address, house.clock(), failed))
    if house.notifier is not None:
        report.note(*send_links(house.db, house.notifier, house.vault, school, address, house.clock(), failed))


# --- the run's own row


def _as_it_is_now(house: House, school: School, *, sends: bool) -> School:
    """Somebody may have restored a backup, or put back or copied the database, since it was read.

    What sends is counted: by that an older copy of the database is known.
    """
    notice(house.db, house.settings.data, house.clock())
    if sends:
        count_round(house.db, house.settings.data, house.clock())
    with house.db.read() as session:
        return school_named(session, school.slug)


def _begin(house: House, school: School) -> str:
    with house.db.write() as session:
        run = Run(job="round", school=school.slug, started_at=house.clock())
        session.add(run)
        return run.id


def _end(house: House, run_id: str, report: RoundReport, everything: bool) -> None:
    """The clock looks twice a minute: a look at which nothing was done leaves no row."""
    if report.counts.get("sent"):  # a copy made in the middle of this round is older than what was sent
        count_round(house.db, house.settings.data, house.clock())
    with house.db.write() as session:
        run = session.get(Run, run_id)
        assert run is not None
        if not everything and not any(report.counts.values()) and not report.troubles:
            session.delete(run)
            return
        if not report.astray:  # a time from the future would make the right one look wrong (schedulers/doubt.py)
            run.ended_at = house.clock()
        run.outcome = _outcome(report)
        run.counts = dict(report.counts)


def _outcome(report: RoundReport) -> str:
    return "failed" if report.astray else "partly" if report.troubles else "ok"
