"""After a restore: read every page and calendar back over the time that the database has forgotten. Sends nothing.

What of ours stands there is known by the code in its link, a reply by its text. What a row of ours says that it should
say is written down as sent; what no row knows is kept in `Page.standing`, where the plan finds it (mirroring/forgotten.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from connector.errors import OutsideError
from models.center import Center, center, in_step
from models.delivery import Attempt, Delivery, in_state
from models.page import Page, page, pages
from models.post import posts
from models.school import school_named
from models.vault import KeyUnusable
from outbox.finding import own_posts
from outbox.found_again import remember, settle_as_found
from outbox.lanes import Lane, mark, reach
from outbox.ledger import Outbox
from outbox.own_words import answer, comments_since, complete
from outbox.private_kind import LOOK_YOURSELF, PrivateReply
from outbox.reply_kind import UNDER_COMMENTS
from outbox.verdict import after_error

SLACK = timedelta(days=1)  # before the last call that the database knows of: clocks differ, and reading is cheap
WINDOW = timedelta(days=60)  # back to here, where the database knows of no call at all
STALE = timedelta(hours=1)  # while paused, a page is read back again after this: its owner may be posting elsewhere
log = structlog.get_logger()


def read_back(outbox: Outbox, school: str, *, everything: bool) -> list[str]:
    """Read back what must be before anything is sent there; sentences about what could not be.

    While the school is paused, also what was read back before: in every `sync`, else after STALE.
    """
    now = outbox.clock()
    with outbox.db.read() as session:
        home = school_named(session, school)
        rows: list[Page | Center] = [
            *pages(session, school),
            *in_step(session, school),
        ]
    wanted = [
        row
        for row in rows
        if home.must_read_back(row.reconciled_at)
        or (home.paused_at and (everything or now - (row.reconciled_at or now) >= STALE))
    ]
    return [problem for row in wanted if (problem := _read_back(outbox, row, now))]


def _read_back(outbox: Outbox, row: Page | Center, now: datetime) -> str:
    key = f"{'page' if isinstance(row, Page) else 'center'}:{row.slug}"
    try:
        with outbox.db.read() as session:
            lane = reach(session, row.school, key, outbox.doors, outbox.vault, now)
        if lane.closed:
            return _not_yet(row, lane.closed)
        if isinstance(row, Page):
            _page(outbox, row, lane, now)
        else:
            lane.door.listing()
            with outbox.db.write() as session:
                center(session, row.school, row.slug).reconciled_at = now
    except OutsideError as wrong:
        _note(outbox, row, key, wrong, now)
        return _not_yet(row, wrong.message)
    except KeyUnusable as wrong:
        return _not_yet(row, str(wrong))
    log.info("read back after a restore", school=row.school, lane=key)
    return ""


def _note(outbox: Outbox, row: Page | Center, key: str, wrong: OutsideError, now: datetime) -> None:
    """A page that asks for fewer calls is left alone, one whose token is dead as well."""
    verdict = after_error(wrong, repeatable=True, tries=1, now=now, wait=outbox.unsure_wait)
    if verdict.lane in ("parked", "dead"):
        with outbox.db.write() as session:
            mark(session, row.school, key, verdict, wrong, now)


def _not_yet(row: Page | Center, why: str) -> str:
    return f"{row.slug} was not read back yet: {why}"


# --- a page


def _page(outbox: Outbox, row: Page, lane: Lane, now: datetime) -> None:
    with outbox.db.read() as session:
        since = _gap_begins(session, row.school, lane.key, now)
        known = own_posts(session, row.school, row.slug, None)
        open_ones = _may_have_comments(session, row, since)
        replies = [
            one for one in in_state(session, row.school, "due", "unsure", lane=lane.key) if one.kind in UNDER_COMMENTS
        ]
    own = complete(lane.door.own_posts(min([since, *(at - timedelta(seconds=1) for _, at in known)])), known)
    feed = complete(lane.door.read(now - WINDOW), [])
    comments = comments_since(lane.door, feed, open_ones, since)
    answered = [(one, seen) for one in replies if (seen := answer(outbox, lane.door, one)) is not None]
    with outbox.db.write() as session:
        remember(session, row, own, comments, now)
        for one, seen in answered:
            settle_as_found(session, one, seen, now)
        _ask_about_private_ones(session, row.school, lane.key, now)
        page(session, row.school, row.slug).reconciled_at = now


def _ask_about_private_ones(session: Session, school: str, lane: str, now: datetime) -> None:
    """A private message that was owed may have gone out since, and no read shows it."""
    for one in in_state(session, school, "due", "unsure", lane=lane):
        if one.kind == "private-reply":
            one.state, one.error = "needs-person", LOOK_YOURSELF
            PrivateReply().lost(session, one, "needs-person", now)


def _gap_begins(session: Session, school: str, lane: str, now: datetime) -> datetime:
    """Until here the database knows what was sent: the last call it knows of."""
    query = select(Attempt.started_at).join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
    query = query.where(Attempt.school == school, Delivery.lane == lane).order_by(col(Attempt.started_at).desc())
    last = session.exec(query.limit(1)).first()
    return last - SLACK if last else now - WINDOW


def _may_have_comments(session: Session, row: Page, since: datetime) -> list[str]:
    """External ids of our posts about what was not over then: a change may have been told under them."""
    sent = [one for one in posts(session, row.school, row.slug) if one.external_id and one.under is None]
    return [str(one.external_id) for one in sent if one.expires_at is None or one.expires_at > since]
