"""What a school's own rows show: languages nobody answers, wording nobody has read, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from config.languages import language_name
from config.wording import Wording, wording_for
from models.conversation import Conversation
from models.delivery import Delivery
from models.event import Event
from models.page import Page
from models.post import Post
from models.school import School
from models.staff import StaffMember, staff
from upkeep.findings import Finding, note, problem, well

ANSWERING = ("owner", "staff")


def examine(
    session: Session, school: School, pages: Sequence[Page], wordings: Mapping[str, Wording], now: datetime
) -> Iterator[Finding]:
    people = staff(session, school.slug)
    if school.paused_because:
        mend = "Run `sync`, and when it has read all back, an owner says `resume --as EMAIL`."
        yield problem(f"{school.slug}: paused", school.paused_because, mend)
    yield of_languages(school, people)
    yield from of_fallback(school, people)
    yield from of_wording(school, pages, wordings)
    yield from _deliveries(session, school)
    yield from _for_a_person(session, school, people, now)


def of_languages(school: School, people: Sequence[StaffMember]) -> Finding:
    """A region or script makes no difference here: who speaks es answers es-MX."""
    spoken = {tag.split("-")[0] for one in people if one.role in ANSWERING for tag in one.languages}
    unheard = [tag for tag in school.languages if tag.split("-")[0] not in spoken]
    what = f"{school.slug}: languages"
    if not unheard:
        return well(what, f"Somebody answers each of {_named(school.languages)}.")
    mend = f"Add somebody who speaks it with role staff; until then {school.fallback} gets these comments."
    return problem(what, f"Nobody answers {_named(unheard)}.", mend)


def of_fallback(school: School, people: Sequence[StaffMember]) -> Iterator[Finding]:
    if school.fallback not in {one.email for one in people if one.role in ANSWERING}:
        mend = "Name an owner or a member of staff as fallback in the site file, and `load` it."
        yield problem(f"{school.slug}: fallback", f"{school.fallback} does not answer here (any more).", mend)


def of_wording(school: School, pages: Sequence[Page], wordings: Mapping[str, Wording]) -> Iterator[Finding]:
    what = f"{school.slug}: wording"
    used = list(dict.fromkeys(tag for page in pages for tag in page.languages))
    found = {tag: wording_for(tag, wordings) for tag in used}
    for tag in [tag for tag, wording in found.items() if wording is None]:
        mend = "Add its catalogue to the data folder again, or take the language out of the site file."
        yield problem(what, f"{language_name(tag)} has no wording any more, and a page uses it.", mend)
    unread = [tag for tag, wording in found.items() if wording is not None and not wording.reviewed_by]
    if unread:
        mend = "Ask somebody who speaks it to read its catalogue, and write their name into reviewed_by."
        yield note(what, f"Nobody has read our wording in {_named(unread)} yet.", mend)


def _deliveries(session: Session, school: School) -> Iterator[Finding]:
    query = select(Delivery.state, func.count(col(Delivery.id))).where(Delivery.school == school.slug)
    counts = dict(session.exec(query.group_by(Delivery.state)).all())
    what = f"{school.slug}: deliveries"
    if counts.get("needs-person"):
        mend = "See them with `deliveries`, and say of each what is true with `settle`."
        yield problem(what, f"{counts['needs-person']} need a person.", mend)
    else:
        due, unsure = counts.get("due", 0), counts.get("unsure", 0)
        yield well(what, f"{counts.get('sent', 0)} sent, {due} due, {unsure} unsure, {counts.get('failed', 0)} failed.")


def _for_a_person(session: Session, school: School, people: Sequence[StaffMember], now: datetime) -> Iterator[Finding]:
    open_ones = (Conversation.school == school.slug, Conversation.state == "open")
    here = [one.email for one in people]
    left = select(func.count(col(Conversation.id))).where(*open_ones, col(Conversation.assignee).not_in(here))
    late = select(func.count(col(Conversation.id))).where(*open_ones, col(Conversation.due_at) < now)
    waiting = select(func.count(col(Post.id))).where(Post.school == school.slug, Post.state == "waiting")
    missing = select(func.count(col(Event.id))).where(
        Event.school == school.slug,
        Event.status == "missing",
        Event.missing_decided == "",
        Event.last_at > now,
        Event.told_by == "",
    )
    lines = (
        (session.exec(left).one(), "open conversations belong to somebody who is off", "Hand them over with `assign`."),
        (session.exec(late).one(), "open conversations are overdue", "See `conversations`."),
        (session.exec(waiting).one(), "posts wait for a yes", "See `posts`, then `approve` or `hold`."),
        (session.exec(missing).one(), "events are missing from their calendar", "See `events`, then `approve` or `hold`."),
    )  # fmt: skip
    yield from (note(f"{school.slug}: for a person", f"{count} {said}.", mend) for count, said, mend in lines if count)


def _named(tags: Sequence[str]) -> str:
    return ", ".join(f"{language_name(tag)} ({tag})" for tag in tags)
