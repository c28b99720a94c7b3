"""One call on the wire: what left, what came back, and never longer or larger than allowed.

`requests` limits the wait for each read, not the whole call, and its exceptions do not say whether bytes left. Both
matter here: a server that drips must not hold a worker, and a write whose bytes never left may be sent again at once.
So each connection notes on the call it serves when it connects and when it sends, and a timer cuts it at the deadline.
"""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection

from connector.leaving import TooLate, check_leaving

LARGEST = 10_000_000  # bytes, decoded
KEPT_OPEN = 32  # connections of one session that wait for the next call: as many as threads may be calling
_CHUNK = 65_536
_SECRET = re.compile(r"((?:access_token|input_token|fb_exchange_token|client_secret|appsecret_proof|code)=)[^&\s\"']+")


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; `body` is decoded (gzip) and not larger than LARGEST."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoReply:
    """No whole answer. `left` is False only when it is certain that nothing of the request was sent.

    `reason` is one of: late, name, connect, tls, certificates, proxy, address, deadline, too-large, broken.
    """

    left: bool
    reason: str


Session = requests.Session


def open_session(*, proxy: str | None, ca_file: str | None) -> Session:
    """A session that never retries, follows nothing, keeps no cookie, and ignores the environment's proxies and .netrc.

    Many threads may share one, whatever their tokens: connections carry nothing from one call to the next.
    """
    session = Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.verify = ca_file or True
    session.proxies = {"http": proxy, "https": proxy} if proxy else {}
    session.headers.update({"User-Agent": "pta-bridge", "Accept": "application/json", "Accept-Encoding": "gzip"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, _NotingAdapter(max_retries=0, pool_maxsize=KEPT_OPEN))
    return session


def exchange(
    session: Session, method: str, url: str, *, deadline: float, connect_timeout: float, **parts: Any
) -> Reply | NoReply:
    """One request, one answer. `deadline` (seconds) covers everything; `parts` are params, data, files."""
    call = _Call()
    underway = _underway.set(call)
    timer = threading.Timer(deadline, call.cut)
    timer.daemon = True
    timer.start()
    waits = (min(connect_timeout, deadline), deadline)
    try:
        response = session.request(method, url, timeout=waits, stream=True, allow_redirects=False, **parts)
        return _answer(response, call)
    except TooLate:
        return NoReply(False, "late")
    except (requests.RequestException, exceptions.HTTPError, HTTPException, OSError) as failure:
        return _no_reply(failure, call)
    finally:
        timer.cancel()
        _underway.reset(underway)


def _answer(response: requests.Response, call: _Call) -> Reply | NoReply:
    with response:
        body = bytearray()
        for piece in response.iter_content(_CHUNK):
            body += piece
            if len(body) > LARGEST:
                return NoReply(True, "too-large")
        if call.late:  # a body without a length ends like any other when the timer cuts it
            return NoReply(True, "deadline")
        return Reply(response.status_code, dict(response.headers), bytes(body))


def _no_reply(failure: Exception, call: _Call) -> NoReply:
    reason = "deadline" if call.late else _reason(failure)
    before_sending = reason in ("name", "connect", "tls", "proxy", "address", "certificates")
    return NoReply(left=call.sent or not (call.connecting or before_sending), reason=reason)


_REASONS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("proxy", (requests.exceptions.ProxyError, exceptions.ProxyError)),
    ("name", (exceptions.NameResolutionError, socket.gaierror)),
    ("tls", (requests.exceptions.SSLError, exceptions.SSLError)),
    ("deadline", (requests.ReadTimeout, exceptions.ReadTimeoutError)),
    ("connect", (requests.ConnectTimeout, exceptions.NewConnectionError, exceptions.ConnectTimeoutError)),
    ("address", (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)),
)


def _reason(failure: Exception) -> str:
    chain = list(_chain(failure))
    for reason, kinds in _REASONS:
        if any(isinstance(one, kinds) for one in chain):
            return reason
    # requests looks for the certificates file before it opens anything, and complains with a bare OSError.
    return "certificates" if type(failure) is OSError else "broken"


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """The failure and what it carries: libraries wrap the real one in arguments, reasons and causes."""
    waiting: list[Any] = [failure]
    met: set[int] = set()
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and id(one) not in met:
            met.add(id(one))
            yield one
            waiting += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]


class _Call:
    """What is known of a call while it is on the wire."""

    def __init__(self) -> None:
        self.connecting = False
        self.sent = False
        self.late = False
        self._socket: Any = None

    def opened(self, sock: Any) -> None:
        self._socket = sock
        if self.late:
            raise TimeoutError("the deadline passed before anything was sent")

    def cut(self) -> None:
        """Runs in the timer's thread. SSLSocket.shutdown() would pull the TLS state from under the reader."""
        self.late = True
        sock = getattr(self._socket, "socket", self._socket)
        if isinstance(sock, socket.socket):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


_underway: ContextVar[_Call] = ContextVar("underway")


class _NotingConnection(HTTPConnection):
    def connect(self) -> None:
        call = _underway.get()
        call.connecting = True
        try:
            super().connect()
        finally:
            call.sent = False  # what a proxy was asked (CONNECT) also went through send()
        call.opened(self.sock)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        call = _underway.get()
        call.opened(self.sock)
        if not call.sent:
            check_leaving()
        call.sent = True
        super().send(data)


class _NotingTLSConnection(_NotingConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _NotingConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _NotingTLSConnection


class _NotingAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
        return manager


class _Wash(logging.Filter):
    """urllib3 logs addresses, some at WARNING, and reads carry their token in the address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _SECRET.sub(r"\1…", record.getMessage()), ()
        return True


for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_Wash())
