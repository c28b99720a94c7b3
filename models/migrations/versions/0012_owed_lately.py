"""owed lately: what was last owed to a page is found at once

Revision ID: 0012
Revises: 0011
"""

from alembic import op

from models.online import create_index

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None
oldest_program = '0009'  # only added to


def upgrade() -> None:
    create_index('ix_delivery_made', 'delivery', ['school', 'lane', 'created_at'])


def downgrade() -> None:
    op.drop_index('ix_delivery_made', 'delivery')
