"""Whether the time of day can be believed, when no neighbour has told it yet: by the end of the last round."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.clocks import MOST_ASTRAY
from connector.doors import Doors
from models.database import Database
from models.page import pages
from models.run import last_end
from models.school import School
from models.source import sources

_USUAL = timedelta(hours=24)  # between two rounds; after more, what became late or over needs a second source


def doubt_of_time(db: Database, doors: Doors, school: School, now: datetime) -> str:
    """Why nothing should be planned or sent now, in one sentence with the mend; "" when the clock can be believed.

    A neighbour's word settles it. Without one, and where one could have been had, a jump since the last round is not
    believed. Where all lies on this machine there is nobody to ask.
    """
    if doors.clocks.ahead():
        return doors.clocks.astray()
    with db.read() as session:
        last = last_end(session, school.slug)
        asked = bool(pages(session, school.slug)) or any("://" in one.address for one in sources(session, school.slug))
    return doubt(now, last) if last and asked else ""


def doubt(now: datetime, last: datetime) -> str:
    if -MOST_ASTRAY <= now - last <= _USUAL:
        return ""
    what = "before the last round ended" if now < last else "long after the last round ended"
    return (
        f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, {what} ({last:%Y-%m-%d %H:%M}), and no neighbour answers "
        "that could tell the time: check the clock and the connection; until then nothing is planned or sent."
    )
