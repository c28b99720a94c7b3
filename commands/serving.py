"""Web pages and the clock in one process, until somebody says stop."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import FrameType
from typing import Any

import uvicorn

from commands.bridge import Bridge
from commands.draining import DrainingServer
from commands.house import open_house
from commands.outside import open_sign_in
from config.settings import Settings
from schedulers.embedded import Embedded
from schedulers.house import House
from schedulers.wishes import HEED, Ask, ask_when_owed, round_of
from web.app import build
from web.context import Wake
from web.readiness import Readiness

Pages = Callable[..., Any]  # an ASGI application


def serve_until_stopped(bridge: Bridge, listening: socket.socket) -> None:
    """Returns after Ctrl-C or SIGTERM, once the delivery that is under way is settled."""
    house = open_house(bridge)
    jobs = Embedded(house)
    readiness = Readiness(must={"clock": jobs.why_not})
    pages = web_pages(bridge, house, jobs.ask, readiness)
    threading.Thread(target=house.guesser.warm_up, name="ears", daemon=True).start()
    jobs.start()
    try:
        serve_pages(pages, bridge.settings, listening, (readiness.leave, house.stopping.set))
    finally:
        jobs.stop()


def web_pages(bridge: Bridge, house: House, ask: Ask, readiness: Readiness) -> Pages:
    """`ask`: how pages ask for jobs, in the transaction of what they write."""
    ask_when_owed(bridge.db, ask)
    return build(
        bridge.db, bridge.settings, bridge.wordings, bridge.clock,
        Wake(heed=lambda session: ask(session, HEED), round=lambda session, school: ask(session, round_of(school))),
        vault=bridge.vault,
        openid=open_sign_in(bridge.settings, bridge.doors),
        mails=house.notifier is not None and house.notifier.personal,
        readiness=readiness,
    )  # fmt: skip


def serve_pages(
    pages: Pages,
    settings: Settings,
    listening: socket.socket,
    asked_to_stop: Sequence[Callable[[], object]],
    grace: timedelta = timedelta(0),
) -> None:
    """Until Ctrl-C or SIGTERM, of which `asked_to_stop` are told at once; `grace` later it closes."""

    def tell_all() -> None:
        for told in asked_to_stop:
            told()

    server = DrainingServer(
        uvicorn.Config(
            pages,
            log_level="warning",
            access_log=False,
            log_config=None,  # its lines go the way of all others, through the wash
            timeout_graceful_shutdown=3,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies or None,
        ),
        tell_all,
        grace,
    )

    def stop(number: int, frame: FrameType | None) -> None:
        tell_all()
        server.should_exit = True

    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, stop)
    spare_the_collector()
    share_the_turn()
    server.run([listening])


def spare_the_collector() -> None:
    """What was built stays: to look through it again and again would stop every answer for a third of a second."""
    gc.collect()
    gc.freeze()


def share_the_turn() -> None:
    """The loop that answers gets its turn back from a thread that renders or writes after 1 ms, not after Python's 5."""
    sys.setswitchinterval(0.001)


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """`wanted` where it is free, else any."""
    for port in (wanted, 0):
        try:
            with listen(host, port) as tried:
                return int(tried.getsockname()[1])
        except OSError:
            continue
    raise OSError("no port is free")


def listen(host: str, port: int) -> socket.socket:
    """Raises OSError when that host and port cannot be had."""
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # uvicorn is handed this socket: small answers must not wait for more to send.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
