"""A school whose center keeps its calendar at Google, by the real commands as real processes, against the stand-in."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rehearsal.google.server import PretendGoogle
from tests.mirroring.feed import calendar, vevent
from tests.program import Started

ID = "center@group.calendar.google.com"
SITE = f"""
[school]
slug = "maple"
name = "Maple Street Elementary"
timezone = "America/Chicago"
languages = ["es", "en"]

[[sources]]
slug = "calendar"
kind = "ics"
path = "maple.ics"

[[centers]]
slug = "eastside"
name = "Eastside"
kind = "google"
calendar = "{ID}"
credentials = "file:key.json"

[[staff]]
email = "office@maple.example"
name = "Office"
role = "owner"
languages = ["en", "es"]

[routing]
fallback = "office@maple.example"
"""


def test_load_and_sync_with_a_google_calendar(tmp_path: Path) -> None:
    day = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y%m%d")
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "maple.ics").write_bytes(calendar(vevent("fair", f"{day}T180000")))
    with PretendGoogle() as google:
        theirs, said = google.calendar(ID), []
        (tmp_path / "key.json").write_text(google.accounts.service_account(), encoding="utf-8")

        here = {"BRIDGE_GOOGLE_URL": google.url, "BRIDGE_GRAPH_URL": "http://127.0.0.1:9"}  # there is no Page

        def run(*arguments: str) -> int:
            kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
            started = Started(arguments, cwd=tmp_path, env={**kept, **here})
            said.append("".join(started.communicate(timeout=120)))
            return started.wait()

        assert run("load", "site.toml") == 0
        assert run("sync") == 0, said[-1]
        [event] = theirs.events.values()
        assert (event["iCalUID"], event["summary"]) == ("fair", "Book fair")
        (tmp_path / "maple.ics").write_bytes(calendar(vevent("fair", f"{day}T180000", "STATUS:CANCELLED")))
        google.accounts.revoked = True
        assert run("sync") == 1
        assert "make a new key" in " ".join(said[-1].split())
        google.accounts.revoked = False
        assert run("sync") == 0, said[-1]
        [event] = theirs.events.values()
        assert event["summary"] == "Cancelado: Book fair"
        everything = "".join(said)
        assert "PRIVATE KEY" not in everything and "ya29." not in everything
