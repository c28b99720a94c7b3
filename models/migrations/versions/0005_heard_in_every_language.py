"""heard in every language

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_OWED = 'coalesce(due_at, opened_at)'
_TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    op.create_table('away',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('off_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('away', schema=None) as batch_op:
        batch_op.create_index('ix_away', ['school', 'last_day'], unique=False)

    op.create_table('first_word',
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('language', _TEXT, nullable=False),
    sa.Column('text', _TEXT, nullable=False),
    sa.Column('approved_by', _TEXT, nullable=False),
    sa.Column('approved_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('school', 'language')
    )
    op.create_table('partner',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('name', _TEXT, nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('contact', _TEXT, nullable=False),
    sa.Column('note', _TEXT, nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('off_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('partner', schema=None) as batch_op:
        batch_op.create_index('ix_partner', ['school'], unique=False)

    op.create_table('routing_rule',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('page', _TEXT, nullable=False),
    sa.Column('group', _TEXT, nullable=False),
    sa.Column('topic', _TEXT, nullable=False),
    sa.Column('event_words', sa.JSON(), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('why', _TEXT, nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('off_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('routing_rule', schema=None) as batch_op:
        batch_op.create_index('ix_routing_rule', ['school', 'position'], unique=False)

    op.create_table('switched_on',
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('urgent_person', _TEXT, nullable=False),
    sa.Column('no_speaker_person', _TEXT, nullable=False),
    sa.Column('no_speaker_by', _TEXT, nullable=False),
    sa.Column('acknowledges_since', _TIME, nullable=True),
    sa.Column('acknowledged_by', _TEXT, nullable=False),
    sa.Column('translates_with', _TEXT, nullable=False),
    sa.Column('translate_url', _TEXT, nullable=False),
    sa.Column('translate_key_sealed', _TEXT, nullable=False),
    sa.Column('changed_by', _TEXT, nullable=False),
    sa.Column('changed_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('school')
    )
    op.create_table('urgent_word',
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('language', _TEXT, nullable=False),
    sa.Column('phrase', _TEXT, nullable=False),
    sa.Column('kind', _TEXT, nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('changed_by', _TEXT, nullable=False),
    sa.Column('changed_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('school', 'language', 'phrase')
    )
    op.create_table('shared',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('language', _TEXT, nullable=False),
    sa.Column('you_said', _TEXT, nullable=False),
    sa.Column('we_did', _TEXT, nullable=False),
    sa.Column('in_others', sa.JSON(), nullable=False),
    sa.Column('by', _TEXT, nullable=False),
    sa.Column('at', _TIME, nullable=False),
    sa.Column('told_in', _TEXT, nullable=False),
    sa.Column('off_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school', 'conversation_id'], ['conversation.school', 'conversation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('school', 'conversation_id')
    )
    with op.batch_alter_table('shared', schema=None) as batch_op:
        batch_op.create_index('ix_shared_at', ['school', 'at'], unique=False)

    op.create_table('translation',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('message_id', _TEXT, nullable=False),
    sa.Column('digest', _TEXT, nullable=False),
    sa.Column('source', _TEXT, nullable=False),
    sa.Column('target', _TEXT, nullable=False),
    sa.Column('provider', _TEXT, nullable=False),
    sa.Column('text', _TEXT, nullable=False),
    sa.Column('state', _TEXT, nullable=False),
    sa.Column('problem', _TEXT, nullable=False),
    sa.Column('asked_by', _TEXT, nullable=False),
    sa.Column('asked_at', _TIME, nullable=False),
    sa.Column('made_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school', 'conversation_id'], ['conversation.school', 'conversation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('school', 'conversation_id', 'message_id', 'digest', 'target', 'provider')
    )
    op.create_table('correction',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('message_id', _TEXT, nullable=False),
    sa.Column('guessed', _TEXT, nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('engines', sa.JSON(), nullable=False),
    sa.Column('said', _TEXT, nullable=False),
    sa.Column('by', _TEXT, nullable=False),
    sa.Column('at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school', 'conversation_id'], ['conversation.school', 'conversation.id'], ),
    sa.ForeignKeyConstraint(['school', 'message_id'], ['message.school', 'message.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index('ix_correction_conversation', ['school', 'conversation_id'], unique=False)
        batch_op.create_index('ix_correction_message', ['school', 'message_id'], unique=False)

    _about_an_event(must=False)
    for table, columns in _ADDED.items():
        for name, kind, filled in columns:  # not in a batch: triggers and rows of other tables hang on these
            op.add_column(table, sa.Column(name, kind, nullable=filled is None, server_default=filled))
    op.drop_index('ix_conversation_unsure', 'conversation')  # one language of ix_conversation_voice
    for name, (table, columns, where) in _INDEXES.items():
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _about_an_event(*, must: bool) -> None:
    """A post, since "you said, we did" is about none. SQLite makes the table anew, which it refuses while a row of it points
    to another one (a comment to its post): those pointers are put aside meanwhile.
    """
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    if is_sqlite:
        op.execute('CREATE TEMPORARY TABLE pointed AS SELECT id, under FROM post WHERE under IS NOT NULL')
        op.execute('UPDATE post SET under = NULL WHERE under IS NOT NULL')
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.alter_column('event_id', existing_type=_TEXT, nullable=not must)
    if is_sqlite:
        op.execute('UPDATE post SET under = (SELECT pointed.under FROM pointed WHERE pointed.id = post.id)')
        op.execute('DROP TABLE pointed')


_ADDED = {
    'conversation': [
        ('topic', _TEXT, ''), ('topic_by', _TEXT, ''), ('urgent', _TEXT, ''), ('urgent_at', _TIME, None),
        ('urgent_seen_by', _TEXT, ''), ('urgent_seen_at', _TIME, None),
    ],
    'message': [('language_by', _TEXT, ''), ('automatic', sa.Boolean(), sa.false()), ('machine', sa.JSON(), '{}')],
    'draft': [('machine', sa.JSON(), '{}')],
    'staff_member': [('language_hours', sa.JSON(), '{}')],
}
_INDEXES = {
    'ix_conversation_urgent': (
        'conversation', ['school', 'urgent_at', 'id'], sa.text("state = 'open' AND urgent <> ''"),
    ),
    'ix_conversation_voice': (
        'conversation', ['school', 'language', sa.text(_OWED), 'id'], sa.text("state = 'open'"),
    ),
    'ix_message_owed': ('message', ['school', 'created_at'], sa.text('owed')),
    'ix_message_automatic': ('message', ['school', 'created_at'], sa.text('automatic')),
}


def downgrade() -> None:
    unsure = sa.text("state = 'open' AND language = 'und'")
    op.create_index(
        'ix_conversation_unsure', 'conversation', ['school', sa.text(_OWED), 'id'], sqlite_where=unsure, postgresql_where=unsure
    )
    op.execute('DELETE FROM post WHERE event_id IS NULL')
    _about_an_event(must=True)
    for name, (table, _, _) in _INDEXES.items():
        op.drop_index(name, table)
    for table, columns in _ADDED.items():
        for name, _, _ in columns:
            op.drop_column(table, name)
    for table in (
        'correction', 'translation', 'shared', 'urgent_word', 'switched_on', 'routing_rule', 'partner', 'first_word', 'away',
    ):
        op.drop_table(table)
