"""Real processes with a canary for each secret, libraries at their most talkative, and faults of every kind.

Afterwards every canary is searched for in all that was printed, logged, answered and written to disk. What may hold
them: the site file and the environment that gave them, and, sealed, the database. The address of a feed stands in the
database as it is (docs/decisions/0016); nowhere else.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID
from rehearsal.radicale import CalendarServer
from tests.canaries.birds import Birds, found
from tests.connector.site import ICS, Site
from tests.mail import MailServer
from tests.program import Started

TALKATIVE = """
import logging, sys
for name in ("urllib3", "requests", "apprise", "sqlalchemy.engine", "sqlalchemy.pool", "apscheduler", "asyncio", "uvicorn"):
    logging.getLogger(name).setLevel(1)
    logging.getLogger(name).propagate = True
for name in ("connectionpool", "connection", "poolmanager", "util.retry"):
    logging.getLogger("urllib3." + name).setLevel(1)
if sys.argv[1] == "break":  # a fault of ours, with a secret in its message, in a thread and outside of one
    import os, threading
    from commands import main
    from models.vault import Vault
    Vault(os.environ["BRIDGE_SECRET_KEY"]).seal(os.environ["PAGE_TOKEN"])
    def broken(*_):
        raise RuntimeError("broken by " + os.environ["PAGE_TOKEN"])
    main.run = lambda _: threading.Thread(target=broken).run() if sys.argv[2] == "main" else threading.Thread(target=broken).start()
    main.main()
from commands.main import main
main()
"""
SITE = """
[school]
slug = "maple"
name = "Maple"
timezone = "America/Chicago"

[[sources]]
slug = "open"
kind = "ics"
url = "{feed}/maple.ics?key={key}"

[[sources]]
slug = "closed"
kind = "caldav"
url = "{calendar}"
username = "bridge"
password = "env:FEED_PASSWORD"

[[sources]]
slug = "moved"
kind = "ics"
url = "{feed}/moved.ics?key={key}"

[[sources]]
slug = "gone"
kind = "ics"
url = "http://127.0.0.1:1/gone.ics?key={key}"

[[pages]]
slug = "pta-page"
facebook_id = "10001"
token = "env:PAGE_TOKEN"
approval = "auto"
quiet_hours = ""

[[centers]]
slug = "eastside"
name = "Eastside"
kind = "caldav"
url = "{calendar}"
username = "bridge"
password = "env:CALENDAR_PASSWORD"

[[staff]]
email = "office@maple.example"
name = "Office"
role = "owner"

