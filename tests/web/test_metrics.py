"""What operators are told in numbers: each of them from rows, counted without reading all of them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, text

from models.conversation import Conversation, Message
from models.database import Database
from models.delivery import Delivery
from models.migrate import migrate
from models.page import Page
from models.pulse import Pulse
from models.run import Run
from models.tally import count_on
from tests.models import rows
from tests.models.rows import NOW
from web.context import WebhookCounts
from web.machines.metrics import Metrics
from web.machines.watched import look

Told = dict[tuple[str, ...], float]


def told(db: Database, now: datetime = NOW) -> Told:
    """(name without `pta_bridge_`, values of its labels …) -> number."""
    families = text_string_to_metric_families(Metrics(db, WebhookCounts(), lambda: now).text().decode())
    return {
        (one.name.removeprefix("pta_bridge_"), *one.labels.values()): one.value
        for family in families
        for one in family.samples
    }


def ago(**of: float) -> datetime:
    return NOW - timedelta(**of)


def owed(number: int, **more: Any) -> Delivery:
    given = {
        "school": "maple", "kind": "publish", "lane": "page:pta-page", "target": f"po_{number}", "revision": "1",
        "state": "due", "created_at": ago(hours=9), "next_at": ago(minutes=9),
    }  # fmt: skip
    return Delivery(**{**given, **more})


def heard(session: Any, number: int, **more: Any) -> None:
    talk = Conversation(
        school="maple", page="pta-page", post_external_id="1_1", comment_external_id=f"1_{number}", state="open",
        opened_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(talk)
    session.flush()
    given = {
        "school": "maple", "page": "pta-page", "conversation_id": talk.id, "direction": "received", "text": "When?",
        "language": "es", "external_id": f"1_{number}", "created_at": ago(minutes=6), "seen_at": ago(minutes=5),
    }  # fmt: skip
    session.add(Message(**{**given, **more}))


@pytest.fixture
def maple(any_db: Database) -> Database:
    with any_db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source(read_at=ago(hours=2)))
        session.add(rows.page(read_at=ago(minutes=4), connected_at=ago(days=9)))
    return any_db


def test_what_may_go_and_does_not_is_told_by_its_age_and_what_must_wait_is_not(maple: Database) -> None:
    assert told(maple)["delivery_wait_seconds",] == 0
    with maple.write() as session:
        session.add_all([owed(1), owed(2, state="needs-person"), owed(3, next_at=NOW + timedelta(hours=1))])
    now = told(maple)
    assert now["delivery_wait_seconds",] == 9 * 60
    assert (now["deliveries", "due"], now["deliveries", "needs-person"], now["deliveries", "sent"]) == (2, 1, 0)
    for held_back in ({"parked_until": NOW + timedelta(minutes=1)}, {"blocked_at": ago(hours=1)}, {"off_at": NOW}):
        with maple.write() as session:
            page = session.get_one(Page, ("maple", "pta-page"))
            page.parked_until = page.blocked_at = page.off_at = None
            for name, value in held_back.items():
                setattr(page, name, value)
        assert told(maple)["delivery_wait_seconds",] == 0, held_back


def test_pages_are_told_by_what_they_need_and_their_quota_as_long_as_it_counts(maple: Database) -> None:
    usage = {"call_count": 40, "cputime": 88, "time": 3, "regain_minutes": 0, "at": ago(minutes=20).isoformat()}
    with maple.write() as session:
        session.add_all(
            [
                rows.page(slug="late", read_at=ago(hours=1), usage=usage),
                rows.page(slug="dead", token_problem="It ended.", usage={**usage, "at": ago(hours=2).isoformat()}),
                rows.page(slug="parked", parked_until=NOW + timedelta(minutes=5)),
                rows.page(slug="blocked", blocked_at=NOW),
                rows.page(slug="resting", read_at=NOW, usage={**usage, "at": ago(minutes=1).isoformat()}),
                rows.page(slug="off", off_at=NOW, usage=usage),
            ]
        )
    now = told(maple)
    states = {state: now["pages", state] for state in ("read", "late", "parked", "blocked", "dead")}
    assert states == {"read": 1, "late": 1, "parked": 2, "blocked": 1, "dead": 1}
    assert {key[1:]: value for key, value in now.items() if key[0] == "page_quota_percent"} == {
        ("late", "maple"): 88, ("resting", "maple"): 88
    }  # fmt: skip


def test_the_lag_is_of_what_was_seen_just_now_and_not_of_what_was_there_before_us(maple: Database) -> None:
    assert ("comment_lag_seconds", "0.5") not in told(maple), "no number where there is nothing to tell"
    with maple.write() as session:
        for number in range(20):
            heard(session, number, created_at=ago(minutes=5, seconds=number))
        heard(session, 98, created_at=ago(days=30))
        heard(session, 99, seen_at=ago(hours=1), created_at=ago(hours=3))
    now = told(maple)
    lag = [now["comment_lag_seconds", quantile] for quantile in ("0.5", "0.95", "1")]
    assert (lag, now["comments_seen",]) == ([9, 18, 19], 20)


def test_comments_are_counted_once_by_language_and_the_count_never_falls(maple: Database) -> None:
    def count(now: datetime = NOW) -> Told:
        with maple.write() as session:
            count_on(session, now)
        return {key[1:]: value for key, value in told(maple).items() if key[0] == "comments_total"}

    with maple.write() as session:
        heard(session, 1)
        heard(session, 2, language="so")
        heard(session, 3, direction="sent", seen_at=None)
        heard(session, 4, seen_at=ago(seconds=30))  # others that began before it may not be there yet
    assert count() == {("es",): 1, ("so",): 1}
    assert count() == {("es",): 1, ("so",): 1}
    assert count(NOW + timedelta(minutes=5)) == {("es",): 2, ("so",): 1}
    with maple.write() as session:
        session.execute(text("DELETE FROM message"))
    assert count(NOW + timedelta(minutes=9)) == {("es",): 2, ("so",): 1}


def test_rounds_and_feeds_are_told_by_how_they_stand(maple: Database) -> None:
    with maple.write() as session:
        for number, outcome in enumerate(("ok", "ok", "partly", "")):
            session.add(Run(job="round", school="maple", started_at=ago(minutes=number), outcome=outcome))
        session.add(Run(job="round", school="maple", started_at=ago(hours=2), outcome="failed"))
        session.add(rows.source(slug="held", read_at=ago(days=9), held_at=NOW))
        session.add(rows.source(slug="broken", read_at=ago(hours=3), failing_since=ago(hours=3)))
    now = told(maple)
    assert [now["rounds", one] for one in ("ok", "partly", "failed", "running")] == [2, 1, 0, 1]
    assert [now["feeds", one] for one in ("good", "new", "failing", "held")] == [1, 0, 1, 1]
    assert now["feed_age_seconds",] == 3 * 3600
    assert now["round_late_seconds",] == 0


def test_one_process_has_no_queue_and_misses_nobody(maple: Database) -> None:
    now = told(maple)
    assert (now["job_wait_seconds",], now["processes", "worker"], now["database_up",]) == (0, 0, 1)
    assert not {"jobs", "tick_age_seconds", "heartbeat_age_seconds"} & {key[0] for key in now}


def test_the_queue_of_several_machines_is_told_by_name_and_age(postgres_url: str) -> None:
    db = Database(postgres_url).everywhere
    migrate(db)
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(schema.replace("%", "%%"))
        connection.exec_driver_sql(_QUEUE)
    with db.write() as session:
        for number, role in enumerate(("web", "worker", "worker", "clock")):
            beat_at = ago(seconds=70 * (number == 2))
            session.add(Pulse(process=f"{number}", role=role, host="here", started_at=ago(hours=1), beat_at=beat_at))
    now = told(db)
    assert {key[1:]: value for key, value in now.items() if key[0] == "jobs"} == {
        ("lane", "todo"): 2, ("lane", "doing"): 1, ("lane", "aborted"): 1, ("poll", "failed"): 1, ("sweep", "todo"): 1
    }  # fmt: skip
    assert 90 <= now["job_wait_seconds",] < 120, "what waits for its hour only is not waited for"
    assert [now["processes", role] for role in ("web", "worker", "clock")] == [1, 1, 1]
    assert now["heartbeat_age_seconds", "worker"] == 0
    assert now["tick_age_seconds",] == 8
    db.close()


_QUEUE = f"""
INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES
    ('work', 'sweep', 'todo', now() + interval '1 hour'), ('work', 'lane', 'todo', NULL), ('work', 'lane', 'todo', NULL),
    ('work', 'lane', 'doing', NULL), ('work', 'poll', 'failed', NULL), ('work', 'poll', 'succeeded', NULL),
    ('work', 'lane', 'aborted', NULL);
