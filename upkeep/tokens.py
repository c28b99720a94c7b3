"""Proves each page's token once a day: silence read with the wrong kind of token is never believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.doors import Doors
from connector.errors import OutsideError, SignInNeeded, Throttled
from connector.graph.values import TokenReport
from models.database import Database
from models.page import Page, page, pages
from models.vault import Vault

PROOF_LASTS = timedelta(days=1)


def prove_tokens(
    db: Database, doors: Doors, vault: Vault, school: str, now: datetime, patience: timedelta = timedelta(0)
) -> dict[str, str]:
    """Page slug -> what is wrong with its token, in a sentence; pages in order are left out.

    A page whose token is dead gets this one probe a round, at most one in `patience`, and no other call.
    """
    with db.read() as session:
        rows = pages(session, school)
    for row in rows:
        if needs_proof(row, now, patience) and not (row.parked_until and row.parked_until > now):
            _prove(db, doors, vault, row, now)
    with db.read() as session:
        return {row.slug: row.token_problem for row in pages(session, school) if row.token_problem}


def needs_proof(row: Page, now: datetime, patience: timedelta) -> bool:
    if row.token_proven_at is None:
        return True
    # A proof from the future was written while the clock was wrong.
    return abs(now - row.token_proven_at) >= (patience if row.token_problem else PROOF_LASTS)


def _prove(db: Database, doors: Doors, vault: Vault, row: Page, now: datetime) -> None:
    try:
        report = doors.prove(row.facebook_id, vault.open(row.token_sealed), now)
    except OutsideError as wrong:
        _could_not(db, row, wrong, now)
        return
    with db.write() as session:
        write_report(page(session, row.school, row.slug), report, now)


def write_report(row: Page, report: TokenReport, now: datetime) -> None:
    """What Facebook said of the token, onto its page."""
    row.token_kind, row.token_missing = report.kind, list(report.missing)
    row.token_expires_at = report.expires_at or report.data_access_expires_at
    row.token_problem = f"{row.slug}: {report.problem}" if report.problem and not _usable(report) else ""
    row.token_proven_at, row.problem = now, ""
    row.dead_since = (row.dead_since or now) if row.token_problem else None


def _usable(report: TokenReport) -> bool:
    """A page token that lives and lacks nothing we need works, whatever else is to be said of it (that it ends soon)."""
    return report.valid and report.kind == "page" and not report.missing


def _could_not(db: Database, row: Page, wrong: OutsideError, now: datetime) -> None:
    with db.write() as session:
        known = page(session, row.school, row.slug)
        known.problem = wrong.message
        if isinstance(wrong, Throttled):
            known.parked_until = now + wrong.pause
        elif isinstance(wrong, SignInNeeded):
            known.token_problem, known.dead_since = f"{row.slug}: {wrong.message}", known.dead_since or now
