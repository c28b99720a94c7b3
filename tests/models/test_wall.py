"""The second wall: on PostgreSQL a session sees and changes rows of its own school only, whatever it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, Table, create_engine, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from models.audit import Audit, note, redact
from models.database import Database
from models.database import table as table_of
from models.migrate import migrate
from models.school import School
from models.search import MessageWords
from models.tables import TABLES
from models.upgrade import migration_config
from models.wall import ROLE
from tests.databases import postgres_database, sqlite_copy
from tests.models import rows
from upkeep.doctor import of_wall

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
# What lies outside the wall, and why. A new table stands here, or its migration puts it behind the wall (models.wall.walled).
OUTSIDE = {
    "account": "of a person, not of a school",
    "sign_in": "of a person; its school is only the one they look at",
    "doorstep": "of a browser that is not signed in yet",
    "knock": "of whoever knocked in vain",
    "form_done": "of a person; a key that says nothing",
    "deletion_request": "of a person at Facebook, under a code that cannot be guessed",
    "installation": "of the whole database",
    "pulse": "of the program's processes",
    "tally": "counts over all schools, of nobody",
}
NOBODYS = ("hint",)  # what came for all schools, not parted yet: there for sessions that reach everywhere
WALLED = [one for one in map(table_of, TABLES) if one.name not in OUTSIDE]
OF_A_SCHOOL = [one for one in WALLED if one.name not in NOBODYS]


@pytest.fixture(scope="module")
def furnished(postgres_server: str) -> Iterator[Database]:
    """One row of Oak in every table behind the wall, whatever it would point to."""
    with postgres_database(postgres_server, "furnished") as url:
        db = Database(url)
        migrate(db)
        with db.everywhere.write() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))  # neither foreign keys nor triggers
            for table in WALLED:
                session.execute(insert(table).values(a_row(table, "oak")))
        yield db
        db.close()


def a_row(table: Table, school: str) -> dict[str, Any]:
    return {one.name: _some(one.type) for one in table.c if not one.nullable} | {of(table).name: school}


def _some(kind: Any) -> Any:
    if isinstance(kind, JSON):
        return []
    return {str: "x", int: 1, float: 1.0, bool: False, bytes: b"x", date: NOW.date()}.get(kind.python_type, NOW)


def of(table: Table) -> Any:
    """The column that says whose a row is."""
    if table.name == "school":
        return table.c.slug
    return table.c.school if "school" in table.c else next(iter(table.primary_key))


def counted(db: Database, tables: list[Table]) -> set[int]:
    with db.read() as session:
        return {session.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


# --- every table


def test_every_table_is_behind_the_wall_or_says_why_not(furnished: Database) -> None:
    with furnished.engine.connect() as connection:
        behind = set(connection.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = 'own_school'")))
        on = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")))
        forced = set(connection.scalars(text("SELECT relname FROM pg_class WHERE relforcerowsecurity")))
    assert behind == on == {one.name for one in WALLED}
    assert forced == behind - {"message_words"}  # a search must look into its index first
    assert {one.name for one in map(table_of, TABLES)} == {one.name for one in WALLED} | set(OUTSIDE)


def test_who_says_no_school_sees_no_row_of_any(furnished: Database) -> None:
    assert counted(furnished, WALLED) == {0}
    assert counted(furnished.nowhere, WALLED) == {0}


def test_who_is_of_a_school_sees_all_of_it_and_nothing_of_another(furnished: Database) -> None:
    assert counted(furnished.of("maple"), WALLED) == {0}
    assert counted(furnished.of("oak"), OF_A_SCHOOL) == {1}
    assert counted(furnished.of("oak"), [one for one in WALLED if one.name in NOBODYS]) == {0}


def test_who_says_everywhere_sees_everything(furnished: Database) -> None:
    assert counted(furnished.everywhere, WALLED) == {1}


def test_an_address_that_somebody_typed_reaches_nowhere(furnished: Database) -> None:
    for typed in ("*", "", "o%k", "oak'--", "OAK"):
        assert counted(furnished.of(typed), OF_A_SCHOOL) == {0}


@pytest.mark.parametrize("table", WALLED, ids=lambda one: one.name)
def test_a_row_of_another_school_can_be_neither_changed_nor_removed_nor_made(furnished: Database, table: Table) -> None:
    maple = furnished.of("maple")
    if table.name != "audit":  # in which nobody may do either, whoever's it is
        for statement in (update(table).values({of(table): of(table)}), delete(table)):
            with maple.write() as session:
                assert session.execute(statement).rowcount == 0  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError, match="row-level security"), maple.write() as session:
        session.execute(insert(table).values(a_row(table, "oak")))
    assert counted(furnished.everywhere, [table]) == {1}


def test_a_row_cannot_be_given_to_another_school(any_postgres: Database) -> None:
    with any_postgres.everywhere.write() as session:
        session.add_all([rows.school("maple"), rows.school("oak")])
    with pytest.raises(ProgrammingError, match="row-level security"), any_postgres.of("maple").write() as session:
        session.execute(text("UPDATE school SET slug = 'elm'"))


# --- sessions


@pytest.fixture
def any_postgres(shared_postgres: str) -> Iterator[Database]:
    db = Database(shared_postgres)
    yield db
    db.close()


def test_nothing_of_a_session_stays_in_its_connection(any_postgres: Database) -> None:
    with any_postgres.of("maple").write() as session:
        session.scalar(select(1))
    with any_postgres.engine.connect() as connection:
        user, reach = connection.execute(text("SELECT current_user, current_setting('bridge.school', true)")).one()
    assert (user, reach or "") == ("postgres", "")


def test_a_session_keeps_its_reach_after_a_commit_and_after_a_rollback(any_postgres: Database) -> None:
    with any_postgres.everywhere.write() as session:
        session.add_all([rows.school("maple"), rows.school("oak")])
    with any_postgres.of("maple").write() as session:
        for end in (session.commit, session.rollback):
            end()
            assert session.scalars(select(School.slug)).all() == ["maple"]
        with session.begin_nested() as inner:
            inner.rollback()
        assert session.scalars(select(School.slug)).all() == ["maple"]


def test_what_is_only_tried_has_its_wall_too(any_postgres: Database) -> None:
    with any_postgres.everywhere.write() as session:
        session.add_all([rows.school("maple"), rows.school("oak")])
    with any_postgres.everywhere.rehearse() as tried:
        with tried.of("oak").read() as session:
            assert session.scalars(select(School.slug)).all() == ["oak"]
        with tried.read() as session:
            assert len(session.scalars(select(School.slug)).all()) == 2


def test_a_reason_that_names_an_erased_person_goes_behind_the_wall_too(any_postgres: Database) -> None:
    with any_postgres.everywhere.write() as session:
        session.add_all([rows.school("maple"), rows.school("oak")])
        session.flush()
        for school in ("maple", "oak"):
            note(session, school, NOW, "", "close", "c1", why="Rosa asked")
    everywhere = any_postgres.everywhere
    with everywhere.read() as session:
        ids = session.scalars(select(Audit.id)).all()
    with any_postgres.of("maple").write() as session:
        redact(session, "maple", ids)
        assert session.scalar(text("SELECT current_user")) == ROLE
    with everywhere.read() as session:
        assert dict(session.execute(select(Audit.school, Audit.why)).all()) == {
            "maple": "(erased)",
            "oak": "Rosa asked",
        }
    with pytest.raises(DBAPIError, match="only ever added to"), any_postgres.of("maple").write() as session:
        session.execute(update(Audit).values(why=""))


# --- whoever the database's user is


def test_an_owner_who_may_make_no_role_has_the_wall_all_the_same(postgres_server: str) -> None:
    with owned_database(postgres_server, "plain") as db:
        migrate(db)
        told = of_wall(db)
        assert told.ok and "slows searching: plain may make no roles" in told.message and ROLE in told.mend
        assert reached(db) == {"nowhere": 0, "maple": 1, "everywhere": 2}
        with db.of("maple").read() as session:
            assert session.scalar(select(func.count()).select_from(MessageWords)) == 0


def test_an_owner_who_may_make_a_role_enters_it(postgres_server: str) -> None:
    with no_role_yet(postgres_server), owned_database(postgres_server, "maker", "CREATEROLE") as db:
        migrate(db)
        assert of_wall(db).message == "Between schools the database itself has a wall."
        assert reached(db) == {"nowhere": 0, "maple": 1, "everywhere": 2}
        with db.of("maple").read() as session:
            assert session.scalar(text("SELECT current_user")) == ROLE


def test_a_user_who_sees_over_the_wall_is_told_so(postgres_server: str) -> None:
    with no_role_yet(postgres_server), owned_database(postgres_server, "over", "BYPASSRLS") as db:
        migrate(db)
        told = of_wall(db)
        assert not told.ok and "over sees over its wall" in told.message and f"GRANT {ROLE} TO over" in told.mend


def test_a_database_that_was_copied_to_a_server_without_the_role_gets_it(
    postgres_server: str, postgres_url: str
) -> None:
    db = Database(postgres_url)
    migrate(db)
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {ROLE}"))  # its rights in this database, as a copy has none
    migrate(db)
    assert of_wall(db).ok
    assert reached(db) == {"nowhere": 0, "maple": 1, "everywhere": 2}
    db.close()


def reached(db: Database) -> dict[str, int]:
    """How many of two schools there are."""
    with db.everywhere.write() as session:
        session.add_all([rows.school("maple"), rows.school("oak")])
    seen = {"nowhere": db.nowhere, "maple": db.of("maple"), "everywhere": db.everywhere}
    return {name: next(iter(counted(view, [table_of(School)]))) for name, view in seen.items()}


@contextmanager
def owned_database(server: str, user: str, may: str = "") -> Iterator[Database]:
    """A database that belongs to a user who is no superuser."""
    with postgres_database(server, f"of_{user}") as url:
        admin(server, f"CREATE ROLE {user} LOGIN {may}", f"ALTER DATABASE of_{user} OWNER TO {user}")
        db = Database(url.replace("postgres:", f"{user}:"))
        yield db
        db.close()
        admin(url, f"DROP OWNED BY {user} CASCADE")
    admin(server, f"DROP ROLE IF EXISTS {user}")


@contextmanager
def no_role_yet(server: str) -> Iterator[None]:
    admin(server, f"ALTER ROLE {ROLE} RENAME TO put_aside")
    yield
    admin(server, f"DROP ROLE IF EXISTS {ROLE}", f"ALTER ROLE put_aside RENAME TO {ROLE}")


def admin(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


# --- up and down


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_wall_can_be_taken_down_and_built_again(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = sqlite_copy(tmp_path / "b.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    db = Database(url)
    migrate(db)
    config = migration_config()
    with db.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0006")
        if kind == "postgresql":
            assert connection.scalar(text("SELECT count(*) FROM pg_policies")) == 0
            assert connection.scalar(text("SELECT count(*) FROM pg_class WHERE relrowsecurity")) == 0
    migrate(db)
    with db.everywhere.write() as session:
        session.add(rows.school())
    assert counted(db.of("maple"), [table_of(School)]) == {1}
    db.close()
