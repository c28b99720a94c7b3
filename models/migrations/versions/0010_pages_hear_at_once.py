"""pages hear at once: PostgreSQL tells which school's inbox changed, when what changed it is committed

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None
oldest_program = '0009'  # only added to

# What models.inbox_marks looks at. The channel is its CHANNEL; equal notices of one transaction are told once.
_WHEN = {
    'conversation': 'INSERT OR UPDATE OF updated_at',
    'audit': 'INSERT',
    'run': 'UPDATE OF ended_at',
}


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        return
    op.execute(
        "CREATE FUNCTION tell_inbox() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_notify('inbox', NEW.school); RETURN NULL; END $$"
    )
    for table, when in _WHEN.items():
        op.execute(
            f'CREATE TRIGGER {table}_tell_inbox AFTER {when} ON {table} FOR EACH ROW EXECUTE FUNCTION tell_inbox()'
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        return
    for table in _WHEN:
        op.execute(f'DROP TRIGGER {table}_tell_inbox ON {table}')
    op.execute('DROP FUNCTION tell_inbox')
