"""webhooks that work

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None
oldest_program = '0010'  # it only adds


def upgrade() -> None:
    op.add_column('page', sa.Column('told_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    op.create_index('ix_delivery_made', 'delivery', ['school', 'lane', 'created_at'])


def downgrade() -> None:
    op.drop_index('ix_delivery_made', 'delivery')
    op.drop_column('page', 'told_at')
