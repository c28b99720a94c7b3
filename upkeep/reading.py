"""Reads one calendar as it is right now, whole, from an address or a file: for looking only, nothing is remembered."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from calendars.gates import LARGEST, check
from calendars.lines import BOM
from calendars.spreadsheet.read import looks_like_list, read_list
from calendars.values import Problem
from connector.fetch import Fetcher
from connector.files import read_file

_LISTS = (".csv", ".tsv")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}")


def read_calendar(place: str, fetcher: Fetcher, *, subject: str, zone: str) -> tuple[bytes, tuple[Problem, ...]]:
    """A whole calendar as iCalendar, and what was wrong with it if it is a list. `zone` is the school's.

    OutsideError when it cannot be had, FeedRefused when what came is no calendar.
    """
    body = read_bytes(place, fetcher, subject=subject)
    if not _is_list(place, body):
        check(body)
        return body, ()
    found = read_list(body, zone)
    return found.ics, found.problems


def _is_list(place: str, body: bytes) -> bool:
    """By its content; where that says nothing, by the end of its name."""
    if body.removeprefix(BOM).lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        return False
    return urlsplit(place).path.casefold().endswith(_LISTS) or looks_like_list(body)


def read_bytes(
    place: str, fetcher: Fetcher, *, subject: str, username: str | None = None, password: str | None = None
) -> bytes:
    """`place` is a path when it looks like no address; `file:` and `//host` are addresses, and are refused as such."""
    if is_address(place):
        return fetcher.get(place, subject=subject, username=username, password=password).body
    return read_file(Path(place), largest=LARGEST)


def is_address(place: str) -> bool:
    return bool(_ADDRESS.match(place)) and (place[:1] in "/\\" or not Path(place).is_file())
