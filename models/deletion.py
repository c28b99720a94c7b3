"""Deletion requests: a person who once signed in with Facebook asks us, through Facebook, to forget them."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import new_code, new_id
from models.page import Page

FORGOTTEN, NOTHING = "forgotten", "nothing"


class DeletionRequest(SQLModel, table=True):
    """`code` opens the status page. The person is kept only as a digest: enough to know the same request again."""

    __tablename__ = "deletion_request"

    id: str = Field(default_factory=lambda: new_id("dr"), primary_key=True)
    code: str = Field(default_factory=new_code, unique=True)
    person_digest: str = Field(index=True)
    requested_at: datetime
    done_at: datetime | None = None
    outcome: str = ""  # FORGOTTEN, or NOTHING was held; the status page has the words


def deletion_request(session: Session, code: str) -> DeletionRequest | None:
    return session.exec(select(DeletionRequest).where(DeletionRequest.code == code)).one_or_none()


def person_digest(app_secret: str, user_id: str) -> str:
    """Keyed, since ids are short numbers that a plain digest would not hide."""
    return hmac.new(app_secret.encode(), f"person:{user_id}".encode(), sha256).hexdigest()


def connected_by(session: Session, user_id: str) -> list[Page]:
    """Pages whose token that person made, also those that are off: a question without a school, Facebook asks it."""
    query = select(Page).where(Page.token_user_id == user_id, Page.token_user_id != "")
    return list(session.exec(query.order_by(Page.school, Page.slug)))


def forget(session: Session, digest: str, user_id: str, now: datetime) -> DeletionRequest:
    """Removes what we hold of a person who signed in: their id, and the tokens made from their sign-in.

    There is one request for one person, however often it comes: its code stays, and so does what was once done.
    """
    held = connected_by(session, user_id)
    query = select(DeletionRequest).where(DeletionRequest.person_digest == digest)
    row = session.exec(query.order_by(col(DeletionRequest.requested_at)).limit(1)).one_or_none()
    if row is None:
        row = DeletionRequest(person_digest=digest, requested_at=now, done_at=now, outcome=NOTHING)
        session.add(row)
    if held:
        row.done_at, row.outcome = now, FORGOTTEN
    for page in held:
        page.token_user_id, page.token_sealed = "", ""
    return row
