"""What people do with a conversation besides answering it: put it off, open it again, write a note, ask for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from config.topics import TOPICS
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from inbox.replies import LONGEST_REPLY, assign
from inbox.routing.assign import route_again
from inbox.routing.roster import rules
from inbox.threads import order
from models import audit
from models.columns import new_id
from models.conversation import Conversation, Message, messages
from models.school import School

LONGEST_SNOOZE = timedelta(days=90)
LONGEST_WHY = 500  # characters of a sentence for a colleague


def snooze(
    session: Session, school: School, conversation_id: str, email: str, until: date, now: datetime
) -> Conversation:
    """Out of sight until the morning of that day of the school's, or until the family writes. It stays due when it was."""
    person = one_who_answers(session, school.slug, email, "put conversations off")
    row = the_conversation(session, school.slug, conversation_id)
    if row.state == "closed":
        raise NotPossible("This conversation is closed: open it again first, then put it off.")
    if row.urgent:
        raise NotPossible("This is urgent, and stays in sight: close it, or say first that it is not urgent.")
    at = morning_of(until, school.timezone)
    if at <= now:
        raise NotPossible("That day is not ahead: choose tomorrow or a later day.")
    if at - now > LONGEST_SNOOZE:
        raise NotPossible(f"That is more than {LONGEST_SNOOZE.days} days away: choose an earlier day.")
    row.snoozed_until, row.updated_at, row.taken_by, row.taken_at = at, now, "", None
    session.add(row)
    audit.note(session, school.slug, now, person.email, "snooze", row.id, until=until.isoformat())
    return row


def morning_of(on: date, timezone: str) -> datetime:
    """The local midnight that the day begins with; UTC. Pure."""
    return datetime.combine(on, time(), ZoneInfo(timezone)).astimezone(UTC)


def wake(session: Session, school: str, conversation_id: str, email: str, now: datetime) -> Conversation:
    """In sight again at once."""
    person = one_who_answers(session, school, email, "wake conversations")
    row = the_conversation(session, school, conversation_id)
    if row.snoozed_until is not None:
        row.snoozed_until, row.updated_at = None, now
        session.add(row)
        audit.note(session, school, now, person.email, "wake", row.id)
    return row


def reopen(session: Session, school: School, conversation_id: str, email: str, now: datetime) -> Conversation:
    """We owe an answer after all. Whoever had it has it, else whom routing finds; due anew from now on."""
    person = one_who_answers(session, school.slug, email, "open conversations again")
    row = the_conversation(session, school.slug, conversation_id)
    if row.state == "open":
        return row
    known = messages(session, school.slug, [row.id])[row.id]
    row.state, row.updated_at, row.opened_at = "open", now, waits_since(known) or now
    row.closed_reason, row.closed_at, row.closed_by, row.answered_at, row.snoozed_until = "", None, "", None, None
    ours = rules(school)
    row.due_at = ours.working.add(now, ours.respond_within)
    session.add(row)
    if row.assignee is None or not _answers(session, school.slug, row.assignee):
        route_again(session, school, row, now)
    audit.note(session, school.slug, now, person.email, "reopen", row.id)
    return row


def waits_since(known: Sequence[Message]) -> datetime | None:
    """When the family wrote the first message that stands and was not answered; None where all is answered. Pure."""
    standing = [one for one in known if one.removed_at is None and one.direction != "note" and one.state != "failed"]
    sent = [order(one.created_at, one.external_id) for one in standing if one.direction == "sent" and not one.automatic]
    last = max(sent, default=None)
    open_ = [one for one in standing if one.direction == "received"]
    open_ = [one for one in open_ if last is None or order(one.created_at, one.external_id) > last]
    return min((one.created_at for one in open_), default=None)


def say_topic(
    session: Session, school: str, conversation_id: str, topic: str, email: str, now: datetime
) -> Conversation:
    """What it is about, as a person sees it: their word stands over what its words told."""
    person = one_who_answers(session, school, email, "say what a conversation is about")
    row = the_conversation(session, school, conversation_id)
    if topic not in TOPICS:
        raise NotPossible(f"“{topic}” is no topic: use {', '.join(TOPICS)}.")
    if (row.topic, bool(row.topic_by)) != (topic, True):
        audit.note(session, school, now, person.email, "say topic", row.id, before=row.topic, after=topic)
        row.topic, row.topic_by, row.updated_at = topic, person.email, now
        session.add(row)
    return row


def write_note(session: Session, school: str, conversation_id: str, email: str, text: str, now: datetime) -> Message:
    """Words for colleagues, in the thread, never on Facebook."""
    person = one_who_answers(session, school, email, "write notes")
    row = the_conversation(session, school, conversation_id)
    text = text.strip()
    if not text:
        raise NotPossible("The note is empty: write what your colleagues should read.")
    if len(text) > LONGEST_REPLY:
        raise NotPossible(f"The note has {len(text):,} characters, more than {LONGEST_REPLY:,}: shorten it.")
    # Under no post: the readings of a page must never meet it.
    note = Message(
        id=new_id("me"), school=school, page=row.page, conversation_id=row.id, direction="note", text=text,
        author=person.email, created_at=now,
    )  # fmt: skip
    row.updated_at = now
    session.add_all((note, row))
    audit.note(session, school, now, person.email, "note", row.id, message=note.id)
    return note


def hand_over(
    session: Session, school: str, conversation_id: str, to: str, by: str, now: datetime, why: str = ""
) -> Conversation:
    """Gives it to a colleague, with a sentence that they read beside it."""
    return assign(session, school, conversation_id, to, by, now, checked_why(why))


def ask_for_help(
    session: Session, school: School, conversation_id: str, email: str, now: datetime, why: str = ""
) -> Conversation:
    """Somebody else is found as if the one who asks were not there; the sentence goes along as a note."""
    person = one_who_answers(session, school.slug, email, "ask for help")
    row = the_conversation(session, school.slug, conversation_id)
    why = checked_why(why)
    said = f"{person.name} asks for help: {why}" if why else f"{person.name} asks for help."
    if not route_again(session, school, row, now, without=person.email, said=said):
        raise NotPossible("There is nobody else here who could answer: ask an owner to add people.")
    row.updated_at, row.taken_by, row.taken_at = now, "", None
    session.add(row)
    audit.note(session, school.slug, now, person.email, "ask for help", row.id, to=row.assignee)
    return row


def checked_why(why: str) -> str:
    why = " ".join(why.split())
    if len(why) > LONGEST_WHY:
        raise NotPossible(f"The sentence has {len(why)} characters, more than {LONGEST_WHY}: write the rest as a note.")
    return why


def _answers(session: Session, school: str, email: str) -> bool:
    try:
        one_who_answers(session, school, email, "answer families")
    except NotPossible:
        return False
    return True
