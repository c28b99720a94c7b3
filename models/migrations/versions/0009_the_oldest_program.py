"""the oldest program

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None
oldest_program = '0009'  # those before do not ask


def upgrade() -> None:
    op.add_column('alembic_version', sa.Column('oldest_program', sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column('alembic_version', 'oldest_program')
