"""How a school's languages are heard, from its rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from models import heard as rows
from models.conversation import languages_heard
from models.school import School
from upkeep.heard import Heard, heard
from upkeep.heard_counting import begin_of, counter_of, last_weeks
from upkeep.heard_order import smallest_voice_first
from upkeep.heard_waits import Wait

LONGEST = 53  # weeks
OF_LATE = timedelta(weeks=4)  # what decides whose voice is smallest


def heard_at(session: Session, school: School, count: int, now: datetime) -> Heard:
    """The last `count` weeks, the one under way among them."""
    weeks = last_weeks(count, school.timezone, now)
    since = begin_of(weeks[0], school.timezone)
    comments = rows.owed_comments(session, school.slug, since, now)
    promises = rows.given_promises(session, school.slug, weeks[0].monday, weeks[-1].sunday)
    return heard(counter_of(school, since, now), weeks, comments, promises)


def voices(session: Session, school: School, now: datetime) -> list[str]:
    """Every language that conversations of the school are in, smallest voice first, by how they were served of late."""
    waits: dict[str, list[Wait]] = {tag: [] for tag in languages_heard(session, school.slug)}
    counter = counter_of(school, now - OF_LATE, now)
    for one in rows.owed_comments(session, school.slug, now - OF_LATE, now):
        if wait := counter.came_of(one)[1]:
            waits.setdefault(one.language, []).append(wait)
    return smallest_voice_first(waits)
