"""Collects one page's comments: read, listen, then remember and assign in one transaction.

No network call inside a transaction; when nothing differs, nothing is written but when the page was read, and the seal on
what stood there: while it holds, a look at the page is enough (inbox.glance).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, select

from connector.doors import Doors
from connector.errors import OutsideError, SignInNeeded, Throttled
from connector.graph import sentences
from connector.graph.page import FacebookPage
from connector.graph.usage import Usage, kept, next_reading
from inbox.held import held, held_under
from inbox.language.guess import Guesser
from inbox.listen import Ears
from inbox.one_post import CENSUS
from inbox.pace import Known, next_look
from inbox.reading import Reading, read_page
from inbox.remember import Recorder
from inbox.routing.assign import left_behind
from inbox.urgent.first import assign_all
from inbox.urgent.lists import words_of
from inbox.veil import veiled
from models.database import Database
from models.erasure import Erased, erased
from models.hint import heeded, hinted_posts
from models.page import Page, page
from models.school import School, schools
from models.switched_on import first_words
from models.vault import Vault

SOON_CALLED = timedelta(minutes=1)  # a comment that polling finds first after so long: its webhook did not come
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of reading one page. `problem` is a sentence, "" when all went well.

    `counts`: new, edited, removed, returned, hidden, shown, opened, assigned. `parked`: the page is left alone for a
    while because Facebook asked for it, which is told and is no failure. `notes` are sentences worth telling.
    """

    page: str
    counts: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    parked: bool = False
    notes: tuple[str, ...] = ()


def collect(
    db: Database,
    doors: Doors,
    vault: Vault,
    guesser: Guesser,
    school: str,
    page_slug: str,
    now: datetime,
) -> Collected:
    """Never raises for what Facebook does wrong: that is in `problem`, and what was read before it is kept.

    A page whose token is dead is not called: proving the token is its one probe a round. One that only may not write
    is read all the same.
    """
    with db.read() as session:
        rows = schools(session, school)
        row = page(session, school, page_slug)
        hinted = [one.external_id for one in hinted_posts(session, school, page_slug)]
        gone = erased(session, school)
        known = held(db, session, school, page_slug, now, hinted, tombs=bool(gone))
        urgent = words_of(session, school)
    if not rows or row.off_at is not None:
        return Collected(page_slug)
    if quiet := _left_alone(row, now):
        return quiet
    door = veiled(doors.page(row.facebook_id, vault.open(row.token_sealed)), gone, known)
    before = door.door.calls
    try:
        reading = read_page(
            door, known, now, census=is_census_due(row, now), silence_counts=is_proven(row, now), hinted=hinted
        )
    except OutsideError as wrong:
        reading = Reading(problem=wrong)
    if door.door.calls - before > 1:  # one look will not be enough next time either
        reading.seal = ""
    ears = Ears(guesser, rows[0].languages, urgent)
    ears.listen(reading.posts, known, row.facebook_id)
    return _remember(db, rows[0], row, reading, ears, door, now, gone)


def _left_alone(row: Page, now: datetime) -> Collected | None:
    if row.parked_until and row.parked_until > now:
        why = f"The page {row.slug} is left alone until {row.parked_until:%Y-%m-%d %H:%M} UTC: Facebook was asked too often."
        return Collected(row.slug, problem=why, parked=True)
    if row.dead_since:
        return Collected(row.slug, problem=row.token_problem)
    rest = next_reading(row.usage)
    if rest and rest[0] > now:
        return Collected(row.slug, problem=sentences.pace(row.slug, *rest), parked=True)
    return None


