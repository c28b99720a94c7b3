"""How what we read and write stands, from what is remembered: nobody outside is asked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from config.durations import parse_duration
from models.center import Center
from models.page import Page
from models.source import FeedItem, Source
from web.plans.waiting import is_released
from web.speech import Speech


@dataclass(frozen=True, slots=True)
class Health:
    """`is_well` False: somebody should look. `last_at` is when it last went well, `next_at` when it is tried again.

    `where` names the outside without what may be secret in an address. `unread` are single events that could not be read.
    """

    kind: str
    name: str
    where: str
    is_well: bool
    last_at: datetime | None
    next_at: datetime | None
    message: str = ""
    held_at: datetime | None = None
    is_released: bool = False
    difference: Sequence[Mapping[str, str]] = ()
    unread: tuple[str, ...] = ()
    more_unread: int = 0

    @property
    def is_known(self) -> bool:
        """Was it ever asked? Before that nobody knows whether it works."""
        return self.last_at is not None or not self.is_well or self.held_at is not None


MOST_NAMED = 10


def of_source(row: Source, items: Sequence[FeedItem]) -> Health:
    unread = [one.problem for one in items if one.problem]
    message = row.held_reason if row.held_at else row.problem
    return Health(
        "source", row.slug, _host(row.address), row.held_at is None and not row.problem, row.read_at, _next(row), message,
        row.held_at, is_released(row), row.held_difference, tuple(unread[:MOST_NAMED]), max(0, len(unread) - MOST_NAMED),
    )  # fmt: skip


def of_page(row: Page, now: datetime, speech: Speech) -> Health:
    parked = row.parked_until if row.parked_until and row.parked_until > now else None
    message = row.token_problem or row.problem
    if row.blocked_at:
        message = speech.say("Facebook refuses what we write to this page.")
    elif parked and not message:
        message = speech.say("Facebook asked us to wait.")
    is_well = not row.token_problem and not row.problem and row.blocked_at is None
    return Health("page", row.slug, "facebook.com", is_well, row.read_at or row.token_proven_at, parked, message)


def of_center(row: Center) -> Health:
    where = "" if row.kind == "feed" else _host(row.url) or row.kind
    return Health("center", row.name, where, not row.problem, row.checked_at, None, row.problem)


def _host(address: str) -> str:
    """Of a path its last part: folders of the machine are nobody's business here."""
    return urlsplit(address).hostname or address.replace("\\", "/").rpartition("/")[2]


def _next(row: Source) -> datetime | None:
    if row.checked_at is None:
        return None
    return row.checked_at + (parse_duration(row.every) or timedelta(0))
