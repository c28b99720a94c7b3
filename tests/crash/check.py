"""What must be true when all is settled, whatever was killed: each thing said once, nothing lost, nothing left open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, select

from connector.graph.page import identity
from models.center import CalendarEntry
from models.conversation import Message
from models.delivery import Attempt, Delivery, attempts, deliveries
from models.post import Post
from rehearsal.facebook.world import Comment, World
from rehearsal.facebook.world import Post as Stands
from tests.crash.program import SCHOOL

_CODE = re.compile(r"/e/([0-9a-z]+)")
_UID = re.compile(r"^UID:(.+?)\r?$", re.MULTILINE)
_WRITES = re.compile(r"(^|/)(feed|comments)$|_\d+$")
# event title -> how many posts and comments of the Page tell of it at the end: an announcement, and a change under it
_TOLD = {
    "Book fair": (1, 1),
    "Choir concert": (1, 1),
    "Reading night": (1, 0),
    "Science evening": (1, 0),
    "Bake sale": (1, 0),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wrong`: sentences, none when all is well. `asked`: deliveries that a person must settle after a true second doubt."""

    wrong: tuple[str, ...]
    asked: int
    sent: int


def check(session: Session, world: World, objects: dict[str, str]) -> Verdict:
    """`objects`: what stands in the center's calendar, as its server tells it."""
    owed = deliveries(session, SCHOOL)
    asked = {one.target for one in owed if one.state == "needs-person"}
    with world.lock:
        posts = [one for one in world.posts.values() if not one.removed_at]
        comments = [one for one in world.comments.values() if not one.removed_at]
        wrong = [
            *_left_open(session, owed),
            *_posts(session, posts, comments, asked),
            *_told(posts, comments, bool(asked)),
            *_replies(session, comments, asked),
            *_families(session, comments),
            *_written_down_before(session, world),
        ]
    wrong += _calendar(session, objects)
    return Verdict(tuple(wrong), len(asked), sum(1 for one in owed if one.state == "sent"))


def _left_open(session: Session, owed: list[Delivery]) -> Iterable[str]:
    for one in owed:
        if one.state == "needs-person":
            doubts = sum(1 for row in attempts(session, SCHOOL, one.id) if row.outcome == "unsure")
            if doubts < 2:
                yield f"{one.kind} {one.id} needs a person after {doubts} doubts: {one.error}"
        elif one.state not in ("sent", "superseded"):
            yield f"{one.kind} {one.id} was left {one.state}: {one.error}"


def _posts(session: Session, posts: list[Stands], comments: list[Comment], asked: set[str]) -> Iterable[str]:
    """Each post and each comment about a change stands once, with today's text; and nothing of ours that no row knows."""
    standing = [*posts, *(one for one in comments if one.by_page)]
    by_code = Counter(code for one in standing for code in _CODE.findall(one.message))
    texts = Counter(one.message for one in standing if _CODE.search(one.message))
    rows = list(session.exec(select(Post).where(Post.school == SCHOOL)))
    for row in rows:
        once = {1} if row.state == "sent" else {0, 1} if row.id in asked else {0}
        if by_code[row.code] not in once:
            yield f"{row.kind} {row.id} ({row.state}) stands {by_code[row.code]} times"
        elif row.state == "sent" and row.id not in asked and texts[row.text] != 1:
            yield f"{row.kind} {row.id} does not stand with the text that it should have"
    for code in set(by_code) - {row.code for row in rows}:
        yield f"something stands on the page that no row knows: /e/{code}"


def _told(posts: list[Stands], comments: list[Comment], some_wait: bool) -> Iterable[str]:
    """The same from a family's side, without our rows: one announcement of each event, one comment on each change."""
    for title, (announced, changed) in _TOLD.items():
        said = sum(1 for one in posts if one.by_page and title in one.message)
        under = {one.id for one in posts if one.by_page and title in one.message}
        told = sum(1 for one in comments if one.by_page and one.post_id in under and _CODE.search(one.message))
        if said > announced or told > changed or (not some_wait and (said, told) != (announced, changed)):
            yield f"families see {title} announced {said} times, its change told {told} times"


def _replies(session: Session, comments: list[Comment], asked: set[str]) -> Iterable[str]:
    """Each family's comment has one answer, under it."""
    answers = Counter(one.message for one in comments if one.by_page and one.message.startswith("Answer to "))
    ids = {
        row.text: row.id for row in session.exec(select(Message).where(Message.school == SCHOOL)) if row.text in answers
    }
    for one in comments:
        if not one.by_page:
            text = f"Answer to {one.id}"
            if answers[text] != 1 and not (answers[text] == 0 and _waits(session, text, asked)):
                yield f"the answer to {one.id} stands {answers[text]} times"
    for one in comments:
        if one.message in answers and identity(one.message.removeprefix("Answer to ")) != identity(one.parent_id):
            yield f"“{one.message}” stands under {one.parent_id}"
    for text in set(answers) - set(ids):
        yield f"“{text}” stands on the page, and no message knows it"


def _waits(session: Session, text: str, asked: set[str]) -> bool:
    rows = session.exec(select(Message.id).where(Message.school == SCHOOL, Message.text == text))
    return any(one in asked for one in rows)


def _families(session: Session, comments: list[Comment]) -> Iterable[str]:
    query = select(Message.external_id).where(Message.school == SCHOOL, Message.direction == "received")
    held = Counter(identity(str(one)) for one in session.exec(query))
    for one in comments:
        if not one.by_page and held[identity(one.id)] != 1:
            yield f"the family's comment {one.id} stands {held[identity(one.id)]} times in the inbox"
    if extra := set(held) - {identity(one.id) for one in comments if not one.by_page}:
        yield f"the inbox holds comments that nobody wrote: {sorted(extra)}"


def _written_down_before(session: Session, world: World) -> Iterable[str]:
    """Each write that reached the pretend Facebook has an attempt, which was committed before."""
    calls = sum(1 for one in world.calls if one["method"] == "POST" and _WRITES.search(one["path"]))
    query = (
        select(Attempt.id).join(Delivery, Attempt.delivery_id == Delivery.id).where(Delivery.lane.startswith("page:"))
    )  # type: ignore[arg-type,attr-defined]
    written = len(list(session.exec(query.where(Delivery.school == SCHOOL))))
    before = sum(1 for one in deliveries(session, SCHOOL) if one.lane.startswith("page:"))
    if calls > written:
        yield f"Facebook was called {calls} times to write, and only {written} attempts at {before} deliveries are known"


def _calendar(session: Session, objects: dict[str, str]) -> Iterable[str]:
    uids = Counter(uid for body in objects.values() for uid in set(_UID.findall(body)))
    rows = list(session.exec(select(CalendarEntry).where(CalendarEntry.school == SCHOOL)))
    for row in rows:
        if uids[row.uid] != 1 or row.state != "sent":
            yield f"the calendar entry {row.uid} ({row.state}) stands {uids[row.uid]} times"
    if len(objects) != len(rows):
        yield f"{len(objects)} objects stand in the center's calendar for {len(rows)} entries"