UPDATE procrastinate_events SET at = now() - interval '90 seconds' WHERE job_id = 2;
UPDATE procrastinate_events SET at = now() - interval '2 hours' WHERE job_id = 1;
INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp) VALUES
    ('sweep', {int(NOW.timestamp()) - 8}), ('tidy', {int(NOW.timestamp()) - 800});
"""


def test_without_its_database_it_says_so_and_what_it_knows_by_itself() -> None:
    now = told(Database("postgresql+psycopg://nobody@127.0.0.1:9/none"))
    assert now == {
        ("database_up",): 0, ("webhooks_received_total",): 0, ("webhooks_duplicate_total",): 0,
        ("webhooks_refused_total",): 0, ("webhooks_failed_total",): 0,
    }  # fmt: skip


def test_many_scrapers_cost_one_look(maple: Database) -> None:
    metrics = Metrics(maple, WebhookCounts(), lambda: NOW)
    before = metrics.text()
    with maple.write() as session:
        session.add(owed(1))
    assert metrics.text() == before


def test_no_look_reads_all_messages_deliveries_conversations_or_runs(shared_postgres: str) -> None:
    """Shown by the database's own plans, as they are where reading a whole table is the last resort."""
    db, asked = Database(shared_postgres).everywhere, list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    look(db, NOW)
    event.remove(db.engine, "before_cursor_execute", note)
    questions = [one for one in asked if one[0].startswith("SELECT") and "FROM" in one[0]]
    assert len(questions) > 10
    with db.engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in questions:
            plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
            assert not re.search(r"Seq Scan on (message|delivery|conversation|run|attempt)\b", "\n".join(plan)), (
                statement
            )
    db.close()
