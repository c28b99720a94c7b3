"""/readyz: the truth about this process, and what else is worth knowing."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
import uvicorn

from commands.draining import DrainingServer
from models.pulse import Pulse
from tests.models.rows import NOW
from tests.web.conftest import Serve, Site
from upkeep.watching import missed
from web.readiness import LEAVES, Readiness


def checks(site: Site, status: int = 200) -> dict[str, Any]:
    answer = site.get("/readyz?verbose")
    assert answer.status == status, answer.text
    found: dict[str, Any] = json.loads(answer.text)["checks"]
    return found


def test_each_check_is_told_with_its_reason(site: Site, serve: Serve) -> None:
    why = [""]
    serve(site, readiness=Readiness(must={"clock": lambda: why[0]}))
    assert site.get("/readyz").text == '{"status":"ok"}'
    why[0] = "The clock stands still."
    assert (site.get("/readyz").status, site.get("/healthz").status) == (503, 200)
    assert checks(site, 503)["clock"] == {"ok": False, "why": "The clock stands still.", "must": True}
    assert checks(site, 503)["database"] == {"ok": True, "why": "", "must": True}


def test_who_was_asked_to_end_says_so_while_it_still_answers(site: Site, serve: Serve) -> None:
    readiness = Readiness()
    serve(site, readiness=readiness)
    readiness.leave()
    assert (site.get("/readyz").status, LEAVES in site.get("/readyz").text) == (503, True)
    assert site.get("/s/maple/").status == 200


@pytest.mark.parametrize("sooner", [False, True])
def test_the_server_says_that_it_leaves_before_it_closes(sooner: bool) -> None:
    left = threading.Event()
    grace = timedelta(hours=1) if sooner else timedelta(seconds=0.05)
    server = DrainingServer(uvicorn.Config(lambda: None), left.set, grace)
    server.handle_exit(2, None)
    assert left.is_set() and not (sooner and server.should_exit)
    if sooner:
        server.handle_exit(2, None)  # once more: at once
    until = threading.Event()
    assert any(server.should_exit or until.wait(0.05) for _ in range(400)) and server.should_exit


def test_a_database_of_a_newer_version_will_do_as_long_as_it_only_holds_more(site: Site) -> None:
    with site.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999', oldest_program = '0009'")
    assert site.get("/readyz").status == 200
    for version, oldest in (("9999", "9999"), ("0001", "0001")):
        with site.db.engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE alembic_version SET version_num = '{version}', oldest_program = '{oldest}'"
            )
        assert site.get("/readyz").status == 503


def test_a_missing_worker_is_told_and_takes_no_web_process_out(site: Site) -> None:
    site.add(Pulse(process="1", role="web", host="here", started_at=site.now, beat_at=site.now))
    found = checks(site)
    assert found["worker"] == {"ok": False, "why": "No worker lives: start one with `run.py worker`.", "must": False}
    assert site.get("/readyz").status == 200


def test_nobody_is_missed_where_one_process_does_everything(site: Site) -> None:
    assert all(one["ok"] for one in checks(site).values())
    assert missed([], None, NOW) == {}


def test_a_worker_that_was_seen_lately_is_not_missed_and_a_clock_goes_by_its_ticks() -> None:
    def seen(ago: timedelta, tick: timedelta) -> dict[str, str]:
        row = Pulse(process="1", role="worker", host="here", started_at=NOW, beat_at=NOW - ago)
        return missed([row], NOW - tick, NOW)

    assert seen(timedelta(minutes=1), timedelta(minutes=1)) == {"worker": "", "clock": ""}
    gone = seen(timedelta(minutes=3), timedelta(minutes=4))
    assert gone["worker"] == "No worker lives since 2026-12-01 14:57 UTC: start one with `run.py worker`."
    assert gone["clock"].startswith("The clock does not tick since 2026-12-01 14:56 UTC: ")
