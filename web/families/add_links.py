"""Links that open Google Calendar or Outlook.com with one event filled in, made from its facts alone. Pure.

Offered only where the link says all of it: their addresses know no exceptions, and Outlook's no series. The .ics file does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from calendars.read import reread
from calendars.vevent import Written
from mirroring.facts import Facts
from mirroring.plain_text import one_line, shortened

_LONGEST = 200  # characters of a title or place: addresses have their limits


@dataclass(frozen=True, slots=True)
class AddLink:
    """`name` is the program's own, the same in every language."""

    name: str
    url: str


def add_links(facts: Facts, ics: str, title: str, link: str, *, is_series: bool) -> tuple[AddLink, ...]:
    """`ics`: the event's series as it is kept. `link`: its public page, where later changes are told."""
    place = shortened(one_line(facts.location), _LONGEST)
    title = shortened(one_line(title), _LONGEST)
    if not is_series:
        told = {"dates": _dates(facts), "ctz": "" if facts.all_day else facts.timezone}
        return (AddLink("Google Calendar", _google(title, place, link, **told)), _outlook(facts, title, place, link))
    master = _plain_series(ics, facts.timezone)
    if master is None:
        return ()
    form = "%Y%m%d" if master.all_day else "%Y%m%dT%H%M%S"
    told = {
        "dates": f"{master.start:{form}}/{master.end:{form}}",
        "ctz": "" if master.all_day else master.zone.tzid,
        "recur": f"RRULE:{master.rules[0]}",
    }
    return (AddLink("Google Calendar", _google(title, place, link, **told)),)


def _plain_series(ics: str, zone: str) -> Written | None:
    """The master of a series that is one rule and nothing else, in a zone that has a name."""
    master, exceptions = reread(ics, zone)
    if master is None or exceptions or len(master.rules) != 1:
        return None
    if master.exdates or master.exdays or master.rdates or master.periods:
        return None
    return master if master.all_day or (master.zone.tzid != "UTC" and not master.zone.block) else None


def _google(title: str, place: str, link: str, **told: str) -> str:
    given = {"action": "TEMPLATE", "text": title, **told, "location": place, "details": link}
    return "https://calendar.google.com/calendar/render?" + urlencode(
        {name: text for name, text in given.items() if text}
    )


def _outlook(facts: Facts, title: str, place: str, link: str) -> AddLink:
    start, end = (_iso(at, facts) for at in (facts.starts_at, facts.ends_at))
    given = {"path": "/calendar/action/compose", "rru": "addevent", "subject": title, "startdt": start, "enddt": end,
             "allday": "true" if facts.all_day else "", "location": place, "body": link}  # fmt: skip
    query = urlencode({name: text for name, text in given.items() if text})
    return AddLink("Outlook.com", f"https://outlook.live.com/calendar/0/deeplink/compose?{query}")


def _dates(facts: Facts) -> str:
    return "/".join(_iso(at, facts).replace("-", "").replace(":", "") for at in (facts.starts_at, facts.ends_at))


def _iso(at: datetime, facts: Facts) -> str:
    """A day of an all-day event, whose end is not part of it; else the instant in UTC."""
    if facts.all_day:
        return at.astimezone(ZoneInfo(facts.timezone)).date().isoformat()
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
