"""What works and what does not, one line each, every problem with its mend. Looks only: nothing is changed or sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from config.settings import Settings
from config.wording import Wording
from connector.doors import Doors
from models.center import centers
from models.database import Database
from models.hint import last_received
from models.page import pages
from models.school import School, schools
from models.source import sources
from models.vault import Vault
from models.wall import ROLE, footing
from upkeep import examine_comments as comments
from upkeep import examine_neighbours as neighbours
from upkeep import examine_school as inside
from upkeep.examine_cards import of_cards, of_notices
from upkeep.examine_switched_on import of_switched_on
from upkeep.findings import Finding, note, problem, well
from upkeep.watching import whom_we_miss

__all__ = ["Finding", "examine"]

_PROMISED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def examine(
    db: Database, doors: Doors, vault: Vault, settings: Settings, wordings: Mapping[str, Wording], now: datetime
) -> Iterator[Finding]:
    """Findings as they come, since neighbours may answer slowly. `db` is migrated already."""
    yield from of_settings(settings)
    yield from of_notices(settings.notify_url)
    yield of_database(db)
    if not db.is_sqlite:
        yield of_wall(db)
    yield from of_processes(db, now)
    with db.read() as session:
        yield neighbours.of_webhooks(doors, settings.why_no_webhooks, last_received(session))
    with db.read() as session:
        rows = schools(session)
    if not rows:
        yield note("schools", "No school is connected yet.", "Write a site file and `load` it.")
    for row in rows:
        yield from _of_school(db, doors, vault, settings, wordings, row, now)


def of_settings(settings: Settings) -> Iterator[Finding]:
    if settings.families_cannot_reach_us:
        message, _, mend = settings.families_cannot_reach_us.partition(": ")
        yield problem("settings", f"{message}.", mend[:1].upper() + mend[1:])
    else:
        yield well("settings", f"Families reach this server at {settings.public_url}.")


def of_database(db: Database) -> Finding:
    kind = "SQLite" if db.is_sqlite else "PostgreSQL"
    try:
        with db.write() as session:
            session.execute(text("UPDATE school SET name = name WHERE slug = ''"))
            wrong = _broken_promises(session) if db.is_sqlite else []
    except DBAPIError as refused:
        reason = str(refused.orig).strip().splitlines()[0] if refused.orig else "unknown reason"
        mend = "Check the permissions and the free space where the database lies, and BRIDGE_DATABASE_URL."
        return problem("database", f"The {kind} database cannot be written ({reason}).", mend)
    if wrong:
        mend = "Put the database on a local disk; network folders cannot hold it safely."
        return problem("database", f"SQLite does not keep its promises here ({', '.join(wrong)}).", mend)
    return well("database", f"{kind}, up to date, can be written.")


def of_processes(db: Database, now: datetime) -> Iterator[Finding]:
    """Where several machines share the work: is somebody there to do it?"""
    for role, why in whom_we_miss(db, now).items():
        message, _, mend = why.rpartition(": ")
        yield (
            problem("processes", f"{message}.", f"{mend[:1].upper()}{mend[1:]}")
            if why
            else well("processes", f"The {role} is at work.")
        )


def of_wall(db: Database) -> Finding:
    """The database's own wall between schools (PostgreSQL)."""
    with db.read() as session:
        here = footing(session.connection())
    mend = f"Let a superuser say once: CREATE ROLE {ROLE}; GRANT {ROLE} TO {here.user}; and start the program again."
    if here.enterable:
        return well("wall", "Between schools the database itself has a wall.")
    if here.sees_over:
        return problem("wall", f"The database's user {here.user} sees over its wall between schools.", mend)
    return note("wall", f"The wall between schools slows searching: {here.user} may make no roles.", mend)


def _broken_promises(session: Session) -> list[str]:
    """Pragmas that SQLite did not take, as on file systems that cannot share memory."""
    told = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in _PROMISED}
    return [f"{name} is {told[name]}" for name, wanted in _PROMISED.items() if told[name] != wanted]


def _of_school(
    db: Database,
    doors: Doors,
    vault: Vault,
    settings: Settings,
    wordings: Mapping[str, Wording],
    school: School,
    now: datetime,
) -> Iterator[Finding]:
    with db.read() as session:
        feeds, standing = sources(session, school.slug), pages(session, school.slug)
        calendars = centers(session, school.slug)
    yield from (neighbours.of_source(doors, vault, row, school.timezone) for row in feeds)
    for page in standing:
        yield neighbours.of_token(doors, vault, page, now)
        if settings.fb_app_id and settings.fb_app_secret and not page.token_problem:
            yield neighbours.of_subscription(doors, vault, page, now)
    yield from (neighbours.of_center(doors, vault, row) for row in calendars)
    with db.read() as session:
        yield from comments.examine(session, school.slug, now)
        yield from inside.examine(session, school, standing, wordings, now)
        yield from of_switched_on(session, school, vault, settings)
        yield from of_cards(session, school.slug, told_by=bool(settings.notify_url))
