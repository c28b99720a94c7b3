"""The one way to read an address that a person gave us: a school's feed, a spreadsheet, a center's calendar.

Addresses are vetted at every hop, answers have a deadline and a cap, and every way this can fail comes back as one of
our errors with a sentence for people.
"""

from __future__ import annotations

import base64
import re
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin

import requests

from connector import calls
from connector.addresses import AllowedHosts, Target, parse_target
from connector.bodies import read_whole
from connector.clocks import Clocks
from connector.errors import Gone, OutsideError, Refused, SignInNeeded, Throttled, TryLater
from connector.gate import Resolve, system_resolve
from connector.transport import Transport
from connector.trip import READS, Trip

MAX_BYTES = 20 * 1024 * 1024
MAX_HOPS = 3
MAX_RETRY_AFTER = 24 * 3600.0  # seconds; what a neighbour may ask of us at most
_LONGEST_VALIDATOR = 1000  # letters
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGENT = "pta-bridge/0.1 (reads school calendars)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address said. `body` is decoded, b"" at 304. `url` is the address that answered in the end.

    `moved_to` is set when the address itself has moved for good (301, 308): tell a person, don't adopt it silently.
    Both may hold a secret: they are for using and keeping, not for showing.
    """

    status: Literal[200, 304]
    body: bytes = field(repr=False)
    etag: str | None
    last_modified: str | None
    url: str = field(repr=False)
    moved_to: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """Any answer with a status, redirects and errors too. Names of headers ignore case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Fetcher:
    """Opens connections to people's addresses. Safe to share between threads.

    `deadline` is seconds for a whole call, redirects included; `max_bytes` counts decoded bytes. ValueError, in one
    sentence for the operator, when `allow_hosts`, `proxy` or `ca_file` is unusable.
    """

    def __init__(
        self,
        *,
        allow_hosts: str | Sequence[str] = (),
        proxy: str | None = None,
        ca_file: str | None = None,
        deadline: float = 30.0,
        max_bytes: int = MAX_BYTES,
        resolve: Resolve = system_resolve,
        clocks: Clocks | None = None,
    ) -> None:
        self._allowed = AllowedHosts.parse(allow_hosts)
        self._transport = Transport(self._allowed, proxy=proxy, ca_file=ca_file, resolve=resolve)
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._clocks = clocks or Clocks()
        self._in_order: dict[tuple[str, str, int], threading.Lock] = {}

    def get(
        self,
        url: str,
        *,
        subject: str,
        etag: str | None = None,
        last_modified: str | None = None,
        username: str | None = None,
        password: str | None = None,
    ) -> Fetched:
        """Reads a file whole, following up to three redirects. Every failure is an OutsideError about `subject`."""
        trip = self._trip(subject, "GET")
        target = home = self.target(url, subject)
        moved_to, only_permanent = None, True
        for _ in range(MAX_HOPS + 1):
            login = (username, password or "") if username and _same_keeper(home, target) else None
            with closing(self._send("GET", target, _asking(etag, last_modified, login), None, trip)) as response:
                if response.status_code not in _REDIRECTS:
                    self._check(response, trip, conditional=bool(etag or last_modified), signed_in=login is not None)
                    return self._fetched(response, trip, target, moved_to)
                only_permanent = only_permanent and response.status_code in _PERMANENT
                target = self._next_hop(response, target, trip)
                moved_to = target.url if only_permanent else moved_to
        raise trip.error(Refused, "sends from one address to the next without end: ask for its direct address")

    def request(
        self,
        method: str,
        url: str,
        *,
        subject: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        auth: tuple[str, str] | None = None,
        changes: bool = True,
    ) -> Answer:
        """One request, no redirects, whatever the status. Requests to one server go in order over one connection.

        TryLater when it surely had no effect; OutcomeUnknown when a write may have been carried out. `changes`: False for
        a question that goes by POST.
        """
        target = self.target(url, subject)
        wanted = {"User-Agent": _AGENT, "Accept-Encoding": "gzip", **_login(auth), **(headers or {})}
        with self._in_order.setdefault(target.origin, threading.Lock()):
            trip, began = self._trip(subject, method, keeps_open=True, changes=changes), time.monotonic()
            try:
                with closing(self._send(method, target, wanted, body, trip)) as response:
                    calls.answered(method, response.status_code, response.headers, began)
                    return Answer(response.status_code, response.headers, self._body(response, trip))
            except OutsideError as wrong:
                calls.unanswered(method, type(wrong).__name__, began, left=trip.sent)
                raise

    def _trip(self, subject: str, method: str, *, keeps_open: bool = False, changes: bool = True) -> Trip:
        return Trip(
            subject=subject,
            ends_at=time.monotonic() + self._deadline,
            seconds=self._deadline,
            max_bytes=self._max_bytes,
            writes=changes and method.upper() not in READS,
            keeps_open=keeps_open,
        )

    def target(self, url: str, subject: str) -> Target:
        """The address as it would be called, vetted as far as its spelling shows. Refused otherwise."""
        return parse_target(url, self._allowed, subject=subject)

    def _send(
        self, method: str, target: Target, headers: Mapping[str, str], body: bytes | None, trip: Trip
    ) -> requests.Response:
        response = self._transport.carry(method, target, headers, body, trip)
        self._clocks.hear(target.host, response.headers)
        return response

    def _body(self, response: requests.Response, trip: Trip) -> bytes:
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > trip.max_bytes:
            raise trip.too_large()
        return read_whole(response, trip)

    def _next_hop(self, response: requests.Response, target: Target, trip: Trip) -> Target:
        location = _as_utf8(response.headers.get("Location", "")).strip()
        if not location or location.startswith(("//", "/\\", "\\")):
            raise trip.error(Refused, "redirects to an address that is not followed: ask for its direct address")
        try:
            following = self.target(urljoin(target.url, location), f"What {trip.subject} redirects to")
        except ValueError:
            raise trip.error(Refused, "redirects to what is no address: ask for its direct address") from None
        except Refused as refused:
            raise Refused(refused.message, subject=trip.subject) from None
        if target.scheme == "https" and following.scheme == "http":
            raise trip.error(Refused, "redirects from https to plain http, which is not followed: tell its keeper")
        return following

    def _check(self, response: requests.Response, trip: Trip, *, conditional: bool, signed_in: bool) -> None:
        if response.status_code in (200, 203) or (response.status_code == 304 and conditional):
            return
        raise complaint(response.status_code, response.headers, trip.subject, signed_in=signed_in)

    def _fetched(self, response: requests.Response, trip: Trip, target: Target, moved_to: str | None) -> Fetched:
        unchanged = response.status_code == 304
        return Fetched(
            status=304 if unchanged else 200,
            body=b"" if unchanged else self._body(response, trip),
            etag=_validator(response.headers.get("ETag")),
            last_modified=_validator(response.headers.get("Last-Modified")),
            url=target.url,
            moved_to=moved_to,
        )


