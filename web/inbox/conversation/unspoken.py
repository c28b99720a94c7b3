"""Is this conversation in a language that nobody here speaks? Then who could help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from inbox.language.tags import UNSURE, base
from models.routing_rule import Partner, partners
from models.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Unspoken:
    language: str
    helpers: tuple[Partner, ...]


def unspoken(session: Session, school: str, language: str, answering: Sequence[StaffMember]) -> Unspoken | None:
    if base(language) == UNSURE or any(base(language) in map(base, one.languages) for one in answering):
        return None
    found = [one for one in partners(session, school) if base(language) in map(base, one.languages)]
    return Unspoken(language, tuple(found))
