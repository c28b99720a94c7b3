"""the inbox people use

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from models import search as SEARCH

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString()
_TIME = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    op.create_table('account',
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('password_hash', _TEXT, nullable=False),
    sa.Column('totp_sealed', _TEXT, nullable=False),
    sa.Column('totp_on_at', _TIME, nullable=True),
    sa.Column('totp_step', sa.Integer(), nullable=False),
    sa.Column('recovery', sa.JSON(), nullable=False),
    sa.Column('language', _TEXT, nullable=False),
    sa.Column('outside', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.PrimaryKeyConstraint('email')
    )
    op.create_table('doorstep',
    sa.Column('token_digest', _TEXT, nullable=False),
    sa.Column('browser', _TEXT, nullable=False),
    sa.Column('kind', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('how', _TEXT, nullable=False),
    sa.Column('path', _TEXT, nullable=False),
    sa.Column('kept', sa.JSON(), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.PrimaryKeyConstraint('token_digest')
    )
    with op.batch_alter_table('doorstep', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_doorstep_browser'), ['browser'], unique=False)

    op.create_table('form_done',
    sa.Column('key', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('at', _TIME, nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    with op.batch_alter_table('form_done', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_done_at'), ['at'], unique=False)

    op.create_table('knock',
    sa.Column('key', _TEXT, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('since', _TIME, nullable=False),
    sa.Column('not_before', _TIME, nullable=True),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('audit',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('at', _TIME, nullable=False),
    sa.Column('by', _TEXT, nullable=False),
    sa.Column('what', _TEXT, nullable=False),
    sa.Column('subject', _TEXT, nullable=False),
    sa.Column('why', _TEXT, nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_subject', ['school', 'subject', 'at'], unique=False)
        batch_op.create_index('ix_audit_when', ['school', 'at', 'id'], unique=False)

    op.create_table('erasure',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('person', _TEXT, nullable=False),
    sa.Column('asked_by', _TEXT, nullable=False),
    sa.Column('asked_at', _TIME, nullable=False),
    sa.Column('why', _TEXT, nullable=False),
    sa.Column('confirmed_by', _TEXT, nullable=False),
    sa.Column('done_at', _TIME, nullable=True),
    sa.Column('refused_by', _TEXT, nullable=False),
    sa.Column('refused_at', _TIME, nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('key', _TEXT, nullable=False),
    sa.Column('comments', sa.JSON(), nullable=False),
    sa.Column('cleaned_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('erasure', schema=None) as batch_op:
        batch_op.create_index('ix_erasure_person', ['school', 'person'], unique=False)

    op.create_table('invitation',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('token_digest', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('kind', _TEXT, nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('expires_at', _TIME, nullable=False),
    sa.Column('link_sealed', _TEXT, nullable=False),
    sa.Column('used_at', _TIME, nullable=True),
    sa.Column('withdrawn_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_digest')
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_who', ['school', 'email'], unique=False)

    op.create_table('notice_choice',
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('channel_sealed', _TEXT, nullable=False),
    sa.Column('moments', sa.JSON(), nullable=False),
    sa.Column('changed_at', _TIME, nullable=False),
    sa.Column('test_asked_at', _TIME, nullable=True),
    sa.Column('tested_at', _TIME, nullable=True),
    sa.Column('test_problem', _TEXT, nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('school', 'email')
    )
    op.create_table('notice_sent',
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('moment', _TEXT, nullable=False),
    sa.Column('subject', _TEXT, nullable=False),
    sa.Column('sent_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('school', 'email', 'moment', 'subject')
    )
    with op.batch_alter_table('notice_sent', schema=None) as batch_op:
        batch_op.create_index('ix_notice_sent_when', ['school', 'sent_at'], unique=False)

    op.create_table('saved_reply',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('language', _TEXT, nullable=False),
    sa.Column('title', _TEXT, nullable=False),
    sa.Column('text', _TEXT, nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('off_at', _TIME, nullable=True),
    sa.ForeignKeyConstraint(['school'], ['school.slug'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('saved_reply', schema=None) as batch_op:
        batch_op.create_index('ix_saved_reply', ['school', 'language'], unique=False)

    op.create_table('sign_in',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('token_digest', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('agent', _TEXT, nullable=False),
    sa.Column('how', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('seen_at', _TIME, nullable=False),
    sa.Column('proven_at', _TIME, nullable=False),
    sa.Column('ended_at', _TIME, nullable=True),
    sa.Column('told', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['email'], ['account.email'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('token_digest')
    )
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_email'), ['email'], unique=False)

    op.create_table('draft',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('email', _TEXT, nullable=False),
    sa.Column('text', _TEXT, nullable=False),
    sa.Column('because', _TEXT, nullable=False),
    sa.Column('about', _TEXT, nullable=False),
    sa.Column('updated_at', _TIME, nullable=False),
    sa.ForeignKeyConstraint(['school', 'conversation_id'], ['conversation.school', 'conversation.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('school', 'conversation_id', 'email')
    )
    op.create_table('promise',
    sa.Column('id', _TEXT, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('what', _TEXT, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('owner', _TEXT, nullable=False),
    sa.Column('made_by', _TEXT, nullable=False),
    sa.Column('made_at', _TIME, nullable=False),
    sa.Column('kept_at', _TIME, nullable=True),
    sa.Column('kept_by', _TEXT, nullable=False),
    sa.Column('dropped_at', _TIME, nullable=True),
    sa.Column('dropped_by', _TEXT, nullable=False),
    sa.Column('dropped_because', _TEXT, nullable=False),
    sa.ForeignKeyConstraint(['school', 'conversation_id'], ['conversation.school', 'conversation.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('promise', schema=None) as batch_op:
        batch_op.create_index('ix_promise_conversation', ['school', 'conversation_id'], unique=False)
        batch_op.create_index('ix_promise_open', ['school', 'kept_at', 'dropped_at', 'due_on'], unique=False)

    for table, columns in _ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, kind, filled in columns:
                batch_op.add_column(sa.Column(name, kind, nullable=filled is None, server_default=filled))
    op.create_index('ix_conversation_visitor', 'conversation', ['school', 'visitor_id', 'opened_at'])
    op.create_index('ix_delivery_target', 'delivery', ['school', 'target'])
    op.create_index('ix_post_event', 'post', ['school', 'event_id'])
    # Who could sign in still can: a password is of a person now, not of a person at a school.
    op.execute("""INSERT INTO account (email, password_hash, totp_sealed, totp_step, recovery, language, outside, made_at)
        SELECT email, max(password_hash), '', 0, '[]', '', '', CURRENT_TIMESTAMP FROM staff_member
        WHERE password_hash <> '' GROUP BY email""")
    with op.batch_alter_table('staff_member', schema=None) as batch_op:
        batch_op.drop_column('password_hash')
    for statement in _ONLY_ADDED_TO[op.get_bind().dialect.name]:
        op.execute(statement)
    _lists()
    _findable()


_ADDED = {
    'conversation': [
        ('language_by', _TEXT, ''), ('snoozed_until', _TIME, None), ('taken_by', _TEXT, ''), ('taken_at', _TIME, None),
        ('handed_back_at', _TIME, None), ('handed_back_from', _TEXT, ''), ('promised_for', sa.Date(), None),
    ],
    'message': [
        ('guess', sa.JSON(), '{}'), ('hidden_by', _TEXT, ''), ('hidden_why', _TEXT, ''),
        ('private', sa.Boolean(), sa.false()),
    ],
    'staff_member': [('ends_at', _TIME, None)],
}
# The audit is only ever added to, whoever holds the connection (`models.audit.replaced` is for a restore).
_ONLY_ADDED_TO = {
    'sqlite': [
        f"""CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"""
        for verb in ('UPDATE', 'DELETE')
    ],
    'postgresql': [
        """CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$""",
        """CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()""",
    ],
}


# --- lists and search (models.inbox, models.search)

_OPEN = sa.text("state = 'open'")
_UNSURE = sa.text("state = 'open' AND language = 'und'")
_OWED = sa.text('coalesce(due_at, opened_at)')
_PROMISED = sa.text('promised_for IS NOT NULL')
_LISTS = {
    'ix_conversation_assignee': (['school', 'assignee', 'updated_at', 'id'], None),
    'ix_conversation_language': (['school', 'language', 'updated_at', 'id'], None),
    'ix_conversation_updated': (['school', 'updated_at', 'id'], None),
    'ix_conversation_owed': (['school', _OWED, 'id', 'language'], _OPEN),
    'ix_conversation_mine': (['school', 'assignee', _OWED, 'id'], _OPEN),
    'ix_conversation_unsure': (['school', _OWED, 'id'], _UNSURE),
    'ix_conversation_promised': (['school', 'promised_for', 'id'], _PROMISED),
}
_FIRST_DAY = """UPDATE conversation SET promised_for = (SELECT min(due_on) FROM promise WHERE school = {row}.school
    AND conversation_id = {row}.conversation_id AND kept_at IS NULL AND dropped_at IS NULL)
    WHERE school = {row}.school AND id = {row}.conversation_id"""
_VERBS = (('insert', 'NEW'), ('update', 'NEW'), ('delete', 'OLD'))
# A later revision that makes one of these tables anew on SQLite (batch) must make its triggers anew, too.
_KEPT_BY_ITSELF = {
    'sqlite': [
        *(f'CREATE TRIGGER promise_{verb} AFTER {verb} ON promise BEGIN {_FIRST_DAY.format(row=row)}; END' for verb, row in _VERBS),
        """CREATE VIRTUAL TABLE message_found USING fts5(school, words, content='message_words', content_rowid='number',
        detail='column', tokenize="ascii tokenchars '-_'")""",
        """CREATE TRIGGER message_words_in AFTER INSERT ON message_words BEGIN
        INSERT INTO message_found(rowid, school, words) VALUES (NEW.number, NEW.school, NEW.words); END""",
        """CREATE TRIGGER message_words_out AFTER DELETE ON message_words BEGIN INSERT INTO message_found
        (message_found, rowid, school, words) VALUES ('delete', OLD.number, OLD.school, OLD.words); END""",
        """CREATE TRIGGER message_said_anew AFTER UPDATE OF text, author, removed_at ON message
        WHEN OLD.text IS NOT NEW.text OR OLD.author IS NOT NEW.author OR OLD.removed_at IS NOT NEW.removed_at
        BEGIN DELETE FROM message_words WHERE school = OLD.school AND message_id = OLD.id; END""",
    ],
    'postgresql': [
        *(f"""CREATE FUNCTION promise_{verb}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {_FIRST_DAY.format(row=row)}; RETURN NULL; END $$""" for verb, row in _VERBS),
        *(f"""CREATE TRIGGER promise_{verb} AFTER {verb} ON promise FOR EACH ROW EXECUTE FUNCTION promise_{verb}()"""
          for verb, _ in _VERBS),
        """CREATE INDEX ix_message_words_found ON message_words USING gin
        (array_to_tsvector(string_to_array(words, ' ') || ('/' || school)))""",
        """CREATE FUNCTION message_said_anew() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM message_words WHERE school = OLD.school AND message_id = OLD.id; RETURN NULL; END $$""",
        """CREATE TRIGGER message_said_anew AFTER UPDATE OF text, author, removed_at ON message FOR EACH ROW
        WHEN (OLD.text IS DISTINCT FROM NEW.text OR OLD.author IS DISTINCT FROM NEW.author
        OR OLD.removed_at IS DISTINCT FROM NEW.removed_at) EXECUTE FUNCTION message_said_anew()""",
    ],
}


def _lists() -> None:
    op.drop_index('ix_conversation_assignee', 'conversation')
    for name, (columns, where) in _LISTS.items():
        op.create_index(name, 'conversation', columns, sqlite_where=where, postgresql_where=where)


def _findable() -> None:
    op.create_table('message_words',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('school', _TEXT, nullable=False),
    sa.Column('conversation_id', _TEXT, nullable=False),
    sa.Column('message_id', _TEXT, nullable=False),
    sa.Column('words', _TEXT, nullable=False),
    sa.ForeignKeyConstraint(['school', 'message_id'], ['message.school', 'message.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number'),
    sa.UniqueConstraint('school', 'message_id')
    )
    for statement in _KEPT_BY_ITSELF[op.get_bind().dialect.name]:
        op.execute(statement)
    _fill()


def _fill() -> None:
    """The words of all messages that were there before, a thousand at a time."""
    connection = op.get_bind()
    into = sa.insert(SEARCH.table(SEARCH.MessageWords))
    last = ''
    known = sa.table('message', *(sa.column(name) for name in ('id', 'school', 'conversation_id', 'direction', 'text', 'author')),
                     sa.column('created_at', _TIME), sa.column('removed_at', _TIME))
    while rows := connection.execute(sa.select(known).where(known.c.id > last).order_by(known.c.id).limit(1000)).all():
        last = rows[-1].id
        if found := [entry for row in rows if (entry := SEARCH.entry(row))]:
            connection.execute(into, found)


def downgrade() -> None:
    _unlist()
    with op.batch_alter_table('staff_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('password_hash', _TEXT, nullable=False, server_default=''))
    op.execute("""UPDATE staff_member SET password_hash =
        coalesce((SELECT password_hash FROM account WHERE account.email = staff_member.email), '')""")
    op.drop_index('ix_conversation_visitor', 'conversation')
    op.drop_index('ix_delivery_target', 'delivery')
    op.drop_index('ix_post_event', 'post')
    for table, columns in _ADDED.items():
        for name, _, _ in columns:  # not in a batch: rows of other tables point to these
            op.drop_column(table, name)
    for table in (
        'promise', 'draft', 'sign_in', 'saved_reply', 'notice_sent', 'notice_choice', 'invitation', 'erasure', 'audit',
        'knock', 'form_done', 'doorstep', 'account',
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_only_added_to()')


def _unlist() -> None:
    for name in _LISTS:
        op.drop_index(name, 'conversation')
    op.create_index('ix_conversation_assignee', 'conversation', ['school', 'assignee', 'state', 'updated_at'])
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TRIGGER message_said_anew')
        op.execute('DROP TABLE message_found')
    else:
        op.execute('DROP TRIGGER message_said_anew ON message')
        op.execute('DROP FUNCTION message_said_anew()')
    for verb, _ in _VERBS:
        op.execute(f'DROP TRIGGER promise_{verb}' + ('' if op.get_bind().dialect.name == 'sqlite' else ' ON promise'))
        if op.get_bind().dialect.name != 'sqlite':
            op.execute(f'DROP FUNCTION promise_{verb}()')
    op.drop_table('message_words')
