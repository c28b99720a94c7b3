"""Alembic's entry: called by models.upgrade with a connection, or by `alembic` on the command line with a URL."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

import models.tables  # noqa: F401  (fills the metadata)
from models.wall import lift

BOUND_SINCE = "0009"  # the revision that brought the column `oldest_program`


def run(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, compare_type=True,
        transaction_per_migration=True, on_version_apply=keep_bound,
    )  # fmt: skip
    with context.begin_transaction():
        lift(connection)
        context.run_migrations()


def keep_bound(ctx, step, heads, run_args) -> None:  # type: ignore[no-untyped-def]
    """Beside the revision, in its transaction: with which oldest program the database still works."""
    for head in heads:
        if head >= BOUND_SINCE:
            known = context.script.iterate_revisions(head, "base")
            bound = max(getattr(one.module, "oldest_program", one.revision) for one in known)
            ctx.connection.execute(text("UPDATE alembic_version SET oldest_program = :bound"), {"bound": bound})


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as own:
        run(own)
        own.commit()
