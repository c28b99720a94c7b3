"""Web pages and the clock in one process, until somebody says stop."""

from __future__ import annotations

import signal
import socket
import threading
from datetime import timedelta
from types import FrameType

import uvicorn

from commands.bridge import Bridge
from commands.draining import DrainingServer
from commands.house import open_house
from commands.outside import open_sign_in
from models.school import schools
from schedulers.clock import Clock, Job
from schedulers.hinted import heed_hints
from schedulers.house import House
from schedulers.lock import round_lock
from schedulers.round import clean_up, run_round
from upkeep.leftovers import forget_leftovers
from upkeep.tally import keep_count
from web.app import build
from web.readiness import Readiness

TICK = timedelta(seconds=30)  # how soon what is due is noticed; feeds and comments have their own pace


def serve_until_stopped(bridge: Bridge, listening: socket.socket, stopping: threading.Event) -> None:
    """Returns after Ctrl-C or SIGTERM, once the delivery that is under way is settled."""
    house = open_house(bridge)
    clock = Clock([Job("round", TICK, lambda: tick(house)), Job("hints", TICK, lambda: heed_hints(house))])
    readiness = Readiness(must={"clock": clock.why_not})
    server = DrainingServer(
        uvicorn.Config(
            build(
                bridge.db, bridge.settings, bridge.wordings, bridge.clock, lambda: clock.wake("hints"),
                vault=bridge.vault, wake_round=lambda: clock.wake("round"),
                openid=open_sign_in(bridge.settings, bridge.doors),
                mails=house.notifier is not None and house.notifier.personal,
                readiness=readiness,
            ),
            log_level="warning",
            access_log=False,
            log_config=None,  # its lines go the way of all others, through the wash
            timeout_graceful_shutdown=3,
            proxy_headers=bool(bridge.settings.trusted_proxies),
            forwarded_allow_ips=bridge.settings.trusted_proxies or None,
        ),
        readiness.leave,
    )  # fmt: skip

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()
        house.stopping.set()
        server.should_exit = True

    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, stop)
    threading.Thread(target=house.guesser.warm_up, name="ears", daemon=True).start()
    clock.start()
    clock.wake("round")
    try:
        server.run([listening])
    finally:
        house.stopping.set()
        clock.stop()


def tick(house: House) -> None:
    """What the clock does: a round of each school, of that whose time it is."""
    forget_leftovers(house.db, house.clock())
    keep_count(house.db, house.clock())
    with house.db.read() as session:
        rows = schools(session)
    with round_lock(house.db):
        clean_up(house, rows)  # of all schools before the first round: another's may take its time
    for school in rows:
        if not house.stopping.is_set():
            with round_lock(house.db):
                run_round(house, school, everything=False)


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
