"""Did anything change in the inbox of a school? One step along two indexes, however many rows there are.

PostgreSQL tells it by itself, to whoever listens: migration 0010 makes it do so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime
from functools import cache
from typing import Any
from zlib import crc32

from psycopg import AsyncConnection
from sqlalchemy import Select, String, bindparam, func, select
from sqlmodel import Session, col

from models.account import SignIn
from models.audit import Audit
from models.conversation import Conversation
from models.database import Database, table
from models.run import Run

CHANNEL = "inbox"
PROVE = 10.0  # seconds of silence after which a connection must show that it is still there
Mark = tuple[datetime | None, ...]


def mark_of(session: Session, school: str) -> Mark:
    """Another one whenever a conversation changed, a person did something, or a round ended: what a long round found bears
    the time when it began, and may be older than what others did meanwhile.
    """
    changed, done, ended = session.connection().execute(_mark_query(), {"school": school}).one()
    return changed, done, ended


@cache
def _mark_query() -> Select[Any]:
    """All in one question, put together once: it is asked every second, and for each page."""
    talk, deed, run, school = table(Conversation).c, table(Audit).c, table(Run).c, bindparam("school", type_=String)
    ended = select(run.ended_at).where(run.school == school, run.ended_at.is_not(None))
    return select(
        select(func.max(talk.updated_at)).where(talk.school == school).scalar_subquery(),
        select(func.max(deed.at)).where(deed.school == school).scalar_subquery(),
        ended.order_by(run.started_at.desc()).limit(1).scalar_subquery(),
    )


def told(mark: Mark) -> str:
    """For a page, which then knows whether it is old. It holds times only."""
    return f"{crc32(repr(mark).encode()):08x}"


def ended_sign_ins(session: Session, ids: Collection[str]) -> set[str]:
    """Which of these have ended since."""
    query = select(col(SignIn.id)).where(col(SignIn.id).in_(sorted(ids)), col(SignIn.ended_at).is_not(None))
    return set(session.connection().execute(query).scalars())


async def changes(db: Database) -> AsyncIterator[str]:
    """Schools in which something was changed, by whatever process, as it is committed; "" first: from now on it hears.

    Of PostgreSQL, over a connection of its own. psycopg.Error when that cannot be had or is lost.
    """
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield ""
        while True:
            async for told in connection.notifies(timeout=PROVE):
                yield told.payload
            await connection.execute("SELECT 1")
