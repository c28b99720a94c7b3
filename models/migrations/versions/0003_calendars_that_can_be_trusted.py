"""calendars that can be trusted

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    for table, parent in (('source_object', 'source'), ('center_object', 'center')):
        op.create_table(table,
        sa.Column('school', _TEXT, nullable=False),
        sa.Column(parent, _TEXT, nullable=False),
        sa.Column('name', _TEXT, nullable=False),
        sa.Column('etag', _TEXT, nullable=False),
        sa.Column('body', _TEXT, nullable=False),
        sa.ForeignKeyConstraint(['school', parent], [f'{parent}.school', f'{parent}.slug']),
        sa.PrimaryKeyConstraint('school', parent, 'name')
        )
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, filled in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=filled is None, server_default=filled))
    # What stands as it should is what was said last: else a first edit by hand could not be told.
    op.execute("UPDATE calendar_entry SET sent_body = body WHERE state = 'sent' AND sent_fingerprint = fingerprint")
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index('ix_event_told_by', ['school', 'told_by'], unique=False)


_ADDED = {
    'source': [('held_difference', sa.JSON(), '[]'), ('sync_token', _TEXT, ''), ('listed_at', _TIME, None)],
    'event': [('told_by', _TEXT, ''), ('told_by_fingerprint', _TEXT, ''), ('published_uid', _TEXT, '')],
    'post': [('looks_like', sa.JSON(), '{}'), ('adopted_at', _TIME, None), ('adopted_by', _TEXT, '')],
    'center': [('sync_token', _TEXT, ''), ('listed_at', _TIME, None)],
    'calendar_entry': [
        ('sent_body', _TEXT, ''), ('kept_body', _TEXT, ''), ('tried', sa.JSON(), '[]'), ('conflicts', sa.JSON(), '[]'),
    ],
    'feed': [('fetched_at', _TIME, None)],
}


def downgrade() -> None:
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_told_by')
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _, _ in columns:
                batch_op.drop_column(name)
    for table in ('source_object', 'center_object'):
        op.drop_table(table)
