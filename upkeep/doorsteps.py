"""Between two steps of signing in: what the first step showed waits for ten minutes, for the same browser, and is used once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from models.account import Doorstep
from upkeep.sign_in import digest

LASTS = timedelta(minutes=10)


def stand(
    session: Session,
    browser: str,
    kind: str,
    now: datetime,
    *,
    email: str = "",
    how: str = "",
    path: str = "/",
    kept: Mapping[str, Any] | None = None,
    asked: Mapping[str, Any] | None = None,
) -> str:
    """`browser` is its cookie. Returns the word by which the next step finds it; another browser's word finds nothing."""
    leave(session, browser, kind)
    token = secrets.token_urlsafe(32)
    session.add(
        Doorstep(
            token_digest=digest(token), browser=digest(browser), kind=kind, email=email.strip().lower(), how=how, path=path,
            kept=dict(kept or {}), asked=dict(asked or {}), made_at=now,
        )
    )  # fmt: skip
    session.flush()
    return token


def standing(session: Session, browser: str, kind: str, now: datetime) -> Doorstep | None:
    """The one of this browser, held until this transaction ends."""
    query = select(Doorstep).where(Doorstep.browser == digest(browser), Doorstep.kind == kind)
    row = session.exec(query.with_for_update()).first() if browser else None
    return row if row and now - row.made_at < LASTS else None


def step_in(session: Session, browser: str, kind: str, now: datetime, token: str | None = None) -> Doorstep | None:
    """The same, and it is gone: it is good once. `token`: and only by this word."""
    row = standing(session, browser, kind, now)
    if row is None or (token is not None and row.token_digest != digest(token)):
        return None
    session.delete(row)
    session.flush()
    return row


def leave(session: Session, browser: str, kind: str) -> None:
    session.exec(delete(Doorstep).where(col(Doorstep.browser) == digest(browser), col(Doorstep.kind) == kind))