def complaint(status: int, headers: Mapping[str, str], subject: str, *, signed_in: bool) -> OutsideError:
    """What a status other than success means for something that was only read."""
    kind, rest = _meaning(status, signed_in)
    message = f"{subject} {rest}."
    seconds = retry_after(headers)
    if status == 429 or (status == 503 and seconds is not None):
        return Throttled(message, seconds=seconds, subject=subject, code=status)
    return kind(message, subject=subject, code=status)


def _meaning(status: int, signed_in: bool) -> tuple[type[OutsideError], str]:
    if status in (401, 403):
        if signed_in:
            return SignInNeeded, f"refuses the user name or password (status {status}): give the right ones"
        return (
            SignInNeeded,
            f"wants a sign-in (status {status}): give user name and password, or its public address",
        )
    if status in (404, 410):
        return Gone, f"is not there any more (status {status}): ask its keeper for the new address"
    if status == 429:
        return Throttled, "asks us to call less often (status 429): it is tried again later"
    if status >= 500 or status in (408, 425):
        return TryLater, f"has trouble of its own (status {status}): it is tried again later"
    if status < 300 or status == 304:
        return TryLater, f"answered without the whole file (status {status}): it is tried again later"
    return Refused, f"refuses to be read (status {status}): check its address, or ask its keeper"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait. A date is counted from the answer's own Date, so that no two clocks are compared."""
    told = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return min(float(told), MAX_RETRY_AFTER)
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), MAX_RETRY_AFTER)


def _asking(etag: str | None, last_modified: str | None, login: tuple[str, str] | None) -> dict[str, str]:
    headers = {
        "User-Agent": _AGENT,
        "Accept": "text/calendar, text/csv;q=0.9, */*;q=0.5",
        "Accept-Encoding": "gzip",
        **_login(login),
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def _validator(told: str | None) -> str | None:
    """An ETag or a date that can be kept and sent back as it is; one that cannot would make every later call fail."""
    return told if told and len(told) <= _LONGEST_VALIDATOR and told.isprintable() and told == told.strip() else None


def _as_utf8(header: str) -> str:
    """Headers arrive as Latin-1; addresses in them were meant as UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _login(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}


def _same_keeper(home: Target, target: Target) -> bool:
    """May a password given for `home` be shown to `target`? The same server, or its own move to https."""
    upgraded = home.host == target.host and (home.scheme, home.port, target.scheme, target.port) == (
        "http", 80, "https", 443,
    )  # fmt: skip
    return home.origin == target.origin or upgraded
