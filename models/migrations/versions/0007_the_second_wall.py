"""the second wall

Revision ID: 0007
Revises: 0006

On PostgreSQL only: a transaction sees and changes the rows of the school that it says it is of. See models/wall.py.
"""

from alembic import op

from models.wall import for_nobody_of_a_school, unwalled, walled

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_OF_A_SCHOOL = (
    'assignment', 'attempt', 'audit', 'away', 'calendar_entry', 'card', 'center', 'center_object', 'conversation', 'correction',
    'delivery', 'draft', 'erasure', 'event', 'event_text', 'feed', 'feed_item', 'first_word', 'group', 'hinted_post',
    'invitation', 'message', 'message_words', 'notice_choice', 'notice_sent', 'occurrence', 'page', 'page_post', 'partner',
    'post', 'promise', 'routing_rule', 'run', 'saved_reply', 'shared', 'source', 'source_object', 'staff_member', 'switched_on',
    'translation', 'urgent_word', 'visitor',
)
_OF_NONE_YET = ('hint',)  # webhooks as they came: whose they are is known when they are unpacked


def upgrade() -> None:
    if op.get_bind().dialect.name != 'postgresql':
        return
    statements = [
        *(one for table in _OF_A_SCHOOL for one in walled(table)),
        *walled('school', 'slug'),
        *(one for table in _OF_NONE_YET for one in for_nobody_of_a_school(table)),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """The role stays: it belongs to the server, and another database of ours may stand on it."""
    if op.get_bind().dialect.name != 'postgresql':
        return
    for table in ('school', *_OF_A_SCHOOL, *_OF_NONE_YET):
        for statement in unwalled(table):
            op.execute(statement)
