"""many machines

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_TIME = sqlmodel.sql.sqltypes.UTCDateTime()
_ADDED = {
    'page': [('poll_at', _TIME, None), ('spoken_at', _TIME, None), ('tried_at', _TIME, None), ('quiet', _TEXT, '')],
    'school': [('round_at', _TIME, None)],
    'message': [('seen_at', _TIME, None)],
}
_WAITING = "state IN ('due', 'unsure', 'sending')"
_INDEXES = {
    'ix_delivery_waiting': ('delivery', ['next_at'], _WAITING),
    'ix_page_poll': ('page', ['poll_at'], 'off_at IS NULL'),
    'ix_page_facebook': ('page', ['facebook_id'], None),
    'ix_message_seen': ('message', ['seen_at'], 'seen_at IS NOT NULL'),
}


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for name, kind, default in columns:
            must = {'nullable': True} if default is None else {'nullable': False, 'server_default': default}
            op.add_column(table, sa.Column(name, kind, **must))
    for name, (table, columns, only) in _INDEXES.items():
        where = {} if only is None else {'sqlite_where': sa.text(only), 'postgresql_where': sa.text(only)}
        op.create_index(name, table, columns, **where)


def downgrade() -> None:
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
    for table, columns in _ADDED.items():
        for name, _, _ in columns:
            op.drop_column(table, name)
