"""Puts the sample school into a folder: its calendar `maple.ics` and its site file `site.toml`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

from rehearsal.town.calendar import changed, school_calendar
from rehearsal.town.site import site_toml

CALENDAR_FILE, SITE_FILE = "maple.ics", "site.toml"


class SiteChoices(TypedDict, total=False):
    """What may be chosen in the site file: the arguments of `site_toml`, all with a default here."""

    ics_path_or_url: str
    graph_page_id: str
    page_token: str
    center_url: str | None
    center_user: str
    center_password: str
    hours: str
    closed: Sequence[str]
    approval: str
    quiet_hours: str
    daily_limit: int


def write_town(folder: Path, today: date, **choices: Unpack[SiteChoices]) -> Path:
    """Writes both files, replacing older ones, and returns the site file's path. Makes the folder where it is missing.

    Unless told otherwise the site file names the calendar beside it, and the token is read from MAPLE_PAGE_TOKEN.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / CALENDAR_FILE, school_calendar(today))
    named: SiteChoices = {"ics_path_or_url": CALENDAR_FILE, "page_token": "env:MAPLE_PAGE_TOKEN", **choices}
    _replace(folder / SITE_FILE, site_toml(**named).encode())
    return folder / SITE_FILE


def change_town(folder: Path, today: date) -> None:
    """The school edits its calendar: one event moves, one is cancelled (`changes` in calendar.py says which)."""
    _replace(folder / CALENDAR_FILE, changed(today))


def _replace(path: Path, body: bytes) -> None:
    """Whole at once: somebody may be reading the calendar meanwhile."""
    half = path.with_name(path.name + ".new")
    half.write_bytes(body)
    half.replace(path)
