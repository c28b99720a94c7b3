"""What each page should say, and when. Pure: rules, events, what stands and `now` in; a printable list of actions out.

The plan decides, it does not compose: `mirroring.publish` turns actions into rows, `outbox` sends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from config.hours import QuietHours
from mirroring.facts import Change, Facts, changes

Kind = Literal["announcement", "reminder", "change", "cancellation"]
LATE = timedelta(hours=24)  # a change this close to its event waits for nothing


@dataclass(frozen=True, slots=True)
class PageRules:
    """What a page wants said, from its site file. `hold` is a reason to post nothing at all ("" = none)."""

    slug: str
    zone: str
    categories: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    announce: timedelta
    remind: tuple[timedelta, ...]
    needs_approval: bool
    quiet: QuietHours
    daily_limit: int
    hold: str = ""


@dataclass(frozen=True, slots=True)
class EventDate:
    """One date of an event. `deviates` when an exception says something else than the rule."""

    original_at: datetime
    facts: Facts
    deviates: bool = False

    @property
    def on(self) -> bool:
        return self.facts.status != "cancelled"


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """A head event with its dates, soonest first. `standing` "missing": nothing may be told until a person decides."""

    id: str
    facts: Facts
    dates: tuple[EventDate, ...]
    categories: tuple[str, ...]
    first_seen_at: datetime
    standing: Literal["on", "cancelled", "missing"]
    is_series: bool

    def next_date(self, now: datetime) -> EventDate | None:
        return next((one for one in self.dates if one.on and one.facts.ends_at > now), None)

    @property
    def over_at(self) -> datetime:
        """When its last known date ends."""
        return max([self.facts.ends_at, *(one.facts.ends_at for one in self.dates)])

    def date(self, original_at: datetime | None) -> EventDate | None:
        return next((one for one in self.dates if one.original_at == original_at), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """A post row as the plan sees it. `busy`: a delivery of it is under way, its text must not change now.

    `said` are the facts its text tells, `dates_said` those of deviating dates (original start -> facts).
    """

    id: str
    kind: Kind
    event_id: str
    purpose: str
    state: str
    said: Facts
    busy: bool
    queued: bool  # its first delivery waits in the outbox and was not begun
    approved: bool
    due_at: datetime
    occurrence_at: datetime | None = None
    sent_at: datetime | None = None
    under: str | None = None
    before: Facts | None = None  # of a change comment: what families knew before it
    refused_by: str = ""  # a person said no
    dates_said: tuple[tuple[datetime, Facts], ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment under an edited post: what was, what is, when it may be said. `before`/`after` pairs, soonest first."""

    kind: Literal["change", "cancellation"]
    pairs: tuple[tuple[Facts, Facts], ...]
    at: datetime
    urgent: bool
    replaces: str | None = None  # a comment that was not sent yet and is overtaken by this one


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the plan. `draft`: not to be sent now, but to be written down so that a person can say yes."""

    action: Literal["publish", "revise", "withdraw", "hold"]
    kind: Kind
    page: str
    event_id: str
    title: str
    at: datetime
    why: str
    purpose: str = ""
    post_id: str | None = None
    occurrence_at: datetime | None = None
    facts: Facts | None = None
    date: EventDate | None = None
    lead: timedelta | None = None
    draft: bool = False
    urgent: bool = False
    comment: Comment | None = None
    dates_said: tuple[tuple[datetime, Facts], ...] = ()
    over_at: datetime | None = None  # when nobody needs to hear of it any more


@dataclass(slots=True)
class _Wish:
    """Something that should stand on the page once its time has come."""

    kind: Kind
    event: PlannedEvent
    date: EventDate
    due_at: datetime
    lead: timedelta | None
    purpose: str
    post: Standing | None = None


def plan(page: PageRules, events: Sequence[PlannedEvent], standing: Sequence[Standing], now: datetime) -> list[Action]:
    """Everything to do on one page now, late changes first, then soonest events first."""
    by_id = {event.id: event for event in events}
    wishes = [wish for event in events if wanted(page, event) for wish in _wishes(page, event, now)]
    known = {post.purpose: post for post in standing}
    for wish in wishes:
        wish.post = known.get(wish.purpose)
    revisions = [action for post in standing for action in _revise(page, post, by_id, standing, now)]
    withdrawals = _withdraw(page, standing, wishes, by_id, now)
    releases = _release(page, wishes, standing, now)
    return [*sorted(revisions, key=lambda one: (not one.urgent, one.at)), *withdrawals, *releases]


def wanted(page: PageRules, event: PlannedEvent) -> bool:
    """Do the page's categories, include and exclude let this event through? Case is ignored."""
    categories = {one.casefold() for one in event.categories}
    if page.categories and not categories & {one.casefold() for one in page.categories}:
        return False
    words = " \n ".join((event.facts.title, event.facts.location, *event.categories)).casefold()
    if any(word.casefold() in words for word in page.exclude):
        return False
    return not page.include or any(word.casefold() in words for word in page.include)


