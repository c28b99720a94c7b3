"""The queue of several machines, as its own tables tell (Procrastinate's). Empty where one process does everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session

# Done ones are deleted at once; one that waits for its hour only is left out of the waiting.
_JOBS = """
WITH counted AS (
    SELECT task_name, status, count(*) AS number,
           min(id) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS oldest
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed', 'aborted') GROUP BY task_name, status
)
SELECT task_name, status::text, number,
       (SELECT extract(epoch FROM now() - min(at)) FROM procrastinate_events WHERE job_id = oldest) AS waits
FROM counted ORDER BY task_name, status
"""


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs of one name in one state; aborted: the worker died. `waits`: seconds since the oldest was asked for."""

    name: str
    state: str
    number: int
    waits: float | None


def is_shared(session: Session) -> bool:
    """Do several processes share the work of this database?"""
    if session.get_bind().dialect.name != "postgresql":
        return False
    return session.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None


def jobs(session: Session) -> list[Jobs]:
    found = session.execute(text(_JOBS))
    return [Jobs(name, state, number, None if waits is None else float(waits)) for name, state, number, waits in found]


def last_tick(session: Session) -> datetime | None:
    """When the clock last asked for something, whatever it was."""
    told = session.execute(text("SELECT max(defer_timestamp) FROM procrastinate_periodic_defers")).scalar()
    return None if told is None else datetime.fromtimestamp(told, UTC)
