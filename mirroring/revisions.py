"""What stands on a page, or waits to, and is no longer right: edits, the one comment that tells a change, withdrawals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from mirroring.dates_told import dates_said_after, lost_dates, moved_dates
from mirroring.facts import Change, Facts, changes
from mirroring.planned import (
    Action,
    Comment,
    Kind,
    PageRules,
    PlannedEvent,
    Standing,
    Told,
    coming,
)
from mirroring.wishes import Wish, wanted

LATE = timedelta(hours=24)  # a change this close to its event waits for nothing


def revise(
    page: PageRules, post: Standing, events: dict[str, PlannedEvent], standing: Sequence[Standing], now: datetime
) -> Iterable[Action]:
    event = events.get(post.event_id)
    if event is None or post.kind not in ("announcement", "reminder") or post.busy or page.hold:
        return
    if event.standing == "missing" or post.state not in ("waiting", "due", "sent") or _over(event, post, now):
        return
    facts = _current(event, post)
    told = changes(post.said, facts)
    moved = moved_dates(event, post, now) + lost_dates(event, post, told, now)
    if not told and not moved:
        return
    if post.state != "sent":
        # Not out yet: only the draft changes. A cancelled one is withdrawn, not rewritten.
        if facts.status != "cancelled":
            yield _revision(page, post, event, facts, now, "the event changed before it was posted", None)
        return
    comment = _comment(page, post, event, facts, told, moved, standing, now)
    why = ", ".join(one.kind for one in told) or "dates of the series changed"
    yield _revision(page, post, event, facts, now, why, comment)


def _revision(
    page: PageRules, post: Standing, event: PlannedEvent, facts: Facts, now: datetime, why: str, comment: Comment | None
) -> Action:
    kind: Kind = comment.kind if comment else post.kind
    return Action(
        action="revise",
        kind=kind,
        page=page.slug,
        event_id=event.id,
        title=event.facts.title,
        at=comment.at if comment else now,
        why=why,
        purpose=post.purpose,
        post_id=post.id,
        occurrence_at=post.occurrence_at,
        facts=facts,
        date=event.date(post.occurrence_at) if post.kind == "reminder" else event.next_date(now),
        urgent=bool(comment and comment.urgent),
        comment=comment,
        over_at=max(post.said.ends_at, facts.ends_at)
        if post.kind == "reminder"
        else max(post.said.ends_at, event.over_at),
        dates_said=dates_said_after(event, post, changes(post.said, facts), now) if post.kind == "announcement" else (),
        coming_said=coming(event, now) if post.kind == "announcement" else (),
    )


def _comment(
    page: PageRules,
    post: Standing,
    event: PlannedEvent,
    facts: Facts,
    told: tuple[Change, ...],
    moved: list[Told],
    standing: Sequence[Standing],
    now: datetime,
) -> Comment | None:
    """At most one comment per change: under the announcement where it stands, else under the reminder."""
    if post.kind == "reminder" and any(
        other.kind == "announcement" and other.event_id == post.event_id and other.state == "sent" for other in standing
    ):
        return None
    pending = _pending(post, standing)
    head: list[Told] = [(None, post.said, facts)] if _noteworthy(told) else []
    fresh = [*head, *(one for one in moved if _noteworthy(changes(one[1], one[2])))]
    if not fresh:
        return None  # one that waits still says what is to be said
    tells = _together(pending.tells if pending else (), fresh)
    urgent = any(timedelta(0) <= at - now <= LATE for one in tells for at in _starts(event, one))
    quiet = not urgent and page.quiet.covers(now, page.zone)
    return Comment(
        kind="cancellation" if tells and all(new.status == "cancelled" for _, _, new in tells) else "change",
        tells=tells,
        at=page.quiet.ends_after(now, page.zone) if quiet else now,
        urgent=urgent,
        replaces=pending.id if pending else None,
    )


def _together(waiting: Iterable[Told], fresh: Iterable[Told]) -> tuple[Told, ...]:
    """What was not said yet and what is new, each from what families know to what is: there and back again is nothing."""
    last = {date: (before, after) for date, before, after in waiting}
    for date, before, after in fresh:
        last[date] = (last[date][0] if date in last else before, after)
    return tuple((date, *pair) for date, pair in last.items() if _noteworthy(changes(*pair)))


def _starts(event: PlannedEvent, told: Told) -> Iterable[datetime]:
    """When what is told would begin, or would have. A series as a whole begins on each of its dates."""
    date, before, after = told
    if date is None and event.is_series:
        return [start for one in event.dates for start in (one.original_at, one.facts.starts_at)]
    return [before.starts_at, after.starts_at]


def _noteworthy(told: Iterable[Change]) -> bool:
    """Does a family need to hear of it, or is it only a better description?"""
    return any(one.kind != "text" for one in told)


def _pending(post: Standing, standing: Sequence[Standing]) -> Standing | None:
    return next((one for one in standing if one.under == post.id and one.state == "due" and not one.busy), None)


def _current(event: PlannedEvent, post: Standing) -> Facts:
    """The facts that this post should tell now."""
    if post.kind == "reminder":
        date = event.date(post.occurrence_at) if event.is_series else event.dates[0] if event.dates else None
        facts = date.facts if date else replace(post.said, status="cancelled")
    else:
        facts = event.facts
    return replace(facts, status="cancelled") if event.standing == "cancelled" else facts


def _over(event: PlannedEvent, post: Standing, now: datetime) -> bool:
    """Has what this post is about ended? Then nothing more is told, not even a cancellation."""
    if post.kind == "reminder":
        date = event.date(post.occurrence_at)
        return max(post.said.ends_at, date.facts.ends_at if date else post.said.ends_at) <= now
    if event.is_series and event.dates:
        return max(date.facts.ends_at for date in event.dates) <= now
    return max(event.facts.ends_at, post.said.ends_at) <= now


# --- what is not yet sent and no longer wanted


def withdraw(
    page: PageRules,
    standing: Sequence[Standing],
    wishes: Sequence[Wish],
    events: dict[str, PlannedEvent],
    now: datetime,
) -> list[Action]:
    wished = {wish.purpose for wish in wishes}
    actions = []
    for post in standing:
        unsent = post.state in ("waiting", "due") and not post.busy and post.kind in ("announcement", "reminder")
        event = events.get(post.event_id)
        if unsent and post.purpose not in wished and (event is None or event.standing != "missing"):
            actions.append(
                Action(
                    action="withdraw",
                    kind=post.kind,
                    page=page.slug,
                    event_id=post.event_id,
                    title=post.said.title,
                    at=now,
                    why=_why_withdrawn(page, event, now),
                    purpose=post.purpose,
                    post_id=post.id,
                )
            )
    return actions


def _why_withdrawn(page: PageRules, event: PlannedEvent | None, now: datetime) -> str:
    if event is None:
        return "the event is no longer known"
    if event.standing == "cancelled":
        return "the event was cancelled before it was posted"
    if not wanted(page, event):
        return "the page's rules no longer let it through"
    return "its time is over" if event.next_date(now) is None else "it is not yet, or no longer, its time"
