"""`demo`: a whole rehearsal on this machine. Pretend Facebook, real calendar server, sample school; nothing else needed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from commands.bridge import Bridge, open_bridge
from commands.demo_steps import Story, Untrue
from commands.house import open_house
from commands.serving import free_port, listen, serve_until_stopped
from commands.telling import Json, said_in_json, say
from config.settings import Settings
from models.school import schools
from models.staff import StaffMember, staff
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN, VERIFY_TOKEN
from rehearsal.radicale import CalendarServer
from rehearsal.town.site import CENTER_SLUG
from rehearsal.town.write import write_town
from upkeep import people
from upkeep.passwords import made_password

app = typer.Typer()
ZONE = "America/Chicago"  # of the sample town: its today decides its school year


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the rehearsal plays on."""

    bridge: Bridge
    facebook: PretendFacebook
    calendars: CalendarServer
    site: Path
    port: int


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="One round, told step by step, then end.")] = False,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Keep its data here.")] = None,
    as_json: Json = False,
) -> int:
    """A whole rehearsal on this machine: no account, no token, no service needed.

    Without --once it then serves the web pages until Ctrl-C. With --once it ends with 0 only if every step really happened.
    """
    tell = said_in_json if as_json else say
    with _stage(data) as stage:
        story = Story(open_house(stage.bridge), stage.facebook, stage.calendars, stage.site, tell)
        try:
            story.play()
        except Untrue as wrong:
            tell(f"  ✗ {wrong}")
            return 1
        if not once:
            _serve(stage, tell)
    return 0


@contextmanager
def _stage(data: Path | None) -> Iterator[Stage]:
    """A folder, a pretend Facebook, a Radicale, a site file: gone afterwards unless `data` keeps them."""
    with tempfile.TemporaryDirectory(prefix="pta-bridge-demo-") as temporary:
        folder = (data or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        with (
            PretendFacebook(data=folder / "facebook.json") as facebook,
            CalendarServer(folder / "calendars") as calendars,
        ):
            port = free_port(8000)
            site = write_town(
                folder / "town",
                datetime.now(ZoneInfo(ZONE)).date(),
                page_token=PAGE_TOKEN,
                graph_page_id=PAGE_ID,
                center_url=calendars.collection_url(CENTER_SLUG),
                daily_limit=12,
            )
            bridge = open_bridge(_settings(folder, facebook, calendars, port))
            yield Stage(bridge, facebook, calendars, site, port)
            bridge.db.close()


def _settings(folder: Path, facebook: PretendFacebook, calendars: CalendarServer, port: int) -> Settings:
    """All said here: neither the environment nor a `.env` of somebody's real installation may reach into a rehearsal."""
    return Settings(
        data=folder / "data",
        database_url=f"sqlite:///{folder / 'data' / 'bridge.db'}",
        secret_key="",
        public_url=f"http://127.0.0.1:{port}",
        graph_url=facebook.url,
        graph_version="v26.0",
        fb_app_id=APP_ID,
        fb_app_secret=APP_SECRET,
        fb_verify_token=VERIFY_TOKEN,
        allow_hosts=f"127.0.0.1:{calendars.port}",
        proxy=None,
        ca_file=None,
        trusted_proxies="",
        notify_url="",
        oidc_issuer="",
        unsure_wait=3,
        lease=120,
        log="text",
    )


def _serve(stage: Stage, tell: Callable[[str], None]) -> None:
    _listen_anew(stage)
    password, known = _let_in(stage.bridge)
    tell("")
    tell("It goes on until Ctrl-C. Look around:")
    tell(f"  the inbox               {stage.bridge.settings.public_url}/   (sign in as below, password {password})")
    for one in known:
        tell(f"      {one.email:<28} {one.name}, {one.role}")
    tell(f"  the pretend Facebook    {stage.facebook.url}/pages/{PAGE_ID}   (comment as a family there)")
    tell(f"  the school's agenda     {stage.bridge.settings.public_url}/s/maple-street/")
    tell(f"  the center's calendar   {stage.calendars.collection_url(CENTER_SLUG)}   (user bridge, password secret)")
    with listen("127.0.0.1", stage.port) as listening:
        serve_until_stopped(stage.bridge, listening)


def _let_in(bridge: Bridge) -> tuple[str, list[StaffMember]]:
    """Everybody of the sample town gets the same new password, told only here."""
    password = made_password()
    with bridge.db.write() as session:
        found = [one for school in schools(session) for one in staff(session, school.slug)]
        for one in found:
            people.set_password(session, one.school, one.email, password, bridge.clock())
    return password, found


def _listen_anew(stage: Stage) -> None:
    """A rehearsal that was kept may call the port of last time: what somebody set is not replaced by the program itself."""
    world = stage.facebook.world
    with world.lock:
        app = world.apps[APP_ID]
        if app.callback_url != stage.bridge.settings.webhook_url:
            app.callback_url, app.callback_fields = "", []
