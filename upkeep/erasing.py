"""Takes out of the rows all that is personal of one person. Rows only; `upkeep.scrub` cleans the file beneath them.

What is left are counts: a conversation and its messages without names, words, ids and addresses, so that reports keep
their sums and what still stands on Facebook is known again (models.erasure). Rows are changed one by one, not in bulk:
whoever keeps something beside them (the search index) hears of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.mistake import Mistake
from connector.graph.page import identity
from models.audit import Audit, redact
from models.card import Card
from models.conversation import Assignment, Conversation, Message
from models.correction import Correction
from models.delivery import Attempt, Delivery
from models.draft import Draft
from models.erasure import NOBODY, TOMB, digest
from models.post import Post
from models.promise import Promise
from models.shared import Shared
from models.translation import Translation
from upkeep.erasing_beside import beside
from upkeep.find_person import like
from upkeep.whole_person import Person, is_full

REASON = "erased"  # why the conversations are closed
_UNDER_WAY = ("sending", "unsure")
_FINAL = ("sent", "superseded", "expired", "dropped", "failed")


def check_quiet(session: Session, person: Person) -> None:
    """What is just being sent cannot be forgotten: its answer would bring it back. Raises Mistake."""
    for row in _deliveries(session, person):
        if row.state in _UNDER_WAY:
            raise Mistake(
                "An answer to them is on its way, and it is not known yet whether it stands",
                f"try again in some minutes, or decide about it: `settle {row.id}`",
            )


def erase_rows(session: Session, person: Person, key: str, now: datetime) -> dict[str, int]:
    """What was taken out, by kind. `key` makes the digests; call `check_quiet` before."""
    counts: Counter[str] = Counter()
    tombs = {one: TOMB + digest(key, person.school, "comment", identity(one)) for one in person.comment_ids}
    for row in _deliveries(session, person):
        _forget_delivery(session, row, tombs, now)
        counts["deliveries"] += 1
    _watermarks(session, person.school, tombs)
    _hanging_under(session, person, tombs)
    counts["promises"] = _promises(session, person, now)
    _drafts_to_tell(session, person, now)
    for name, table in _GO_WHOLE.items():
        counts[name] = _delete(session, person, table)
    counts["cards"] = _cards(session, person, now)
    counts.update(beside(session, person))
    for post in person.posts:
        post.message, post.permalink, post.author_external_id = "", "", NOBODY
        counts["posts"] += 1
    counts["audit"] = _reasons(session, person)
    for message in person.said:
        _forget_message(message, tombs)
        counts["messages"] += 1
    for talk in person.conversations:
        _forget_conversation(session, talk, tombs, now)
        counts["conversations"] += 1
    session.flush()  # nothing points to the visitors any more
    for visitor in person.visitors:
        session.delete(visitor)
        counts["visitors"] += 1
    session.flush()
    return {name: count for name, count in counts.items() if count}


def _forget_message(row: Message, tombs: dict[str, str]) -> None:
    row.text, row.attachment, row.guess, row.machine, row.permalink, row.hidden_why = "", {}, {}, {}, "", ""
    row.author = row.author if row.direction != "received" else ""
    row.author_external_id, row.owed = "", False
    row.external_id = tombs.get(row.external_id or "", row.external_id)
    row.parent_external_id = tombs.get(row.parent_external_id, row.parent_external_id)


def _forget_conversation(session: Session, row: Conversation, tombs: dict[str, str], now: datetime) -> None:
    row.visitor_id, row.author_name, row.author_external_id, row.reason = None, "", "", ""
    row.comment_external_id = tombs.get(row.comment_external_id, row.comment_external_id)
    row.state, row.closed_reason, row.closed_at, row.closed_by = "closed", REASON, now, ""
    row.due_at = row.snoozed_until = row.taken_at = None
    row.taken_by, row.updated_at = "", now
    for one in session.exec(
        select(Assignment).where(Assignment.school == row.school, Assignment.conversation_id == row.id)
    ):
        one.reason = ""


def _ids(person: Person) -> set[str]:
    return {one.id for one in person.said} | {one.id for one in person.conversations}


def _deliveries(session: Session, person: Person) -> list[Delivery]:
    return [
        row
        for some in in_parts(_ids(person))
        for row in session.exec(
            select(Delivery).where(Delivery.school == person.school, col(Delivery.target).in_(some)).with_for_update()
        )
    ]


def _forget_delivery(session: Session, row: Delivery, tombs: dict[str, str], now: datetime) -> None:
    if row.state not in _FINAL:
        row.state, row.settled_at = "dropped", now
    row.external_id = tombs.get(row.external_id or "", None if row.external_id else row.external_id)
    row.error = ""
    for attempt in session.exec(select(Attempt).where(Attempt.school == row.school, Attempt.delivery_id == row.id)):
        attempt.error, attempt.watermark, attempt.details = "", "", {}


def _watermarks(session: Session, school: str, tombs: dict[str, str]) -> None:
    """Answers to others, too, noted one of their comments as the newest that stood there."""
    for some in in_parts(tombs):
        for row in session.exec(select(Attempt).where(Attempt.school == school, col(Attempt.watermark).in_(some))):
            row.watermark = tombs[row.watermark]


def _hanging_under(session: Session, person: Person, tombs: dict[str, str]) -> None:
    """Words of others that answer one of their comments stay, and point to what stands in its place."""
    for some in in_parts(tombs):
        query = select(Message).where(Message.school == person.school, col(Message.parent_external_id).in_(some))
        for row in session.exec(query):
            row.parent_external_id = tombs[row.parent_external_id]


def _promises(session: Session, person: Person, now: datetime) -> int:
    rows = [
        row
        for some in in_parts({one.id for one in person.conversations})
        for row in session.exec(
            select(Promise).where(Promise.school == person.school, col(Promise.conversation_id).in_(some))
        )
    ]
    for row in rows:
        row.what = row.dropped_because = ""
        if row.kept_at is None and row.dropped_at is None:
            row.dropped_at, row.dropped_because = now, REASON
    return len(rows)


def _drafts_to_tell(session: Session, person: Person, now: datetime) -> None:
    """A post that waits for a yes and tells what became of theirs is not made; what else it told may be told again."""
    for some in in_parts({one.id for one in person.conversations}):
        query = select(Post).join(Shared, (col(Shared.school) == Post.school) & (col(Shared.told_in) == Post.id))
        query = query.where(Shared.school == person.school, col(Shared.conversation_id).in_(some))
        for row in session.exec(query.where(Post.state == "waiting")):
            row.state, row.withdrawn_at, row.reason, row.text, row.said = "withdrawn", now, REASON, "", {}


# Rows about a conversation of which nothing is left to count.
_GO_WHOLE: Mapping[str, type[Draft | Translation | Correction | Shared]] = {
    "drafts": Draft, "translations": Translation, "corrections": Correction, "shared": Shared,
}  # fmt: skip


def _delete(session: Session, person: Person, table: type[Draft | Translation | Correction | Shared]) -> int:
    rows = [
        row
        for some in in_parts({one.id for one in person.conversations})
        for row in session.exec(
            select(table).where(table.school == person.school, col(table.conversation_id).in_(some))
        )
    ]
    for row in rows:
        session.delete(row)
    return len(rows)


def _cards(session: Session, person: Person, now: datetime) -> int:
    ids, found = _ids(person), 0
    for row in session.exec(select(Card).where(Card.school == person.school)):
        if row.subject in ids or any(mark in row.message for mark in person.marks):
            row.message, row.closed_at, found = "About somebody who was erased.", row.closed_at or now, found + 1
    return found


def _reasons(session: Session, person: Person) -> int:
    """What somebody typed as a reason may name them: there, and only there, the audit loses words."""
    subjects = _ids(person) | {one.id for one in person.visitors}
    named = [
        row.id
        for some in in_parts(subjects)
        for row in session.exec(select(Audit).where(Audit.school == person.school, col(Audit.subject).in_(some)))
        if any(mark.casefold() in f"{row.why} {row.details}".casefold() for mark in (*person.marks, *person.names))
    ]
    redact(session, person.school, named)
    return len(named)


def in_parts(ids: Collection[str], size: int = 500) -> list[list[str]]:
    """As many as fit into one question."""
    wanted: Sequence[str] = sorted(ids)
    return [list(wanted[start : start + size]) for start in range(0, len(wanted), size)]


def mentions(session: Session, person: Person) -> list[str]:
    """Ids of conversations with others in which a full name of theirs stands."""
    found: dict[str, None] = {}
    for name in filter(is_full, person.names):
        query = select(Message.conversation_id).where(Message.school == person.school, like(col(Message.text), name))
        found.update(dict.fromkeys(session.exec(query.distinct())))
    own = {one.id for one in person.conversations}
    return [one for one in found if one not in own]
