"""The installation: which machine this database lives on, so that a copy of it knows that it is one."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from models.columns import new_id
from models.database import upsert

ONLY = 1


class Installation(SQLModel, table=True):
    """One row. `identity` also stands in a file beside the database (upkeep/place.py); `rounds` counts up there and here.

    Where there is no such file to rely on (PostgreSQL), `identity` names its server and database after an "@".

    `salt` makes the codes of posts: the same post gets the same code again in a restored database.
    """

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    identity: str
    salt: str
    rounds: int = 0
    last_round_at: datetime | None = None


def installation(session: Session) -> Installation | None:
    return session.get(Installation, ONLY)


def installed(session: Session) -> Installation:
    """The row, made on first use; two processes that start at once make one."""
    made = {"id": ONLY, "identity": new_id("in"), "salt": secrets.token_hex(16), "rounds": 0}
    if (row := installation(session)) is not None:
        return row
    upsert(session, Installation, [made], key=("id",), update=())
    row = installation(session)
    assert row is not None
    return row
