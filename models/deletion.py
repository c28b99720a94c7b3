"""Deletion requests: a person who once signed in with Facebook asks us, through Facebook, to forget them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, select

from models.columns import new_code, new_id


class DeletionRequest(SQLModel, table=True):
    """`code` opens the status page. The person is kept only as a digest: enough to know the same request again."""

    __tablename__ = "deletion_request"

    id: str = Field(default_factory=lambda: new_id("dr"), primary_key=True)
    code: str = Field(default_factory=new_code, unique=True)
    person_digest: str = Field(index=True)
    requested_at: datetime
    done_at: datetime | None = None
    outcome: str = ""  # what was done, in a sentence that the person can read


def deletion_request(session: Session, code: str) -> DeletionRequest | None:
    return session.exec(select(DeletionRequest).where(DeletionRequest.code == code)).one_or_none()
