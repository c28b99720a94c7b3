"""Structured logs on standard error: one event a line, ids and counts only, no names, texts or secrets of anybody."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_SECRET = re.compile(
    r"(?i)((?:access_token|input_token|verify_token|appsecret_proof|client_secret|password|fb_exchange_token)(?:=|%3D|\"?:\s*\"?))[^&\s\"']+"
)


def start_logging(form: str, *, quiet: bool = False) -> None:
    """`form` is "text" or "json". Everything goes to standard error, redacted after it was put together."""
    level = logging.WARNING if quiet else logging.INFO
    render = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is when something is logged
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_RedactRecord())


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def scrub(text: str) -> str:
    """`text` with the value of every known secret parameter replaced."""
    return _SECRET.sub(r"\1…", text)


class _RedactRecord(logging.Filter):
    """Libraries log too (urllib3 prints addresses at DEBUG): their lines pass the same wash."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(record.getMessage()), ()
        return True
