"""Each place that shows an event: since when, and whether its last change has arrived there. Pure: values in, values out.

`receipts_of.py` brings the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mirroring.facts import Facts, changes, from_json
from models.center import CalendarEntry, Center, Feed
from models.delivery import Delivery
from models.post import Post

Kind = Literal["announcement", "reminder", "calendar-entry", "feed", "event-page"]
_OPEN = ("due", "sending", "unsure", "needs-person")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`since` is None where nothing stands yet, `last_change_at` is when what this place shows last changed.

    `note` is a sentence for people; `link` leads there, where there is a link. `waits` is the id of what waits for a person's
    word before it goes on: a post, an entry, a delivery.
    """

    place: str
    kind: Kind
    since: datetime | None
    up_to_date: bool
    last_change_at: datetime | None
    note: str
    link: str = ""
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Now:
    """What is so now: the event's facts, when they last changed, and the zone in which people are told times."""

    facts: Facts
    changed_at: datetime
    over_at: datetime  # when its last known date ends
    at: datetime
    zone: str

    def told(self, moment: datetime) -> str:
        """ "2026-12-08 18:00 -06:00": no clock or zone to guess."""
        text = moment.astimezone(ZoneInfo(self.zone)).isoformat(timespec="minutes")
        return f"{text[:10]} {text[11:16]} {text[16:]}"


@dataclass(frozen=True, slots=True)
class _Place:
    """What is known of a place before it is known whether it is up to date."""

    name: str
    kind: Kind
    since: datetime | None
    last: datetime | None
    link: str

    def done(self, note: str) -> Receipt:
        return Receipt(self.name, self.kind, self.since, True, self.last, note, self.link)

    def not_yet(self, note: str, waits: str = "") -> Receipt:
        return Receipt(self.name, self.kind, self.since, False, self.last, note, self.link, waits)


def post_receipt(
    post: Post, comments: Sequence[Post], owed: Sequence[Delivery], place: str, trouble: str, now: Now
) -> Receipt | None:
    """An announcement or a reminder with what the Page wrote under it; `owed` for all of these. `trouble`: the page's.

    None where nothing stands and nothing will.
    """
    stands = post.state == "sent"
    last = _arrived(owed) or post.sent_at
    page = _Place(place, _kind(post), post.sent_at if stands else None, last, post.permalink or "")
    if post.state == "withdrawn":
        return None
    if post.state in ("draft", "waiting"):
        return page.not_yet(_why_waiting(post), post.id)
    if under_way := _under_way(owed, "the change" if stands else "the post", trouble, now):
        return page.not_yet(under_way, _stuck(owed))
    if failed := _failed(owed):
        return page.not_yet(f"The last that was to go there did not arrive: {failed}")
    if not stands:
        return page.not_yet("Nothing is under way.")
    if _untold(post, now):
        return page.not_yet(_why_untold(now))
    told = sum(one.state == "sent" for one in comments)
    by_hand = " It was posted by hand: changes are told in comments under it." if post.adopted_at else ""
    return page.done(f"Up to date since {now.told(last or post.created_at)}{_with_comments(told)}.{by_hand}")


def entry_receipt(entry: CalendarEntry, owed: Sequence[Delivery], center: Center, now: Now) -> Receipt | None:
    """The event in a center's own calendar; None where it was taken out for good."""
    puts = [one for one in owed if one.kind == "calendar-put" and one.state == "sent"]
    since = min((one.settled_at for one in puts if one.settled_at), default=None)
    stands = bool(puts) and entry.state in ("due", "sent")
    link = f"{center.url.rstrip('/')}/{entry.href}" if center.kind == "caldav" and stands else ""
    last = _arrived(owed)
    calendar = _Place(center.name, "calendar-entry", since if stands else None, last, link)
    if entry.state == "removed":
        return None
    if entry.state == "waiting":
        return calendar.not_yet(f"It waits for the center's yes: approve {entry.id}.", entry.id)
    if entry.state in ("withdrawn", "conflict"):
        return calendar.not_yet(entry.problem or "Somebody at the center took it out.")
    if under_way := _under_way(owed, "the change" if puts else "the entry", center.problem, now):
        return calendar.not_yet(under_way, _stuck(owed))
    if entry.conflicts:
        note = f"{_kept(entry.conflicts)}: take-back {entry.id}, if you want yours there."
        return calendar.not_yet(note, entry.id)
    if wrong := entry.problem or _failed(owed):
        return calendar.not_yet(wrong)
    return calendar.done(f"Up to date since {now.told(last)}.") if last else calendar.not_yet("Nothing is under way.")


