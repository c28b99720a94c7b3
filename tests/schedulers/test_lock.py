"""Who may be where at the same time; on both databases what is held ends with whoever held it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from models.database import Database
from schedulers.lock import alone, round_lock


@pytest.fixture
def postgres(shared_postgres: str) -> Iterator[Database]:
    database = Database(shared_postgres).everywhere
    yield database
    database.close()


def test_a_place_has_one_job_at_a_time_and_other_places_of_the_school_go_on(postgres: Database) -> None:
    with alone(postgres, "maple", "page:pta") as free:
        assert free
        with alone(postgres, "maple", "page:pta") as second, alone(postgres, "maple", "page:other") as other:
            assert (second, other) == (False, True)
        with alone(postgres, "oak", "page:pta") as elsewhere:
            assert elsewhere
    with alone(postgres, "maple", "page:pta") as again:
        assert again


def test_while_a_round_by_hand_has_a_school_its_jobs_leave_it_alone_and_other_schools_go_on(postgres: Database) -> None:
    by_hand = round_lock(postgres, "maple")
    with by_hand, alone(postgres, "maple", "page:pta") as free, alone(postgres, "oak", "page:pta") as elsewhere:
        assert (free, elsewhere) == (False, True)
    with round_lock(postgres), alone(postgres, "oak", "page:pta") as free:
        assert not free


def test_a_round_by_hand_waits_for_the_jobs_of_its_school(any_db: Database) -> None:
    told, begun = threading.Event(), threading.Event()

    def by_hand() -> None:
        with round_lock(any_db, "maple", waiting=told.set):
            begun.set()

    with alone(any_db, "maple", "page:pta"):
        thread = threading.Thread(target=by_hand)
        thread.start()
        assert told.wait(10) and not begun.is_set()
    assert begun.wait(10)
    thread.join()


def test_what_a_dead_process_held_is_free_at_once(postgres: Database) -> None:
    dead = Database(postgres.url)
    with pytest.raises(Exception, match=r"terminat|clos"), alone(dead, "maple", "page:pta") as free:
        assert free
        with postgres.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            connection.exec_driver_sql(others)
        with alone(postgres, "maple", "page:pta") as freed:
            assert freed
    dead.close()