# --- what should be said for the first time


def _wishes(page: PageRules, event: PlannedEvent, now: datetime) -> Iterable[_Wish]:
    if event.standing == "cancelled":
        return
    upcoming = event.next_date(now)
    if upcoming is None:
        return
    due = upcoming.facts.starts_at - page.announce
    if due <= now:
        yield _Wish("announcement", event, upcoming, due, None, f"announcement:{event.id}")
    for date in event.dates:
        for lead in page.remind:
            due = date.facts.starts_at - lead
            # A reminder whose time had passed before its event was known is skipped.
            if date.on and event.first_seen_at <= due <= now < date.facts.starts_at:
                yield _Wish("reminder", event, date, due, lead, _reminder_purpose(page, event, date, lead))


def _reminder_purpose(page: PageRules, event: PlannedEvent, date: EventDate, lead: timedelta) -> str:
    """Once per date: an event that moves within its day is not reminded of twice, one that moves to another day is."""
    day = date.facts.starts_at.astimezone(ZoneInfo(page.zone)).date().isoformat()
    which = date.original_at.isoformat() if event.is_series else ""
    return f"reminder:{event.id}:{which}:{day}:{int(lead.total_seconds())}"


def _release(page: PageRules, wishes: list[_Wish], standing: Sequence[Standing], now: datetime) -> list[Action]:
    """Which wishes may go out now. Soonest event first, because the daily limit takes the rest away."""
    used = _used_today(page, standing, now)
    announced = {post.event_id for post in standing if post.kind == "announcement" and post.state == "sent"}
    actions = []
    for wish in sorted(wishes, key=lambda one: (one.date.facts.starts_at, one.event.id, one.kind)):
        post = wish.post
        if post and (post.state == "sent" or post.busy or post.queued or post.refused_by):
            continue
        hold, at = _hold(page, wish, announced, used, now)
        if not hold:
            used += 1
        actions.append(_released(page, wish, hold, at))
    return actions


def _hold(page: PageRules, wish: _Wish, announced: set[str], used: int, now: datetime) -> tuple[str, datetime]:
    """Why a wish must wait ("" = go), and until when."""
    if page.hold:
        return page.hold, now
    if wish.event.standing == "missing":
        return "the school's calendar no longer lists it; a person is asked", now
    if page.needs_approval and not (wish.post and wish.post.approved):
        return "waits for a person's yes", now
    if wish.kind == "reminder" and wish.event.id not in announced:
        return "its announcement comes first", now
    if page.quiet.covers(now, page.zone):
        return "quiet hours", page.quiet.ends_after(now, page.zone)
    if used >= page.daily_limit:
        return f"the page's limit of {page.daily_limit} posts a day is reached", _tomorrow(now, page.zone)
    return "", now


def _released(page: PageRules, wish: _Wish, hold: str, at: datetime) -> Action:
    due = "is due" if wish.kind == "reminder" else "comes within the time for announcing"
    return Action(
        action="hold" if hold else "publish",
        kind=wish.kind,
        page=page.slug,
        event_id=wish.event.id,
        title=wish.event.facts.title,
        at=at,
        why=hold or due,
        purpose=wish.purpose,
        post_id=wish.post.id if wish.post else None,
        occurrence_at=wish.date.original_at,
        facts=wish.event.facts if wish.kind == "announcement" else wish.date.facts,
        date=wish.date,
        lead=wish.lead,
        # Only what waits for a person is written down while held; the rest is decided afresh each round.
        draft=hold == "waits for a person's yes",
        dates_said=_deviations(wish.event) if wish.kind == "announcement" else (),
    )


