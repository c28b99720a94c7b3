"""Which school a command is about."""

from __future__ import annotations

from sqlmodel import Session

from config.mistake import Mistake
from models.school import School, schools


def these_schools(session: Session, slug: str | None) -> list[School]:
    """The school of that slug, or all. Mistake when there is none of that slug."""
    return [the_school(session, slug)] if slug else schools(session)


def the_school(session: Session, slug: str | None) -> School:
    """The school of that slug, or the only one there is. Mistake when that is not clear."""
    known = schools(session)
    found = [row for row in known if slug in (None, row.slug)]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(row.slug for row in known)
    if not known:
        raise Mistake("No school is connected yet", "write a site file and `load` it")
    if slug:
        raise Mistake(f"There is no school {slug}", f"known are: {listed}")
    raise Mistake("There are several schools", f"say which one with --school: {listed}")
