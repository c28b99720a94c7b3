"""Every column that can hold words is told here, so that a new one cannot keep a family's words by oversight."""

from __future__ import annotations

from sqlalchemy import JSON, LargeBinary, String
from sqlmodel import SQLModel

import models.tables  # noqa: F401

# What an erasure empties or takes away (tests/upkeep/test_erase.py shows it for all of these).
ERASED = {
    "visitor": {"external_id", "name"},
    "conversation": {"comment_external_id", "author_name", "author_external_id", "visitor_id", "reason"},
    "message": {
        "text", "guess", "external_id", "parent_external_id", "author", "author_external_id", "attachment", "permalink",
        "hidden_why", "machine",
    },
    "message_words": {"words"},
    "assignment": {"reason"},
    "delivery": {"external_id", "error"},
    "attempt": {"watermark", "error", "details"},
    "draft": {"text", "because", "machine"},
    "translation": {"text", "problem"},
    "correction": {"guessed", "said", "engines"},
    "shared": {"you_said", "we_did", "in_others"},
    "promise": {"what", "dropped_because"},
    "card": {"message"},
    "hint": {"body"},
    "page_post": {"message", "author_external_id", "permalink"},
    "audit": {"why", "details"},
    "erasure": {"person"},
    "sign_in": {"told"},
}  # fmt: skip
# Tables that hold nothing of a family: calendars, posts of ours, people who work here, how the program runs.
OF_OTHERS = {
    "school", "group", "source", "source_object", "feed_item", "event", "event_text", "occurrence", "page", "post", "center",
    "center_object", "calendar_entry", "feed", "staff_member", "run", "deletion_request", "hinted_post", "installation", "account",
    "doorstep", "invitation", "knock", "form_done", "saved_reply", "notice_choice", "notice_sent",
    "routing_rule", "away", "partner", "urgent_word", "switched_on", "first_word", "pulse", "tally",
}  # fmt: skip
# Ids of ours, words of the program, e-mails of people who work here, and numbers of posts.
NOTHING_OF_THEIRS = {
    "id", "school", "page", "state", "kind", "language", "language_by", "direction", "closed_reason", "closed_by", "assignee",
    "taken_by", "conversation_id", "message_id", "post_external_id", "hidden_by", "email", "by", "lane", "target", "revision",
    "settled_by", "process", "outcome", "owner", "made_by", "kept_by", "dropped_by", "subject", "digest", "what", "asked_by",
    "topic", "topic_by", "urgent", "urgent_seen_by", "source", "provider", "told_in",
    "confirmed_by", "refused_by", "counts", "key", "comments", "token_digest", "agent", "how", "delivery_id",
}  # fmt: skip


def test_every_column_with_words_is_erased_or_holds_nothing_of_a_family() -> None:
    unknown = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        if table.name not in OF_OTHERS
        for column in table.columns
        if isinstance(column.type, (String, JSON, LargeBinary))
        if column.name not in ERASED.get(table.name, ()) and column.name not in NOTHING_OF_THEIRS
    ]
    assert unknown == [], "say in upkeep/erasing.py what becomes of it, show that in test_erase.py, and name it here"


def test_what_is_named_here_exists() -> None:
    tables = {table.name: {column.name for column in table.columns} for table in SQLModel.metadata.sorted_tables}
    assert OF_OTHERS | set(ERASED) == set(tables)
    assert all(columns <= tables[name] for name, columns in ERASED.items())
