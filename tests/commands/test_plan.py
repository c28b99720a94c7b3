"""`plan`: what a round would do, now or at another time; nothing stays of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import col, select, update

from models.event import Event
from models.post import Post
from models.source import Source
from tests.commands.conftest import Shell

SITE = """
[school]
slug = "maple"
name = "Maple Street Elementary"
timezone = "UTC"

[[sources]]
slug = "calendar"
kind = "ics"
path = "maple.ics"
missing = "2d"

[[pages]]
slug = "pta-page"
facebook_id = "10001"
token = "a-token"
approval = "auto"
quiet_hours = ""

[[staff]]
email = "office@maple.example"
name = "School office"
role = "owner"
languages = ["en"]

[routing]
fallback = "office@maple.example"
"""


def write_calendar(shell: Shell, **events: datetime) -> None:
    vevents = [
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{uid}\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\nEND:VEVENT"
        for uid, start in events.items()
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//school//EN", *vevents, "END:VCALENDAR", ""]
    (shell.folder / "maple.ics").write_text("\r\n".join(lines))


def settle_in(shell: Shell) -> datetime:
    """A school whose calendar holds a fair in five days and a play in seven; the time when it began."""
    now = datetime.now(UTC)
    shell.set("BRIDGE_GRAPH_URL", "http://127.0.0.1:9")  # nobody listens there
    (shell.folder / "site.toml").write_text(SITE)
    write_calendar(shell, fair=now + timedelta(days=5), play=now + timedelta(days=7))
    assert shell("load", "site.toml").code == 0
    return now


def told(shell: Shell, *more: str) -> list[tuple[str, str, str]]:
    planned = shell("plan", "--json", *more)
    assert planned.code == 0, planned.err
    return [(line["action"], line["kind"], line["title"]) for line in planned.lines]


def test_a_plan_reads_the_calendar_and_nothing_of_it_stays(shell: Shell) -> None:
    settle_in(shell)
    announced = [("publish", "announcement", "fair"), ("publish", "announcement", "play")]
    assert told(shell) == told(shell) == announced
    with shell.db.read() as session:
        assert not session.exec(select(Event)).all()
        assert not session.exec(select(Post)).all()
        assert session.exec(select(Source.checked_at)).all() == [None]


def test_a_plan_for_later_knows_that_a_missing_event_counts_as_cancelled_by_then(shell: Shell) -> None:
    now = settle_in(shell)
    shell("sync")  # reads the calendar and writes down what is owed
    with shell.db.write() as session:
        session.execute(update(Post).where(col(Post.kind) == "announcement").values(state="sent", external_id="1_1"))
    write_calendar(shell, play=now + timedelta(days=7))
    assert told(shell) == []
    later = now + timedelta(days=2, hours=1)
    assert told(shell, "--at", later.isoformat()) == [("revise", "cancellation", "fair")]


def test_a_time_at_the_end_of_all_days_is_refused_in_one_sentence(shell: Shell) -> None:
    settle_in(shell)
    for text in ("9999-12-31T23:59", "0001-01-01"):
        told = shell("plan", "--at", text)
        assert told.code == 2 and "too far away" in told.err
