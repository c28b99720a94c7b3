"""A restored, copied or rolled back database is paused: nothing is sent until all was read back and an owner says resume."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path

import structlog
from sqlmodel import Session, col, select, update

from config.mistake import Mistake
from models.audit import note
from models.card import close_card, show_card
from models.center import Center, in_step
from models.columns import new_id
from models.database import Database
from models.installation import Installation, installation, installed
from models.page import Page, pages
from models.school import School, schools
from models.staff import member
from upkeep.place import Mark, mark_path, place_of, read_mark, what_happened, write_mark

RESTORED = "This database was restored from a backup"
_REST = "nothing is sent until `sync` has read back every page and calendar, and an owner says `resume --as EMAIL`."
log = structlog.get_logger()


def notice(db: Database, data: Path, now: datetime) -> str:
    """Look whether this database is what and where it was; pause it if not, and erase again who was erased since.

    Returns the sentence to tell, or "".

    Costs two small questions and one small file when all is well. The file is read before the row: a round that begins
    in between counts up the row first.
    """
    path = mark_path(db, data)
    mark = read_mark(path)
    with db.read() as session:
        row, place = installation(session), place_of(db, session)
        known = row is not None and (mark is not None if db.is_sqlite else _home(row) == place)
        if known and not what_happened(row, mark, place, shared=not db.is_sqlite):
            return ""
    with db.write() as session:
        told = _settle(session, db, path, now)
        if told:  # an older state, put back by hand: only now is the heavy part needed
            import_module("upkeep.erased_again").erase_known(session, data, now)
        return told


def count_round(db: Database, data: Path, now: datetime) -> None:
    """Up here first, then in the file: a file that is ahead is what an older database is known by."""
    with db.write() as session:
        row = installed(session)
        # Counted by the database: a number that was read before another process counted would lead back, and look restored.
        session.exec(
            update(Installation)
            .where(col(Installation.id) == row.id)
            .values(rounds=Installation.rounds + 1, last_round_at=now)
        )
        session.refresh(row)
        place = place_of(db, session)
    write_mark(mark_path(db, data), Mark(row.identity, row.rounds, place))


def pause(session: Session, why: str, now: datetime) -> str:
    """Every school; what was read back before counts no more."""
    sentence = f"{why}: {_REST}"
    for school in session.exec(select(School)):
        school.paused_at, school.paused_because = now, sentence
        show_card(session, school.slug, "paused", school.slug, sentence, now)
    for row in [*session.exec(select(Page)), *session.exec(select(Center))]:
        row.reconciled_at = None
    log.warning("paused", why=why)
    return sentence


def move_in(session: Session, db: Database, path: Path) -> None:
    """Make this database one of its own, at this place. Before the commit: a file without its row counts as a copy."""
    row = installed(session)
    place = place_of(db, session)
    row.identity = new_id("in") if db.is_sqlite else f"{new_id('in')}@{place}"
    write_mark(path, Mark(row.identity, row.rounds, place))


def resume(session: Session, school: str, email: str, now: datetime) -> str:
    """Returns what was done, as a sentence. Raises Mistake while something was not read back, or for who is no owner."""
    row = _owned(session, school, email)
    if row.paused_at is None:
        return f"{row.name} is not paused: nothing needs to be resumed."
    if unread := not_read_back(session, school):
        raise Mistake(
            f"{', '.join(unread)} of {school} {'was' if len(unread) == 1 else 'were'} not read back yet",
            "run `sync`, mend what it tells, then resume; or take it out of the site file and `load` that",
        )
    row.paused_at, row.paused_because, row.resumed_at, row.resumed_by = None, "", now, email
    close_card(session, school, "paused", school, now, email)
    note(session, school, now, email, "resume", school)
    return f"{row.name} goes on: the next round sends what is due."


def not_read_back(session: Session, school: str) -> list[str]:
    found: list[Page | Center] = [
        *pages(session, school),
        *in_step(session, school),
    ]
    return [one.slug for one in found if one.reconciled_at is None]


def paused_schools(session: Session) -> list[School]:
    return [one for one in schools(session) if one.paused_at]


def _owned(session: Session, school: str, email: str) -> School:
    person = member(session, school, email)
    if person is None or person.role != "owner":
        raise Mistake(f"{email} may not resume {school}", "ask an owner of the school")
    return session.exec(select(School).where(School.slug == school)).one()


def _home(row: Installation) -> str:
    """On PostgreSQL: the server and database that the row was last at home in."""
    return row.identity.partition("@")[2]


def _settle(session: Session, db: Database, path: Path, now: datetime) -> str:
    """Once more, now that nobody else writes: another process may have been first."""
    if not db.is_sqlite:
        session.exec(select(Installation).with_for_update()).first()
    row, mark, place = installation(session), read_mark(path), place_of(db, session)
    happened = what_happened(row, mark, place, shared=not db.is_sqlite)
    told = pause(session, happened, now) if happened else ""
    if row is not None and db.is_sqlite and not happened and mark and mark.identity == row.identity:
        return ""
    if row is not None and mark and mark.identity == row.identity:
        row.rounds = max(row.rounds, mark.rounds)
    if happened or db.is_sqlite or row is None or _home(row) != place:
        move_in(session, db, path)
    return told
