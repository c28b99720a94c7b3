"""The gate of every connection to a person's address: resolve once, vet every answer, connect to a vetted one.

Certificate and Host still go by name, so a name that answers differently a moment later changes nothing.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future

from connector.addresses import AllowedHosts, is_public, literal, private_network, spells_private
from connector.errors import TryLater
from connector.trip import Trip

CONNECT_SECONDS = 5.0  # for each address of a host, so that one dead address does not use up the deadline

Resolve = Callable[[str, int], list[str]]


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine resolves names. OSError if there are none."""
    return list(dict.fromkeys(str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Gate:
    """Opens sockets, only to vetted addresses, and knows the trip that this thread is on."""

    def __init__(self, allowed: AllowedHosts, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._here = threading.local()

    @property
    def trip(self) -> Trip:
        trip: Trip = self._here.trip
        return trip

    @trip.setter
    def trip(self, trip: Trip) -> None:
        self._here.trip = trip

    def connect(self, host: str, port: int, *, is_proxy: bool) -> socket.socket:
        """A connected socket. A proxy is the operator's own choice and may lie anywhere."""
        trip = self.trip
        free = is_proxy or self._allowed.covers(host, port)
        if not free and spells_private(host):
            raise private_network(host, trip.subject)
        answers = self._answers(host, port)
        vetted = answers if free else [answer for answer in answers if is_public(answer) and not is_ours(answer, port)]
        if answers and not vetted:
            raise private_network(host, trip.subject)
        for address in vetted:
            sock = _open(address, port, trip)
            if sock is not None:
                return sock
        what = "cannot be reached through the proxy" if is_proxy else "cannot be reached"
        raise TryLater(
            f"{trip.subject} {what}: {host} takes no connection on port {port}; it is tried again later.",
            subject=trip.subject,
        )

    def _answers(self, host: str, port: int) -> list[str]:
        address = literal(host)
        if address is not None:
            return [str(address)]
        try:
            return _within(self.trip.remaining(), functools.partial(self._resolve, host, port))
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise TryLater(
                f"{self.trip.subject} cannot be found: no address is known for {host}; check its spelling, or wait.",
                subject=self.trip.subject,
            ) from error


def _within(seconds: float, work: Callable[[], list[str]]) -> list[str]:
    """Resolvers take no timeout of their own: the asking is left behind in its thread when time is up."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return answer.result(timeout=seconds)


def _open(address: str, port: int, trip: Trip) -> socket.socket | None:
    try:
        sock = socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, trip.remaining()))
    except OSError:
        trip.remaining()
        return None
    if not _same_address(sock.getpeername()[0], address):
        sock.close()
        return None
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.settimeout(trip.remaining())
    return sock


def _same_address(one: str, other: str) -> bool:
    return ipaddress.ip_address(one.partition("%")[0]) == ipaddress.ip_address(other.partition("%")[0])


def is_ours(address: str, port: int) -> bool:
    """Is this one of this machine's own addresses? Connecting a datagram socket picks the route and sends nothing."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, port))
            return _same_address(probe.getsockname()[0], address)
    except OSError:
        return False
