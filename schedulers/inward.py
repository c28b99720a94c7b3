"""The inward stages of a round: prove tokens, collect comments, follow what nobody answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.collect import collect
from inbox.first_word.owe import greet
from inbox.follow import follow
from inbox.hints import unpack
from models.hint import newest_hints
from models.page import Page, pages
from models.school import School
from outbox.twins import scan_for_duplicates
from schedulers.house import House
from schedulers.report import RoundReport
from upkeep.cards import of_page
from upkeep.endings import switch_off_ended
from upkeep.tokens import prove_tokens
from upkeep.webhooks import Rounds, look_after_pages

COLLECT_EVERY = timedelta(minutes=5)  # by the clock; `sync` collects at once
HINTS_APART = timedelta(seconds=5)  # a page that draws many comments is read no more often than that
PROBE_EVERY = timedelta(minutes=15)  # by the clock: a page whose token is dead


def prove(house: House, school: School, report: RoundReport, everything: bool) -> None:
    begun, patience = house.clock(), timedelta(0) if everything else PROBE_EVERY
    lately = house.lately
    wrong = prove_tokens(house.db, house.doors, house.vault, school.slug, house.clock(), patience, lately.proven)
    report.trouble(*(of_page(slug, problem) for slug, problem in wrong.items()))
    if not house.settings.why_no_webhooks:
        rounds = Rounds(lately.subscribed, begun, serving=not everything)
        look_after_pages(house.db, house.doors, house.vault, school.slug, rounds, house.clock())


def meet_new_pages(house: House, school: School, report: RoundReport) -> None:
    """What stands on a page that was never read: somebody may have announced by hand what we are about to say."""
    with house.db.read() as session:
        rows = [row for row in pages(session, school.slug) if row.read_at is None and not row.token_problem]
    for row in rows:
        if row.tried_at is None or is_time_to_collect(row, None, house.clock()):
            collect_page(house, row, report)


def collect_all(house: House, school: School, report: RoundReport, everything: bool) -> None:
    unpack(house.db.everywhere, house.clock())
    now = house.clock()
    with house.db.read() as session:
        rows, hints = pages(session, school.slug), newest_hints(session)
    due = [row for row in rows if everything or is_time_to_collect(row, hints.get((row.school, row.slug)), now)]
    for row in due:
        collect_page(house, row, report)
    if due:
        look_for_twins(house, school, report)


def look_for_twins(house: House, school: School, report: RoundReport) -> None:
    """What was read may show that something stands twice."""
    with house.db.write() as session:
        report.note(*scan_for_duplicates(session, school.slug, house.clock()))


def follow_up(house: House, school: School, report: RoundReport) -> None:
    """After collecting: a family's newest words, and an answer that was written on Facebook, are known by then."""
    gone = switch_off_ended(house.db, school.slug, house.clock())
    followed = follow(house.db, school, house.clock())
    greeted = greet(house.db, school, house.wordings, house.clock())
    report.count(people_ended=len(gone), handed_on=followed.count, first_words=greeted)


def collect_page(house: House, page: Page, report: RoundReport) -> None:
    collected = collect(house.db, house.doors, house.vault, house.guesser, page.school, page.slug, house.clock())
    report.count(**collected.counts)
    report.note(*collected.notes)
    if collected.problem:
        told = report.note if collected.parked else report.trouble
        told(of_page(page.slug, collected.problem))


def is_time_to_collect(page: Page, hinted_at: datetime | None, now: datetime) -> bool:
    """A page that cannot be read is asked no more often than one that can: its quota is small.

    A hint that is newer than the last try makes it time sooner; one that a try has met already does not.
    """
    last = last_tried(page)
    if last is None or abs(now - last) >= COLLECT_EVERY:  # a clock that was set back must not silence a page
        return True
    return hinted_at is not None and hinted_at > last and now - last >= HINTS_APART


def last_tried(page: Page) -> datetime | None:
    return max((at for at in (page.read_at, page.tried_at) if at is not None), default=None)
