"""Site files that tests start from."""

from __future__ import annotations

import json
from pathlib import Path

from config.site import Site, read_site

MAPLE = """
[school]
slug = "maple"
name = "Maple Street Elementary"
timezone = "America/Chicago"
languages = ["en", "es"]

[[groups]]
slug = "pta"
kind = "pta"
name = "Maple Street PTA"

[[sources]]
slug = "calendar"
kind = "ics"
path = "maple.ics"

[[pages]]
slug = "pta-page"
facebook_id = "10001"
token = "PAGE-10001-REHEARSAL"

[[centers]]
slug = "eastside"
name = "Eastside Community Center"
kind = "caldav"
url = "https://cal.example.org/eastside/"
username = "bridge"
password = "first"

[[staff]]
email = "maria@maple.example"
name = "Maria Ortiz"
role = "staff"
languages = ["es", "en"]

[[staff]]
email = "office@maple.example"
name = "School office"
role = "owner"
languages = ["en"]

[routing]
fallback = "office@maple.example"
"""


def site(folder: Path, *changes: tuple[str, str]) -> Site:
    """The site of MAPLE, with each (old, new) text replaced."""
    return read_site(write(folder, *changes), {}, wording_languages=("en", "es"))


def write(folder: Path, *changes: tuple[str, str]) -> Path:
    text = MAPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "maple.toml"
    path.write_text(text, encoding="utf-8")
    return path


def to_google(calendar: str, credentials: str) -> tuple[str, str]:
    """A change that has the center keep its calendar at Google."""
    start, end = MAPLE.index('kind = "caldav"'), MAPLE.index('password = "first"\n') + len('password = "first"\n')
    return MAPLE[start:end], f'kind = "google"\ncalendar = "{calendar}"\ncredentials = {json.dumps(credentials)}\n'


def without(table: str, slug: str) -> tuple[str, str]:
    """A change that takes one [[table]] out."""
    start = MAPLE.index(f'[[{table}]]\n{"email" if table == "staff" else "slug"} = "{slug}"')
    return MAPLE[start : MAPLE.index("\n\n", start)], ""
