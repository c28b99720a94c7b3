"""The receipts of one event, from its rows. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from mirroring.gather import event_facts
from mirroring.receipts import Now, Receipt, entry_receipt, feed_receipt, page_receipt, post_receipt
from mirroring.tellers import Teller, tellers
from models.center import Center, entries, feeds, holds
from models.delivery import of_target
from models.event import Event, last_change
from models.page import Page
from models.post import Post, posts_of
from models.school import School


def receipts(session: Session, school: School, head: Event, public_url: str, at: datetime) -> list[Receipt]:
    """Where this event (which heads a UID) is shown: pages, centers' calendars, subscribed calendars, its public page.

    One that another calendar of the school tells has the receipts of the one that tells.
    """
    [teller] = tellers(session, school.slug, [head])
    now = _now(school, teller, at)
    said = posts_of(session, school.slug, teller.event.id)
    found = [*_posts(session, school.slug, said, now), *_entries(session, school.slug, teller.event.id, now)]
    found += _feeds(session, school.slug, teller, now)
    if said:
        found.append(page_receipt(f"{public_url}/e/{said[0].code}", said[0].created_at, now))
    return found


def _now(school: School, teller: Teller, at: datetime) -> Now:
    told = teller.as_told()
    facts = event_facts(told, school.timezone)
    status = "cancelled" if told.status == "cancelled" else facts.status
    return Now(replace(facts, status=status), last_change(told), told.last_at, at, school.timezone)


def _posts(session: Session, school: str, said: Sequence[Post], now: Now) -> Iterator[Receipt]:
    for post in said:
        if post.under is not None:
            continue
        comments = [one for one in said if one.under == post.id]
        owed = [each for one in (post, *comments) for each in of_target(session, school, one.id)]
        page = session.get_one(Page, (school, post.page))
        receipt = post_receipt(post, comments, owed, page.slug, page.problem or page.token_problem, now)
        if receipt is not None:
            yield receipt


def _entries(session: Session, school: str, event_id: str, now: Now) -> Iterator[Receipt]:
    for entry in entries(session, school):
        if entry.event_id == event_id:
            center = session.get_one(Center, (school, entry.center))
            receipt = entry_receipt(entry, of_target(session, school, entry.id), center, now)
            if receipt is not None:
                yield receipt


def _feeds(session: Session, school: str, teller: Teller, now: Now) -> Iterator[Receipt]:
    told = teller.as_told()
    for feed in feeds(session, school):
        center = session.get(Center, (school, feed.center)) if feed.center else None
        if feed.revoked_at is None and told.ics and holds(feed, center, told, now.at):
            yield feed_receipt(feed, center.name if center else "", told.first_seen_at, now)
