"""The one way to Facebook: the SDK's client with our own wire, deadline, errors and paging underneath.

facebook-sdk stops at version 3.1, has no deadline, puts tokens into exceptions, and takes an HTTP 500 with `{}` for
success. All its helpers go through `request()`, so that replacing this one method mends them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import facebook

from connector import calls
from connector.clocks import Clocks
from connector.errors import OutcomeUnknown, OutsideError, Refused, TooMuchData, TryLater
from connector.graph import sentences
from connector.graph.decipher import decipher
from connector.graph.usage import Usage, read_usage
from connector.graph.walk import Walk
from connector.graph.wire import NoReply, Reply, Session, exchange, open_session

_PATH = re.compile(r"(?:[\w.:-]+/)*[\w.:-]*", re.ASCII)
_SECRET_NAMES = ("access_token", "input_token", "fb_exchange_token", "client_secret", "code")


class GraphDoor(facebook.GraphAPI):
    """A token and the way to Facebook. Never retries; raises connector.errors; one thread at a time.

    After each reply `usage` (None: not told) and `served_version` ("v26.0") tell what its headers said; `calls` counts
    what was tried. `session` may be shared with other doors that go the same way. `deadline` and `connect_timeout` are seconds.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = "https://graph.facebook.com",
        version: str = "v26.0",
        app_secret: str | None = None,
        proxy: str | None = None,
        ca_file: str | None = None,
        deadline: float = 30.0,
        connect_timeout: float = 5.0,
        clocks: Clocks | None = None,
        session: Session | None = None,
    ) -> None:
        self._open = partial(open_session, proxy=proxy, ca_file=ca_file)
        super().__init__(token, timeout=deadline, session=session or self._open())
        self.version = version  # the SDK's own argument knows nothing after 3.1
        self.base_url = base_url.rstrip("/")
        self.calls = 0
        self.usage: Usage | None = None
        self.served_version: str | None = None
        self._app_secret = app_secret
        self._deadline = deadline
        self._connect_timeout = connect_timeout
        self._clocks = clocks or Clocks()

    def __repr__(self) -> str:
        return f"GraphDoor({self.base_url}, {self.version})"

    def request(
        self,
        path: str,
        args: Mapping[str, Any] | None = None,
        post_args: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        method: str | None = None,
    ) -> Any:
        """Facebook's answer to one call: a dict, or the list of a batch. `post_args` make it a POST."""
        verb = "POST" if post_args is not None else (method or "GET").upper()
        query, form = _encoded(args), _encoded(post_args)
        self._sign(form if verb == "POST" else query)
        reply = self._exchange(verb, self._address(path), params=query, data=form or None, files=files)
        self.usage = read_usage(reply.headers, _page_of(path))
        self.served_version = _header(reply.headers, "facebook-api-version") or self.served_version
        secrets = [query.get(name) or form.get(name) or "" for name in _SECRET_NAMES] + [self._app_secret or ""]
        return decipher(reply.status, reply.headers, reply.body, verb, page_id=_page_of(path), secrets=secrets)

    def together(self, asks: Sequence[Mapping[str, Any]]) -> Any:
        """Facebook's answer to many reads in one call, part by part: see connector.graph.batch, which reads it."""
        form = _encoded({"batch": asks, "include_headers": True})
        self._sign(form)
        reply = self._exchange("POST", self._address(f"{self.version}/"), writes=False, data=form)
        return decipher(reply.status, reply.headers, reply.body, "GET", secrets=[form["access_token"]])

    def asking(self, path: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """One read as a part of `together`, with this door's own token."""
        query = _encoded(args)
        self._sign(query)
        return {"method": "GET", "relative_url": f"{path}?{urlencode(query, safe=',()')}"}

    def exchange_plain(self, path: str, headers: Mapping[str, str]) -> Reply:
        """One GET without the token among its parameters, undeciphered."""
        reply: Reply = self._exchange("GET", self._address(path), headers=dict(headers))
        return reply

    def get_all_connections(self, id: str, connection_name: str, **args: Any) -> Iterator[Any]:
        """Every row of an edge. TryLater when Facebook goes round in circles before the end."""
        walk: Walk[Any] = Walk(
            lambda cursor: self.get_connections(id, connection_name, **{**args, **cursor}), lambda row: row
        )
        for rows in walk:
            yield from rows
        if not walk.complete:
            raise TryLater(sentences.later("it gives the same rows again and again"), subject="Facebook")

    def get_version(self) -> str:
        """The version that really serves our calls, as "26.0": Facebook replaces retired ones without a word."""
        self.request(f"{self.version}/me", {"fields": "id"})
        if self.served_version is None:
            raise TryLater(sentences.later("it does not tell its version"), subject="Facebook")
        return self.served_version.removeprefix("v")

    def _sign(self, parameters: dict[str, Any]) -> None:
        token = parameters.setdefault("access_token", self.access_token)
        if not token:
            del parameters["access_token"]
        elif self._app_secret:
            parameters["appsecret_proof"] = proof(self._app_secret, token)

    def _address(self, path: str) -> str:
        """Ids come from outside: one that is none must not lead to another address."""
        if not _PATH.fullmatch(path) or ".." in path:
            raise Refused("This is not an id of Facebook's: check the page, post or comment id.", subject="Facebook")
        return f"{self.base_url}/{path}"

    def _exchange(self, verb: str, address: str, *, writes: bool | None = None, **parts: Any) -> Any:
        """`writes`: as the verb tells, unless the caller knows better.

        An idle connection may be closed by the other side just as we write: a fresh one leaves no such doubt.
        """
        writes = verb != "GET" if writes is None else writes
        self.calls += 1
        began = time.monotonic()
        with self._open() if writes else nullcontext(self.session) as session:
            reply = exchange(
                session, verb, address, deadline=self._deadline, connect_timeout=self._connect_timeout, **parts
            )
        if isinstance(reply, NoReply):
            calls.unanswered(verb, reply.reason, began, left=reply.left)
            raise self._failure(reply, writes)
        calls.answered(verb, reply.status, reply.headers, began)
        self._clocks.hear(urlsplit(self.base_url).hostname or self.base_url, reply.headers)
        return reply

    def _failure(self, failure: NoReply, writes: bool) -> OutsideError:
        host = urlsplit(self.base_url).hostname or self.base_url
        if failure.left and writes:
            return OutcomeUnknown(
                sentences.unknown(_WORDS.get(failure.reason, "the connection broke")), subject="Facebook"
            )
        if failure.reason == "too-large":
            return TooMuchData(sentences.TOO_MUCH, subject="Facebook")
        return TryLater(sentences.unreachable(failure.reason, host, self._deadline), subject="Facebook")


_WORDS = {"deadline": "no whole answer in time", "too-large": "an answer without an end"}


def proof(app_secret: str, token: str) -> str:
    """Shows Facebook that the app itself uses its token."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _encoded(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """Facebook reads lists, objects and booleans as JSON text; what is None is left out."""
    return {name: _text(value) for name, value in (parameters or {}).items() if value is not None}


def _text(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (bool, list, tuple, dict)) else value


def _page_of(path: str) -> str:
    """The Page in `v26.0/{page}/feed` and `v26.0/{page}_{post}`, where there is one."""
    parts = path.split("/")
    return parts[1].split("_")[0] if len(parts) > 1 else ""


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for one, value in headers.items() if one.lower() == name), None)
