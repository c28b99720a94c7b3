"""One round of one school, in order: prove, read, plan, deliver, look, collect. Each stage commits before the next.

A crash between stages loses nothing and repeats nothing; one neighbour's trouble never stops the rest.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from config.durations import parse_duration
from config.settings import Settings
from config.wording import Wording
from connector.doors import Doors
from inbox.collect import collect
from inbox.language.guess import Guesser
from mirroring.entries import look, plan_entries
from mirroring.gather import gather
from mirroring.intake import Intake, take_in
from mirroring.plan import plan
from mirroring.planned import Action
from mirroring.publish import Publisher, voice_of
from models.center import centers
from models.database import Database
from models.delivery import in_state
from models.page import Page, pages
from models.run import Run
from models.school import School, groups
from models.source import Source, sources
from models.vault import KeyUnusable, Vault
from outbox.deliver import deliver
from outbox.ledger import Delivered, Outbox
from outbox.settle import recover
from upkeep.cards import keep_cards, of_page
from upkeep.notices import Telling, Tries, send_notices
from upkeep.tokens import prove_tokens

COLLECT_EVERY = timedelta(minutes=5)  # by the clock; `sync` collects at once
PROBE_EVERY = timedelta(minutes=15)  # by the clock: a page whose token is dead


@dataclass(frozen=True, slots=True)
class House:
    """What every round needs, built once at the root. `stopping` is set when the program is asked to end.

    `tried`: when this process last asked for the comments of (school, page), however that went; `probed`: tokens.
    `notifier`: who tells people outside, None where nobody is to be told; `failed`: its notices that did not leave.
    """

    db: Database
    doors: Doors
    vault: Vault
    settings: Settings
    wordings: Mapping[str, Wording]
    guesser: Guesser
    clock: Callable[[], datetime]
    process: str = field(default_factory=lambda: f"{os.getpid()}-{secrets.token_hex(4)}")
    stopping: threading.Event = field(default_factory=threading.Event)
    tried: dict[tuple[str, str], datetime] = field(default_factory=dict)
    probed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    notifier: Telling | None = None
    failed: dict[str, Tries] = field(default_factory=dict)

    def outbox(self) -> Outbox:
        wait = timedelta(seconds=self.settings.unsure_wait)
        return Outbox(self.db, self.doors, self.vault, self.clock, wait, self.process, self.stopping.is_set)


@dataclass(slots=True)
class RoundReport:
    """What one round did. `troubles` need somebody and make `sync` end with 1; `notes` are only told.

    `shut`: pages of which it was told that nothing can be sent there until a person acts.
    """

    school: str
    counts: dict[str, int] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)

    def count(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number


def run_round(
    house: House,
    school: School,
    *,
    everything: bool,
    until_settled: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> RoundReport:
    """`everything`: read all sources and comments now (sync); else only those whose time it is (the clock)."""
    report = RoundReport(school.slug)
    run_id = _begin(house, school)
    lease = timedelta(seconds=house.settings.lease)
    recover(house.db, school.slug, house.clock(), lease=lease, alone=True)
    stages: list[tuple[str, Callable[[], None]]] = [
        ("proving tokens", lambda: _prove(house, school, report, everything)),
        ("reading calendars", lambda: _read_sources(house, school, report, everything)),
        ("planning", lambda: _plan(house, school, report)),
        ("delivering", lambda: _deliver(house, school, report)),
        ("looking at centers' calendars", lambda: _look_at_centers(house, school, report, everything)),
        ("collecting comments", lambda: _collect(house, school, report, everything)),
    ]
    for name, stage in stages:
        if not house.stopping.is_set():
            tell(name)
            _kept_on(stage, report)
    if until_settled:
        _kept_on(lambda: _until_settled(house, school, report, tell), report)
    _stuck(house, school, report)
    _tell_cards(house, school, report)
    _end(house, run_id, report, everything)
    return report


def _kept_on(stage: Callable[[], None], report: RoundReport) -> None:
    """A secret that our key does not open ends its stage, but neither the round nor those of the other schools."""
    try:
        stage()
    except KeyUnusable as wrong:
        if str(wrong) not in report.troubles:
            report.troubles.append(str(wrong))


# --- the stages


def _prove(house: House, school: School, report: RoundReport, everything: bool) -> None:
    patience = timedelta(0) if everything else PROBE_EVERY
    wrong = prove_tokens(house.db, house.doors, house.vault, school.slug, house.clock(), patience, house.probed)
    report.troubles += [of_page(slug, problem) for slug, problem in wrong.items()]


def _read_sources(house: House, school: School, report: RoundReport, everything: bool) -> None:
    now = house.clock()
    with house.db.read() as session:
        rows = sources(session, school.slug)
    for source in rows:
        if everything or _is_time(source, now):
            _tell_intake(take_in(house.db, house.doors, house.vault, school, source, house.clock()), report)


def _is_time(source: Source, now: datetime) -> bool:
    return source.checked_at is None or now - source.checked_at >= parse_duration(source.every)


def _tell_intake(intake: Intake, report: RoundReport) -> None:
    report.count(feeds=1, **{f"events_{name}": number for name, number in intake.counts.items()})
    if intake.outcome in ("held", "refused", "failed"):
        report.troubles.append(intake.message)
    if intake.counts.get("missing"):
        report.notes.append(f"{intake.counts['missing']} events are no longer in {intake.source}: a person is asked.")
    report.notes += [f"{intake.source}, {problem.uid}: {problem.message}" for problem in intake.problems]


def _plan(house: House, school: School, report: RoundReport) -> None:
    hold = house.settings.families_cannot_reach_us
    if hold:
        report.troubles.append(hold)
    with house.db.read() as session:
        rows = pages(session, school.slug)
    for page in rows:
        with house.db.write() as session:
            actions = plan_page(session, school, page, hold, house.clock())
            name = groups(session, school.slug)[page.group].name if page.group else school.name
            voice = voice_of(school, page, name, house.wordings, house.settings.public_url)
            Publisher(session, school, page, voice, house.clock()).write(actions)
        report.count(**_counted(actions))
    with house.db.write() as session:
        report.count(calendar_entries=plan_entries(session, school, house.clock()))


def plan_page(session: Session, school: School, page: Page, hold: str, now: datetime) -> list[Action]:
    """What a page should do now; changes nothing."""
    gathered = gather(session, school, page, hold, now)
    return plan(gathered.rules, gathered.events, gathered.standing, now)


def _counted(actions: list[Action]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for action in actions:
        name = {"publish": "posts", "revise": "revisions", "withdraw": "withdrawals", "hold": "held"}[action.action]
        counts[name] = counts.get(name, 0) + 1
    return counts


def _deliver(house: House, school: School, report: RoundReport) -> None:
    _tell_delivered(deliver(house.outbox(), school.slug), report)


def _tell_delivered(delivered: Delivered, report: RoundReport) -> None:
    report.count(sent=delivered.sent, failed=delivered.failed)
    report.troubles += [one for one in delivered.problems if one not in report.troubles]
    for key, (why, needs_person) in delivered.closed.items():
        slug = key.partition(":")[2]
        told, sentence = (report.troubles if needs_person else report.notes), of_page(slug, why)
        if needs_person:
            report.shut.add(slug)
        if sentence not in told:
            told.append(sentence)


def _look_at_centers(house: House, school: School, report: RoundReport, everything: bool) -> None:
    now = house.clock()
    with house.db.read() as session:
        rows = centers(session, school.slug)
    report.troubles += [
        f"{row.name}: Google calendars are not served yet; give it a feed." for row in rows if row.kind == "google"
    ]
    for row in [row for row in rows if row.kind == "caldav"]:
        if everything or row.checked_at is None or now - row.checked_at >= COLLECT_EVERY:
            looked = look(house.db, house.doors, house.vault, school, row, now)
            report.count(center_edits=looked.foreign_edits)
            if looked.problem and looked.problem not in report.troubles:
                report.troubles.append(looked.problem)
            if looked.foreign_edits:
                _tell_delivered(deliver(house.outbox(), school.slug, {f"center:{row.slug}"}), report)


def _collect(house: House, school: School, report: RoundReport, everything: bool) -> None:
    now = house.clock()
    with house.db.read() as session:
        rows = pages(session, school.slug)
    for page in rows:
        if everything or _is_time_to_collect(page, house.tried.get((school.slug, page.slug)), now):
            house.tried[school.slug, page.slug] = now
            collected = collect(
                house.db, house.doors, house.vault, house.guesser, school.slug, page.slug, house.clock()
            )
            report.count(**collected.counts)
            told = report.notes if collected.parked else report.troubles
            if collected.problem and (sentence := of_page(page.slug, collected.problem)) not in told:
                told.append(sentence)


def _is_time_to_collect(page: Page, tried_at: datetime | None, now: datetime) -> bool:
    """A page that cannot be read is asked no more often than one that can: its quota is small."""
    last = max((at for at in (page.read_at, tried_at) if at is not None), default=None)
    return last is None or now - last >= COLLECT_EVERY


# --- until nothing is in doubt


def _until_settled(house: House, school: School, report: RoundReport, tell: Callable[[str], None]) -> None:
    """Go on while something is in doubt, or was tried and is due again. What only waits for its hour is no doubt."""
    while not house.stopping.is_set():
        with house.db.read() as session:
            open_ones = [
                one
                for one in in_state(session, school.slug, "due", "unsure", "sending")
                if one.state != "due" or one.attempts or one.next_at <= house.clock()
            ]
        delivered = deliver(house.outbox(), school.slug)
        _tell_delivered(delivered, report)
        open_ones = [one for one in open_ones if one.lane not in delivered.closed]
        if not open_ones:
            return
        seconds = (min(one.next_at for one in open_ones) - house.clock()).total_seconds()
        tell(f"{len(open_ones)} not settled yet")
        house.stopping.wait(min(max(seconds, 0.05), 5.0))


def _stuck(house: House, school: School, report: RoundReport) -> None:
    with house.db.read() as session:
        stuck = in_state(session, school.slug, "needs-person")
        unsure = in_state(session, school.slug, "unsure")
    for one in stuck:
        sentence = f"{one.kind} {one.id}: {one.error}"
        if sentence not in report.troubles:
            report.troubles.append(sentence + " Settle it: `settle`.")
    if unsure:
        report.notes.append(f"{len(unsure)} deliveries are unsure and are read back in the next rounds.")
    report.count(needs_person=len(stuck), unsure=len(unsure))


def _tell_cards(house: House, school: School, report: RoundReport) -> None:
    """What waits for a person, once in the round's words, and once to whoever can mend it."""
    cards = keep_cards(house.db, school.slug, house.clock())
    for card in cards:
        told = report.troubles if card.kind in ("token", "blocked") else report.notes
        if card.message not in (*report.troubles, *report.notes) and not (
            card.kind == "blocked" and card.subject in report.shut
        ):
            told.append(card.message)
    if house.notifier is not None:
        report.notes += send_notices(
            house.db, house.notifier, school, cards, house.settings.public_url, house.clock(), house.failed
        )


# --- the run's own row


def _begin(house: House, school: School) -> str:
    with house.db.write() as session:
        run = Run(job="round", school=school.slug, started_at=house.clock())
        session.add(run)
        return run.id


def _end(house: House, run_id: str, report: RoundReport, everything: bool) -> None:
    """The clock looks twice a minute: a look at which nothing was done leaves no row."""
    with house.db.write() as session:
        run = session.get(Run, run_id)
        assert run is not None
        if not everything and not any(report.counts.values()) and not report.troubles:
            session.delete(run)
            return
        run.ended_at = house.clock()
        run.outcome = "partly" if report.troubles else "ok"
        run.counts = dict(report.counts)
