"""The installation: which machine this database lives on, so that a copy of it knows that it is one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

ONLY = 1


class Installation(SQLModel, table=True):
    """One row. `identity` also stands in a file beside the database; `rounds` counts up there and here.

    `salt` makes the codes of posts: the same post gets the same code again in a restored database.
    """

    id: int = Field(default=ONLY, primary_key=True, sa_column_kwargs={"autoincrement": False})
    identity: str
    salt: str
    rounds: int = 0
    last_round_at: datetime | None = None


def installation(session: Session) -> Installation | None:
    return session.get(Installation, ONLY)
