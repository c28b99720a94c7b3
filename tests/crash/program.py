"""What a started program does here: answer each family that waits, then one round. It runs in a forked child."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config.settings import Settings
from config.wording import Wording
from connector.doors import Doors
from inbox.language.guess import Guesser
from inbox.replies import reply
from models.conversation import conversations, messages
from models.database import Database
from models.delivery import in_state
from models.page import page
from models.school import schools
from models.vault import Vault
from schedulers.house import House
from schedulers.lock import round_lock
from schedulers.round import run_round
from tests.crash.broken import BROKEN
from tests.crash.hours import Hours, Patience
from tests.crash.points import POINTS, set_trap

SCHOOL, OFFICE = "maple", "office@maple.example"
WAIT = timedelta(seconds=900)  # BRIDGE_UNSURE_WAIT
MOST_ROUNDS = 40  # what is still open after so many is open for ever


@dataclass(frozen=True, slots=True)
class Loaded:
    """What takes long to load, once for all starts. `db` has no open connection when a child is forked."""

    db: Database
    wordings: Mapping[str, Wording]
    guesser: Guesser
    key: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program. `point` "": not killed by itself. `to_the_end`: until all is settled.

    `last`: not one round but as many as it takes until nothing is open.
    """

    graph: str
    folder: str
    point: str = ""
    nth: int = 1
    state: str = ""
    to_the_end: bool = False
    last: bool = False
    broken: str = ""


def warm_up(loaded: Loaded, start: Start) -> None:
    """Everything once in this process, so that what is compiled on the way is there for all children."""
    _run(loaded, start)
    loaded.db.close()


def run(loaded: Loaded, start: Start) -> None:
    """Never returns: ends this process, with 0 when all went well; else the reason is in `trouble`."""
    code = 1
    try:
        _run(loaded, start)
        code = 0
    except BaseException:
        with (Path(start.folder) / "trouble").open("a") as trouble:
            trouble.write(traceback.format_exc())
    finally:
        os._exit(code)


def _run(loaded: Loaded, start: Start) -> None:
    house = house_of(loaded, start)
    if start.broken:
        BROKEN[start.broken]()
    if start.point:
        set_trap(POINTS[start.point], start.nth, Path(start.folder) / "diary", start.state)
    if start.last:
        _until_nothing_is_open(house)
    else:
        _round(house, start.to_the_end)


def house_of(loaded: Loaded, start: Start) -> House:
    settings = Settings(
        data=Path(start.folder), graph_url=start.graph, unsure_wait=WAIT.total_seconds(), allow_hosts="127.0.0.1"
    )
    doors = Doors(graph_url=start.graph, allow_hosts="127.0.0.1")
    return House(
        loaded.db, doors, Vault(loaded.key), settings, loaded.wordings, loaded.guesser, loaded.hours.now,
        stopping=Patience(loaded.hours),
    )  # fmt: skip


def _round(house: House, to_the_end: bool) -> None:
    _answer_all(house)
    with house.db.read() as session:
        (school,) = schools(session, SCHOOL)
    with round_lock(house.db):
        run_round(house, school, everything=True, until_settled=to_the_end)


def _answer_all(house: House) -> None:
    """The office answers each family that has no answer yet, one at a time, as people do."""
    with house.db.read() as session:
        talks = {one.id: one for one in conversations(session, SCHOOL)}
        known = messages(session, SCHOOL, list(talks))
    for id, said in known.items():
        if talks[id].state == "open" and not any(one.direction == "sent" for one in said):
            with house.db.write() as session:
                reply(session, SCHOOL, id, OFFICE, f"Answer to {talks[id].comment_external_id}", house.clock())


def _until_nothing_is_open(house: House) -> None:
    """A quiet time at last: rounds until nothing is owed or in doubt, and one more for what came late."""
    quiet = 0
    for _ in range(MOST_ROUNDS):
        begun = house.clock()
        _round(house, to_the_end=True)
        with house.db.read() as session:
            owed = in_state(session, SCHOOL, "due", "sending", "unsure")
            asking = [one for one in conversations(session, SCHOOL) if one.state == "open"]
            read_at = page(session, SCHOOL, "pta-page").read_at  # a page that is parked was not read
        quiet = quiet + 1 if not owed and not asking and read_at and read_at >= begun else 0
        if quiet == 2:
            return
        house.stopping.wait(10)  # ten minutes: a page may be parked
