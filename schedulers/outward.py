"""The outward stages of a round: read calendars, read back, plan, deliver, look at centers. Each commits by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from config.durations import parse_duration
from mirroring.double_booking import find_double_bookings
from mirroring.entries import plan_entries
from mirroring.gather import gather
from mirroring.intake import take_in
from mirroring.look import look
from mirroring.plan import plan
from mirroring.planned import Action
from mirroring.publish import Publisher, voice_of
from models.center import Center, in_step
from models.page import Page, pages
from models.school import School, groups
from models.source import Source, sources
from outbox.deliver import deliver
from outbox.ledger import Delivered
from outbox.reconcile import read_back
from schedulers.house import House
from schedulers.report import RoundReport

LOOK_EVERY = timedelta(minutes=5)  # at a center's calendar, by the clock
_COUNTED = {"publish": "posts", "revise": "revisions", "withdraw": "withdrawals", "hold": "held"}


def read_sources(house: House, school: School, report: RoundReport, everything: bool) -> None:
    now = house.clock()
    with house.db.read() as session:
        rows = sources(session, school.slug)
    for source in sorted(rows, key=lambda one: "://" not in one.address):  # who answers also tells the time
        if everything or _is_time(source, now):
            report.taken_in(take_in(house.db, house.doors, house.vault, school, source, house.clock()))


def _is_time(source: Source, now: datetime) -> bool:
    return source.checked_at is None or abs(now - source.checked_at) >= parse_duration(source.every)


def read_everything_back(house: House, school: School, report: RoundReport, everything: bool) -> None:
    """After a restore only. While the school is paused that needs an owner, whatever else is well."""
    report.trouble(school.paused_because, *read_back(house.outbox(), school.slug, everything=everything))


def plan_all(house: House, school: School, report: RoundReport) -> None:
    hold = house.settings.families_cannot_reach_us
    report.trouble(hold)
    with house.db.read() as session:
        # What stands on a page that was not read back is not known: a plan for it would say things twice.
        rows = [one for one in pages(session, school.slug) if not school.must_read_back(one.reconciled_at)]
    for page in rows:
        with house.db.write() as session:
            actions = plan_page(session, school, page, hold, house.clock())
            if actions or school.paused_at:  # a quiet round reads no post of former years
                _write(house, session, school, page, actions)
        for action in actions:
            report.count(**{_COUNTED[action.action]: 1})
    with house.db.write() as session:
        report.count(calendar_entries=plan_entries(session, school, house.clock()))


def _write(house: House, session: Session, school: School, page: Page, actions: list[Action]) -> None:
    name = groups(session, school.slug)[page.group].name if page.group else school.name
    voice = voice_of(school, page, name, house.wordings, house.settings.public_url)
    Publisher(session, school, page, voice, house.clock()).write(actions)


def plan_page(session: Session, school: School, page: Page, hold: str, now: datetime) -> list[Action]:
    """What a page should do now; changes nothing."""
    gathered = gather(session, school, page, hold, now)
    return plan(gathered.rules, gathered.events, gathered.standing, now, gathered.tellings)


def send(house: House, school: School, report: RoundReport) -> Delivered:
    delivered = deliver(house.outbox(), school.slug)
    report.delivered(delivered)
    return delivered


def send_lane(house: House, school: School, report: RoundReport, lane: str) -> None:
    """One lane alone. A center's calendar is looked at in the same breath, when it is time."""
    delivered = deliver(house.outbox(), school.slug, {lane})
    report.delivered(delivered)
    kind, slug = lane.split(":", 1)
    if kind == "center":
        look_at_centers(house, school, report, everything=False, only=slug)


def look_at_centers(
    house: House, school: School, report: RoundReport, everything: bool, only: str | None = None
) -> None:
    now = house.clock()
    with house.db.read() as session:
        rows = [row for row in in_step(session, school.slug) if only in (None, row.slug)]
    for row in rows:
        if everything or row.checked_at is None or abs(now - row.checked_at) >= LOOK_EVERY:
            _look_at(house, school, report, row, now)


def _look_at(house: House, school: School, report: RoundReport, row: Center, now: datetime) -> None:
    looked = look(house.db, house.doors, house.vault, school, row, now)
    unread = find_double_bookings(house.db, school, row, now)
    report.count(center_edits=looked.edits)
    report.trouble(looked.problem)
    report.note(*looked.notes, *_told_of(row, looked.waiting, unread))
    if looked.owed:
        report.delivered(deliver(house.outbox(), school.slug, {f"center:{row.slug}"}))


def _told_of(row: Center, waiting: int, unread: int) -> list[str]:
    """What is no trouble, and somebody may like to know."""
    yes = f"{waiting} events wait for somebody of {row.name} to say `approve` or `hold`: see `calendar-entries`."
    lost = f"{unread} entries of {row.name}'s own cannot be read, so that double bookings with them are not seen."
    return [sentence for sentence, number in ((yes, waiting), (lost, unread)) if number]
