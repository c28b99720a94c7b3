"""Who signs in: an account by email, its sign-ins, invitations, and how often somebody knocked in vain.

An account is of a person, not of a school: what they may do at a school stands in `models.staff`. These tables lie outside
the wall between schools, and hold nothing of any school but which one somebody looks at.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import json_list, json_map, new_id


class Account(SQLModel, table=True):
    """One person who may sign in. Secrets are hashed (password, recovery codes) or sealed (TOTP)."""

    email: str = Field(primary_key=True)  # lower case
    password_hash: str = ""  # "" = none: by invitation, or by the school's own sign-in only
    totp_sealed: str = ""
    totp_on_at: datetime | None = None  # from when on a code is asked for
    totp_step: int = 0  # the last time step whose code was used: each code is good once
    recovery: list[str] = json_list()  # digests of unused recovery codes
    language: str = ""  # of the pages; "" = the browser's
    outside: str = ""  # who they are to the school's own sign-in ("<issuer> <subject>"), since they first came by it
    made_at: datetime


class SignIn(SQLModel, table=True):
    """One browser that is signed in. The cookie holds the token, the row only its digest."""

    __tablename__ = "sign_in"

    id: str = Field(default_factory=lambda: new_id("si"), primary_key=True)
    token_digest: str = Field(unique=True)
    email: str = Field(foreign_key="account.email", index=True)
    school: str = ""  # which one they look at
    agent: str = ""  # what browser it was, for the list "where am I signed in"
    how: str = "password"  # password | invitation | oidc:<name>
    made_at: datetime
    seen_at: datetime
    proven_at: datetime  # when they last showed that it is them: asked again before exports and roles
    ended_at: datetime | None = None
    told: dict[str, Any] = json_map()  # one sentence for the next page: {"kind": "done" | "wrong", "text": …}


class Doorstep(SQLModel, table=True):
    """Somebody between two steps of signing in: asked for a code, or away at their school's own sign-in.

    Bound to one browser, good once and for ten minutes.
    """

    token_digest: str = Field(primary_key=True)
    browser: str = Field(index=True)  # digest of the cookie of whoever is not signed in yet
    kind: str  # code | away
    email: str = ""  # whom the first step showed; "" = nobody yet
    how: str = ""  # see SignIn
    path: str = "/"  # where they want to go
    kept: dict[str, Any] = json_map()  # words that must not be lost: {"page": …, "text": …}
    asked: dict[str, Any] = json_map()  # what the answer from outside must fit: {"nonce": …, "verifier": …}
    made_at: datetime


class Invitation(SQLModel, table=True):
    """A link that sets a password once, within three days: for somebody new, or who forgot theirs."""

    id: str = Field(default_factory=lambda: new_id("iv"), primary_key=True)
    token_digest: str = Field(unique=True)
    email: str
    school: str = Field(foreign_key="school.slug")
    kind: str = "invitation"  # invitation | forgot
    made_by: str  # an email; "" = the command line, or whoever asked for a new one
    made_at: datetime
    expires_at: datetime
    link_sealed: str = ""  # the link's token, until the letter with it has left; "" = no letter is owed
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None

    __table_args__ = (Index("ix_invitation_who", "school", "email"),)


class Knock(SQLModel, table=True):
    """Attempts to sign in, counted for one account or one address, the last of them at `since`."""

    key: str = Field(primary_key=True)  # "account:<digest of an e-mail>", "from:<address>" …: upkeep.knocking
    count: int = 0
    since: datetime
    not_before: datetime | None = None


class FormDone(SQLModel, table=True):
    """A form that was acted upon: sent twice, it acts once."""

    __tablename__ = "form_done"

    key: str = Field(primary_key=True)
    email: str
    at: datetime = Field(index=True)


def account(session: Session, email: str) -> Account | None:
    return session.get(Account, email.strip().lower())


def sign_in_of(session: Session, token_digest: str) -> SignIn | None:
    return session.exec(select(SignIn).where(SignIn.token_digest == token_digest)).one_or_none()


def sign_ins(session: Session, email: str) -> list[SignIn]:
    """Where this person is signed in, the newest first."""
    query = select(SignIn).where(SignIn.email == email, col(SignIn.ended_at).is_(None))
    return list(session.exec(query.order_by(col(SignIn.seen_at).desc())))