def _used_today(page: PageRules, standing: Sequence[Standing], now: datetime) -> int:
    """Announcements and reminders that went out, or are on their way, on this day of the school."""
    today = now.astimezone(ZoneInfo(page.zone)).date()
    count = 0
    for post in standing:
        if post.kind in ("announcement", "reminder"):
            sent_today = post.sent_at and post.sent_at.astimezone(ZoneInfo(page.zone)).date() == today
            count += bool(sent_today or (post.state == "due" and (post.busy or post.queued)))
    return count


def _tomorrow(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


# --- what stands and is no longer right


def _revise(
    page: PageRules, post: Standing, events: dict[str, PlannedEvent], standing: Sequence[Standing], now: datetime
) -> Iterable[Action]:
    event = events.get(post.event_id)
    if event is None or post.kind not in ("announcement", "reminder") or post.busy or page.hold:
        return
    if event.standing == "missing" or post.state not in ("waiting", "due", "sent") or _over(event, post, now):
        return
    facts = _current(event, post)
    told = changes(post.said, facts)
    moved = _moved_dates(event, post, now)
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
        dates_said=_deviations(event) if post.kind == "announcement" else (),
    )


def _comment(
    page: PageRules,
    post: Standing,
    event: PlannedEvent,
    facts: Facts,
    told: tuple[Change, ...],
    moved: list[tuple[Facts, Facts]],
    standing: Sequence[Standing],
    now: datetime,
) -> Comment | None:
    """At most one comment per change: under the announcement where it stands, else under the reminder."""
    if post.kind == "reminder" and any(
        other.kind == "announcement" and other.event_id == post.event_id and other.state == "sent" for other in standing
    ):
        return None
    pending = _pending(post, standing)
    pairs = [(pending.before if pending and pending.before else post.said, facts)] if _noteworthy(told) else []
    pairs += moved
    pairs = [(old, new) for old, new in pairs if _noteworthy(changes(old, new))]
    if not pairs and not pending:
        return None
    urgent = any(timedelta(0) <= at - now <= LATE for old, new in pairs for at in (old.starts_at, new.starts_at))
    quiet = not urgent and page.quiet.covers(now, page.zone)
    return Comment(
        kind="cancellation" if pairs and all(new.status == "cancelled" for _, new in pairs) else "change",
        pairs=tuple(pairs),
        at=page.quiet.ends_after(now, page.zone) if quiet else now,
        urgent=urgent,
        replaces=pending.id if pending else None,
    )


def _noteworthy(told: Iterable[Change]) -> bool:
    """Does a family need to hear of it, or is it only a better description?"""
    return any(one.kind != "text" for one in told)


def _pending(post: Standing, standing: Sequence[Standing]) -> Standing | None:
    return next((one for one in standing if one.under == post.id and one.state == "due" and not one.busy), None)


def _moved_dates(event: PlannedEvent, post: Standing, now: datetime) -> list[tuple[Facts, Facts]]:
    """Dates of a series that were told otherwise, or not at all, and lie ahead: (what families believe, what is)."""
    if post.kind != "announcement" or not event.is_series or event.standing == "cancelled":
        return []
    said = dict(post.dates_said)
    moved = []
    for date in event.dates:
        before = said.get(date.original_at)
        if not date.deviates and before is None:
            continue
        believed = before or _by_rule(event, date)
        if changes(believed, date.facts) and max(believed.ends_at, date.facts.ends_at) > now:
            moved.append((believed, date.facts))
    return moved


def _by_rule(event: PlannedEvent, date: EventDate) -> Facts:
    """What the announced rhythm makes families believe about this date."""
    head = event.facts
    return replace(
        date.facts,
        title=head.title,
        location=head.location,
        description=head.description,
        status=head.status,
        starts_at=date.original_at,
        ends_at=date.original_at + (head.ends_at - head.starts_at),
    )


def _deviations(event: PlannedEvent) -> tuple[tuple[datetime, Facts], ...]:
    return tuple((date.original_at, date.facts) for date in event.dates if date.deviates)


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


def _withdraw(
    page: PageRules, standing: Sequence[Standing], wishes: list[_Wish], events: dict[str, PlannedEvent], now: datetime
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
