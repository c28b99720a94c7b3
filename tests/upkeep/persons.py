"""People that tests of signing in start from."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from models.account import Account
from models.staff import StaffMember
from tests.models.rows import NOW, school

MARIA, OFFICE = "maria@maple.example", "office@maple.example"
GOOD = "the geese came late"


def start(session: Session, *slugs: str) -> None:
    session.add_all(school(slug) for slug in slugs or ("maple",))
    session.flush()


def joins(session: Session, email: str, where: str = "maple", role: str = "staff", **more: Any) -> StaffMember:
    row = StaffMember(school=where, email=email, name=email.partition("@")[0], role=role, made_by="person", **more)
    session.add(row)
    if session.get(Account, email) is None:
        session.add(Account(email=email, made_at=NOW))
    session.flush()
    return row
