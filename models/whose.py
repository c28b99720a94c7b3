"""Which school a row belongs to: the only question asked without a school, so that people need not type it with every id."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, SQLModel, select


def school_of(session: Session, id: str, *models: type[SQLModel]) -> str | None:
    """The school of the row with this id in one of `models`; ids are unique across kinds."""
    for model in models:
        table: Any = model
        if found := session.exec(select(table.school).where(table.id == id)).one_or_none():
            return str(found)
    return None
