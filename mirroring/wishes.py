"""What a page should say for the first time, and whether it may say it now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mirroring.planned import Action, EventDate, Kind, PageRules, PlannedEvent, Standing, coming, deviations

FOR_A_YES = "waits for a person's yes"
BY_HAND = "a post made by hand may say it already: `adopt` that one, or `approve` a second one"


@dataclass(slots=True)
class Wish:
    """Something that should stand on the page once its time has come."""

    kind: Kind
    event: PlannedEvent
    date: EventDate
    due_at: datetime
    lead: timedelta | None
    purpose: str
    post: Standing | None = None


def wanted(page: PageRules, event: PlannedEvent) -> bool:
    """Do the page's categories, include and exclude let this event through? Case is ignored."""
    categories = {one.casefold() for one in event.categories}
    if page.categories and not categories & {one.casefold() for one in page.categories}:
        return False
    words = " \n ".join((event.facts.title, event.facts.location, *event.categories)).casefold()
    if any(word.casefold() in words for word in page.exclude):
        return False
    return not page.include or any(word.casefold() in words for word in page.include)


def wishes_of(page: PageRules, event: PlannedEvent, standing: Sequence[Standing], now: datetime) -> Iterable[Wish]:
    if event.standing == "cancelled":
        return
    upcoming = event.next_date(now)
    if upcoming is None:
        return
    due = upcoming.facts.starts_at - page.announce
    if due <= now:
        yield Wish("announcement", event, upcoming, due, None, f"announcement:{event.id}")
    # A reminder whose time had passed before its event was known, or before families were told of it, is skipped.
    known = max(event.first_seen_at, announced_at(event, standing) or event.first_seen_at)
    for date in event.dates:
        for lead in page.remind:
            due = date.facts.starts_at - lead
            if date.on and known <= due <= now < date.facts.starts_at:
                yield Wish("reminder", event, date, due, lead, reminder_purpose(page, event, date, lead))


def announced_at(event: PlannedEvent, standing: Sequence[Standing]) -> datetime | None:
    """When the announcement of an event was posted on this page."""
    sent = [post.sent_at for post in standing if post.kind == "announcement" and post.event_id == event.id]
    return next((at for at in sent if at), None)


def reminder_purpose(page: PageRules, event: PlannedEvent, date: EventDate, lead: timedelta) -> str:
    """Once per date: an event that moves within its day is not reminded of twice, one that moves to another day is."""
    day = date.facts.starts_at.astimezone(ZoneInfo(page.zone)).date().isoformat()
    which = date.original_at.isoformat() if event.is_series else ""
    return f"reminder:{event.id}:{which}:{day}:{int(lead.total_seconds())}"


def release(
    page: PageRules, wishes: list[Wish], standing: Sequence[Standing], used: int, now: datetime
) -> list[Action]:
    """Which wishes may go out now. Soonest event first, because the daily limit takes the rest away; `used` is gone of it."""
    announced = {post.event_id for post in standing if post.kind == "announcement" and post.state == "sent"}
    actions = []
    for wish in sorted(wishes, key=lambda one: (one.date.facts.starts_at, one.event.id, one.kind)):
        post = wish.post
        if post and (post.state == "sent" or post.busy or post.queued or post.refused_by):
            continue
        hold, at = _hold(page, wish, announced, used, now)
        if not hold:
            used += 1
        actions.append(_released(page, wish, hold, at, now))
    return actions


def _hold(page: PageRules, wish: Wish, announced: set[str], used: int, now: datetime) -> tuple[str, datetime]:
    """Why a wish must wait ("" = go), and until when."""
    if page.hold:
        return page.hold, now
    if wish.event.standing == "missing":
        return "the school's calendar no longer lists it; a person is asked", now
    if wish.kind == "announcement" and wish.event.by_hand and not (wish.post and wish.post.approved):
        return BY_HAND, now
    if page.needs_approval and not (wish.post and wish.post.approved):
        return FOR_A_YES, now
    if wish.kind == "reminder" and wish.event.id not in announced:
        return "its announcement comes first", now
    return not_now(page, used, now)


def not_now(page: PageRules, used: int, now: datetime) -> tuple[str, datetime]:
    """Why nothing new may go out just now ("" = it may), and until when."""
    if page.quiet.covers(now, page.zone):
        return "quiet hours", page.quiet.ends_after(now, page.zone)
    if used >= page.daily_limit:
        return f"the page's limit of {page.daily_limit} posts a day is reached", _tomorrow(now, page.zone)
    return "", now


def _released(page: PageRules, wish: Wish, hold: str, at: datetime, now: datetime) -> Action:
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
        draft=hold in (FOR_A_YES, BY_HAND),
        by_hand=wish.event.by_hand if wish.kind == "announcement" else None,
        dates_said=deviations(wish.event) if wish.kind == "announcement" else (),
        coming_said=coming(wish.event, now) if wish.kind == "announcement" else (),
    )


def used_today(page: PageRules, standing: Sequence[Standing], now: datetime) -> int:
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