def _remember(
    db: Database,
    school: School,
    row: Page,
    reading: Reading,
    ears: Ears,
    door: FacebookPage,
    now: datetime,
    gone: Erased,
) -> Collected:
    with db.write() as session:
        target = _locked(session, row)
        if erased(session, school.slug) != gone:  # while this was read: it may hold words of theirs
            return Collected(row.slug)
        fresh = held_under(
            session, school.slug, row.slug, [*(one.post.id for one in reading.posts), *reading.gone_posts]
        )
        greetings = [one.text for one in first_words(session, school.slug).values()]
        recorder = Recorder(session, target, fresh, ears, school.fallback, now, greetings)
        for one in reading.posts:
            recorder.write(one)
        for post_id in reading.gone_posts:
            recorder.post_gone(post_id)
        calls = {one.conversation.id: one for one in (*left_behind(session, school, row.slug), *recorder.calls)}
        recorder.counts["assigned"] += assign_all(session, school, list(calls.values()), now)
        if reading.heeded:
            heeded(session, school.slug, row.slug, reading.heeded, now)
        _mark(target, reading, door.door.usage, now)
        _pace(target, reading, recorder, now)
    counts = {name: count for name, count in recorder.counts.items() if count}
    problem = reading.problem
    if counts:
        log.info("collected", page=row.slug, school=school.slug, **counts)
    notes = _notes(row, recorder.unseen)
    if problem is None:
        return Collected(row.slug, counts, notes=notes)
    log.warning(
        "page not read to the end", page=row.slug, code=problem.code, subcode=problem.subcode, trace=problem.trace
    )
    return Collected(row.slug, counts, problem.message, parked=isinstance(problem, Throttled), notes=notes)


def _notes(row: Page, unseen: Mapping[str, int]) -> tuple[str, ...]:
    """Never a failure: people may hide what they write from the Page's app, and Facebook counts it all the same."""
    if not unseen:
        return ()
    count, posts = sum(unseen.values()), list(unseen)
    where = f"post {posts[0]}" if len(posts) == 1 else f"{len(posts)} posts"
    what = "1 comment that we may not see" if count == 1 else f"{count} comments that we may not see"
    return (f"{row.slug}: Facebook counts {what}, under {where}; it is looked for again.",)


def _locked(session: Session, row: Page) -> Page:
    """One collects a page at a time; who waited here sees what the other wrote, and adds only what is missing."""
    query = select(Page).where(Page.school == row.school, Page.slug == row.slug)
    return session.exec(query.with_for_update(key_share=True)).one()


def _mark(row: Page, reading: Reading, usage: Usage | None, now: datetime) -> None:
    """What this reading means for the page itself."""
    row.tried_at = now
    if usage is not None:
        row.usage = kept(usage, now)
    row.census_at = now if reading.census else row.census_at
    match reading.problem:
        case None:
            row.read_at, row.problem, row.parked_until = now, "", None
        case SignInNeeded() as wrong:
            row.dead_since, row.token_problem = row.dead_since or now, wrong.message
        case Throttled() as wrong:
            row.parked_until = now + wrong.pause
        case OutsideError() as wrong:
            row.problem = wrong.message


def _pace(row: Page, reading: Reading, recorder: Recorder, now: datetime) -> None:
    """When it is looked at next, and whether only a look will do.

    It will where this reading was whole, took one call, and found our rows as Facebook has it: then the next one like
    it finds nothing either. With a token of the wrong kind silence tells nothing.
    """
    spoken = recorder.spoken_at
    still = reading.problem is None and not recorder.moved and is_proven(row, now)
    row.quiet = reading.seal if still else ""
    if spoken is not None:
        row.spoken_at = max(spoken, row.spoken_at or spoken)
        row.told_at = now if reading.heeded else None if now - spoken > SOON_CALLED else row.told_at
    row.poll_at = next_look(what_is_known(row), now)


def what_is_known(row: Page) -> Known:
    """Of a page, for its pace."""
    return Known(row.school, row.slug, row.spoken_at, row.told_at, row.usage, row.parked_until)


def is_proven(row: Page, now: datetime) -> bool:
    """Whether silence means that there is nothing: not with a token of the wrong kind, nor once its access has ended."""
    ended = row.data_access_expires_at is not None and row.data_access_expires_at <= now
    return row.token_kind == "page" and not ended  # noqa: S105


def is_census_due(row: Page, now: datetime) -> bool:
    return row.census_at is None or now - row.census_at >= CENSUS
