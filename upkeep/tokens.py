"""Proves each page's token once a day: silence read with the wrong kind of token is never believed."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta

from connector.doors import Doors
from connector.errors import OutsideError, SignInNeeded, Throttled
from connector.graph.values import TokenReport
from models.database import Database
from models.page import Page, page, pages
from models.vault import Vault

PROOF_LASTS = timedelta(days=1)
Tried = MutableMapping[tuple[str, str], datetime]  # (school, sealed token): a new one is asked about at once


def prove_tokens(
    db: Database,
    doors: Doors,
    vault: Vault,
    school: str,
    now: datetime,
    patience: timedelta = timedelta(0),
    tried: Tried | None = None,
) -> dict[str, str]:
    """Page slug -> what is wrong with its token, in a sentence; pages in order are left out.

    A page whose token is dead gets this one probe a round, and no other call. No token is probed twice in `patience`,
    however the probe went; `tried` remembers when each was.
    """
    tried = {} if tried is None else tried
    with db.read() as session:
        rows = pages(session, school)
    for row in rows:
        if needs_proof(row, now, patience, tried.get((school, row.token_sealed))) and not _parked(row, now):
            tried[school, row.token_sealed] = now
            _prove(db, doors, vault, row, now)
    with db.read() as session:
        return {row.slug: row.token_problem for row in pages(session, school) if row.token_problem}


def needs_proof(row: Page, now: datetime, patience: timedelta, tried_at: datetime | None = None) -> bool:
    # Abs: what lies in the future was written down while the clock was wrong.
    if tried_at is not None and abs(now - tried_at) < patience:
        return False
    if row.token_proven_at is None:
        return True
    return abs(now - row.token_proven_at) >= (patience if row.token_problem else PROOF_LASTS)


def _parked(row: Page, now: datetime) -> bool:
    return row.parked_until is not None and row.parked_until > now


def _prove(db: Database, doors: Doors, vault: Vault, row: Page, now: datetime) -> None:
    try:
        token = vault.open(row.token_sealed)
        report = doors.prove(row.facebook_id, token, now, was_refused=_was_refused(row))
    except OutsideError as wrong:
        if not doors.clocks.astray():
            _could_not(db, row, wrong, now)
        return
    if doors.clocks.astray():  # the answer itself told: by this `now` nothing is dead, parked or proven
        return
    with db.write() as session:
        known = page(session, row.school, row.slug)
        if known.token_sealed == row.token_sealed:  # a new token may have come while we asked about the old one
            write_report(known, report, now)


def _was_refused(row: Page) -> bool:
    """Dead, and not only of the wrong kind or short of a right: what Facebook tells of it may look well all the same."""
    return row.dead_since is not None and row.token_kind not in ("user", "app") and not row.token_missing


def write_report(row: Page, report: TokenReport, now: datetime) -> None:
    """What Facebook said of the token, onto its page."""
    row.token_kind, row.token_missing = report.kind, list(report.missing)
    row.token_expires_at, row.data_access_expires_at = report.expires_at, report.data_access_expires_at
    row.token_user_id = report.user_id or row.token_user_id  # a dead token does not always tell whose it was
    row.token_problem = (
        f"{row.slug}: {report.problem}" if report.problem and not _usable(report, row.facebook_id) else ""
    )
    row.token_proven_at, row.problem = now, ""
    row.dead_since = (row.dead_since or now) if row.token_problem else None


def _usable(report: TokenReport, facebook_id: str) -> bool:
    """This Page's own token that lives and lacks nothing works, whatever else is to be said of it (that it ends soon)."""
    return report.valid and report.kind == "page" and report.page_id == facebook_id and not report.missing


def _could_not(db: Database, row: Page, wrong: OutsideError, now: datetime) -> None:
    with db.write() as session:
        known = page(session, row.school, row.slug)
        if known.token_sealed != row.token_sealed:
            return
        known.problem = wrong.message
        if isinstance(wrong, Throttled):
            known.parked_until = now + wrong.pause
        elif isinstance(wrong, SignInNeeded):
            known.token_problem, known.dead_since = f"{row.slug}: {wrong.message}", known.dead_since or now
