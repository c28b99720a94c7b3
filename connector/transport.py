"""How bytes leave for addresses that people gave us, and come back: the only connections that feeds and calendars open.

One total deadline covers resolving, connecting, sending, headers and body: a socket's timeout counts each read anew, so
a server that drips would hold us for ever. Nothing is taken from the environment, no cookie is kept, no redirect is
followed here.
"""

from __future__ import annotations

import functools
import io
import logging
import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from connector.addresses import AllowedHosts, Target
from connector.errors import OutsideError
from connector.gate import Gate, Resolve, system_resolve
from connector.leaving import tell_waiting
from connector.trip import Trip

_FRAMING = 1024 * 1024  # bytes that headers and chunk lengths may add
_carrying: ContextVar[bool] = ContextVar("carrying", default=False)

# The address of a feed can be its secret, and urllib3 logs whole addresses: it is silent while we carry.
for _name in ("urllib3.connectionpool", "urllib3.connection"):
    logging.getLogger(_name).addFilter(lambda record: not _carrying.get())


class _TimedReader(io.RawIOBase):
    """Reads from a socket with what is left of the trip as timeout of each read, and counts what came in."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, trip: Trip) -> None:
        super().__init__()
        self._raw, self._sock, self._trip = raw, sock, trip
        self._left = trip.max_bytes + _FRAMING

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._trip.remaining())
        count: int | None = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise self._trip.too_large()
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """Reads status, headers and body through the timed reader: a server may drip any of them."""

    def __init__(self, sock: socket.socket, trip: Trip, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_TimedReader(raw, sock, trip))
        self._keeps_open = trip.keeps_open

    def begin(self) -> None:
        super().begin()
        self.will_close = self.will_close or not self._keeps_open


class _Gated(HTTPConnection):
    """A connection whose socket the gate opens, and which notes when the first byte of a request leaves, and the last."""

    gate: Gate
    _opening = False

    def _new_conn(self) -> socket.socket:
        return self.gate.connect(self._dns_host, self.port, is_proxy=self.proxy is not None)

    def connect(self) -> None:
        self._opening = True  # what is sent now is TLS or talk with the proxy, not yet the request
        try:
            super().connect()
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self.gate.trip.remaining())
        if not self._opening:
            self.gate.trip.sent = True
        super().send(data)

    def getresponse(self) -> Any:
        tell_waiting()
        return super().getresponse()

    def response_class(self, sock: socket.socket, **kwargs: Any) -> _TimedResponse:  # type: ignore[override]
        return _TimedResponse(sock, self.gate.trip, **kwargs)


class _GatedTLS(_Gated, HTTPSConnection):
    """The same over TLS."""


def _pool(gate: Gate, pool: HTTPConnectionPool) -> HTTPConnectionPool:
    base = _GatedTLS if pool.scheme == "https" else _Gated
    pool.ConnectionCls = type(base.__name__, (base,), {"gate": gate})
    return pool


class _GatedPools(PoolManager):
    gate: Gate

    def _new_pool(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        return _pool(self.gate, super()._new_pool(*args, **kwargs))


class _GatedProxy(ProxyManager):
    gate: Gate

    def _new_pool(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        return _pool(self.gate, super()._new_pool(*args, **kwargs))


@functools.cache
def _trust(ca_file: str | None) -> ssl.SSLContext:
    """What we trust: the public authorities, this machine's, and the district's own."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


class Transport(HTTPAdapter):
    """Carries single requests. ValueError, in one sentence, when the proxy or the certificates' file is unusable."""

    def __init__(
        self, allowed: AllowedHosts, *, proxy: str | None = None, ca_file: str | None = None,
        resolve: Resolve = system_resolve,
    ) -> None:  # fmt: skip
        if proxy and not proxy.startswith(("http://", "https://")):
            raise ValueError("BRIDGE_PROXY is not usable: write it as http://host:port.")
        try:
            self._context = _trust(ca_file)
        except (OSError, ValueError) as error:
            raise ValueError(f"BRIDGE_CA_FILE is not usable: {ca_file} holds no readable PEM certificates.") from error
        self._gate = Gate(allowed, resolve)
        self._proxies = {"http": proxy, "https": proxy} if proxy else {}
        super().__init__(pool_maxsize=1)

    def carry(
        self, method: str, target: Target, headers: Mapping[str, str], body: bytes | None, trip: Trip
    ) -> requests.Response:
        """Sends one request and returns its answer with the body still unread. Raises our errors only."""
        self._gate.trip, trip.sent = trip, False
        carrying = _carrying.set(True)
        try:
            ending = {} if trip.keeps_open else {"Connection": "close"}
            prepared = requests.Request(method, target.url, headers={**headers, **ending}, data=body).prepare()
            return self.send(prepared, stream=True, timeout=trip.remaining(), proxies=self._proxies)
        except (OutsideError, OSError, HTTPError, ValueError) as error:
            raise trip.failure(error) from None
        finally:
            _carrying.reset(carrying)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        self.poolmanager = _GatedPools(connections, maxsize=maxsize, block=block, ssl_context=self._context, **kwargs)
        self.poolmanager.gate = self._gate

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> ProxyManager:
        if proxy not in self.proxy_manager:
            self.proxy_manager[proxy] = manager = _GatedProxy(
                proxy, proxy_headers=self.proxy_headers(proxy), ssl_context=self._context,
                proxy_ssl_context=self._context, **kwargs,
            )  # fmt: skip
            manager.gate = self._gate
        found: ProxyManager = self.proxy_manager[proxy]
        return found

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to add: the context holds all we trust, and certificates are always required."""
