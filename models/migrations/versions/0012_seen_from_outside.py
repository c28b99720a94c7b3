"""seen from outside

Revision ID: 0012
Revises: 0011
"""

from datetime import UTC, datetime

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0012'
down_revision = '0011'
oldest_program = '0010'  # it only adds
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_TIME = sqlmodel.sql.sqltypes.UTCDateTime()
_STUCK = sa.text("state IN ('needs-person', 'failed')")


def upgrade() -> None:
    op.create_table(
        'pulse',
        sa.Column('process', _TEXT, nullable=False),
        sa.Column('role', _TEXT, nullable=False),
        sa.Column('host', _TEXT, nullable=False),
        sa.Column('started_at', _TIME, nullable=False),
        sa.Column('beat_at', _TIME, nullable=False),
        sa.PrimaryKeyConstraint('process'),
    )
    tally = op.create_table(
        'tally',
        sa.Column('name', _TEXT, nullable=False),
        sa.Column('label', _TEXT, nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('until', _TIME, nullable=False),
        sa.PrimaryKeyConstraint('name', 'label'),
    )
    op.create_index('ix_run_when', 'run', ['started_at'])
    op.create_index('ix_delivery_stuck', 'delivery', ['state'], sqlite_where=_STUCK, postgresql_where=_STUCK)
    _count_what_is_there(tally)


def _count_what_is_there(tally: sa.Table) -> None:
    """Once over all comments; from then on only what is new is counted."""
    message = sa.table('message', sa.column('language'), sa.column('direction'))
    heard = sa.select(
        sa.literal('comments'), message.c.language, sa.func.count(), sa.literal(datetime.now(UTC), _TIME)
    ).where(message.c.direction == 'received').group_by(message.c.language)
    op.execute(tally.insert().from_select(['name', 'label', 'number', 'until'], heard))


def downgrade() -> None:
    op.drop_index('ix_delivery_stuck', 'delivery')
    op.drop_index('ix_run_when', 'run')
    op.drop_table('tally')
    op.drop_table('pulse')
