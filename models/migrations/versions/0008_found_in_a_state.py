"""found in a state

Revision ID: 0008
Revises: 0007

On PostgreSQL only: a search costs what its school holds, not what the state does; and it can be asked from behind a wall of
row-level security. See models/search.py.
"""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

_TAG = "'/' || left(encode(sha256(school::bytea), 'hex'), 1) || '/'"
_BEFORE = "array_to_tsvector(string_to_array(words, ' ') || ('/' || school))"
_VECTOR = f"array_to_tsvector(string_to_array({_TAG} || replace(words, ' ', ' ' || {_TAG}), ' ') || ('/' || school))"
_REACH = "(SELECT current_setting('bridge.school', true))"


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP INDEX ix_message_words_found')
        # Without a list of what is still to be sorted in: every search would read through all of it.
        op.execute(f'CREATE INDEX ix_message_words_found ON message_words USING gin (({_VECTOR})) WITH (fastupdate = off)')
        # Whoever sees all messages sees all words.
        op.execute(f"""CREATE VIEW message_words_seen AS SELECT number, school, conversation_id, words FROM message_words
            WHERE school = {_REACH} OR {_REACH} = '*' OR NOT (SELECT row_security_active('message'))""")


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP VIEW message_words_seen')
        op.execute('DROP INDEX ix_message_words_found')
        op.execute(f'CREATE INDEX ix_message_words_found ON message_words USING gin (({_BEFORE}))')
