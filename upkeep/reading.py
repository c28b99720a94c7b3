"""Reads one calendar as it is right now, whole, from an address or a file: for looking only, nothing is remembered."""

from __future__ import annotations

import re
from pathlib import Path

from calendars.gates import LARGEST, check
from connector.errors import Gone, Refused, TryLater
from connector.fetch import Fetcher

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
    return _file(Path(place))


def is_address(place: str) -> bool:
    return bool(_ADDRESS.match(place)) and (place[:1] in "/\\" or not Path(place).is_file())


def _file(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise Refused(f"{path} is not a file: give the calendar's own file.")
        if path.stat().st_size > LARGEST:
            raise Refused(f"{path} is larger than {LARGEST // 2**20} MB: give a shorter calendar.")
        return path.read_bytes()
    except FileNotFoundError:
        raise Gone(f"There is no file {path}: correct the path, or give the calendar's address.") from None
    except OSError as wrong:
        raise TryLater(f"{path} cannot be read ({wrong.strerror}): check its permissions.") from None
