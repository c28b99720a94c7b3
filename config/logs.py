"""Structured logs on standard error: one event a line, ids and counts only, no names, texts or secrets of anybody.

What is written passes one wash: by the name of a parameter, by the shape of an address, and by value, since every secret
that this process has opened is known here. Libraries' lines, tracebacks and what nobody caught pass it, too.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import quote, quote_plus, unquote

import structlog
from structlog.typing import EventDict, WrappedLogger

from config.this_process import this_process

_SECRET = re.compile(
    r"(?i)((?:access_token|input_token|verify_token|appsecret_proof|client_secret|password|fb_exchange_token)(?:=|%3D|\"?:\s*\"?))[^&\s\"']+"
)
_SIGN_IN = re.compile(r"(?i)\b(Bearer|Basic|OAuth|Digest)\s+[A-Za-z0-9+/=._|~-]{6,}")
_USER = re.compile(r"(\w://)[^\s/@\"'<>]+@")
_QUERY = re.compile(r"((?:\w://|\s/)[^\s?\"'<>]*\?)[^\s\"'<>]+")
_IN_PATH = re.compile(
    r"(/feeds/|/invitation/|/private-)[\w-]{6,}"
)  # our subscribed addresses and ways in, Google's secret ones
# What each line begins with, in this order, where it has it: ids by which lines are found again.
ORDER = ("event", "level", "at", "school", "delivery", "lane", "job", "request", "process")
_SHORTEST = 6  # what is shorter stands in ordinary words, too


class _Hidden:
    """Every spelling of every secret that this process knows; a worker of a state opens thousands of tokens.

    Looked up by their first letters: one pattern of them all would have to be made anew with each, and grow slow.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._spellings: set[str] = set()
        self._lengths: dict[
            str, tuple[int, ...]
        ] = {}  # first letters → lengths of the spellings that begin so, longest first

    def add(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            if len(secret) >= _SHORTEST and secret not in self._known:
                self._known.add(secret)
                self._learn({one for one in _spellings(secret) if len(one) >= _SHORTEST})

    def _learn(self, spellings: Iterable[str]) -> None:
        for one in spellings:
            self._spellings.add(one)
            begin = one[:_SHORTEST]
            self._lengths[begin] = tuple(sorted({*self._lengths.get(begin, ()), len(one)}, reverse=True))

    def wash(self, text: str) -> str:
        pieces, begun, at = [], 0, 0
        while at <= len(text) - _SHORTEST:
            if length := self._found(text, at):
                pieces += [text[begun:at], "…"]
                begun = at = at + length
            else:
                at += 1
        return "".join((*pieces, text[begun:]))

    def _found(self, text: str, at: int) -> int:
        """The length of the secret that begins there, or 0."""
        lengths = self._lengths.get(text[at : at + _SHORTEST], ())
        return next((length for length in lengths if text[at : at + length] in self._spellings), 0)


_hidden = _Hidden()


def _spellings(secret: str) -> Iterator[str]:
    for form in {secret, unquote(secret)}:
        yield from (form, quote(form), quote(form, safe=""), quote_plus(form), repr(form)[1:-1])
        yield from (json.dumps(form)[1:-1], json.dumps(form, ensure_ascii=False)[1:-1])
        yield base64.b64encode(form.encode()).decode().rstrip("=")


def hide(*secrets: str) -> None:
    """From now on no log line, traceback or complaint of this process shows one of these."""
    _hidden.add(secrets)


class logged:  # reads as what it does
    """All lines within it carry these ids (those of ORDER): `with logged(job="12 lane", school="maple"):`

    Threads that are started within it carry them only where they are handed a copy of the context. (structlog's
    `bound_contextvars` costs three times as much, and stands around every request.)
    """

    __slots__ = ("_ids", "_tokens")

    def __init__(self, **ids: str) -> None:
        self._ids = ids

    def __enter__(self) -> None:
        self._tokens = structlog.contextvars.bind_contextvars(**self._ids)

    def __exit__(self, *_: object) -> None:
        structlog.contextvars.reset_contextvars(**self._tokens)


def start_logging(form: str, *, quiet: bool = False, secrets: Iterable[str] = ()) -> None:
    """`form` is "text" or "json". Everything goes to standard error, washed. `secrets`: those of the settings."""
    hide(*secrets)
    level = logging.WARNING if quiet else logging.INFO
    begin: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    end: list[Any] = [structlog.processors.format_exc_info, redact, *_rendered(form)]
    structlog.configure(
        processors=[*begin, *end],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when something is logged
        cache_logger_on_first_use=False,
    )
    _libraries(begin, end)


def _rendered(form: str) -> list[Any]:
    """Whoever reads a terminal sees one process; whoever gathers lines gathers those of many."""
    if form == "json":
        return [_in_order, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), timestamp_key="at")]


def _in_order(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    told = {"process": this_process(), **event}
    return {name: told[name] for name in (*ORDER, *told) if name in told}


def uncaught(kind: type[BaseException], wrong: BaseException | None, where: TracebackType | None) -> None:
    """What nobody caught, on standard error for whoever mends the program; for sys.excepthook."""
    sys.stderr.write(scrub("".join(traceback.format_exception(kind, wrong, where))))


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _washed(value) for key, value in event.items()}


def scrub(text: str) -> str:
    """`text` without secrets: those of named parameters, in addresses, and every one that was hidden."""
    for pattern in (_SECRET, _QUERY, _IN_PATH):  # by name first: a secret may be a part of a name
        text = pattern.sub(r"\1…", text)
    return _hidden.wash(_USER.sub(r"\1…@", _SIGN_IN.sub(r"\1 …", text)))


def _washed(value: Any) -> Any:
    if isinstance(value, (bool, int, float, type(None))):
        return value
    if isinstance(value, dict):
        return {key: _washed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_washed(one) for one in value]
    return scrub(str(value))


def _libraries(begin: list[Any], end: list[Any]) -> None:
    """Their lines look as ours do, and pass the same wash (urllib3 prints addresses at DEBUG)."""
    handler = logging.StreamHandler(sys.stderr)
    without_record = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    named = structlog.stdlib.add_logger_name
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*begin, named], processors=[without_record, *end])
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
