"""What a person decides about what waits for them: a post, an event that vanished, an entry for a center. Rows only."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from config.mistake import Mistake
from mirroring.entries import accept
from mirroring.owe import call_off, is_busy
from models.audit import note
from models.center import CalendarEntry
from models.center import entry as calendar_entry
from models.delivery import of_target
from models.event import Event, event
from models.page import page_posts
from models.post import Post, post
from models.staff import StaffMember, member

MAY_DECIDE = ("owner", "volunteer")


def approve(session: Session, school: str, id: str, email: str, now: datetime) -> str:
    """Yes: the post goes out when its time comes; the missing event is told as cancelled; the entry is written.

    Returns what was done, as a sentence. Raises Mistake.
    """
    person = _person(session, school, email)
    told = _approve(session, school, id, person, now)
    note(session, school, now, person.email, "approve", id)
    return told


def _approve(session: Session, school: str, id: str, person: StaffMember, now: datetime) -> str:
    if found := post(session, school, id):
        return _approve_post(found, _may(person, "posts"), now)
    if missing := event(session, school, id):
        return _cancel_missing(missing, _may(person, "events"), now)
    accept(session, _waiting_entry(session, school, id, person), now)
    return "It goes into the center's calendar with the next round."


def hold(session: Session, school: str, id: str, email: str, now: datetime) -> str:
    """No: the post is not made; the missing event is not told as cancelled; the entry is not written."""
    person = _person(session, school, email)
    told = _hold(session, school, id, person, now)
    note(session, school, now, person.email, "hold", id)
    return told


def _hold(session: Session, school: str, id: str, person: StaffMember, now: datetime) -> str:
    if found := post(session, school, id):
        return _refuse_post(session, found, _may(person, "posts"), now)
    if missing := event(session, school, id):
        return _keep_missing(missing, _may(person, "events"), now)
    entry = _waiting_entry(session, school, id, person)
    entry.state = "withdrawn"
    return "It will not be put into the center's calendar."


def _approve_post(row: Post, person: StaffMember, now: datetime) -> str:
    if row.state != "waiting":
        raise Mistake(f"This post does not wait for a yes: it is {row.state}", "nothing needs to be done")
    row.state, row.approved_at, row.approved_by = "due", now, person.email
    return "Approved: it goes out with the next round, outside quiet hours and within the page's daily limit."


def adopt(session: Session, school: str, id: str, email: str, now: datetime) -> str:
    """The post that somebody made by hand is this one: no second one is made, and changes are told under it.

    Returns what was done, as a sentence. Raises Mistake.
    """
    person, row = _may(_person(session, school, email), "posts"), post(session, school, id)
    if row is None:
        raise Mistake(f"There is no post {id} at {school}", "look it up with `posts`")
    if row.state != "waiting" or not row.looks_like:
        raise Mistake("No post made by hand is offered for this one", "see `posts`: `approve` it, or `hold` it")
    by_hand = page_posts(session, school, row.page).get(row.looks_like["external_id"])
    if by_hand is None or by_hand.gone_at is not None:
        raise Mistake("The post made by hand is no longer on the page", "`approve` ours instead")
    row.state, row.external_id, row.permalink = "sent", by_hand.external_id, by_hand.permalink
    row.text, row.sent_at, row.reason = by_hand.message, by_hand.created_at, f"made by hand, adopted by {person.email}"
    row.adopted_at, row.adopted_by = now, person.email
    note(session, school, now, person.email, "adopt", id, stands_as=by_hand.external_id)
    return "Adopted: no second post is made; changes of the event are told under the one that stands."


def _refuse_post(session: Session, row: Post, person: StaffMember, now: datetime) -> str:
    if row.state not in ("waiting", "due"):
        raise Mistake(f"This post is {row.state}", "only what is not yet on the page can be held")
    if is_busy({one.state for one in of_target(session, row.school, row.id)}):
        raise Mistake("This post may stand on the page already", "wait for the next round, or `settle` its delivery")
    row.state, row.withdrawn_at, row.withdrawn_by = "withdrawn", now, person.email
    row.reason = f"held by {person.name or person.email}"
    call_off(session, row.school, row.id, row.reason, now)
    return "Held: this post is not made."


def _cancel_missing(row: Event, person: StaffMember, now: datetime) -> str:
    _decide_missing(row, person, "cancelled", now)
    row.status = "cancelled"
    return "Families and centers are told that it is cancelled with the next round."


def _keep_missing(row: Event, person: StaffMember, now: datetime) -> str:
    _decide_missing(row, person, "kept", now)
    return "It counts as taking place; nobody is told anything."


def _decide_missing(row: Event, person: StaffMember, decided: str, now: datetime) -> None:
    if row.status != "missing":
        raise Mistake(f"This event is {row.status}, not missing from its calendar", "nothing needs to be decided")
    row.missing_decided, row.missing_decided_by, row.missing_decided_at = decided, person.email, now


def _waiting_entry(session: Session, school: str, id: str, person: StaffMember) -> CalendarEntry:
    entry = calendar_entry(session, school, id)
    if entry is None or entry.state != "waiting":
        raise Mistake(f"Nothing with the id {id} waits for a person", "look it up with `posts` or `calendar-entries`")
    if person.role != "center" or person.center != entry.center:
        _may(person, "what goes into centers' calendars")
    return entry


def _person(session: Session, school: str, email: str) -> StaffMember:
    found = member(session, school, email)
    if found is None:
        raise Mistake(f"{email} is not known at {school}", "add them with `person add`, or correct the address")
    return found


def _may(person: StaffMember, what: str) -> StaffMember:
    if person.role not in MAY_DECIDE:
        raise Mistake(f"{person.email} may not decide about {what}", "ask an owner or a volunteer of the school")
    return person
