"""What signing in and working leave behind, and nobody needs any more; and that after a restore nobody is signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, delete, select, update

from models.account import Doorstep, FormDone, Invitation, Knock, SignIn
from models.database import Database
from models.run import Run
from upkeep import doorsteps, knocking

_FORMS = timedelta(days=8)  # longer than any sign-in lasts, in which a form could be sent again
_LINKS = timedelta(days=90)
_SIGN_INS = timedelta(days=400)  # owners see when somebody was last here
_RUNS = timedelta(days=90)  # what each did stands in deliveries and conversations all the same


def forget_leftovers(db: Database, now: datetime) -> None:
    """Looks first: where there is nothing to forget, nothing is written."""
    with db.read() as session:
        found = [model for model, old in _old(now) if session.exec(select(model).where(old).limit(1)).first()]
    if not found:
        return
    with db.write() as session:
        for model, old in _old(now):
            session.exec(delete(model).where(old))


def nobody_is_in(session: Session, now: datetime) -> None:
    """A backup brings back sign-ins that were ended and links that were used since: none of them counts any more."""
    session.exec(update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=now))
    open_ones = col(Invitation.used_at).is_(None) & col(Invitation.withdrawn_at).is_(None)
    session.exec(update(Invitation).where(open_ones).values(withdrawn_at=now, link_sealed=""))
    session.exec(delete(Doorstep))


def _old(now: datetime) -> list[tuple[type[SQLModel], ColumnElement[bool]]]:
    return [
        (FormDone, col(FormDone.at) < now - _FORMS),
        (Doorstep, col(Doorstep.made_at) < now - doorsteps.LASTS),
        (Knock, col(Knock.since) < now - knocking.KNOWN_FOR),
        (Invitation, col(Invitation.made_at) < now - _LINKS),
        (SignIn, col(SignIn.seen_at) < now - _SIGN_INS),
        (Run, col(Run.started_at) < now - _RUNS),
    ]
