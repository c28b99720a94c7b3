"""`web`, `worker`, `clock`: the parts of `serve` as processes of their own, for many machines on one PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.house import open_house
from commands.serve import Host, Port, listening_on
from commands.serving import serve_pages, web_pages
from commands.telling import Json, aside, say_json
from schedulers.house import House
from schedulers.many.processes import keep_time, work
from schedulers.many.queue import Queue, prepare
from schedulers.wishes import ask_when_owed
from upkeep.pulse import beating
from web.readiness import Readiness

app = typer.Typer()
GRACE = timedelta(seconds=5)  # in which a proxy notices that a web process leaves
BEHIND_PEOPLE = 5  # on a machine of both, a worker gives way to who waits for a page or an answer
PACE = timedelta(minutes=5)  # between two rounds of a school in which nothing happens


@app.command()
def web(host: Host = "127.0.0.1", port: Port = 8000, as_json: Json = False) -> int:
    """Only the web pages and webhooks; `worker` and `clock` do the rest. Ctrl-C or SIGTERM ends it with 0."""
    with suppress(KeyboardInterrupt):
        bridge = open_bridge(logs=True)
        prepare(bridge.db)
        house = open_house(bridge)
        with listening_on(host, port, as_json) as listening:
            readiness = Readiness()
            pages = web_pages(bridge, house, Queue().ask, readiness)
            with beating(bridge.db, "web", bridge.clock):
                serve_pages(pages, bridge.settings, listening, (readiness.leave, house.stopping.set), GRACE)
    return 0


@app.command()
def worker(
    threads: Annotated[int, typer.Option(min=1, max=64, help="How many jobs it does at once.")] = 16,
    as_json: Json = False,
) -> int:
    """Does the jobs: reads, plans, sends, collects. Start as many as there is work for."""
    os.nice(BEHIND_PEOPLE)
    return _until_stopped("Working", as_json, lambda house, queue: work(house, queue, threads))


@app.command()
def clock(as_json: Json = False) -> int:
    """Looks what is due and asks the workers for it. One is enough; a second one takes over when the first one dies."""
    return _until_stopped("Keeping time", as_json, keep_time)


def _until_stopped(said: str, as_json: bool, run: Callable[[House, Queue], None]) -> int:
    with suppress(KeyboardInterrupt):
        bridge = open_bridge(logs=True)
        prepare(bridge.db)
        house, queue = replace(open_house(bridge), pace=PACE), Queue()
        ask_when_owed(bridge.db, queue.ask)
        aside(f"{said}; Ctrl-C ends it.")
        if as_json:
            say_json({"process": house.process})
        run(house, queue)
    return 0
