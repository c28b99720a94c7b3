"""Reads one calendar as it is right now, whole, from an address or a file: for looking only, nothing is remembered."""

from __future__ import annotations

import re
from pathlib import Path

from calendars.gates import LARGEST, check
from connector.fetch import Fetcher
from connector.files import read_file

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2}")


def read_calendar(
    place: str, fetcher: Fetcher, *, subject: str, username: str | None = None, password: str | None = None
) -> bytes:
    """A whole calendar's bytes. OutsideError when it cannot be had, FeedRefused when what came is no calendar."""
    body = read_bytes(place, fetcher, subject=subject, username=username, password=password)
    check(body)
    return body


def read_bytes(
    place: str, fetcher: Fetcher, *, subject: str, username: str | None = None, password: str | None = None
) -> bytes:
    """`place` is a path when it looks like no address; `file:` and `//host` are addresses, and are refused as such."""
    if is_address(place):
        return fetcher.get(place, subject=subject, username=username, password=password).body
    return read_file(Path(place), largest=LARGEST)


def is_address(place: str) -> bool:
    return bool(_ADDRESS.match(place)) and (place[:1] in "/\\" or not Path(place).is_file())