[routing]
fallback = "office@maple.example"
"""


@dataclass
class Place:
    """Where all of it runs. `seen`: what came out of each process and each answer."""

    folder: Path
    birds: Birds
    facebook: PretendFacebook
    environment: dict[str, str]
    seen: dict[str, bytes] = field(default_factory=dict)

    def start(self, *arguments: str, stderr: Any = subprocess.PIPE, **more: str) -> Started:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        environment = {**kept, **self.environment, **more}
        return Started(arguments, cwd=self.folder, env=environment, code=TALKATIVE, text=False, stderr=stderr)

    def run(self, *arguments: str, note: str = "", expect: int | None = None, **more: str) -> None:
        child = self.start(*arguments, **more)
        out, err = child.communicate(timeout=180)
        told = f"{' '.join(arguments)} {note}: {child.returncode}\n{out.decode()[-3000:]}\n{err.decode()[-3000:]}"
        assert child.returncode == expect if expect is not None else child.returncode in (0, 1), told
        self.seen[f"{' '.join(arguments)} {note}"] = out + err

    def sync_with(self, kind: str, log: str, **details: object) -> None:
        with self.facebook.world.lock:
            self.facebook.world.faults.clear()
            faults.add(self.facebook.world, {"kind": kind, "times": None, **details})
        self.run("sync", note=f"{kind} {log}", BRIDGE_LOG=log, BRIDGE_UNSURE_WAIT="0")
        self.facebook.world.faults.clear()

    def leaks(self, birds: Birds) -> list[str]:
        named = dict(birds.named())
        told = [one for name, data in self.seen.items() for one in found(named, name, data)]
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name != "site.toml":
                in_file = {name: secret for name, secret in named.items() if not _may_stand(name, path)}
                told += found(in_file, path.name, path.read_bytes())
        return told


def _may_stand(name: str, path: Path) -> bool:
    """The address of a feed is no token or password: it stands as it is in the database, and only there."""
    return name == "feed_key" and path.name.startswith("bridge.db")


@pytest.fixture
def site_on_this_machine(sites: Callable[[], Site]) -> Site:
    site, start = sites(), datetime.now(UTC) + timedelta(days=4)
    event = f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Fair\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nEND:VEVENT\r\n".encode()
    site.says("/maple.ics", 200, ICS.replace(b"END:VCALENDAR", event + b"END:VCALENDAR"), Content_Type="text/calendar")
    return site


def test_no_secret_is_in_anything_that_comes_out(tmp_path: Path, site_on_this_machine: Site) -> None:
    birds = Birds()
    with (
        PretendFacebook() as facebook,
        MailServer(password="another") as mail,
        CalendarServer(tmp_path.parent / f"{tmp_path.name}-calendars") as calendars,
    ):
        place = _place(tmp_path, birds, facebook, mail, calendars, site_on_this_machine)
        _ordinary_days(place)
        _days_with_trouble(place)
        _on_the_web(place)
    assert place.leaks(birds) == []
    assert len(place.seen) > 20


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    """A search that cannot find anything would prove nothing."""
    birds = Birds().named()
    for name, secret in birds.items():
        packed = base64.b64encode(f"bridge:{secret}".encode())
        for data in (secret.encode(), quote(secret, safe="").encode(), packed, repr(secret).encode()):
            assert found(birds, "here", b"x" + data + b"x")[0].startswith(f"{name} ")


def _place(
    folder: Path, birds: Birds, facebook: PretendFacebook, mail: MailServer, calendars: CalendarServer, site: Site
) -> Place:
    world = facebook.world
    world.apps[APP_ID].secret, world.apps[APP_ID].verify_token = birds.app_secret, birds.verify_token
    towns.add_page(world, "10001", "Maple Street PTA", token=birds.page_token)
    post = happenings.add_post(world, "10001", "Older post")
    happenings.add_comment(world, post, "When?", author_id=world.person_named("Ana").id)
    feed = f"http://127.0.0.1:{site.server_port}"
    site.says("/moved.ics", 302, b"", Location=f"http://10.0.0.1/elsewhere.ics?key={birds.feed_key}")
    text = SITE.format(feed=feed, key=birds.feed_key, calendar=calendars.collection_url("eastside"))
    (folder / "site.toml").write_text(text, encoding="utf-8")
    password = quote(birds.mail_password, safe="")
    return Place(folder, birds, facebook, {
        "BRIDGE_GRAPH_URL": facebook.url,
        "BRIDGE_FB_APP_ID": APP_ID,
        "BRIDGE_FB_APP_SECRET": birds.app_secret,
        "BRIDGE_FB_VERIFY_TOKEN": birds.verify_token,
        "BRIDGE_SECRET_KEY": birds.fernet_key,
        "BRIDGE_ALLOW_HOSTS": f"127.0.0.1:{site.server_port},127.0.0.1:{calendars.port}",
        "BRIDGE_NOTIFY_URL": f"mailto://bridge:{password}@127.0.0.1:{mail.port}?from=bridge@school.example",
        "PAGE_TOKEN": birds.page_token,
        "FEED_PASSWORD": birds.feed_password,
        "CALENDAR_PASSWORD": birds.calendar_password,
    })  # fmt: skip


def _ordinary_days(place: Place) -> None:
    place.run("load", "site.toml", expect=0)
    site = place.folder / "site.toml"
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace("/maple.ics?key=", "/maple.ics?other=1&key="), encoding="utf-8")
    place.run("load", "site.toml", "--json", expect=0)
    place.run("doctor", "--json", BRIDGE_LOG="json")
    place.run("sync", expect=1)
    place.run("deliveries", expect=0)
    address = text.partition('url = "')[2].partition('"')[0]
    place.run("read", address, "--timezone", "UTC", "--from", "2026-01-01", "--to", "2027-01-01")
    place.run("demo", "--once")


def _days_with_trouble(place: Place) -> None:
    place.sync_with("code2-after-store", "text")
    place.sync_with("cut-before-store", "json")
    echoed = f"{place.birds.page_token} or access_token={place.birds.page_token}&appsecret_proof=1"
    place.sync_with("error", "text", code=100, message=f"(#100) Bad parameter {echoed}")
    place.sync_with("error", "json", code=190, subcode=460, message=f"Error validating access token {echoed}")
    password = quote(place.birds.proxy_password, safe="")
    proxy = f"http://bridge:{password}@127.0.0.1:9"
    place.run("sync", note="bad proxy", BRIDGE_PROXY=proxy)
    place.run("doctor", BRIDGE_PROXY=proxy, BRIDGE_NOTIFY_URL=f"foo://x:{password}@y")
    place.run("sync", note="no proxy at all", BRIDGE_PROXY=f"bridge:{password}@nowhere", expect=2)
    place.run("sync", note="another key", BRIDGE_SECRET_KEY=Birds().fernet_key, BRIDGE_LOG="json", expect=1)
    for where in ("main", "thread"):
        place.run("break", where)
        assert b"RuntimeError: broken by" in place.seen[f"break {where} "]
    place.run("sync", note="a broken key", BRIDGE_SECRET_KEY=place.birds.fernet_key[:-3], expect=2)


def _on_the_web(place: Place) -> None:
    before = len(place.facebook.world.calls)
    log = place.folder / "serve.log"  # a pipe that nobody empties would hold the server
    with log.open("wb") as told:
        child = place.start("serve", "--port", "0", "--json", stderr=told, BRIDGE_LOG="json")
    assert child.stdout is not None
    url = json.loads(child.stdout.readline())["url"]
    token, verify = place.birds.page_token, quote(place.birds.verify_token, safe="")
    for path in (
        "/healthz", "/readyz", "/s/maple/", "/e/nothing", f"/nowhere?access_token={token}", f"/feeds/{token}.ics",
        f"/webhooks/facebook?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x{verify}", "/metrics",
    ):  # fmt: skip
        place.seen[f"GET {path[:20]}"] = _asked(url + path)
    deadline = time.monotonic() + 60
    while len(place.facebook.world.calls) == before and time.monotonic() < deadline:
        time.sleep(0.1)  # until the clock's first round is at Facebook
    child.send_signal(signal.SIGTERM)
    place.seen["serve"] = child.communicate(timeout=60)[0]
    assert child.returncode == 0, log.read_text()[-3000:]


def _asked(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return bytes(answer.read()) + str(answer.headers).encode()
    except urllib.error.HTTPError as refused:
        return bytes(refused.read()) + str(refused.headers).encode()