def feed_receipt(feed: Feed, center: str, first_seen_at: datetime, now: Now) -> Receipt:
    """A subscribed calendar: what it holds is always right; whether anybody has seen it shows when somebody last asked."""
    of = ", ".join(part for part in (center, feed.category) if part)
    place = f"Subscribed calendar {feed.id}" + (f" ({of})" if of else "")
    asked = feed.fetched_at
    if asked is None:
        note = "Nobody has asked for it yet."
    elif asked < now.changed_at:
        note = f"Last asked for {now.told(asked)}, before the last change."
    else:
        note = f"Last asked for {now.told(asked)}, after the last change."
    seen = asked is not None and asked >= now.changed_at
    return Receipt(place, "feed", max(feed.made_at, first_seen_at), seen, now.changed_at, note)


def page_receipt(link: str, since: datetime, now: Now) -> Receipt:
    """The event's public page, which is made anew for every reader."""
    return Receipt("Public page", "event-page", since, True, now.changed_at, "Always as the calendar says.", link)


def _kind(post: Post) -> Kind:
    return "reminder" if post.kind == "reminder" else "announcement"


def _arrived(owed: Sequence[Delivery]) -> datetime | None:
    return max((one.settled_at for one in owed if one.state == "sent" and one.settled_at), default=None)


def _under_way(owed: Sequence[Delivery], what: str, trouble: str, now: Now) -> str:
    """The sentence for what is not there yet, the gravest first; "" when nothing is owed. `trouble`: why nothing goes there."""
    states = {one.state: one for one in reversed([one for one in owed if one.state in _OPEN])}
    if stuck := states.get("needs-person"):
        return f"A person is needed: settle {stuck.id} ({stuck.error})"
    if "unsure" in states:
        return f"It is not known whether {what} arrived: it is looked for."
    if not states:
        return ""
    due = states.get("sending") or states["due"]
    what = "the comment that tells the change" if due.kind == "comment" else what
    when = f", from {now.told(due.next_at)}" if due.next_at > now.at else ""
    return f"{what[:1].upper()}{what[1:]} is on its way{when}." + (f" {trouble}" if trouble else "")


def _stuck(owed: Sequence[Delivery]) -> str:
    return next((one.id for one in owed if one.state == "needs-person"), "")


def _failed(owed: Sequence[Delivery]) -> str:
    """Why the newest of what was tried failed, "" if it did not."""
    tried = [one for one in owed if one.state in ("sent", "failed", "dropped")]
    newest = max(tried, key=lambda one: (one.settled_at or one.created_at, one.created_at), default=None)
    return (newest.error or "it was given up.") if newest is not None and newest.state != "sent" else ""


def _untold(post: Post, now: Now) -> bool:
    """Would a reader of the post notice that something is otherwise now? A reminder tells a date of its own, which goes with
    the whole event only when that is cancelled.
    """
    said = from_json(post.said["facts"]) if "facts" in post.said else None
    if said is None:
        return False
    told = changes(said, now.facts)
    return any(one.kind == "cancelled" for one in told) if post.kind == "reminder" else bool(told)


def _why_waiting(post: Post) -> str:
    if by_hand := post.looks_like:
        where = by_hand.get("permalink") or "on the page"
        return f"It waits for a person: adopt {post.id} for the post made by hand ({where}), or approve {post.id}."
    return f"It waits for a person's yes: approve {post.id}."


def _why_untold(now: Now) -> str:
    if now.over_at <= now.at:
        return "The event was over before it changed: nobody is told any more."
    return "The change is not told yet: the next round does it."


def _with_comments(count: int) -> str:
    return f", with {count} comment{'s' if count > 1 else ''} that told a change" if count else ""


def _kept(conflicts: Sequence[dict[str, str]]) -> str:
    kept = ", ".join(f"{one.get('property', '')}: {one.get('center', '')}" for one in conflicts)
    return f"The center's people keep what they wrote ({kept}), all else is as the school says"
