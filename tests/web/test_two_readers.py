"""What is published is read alike by two programs that share no line: icalendar with recurring-ical-events, which knows
zones by their names, and ical.js in Chromium, which counts by the VTIMEZONEs that we write.

Run with -s, it prints how many dates were compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import icalendar
import pytest
import recurring_ical_events
from playwright.sync_api import Browser, Page

from connector.doors import Doors
from mirroring.intake import take_in
from models.center import Feed
from models.school import School
from models.source import Source
from models.vault import Vault, key_from
from rehearsal.town.calendar import school_calendar
from tests.web.conftest import CALENDAR, NOW, Site

ICAL_JS = Path(__file__).parents[1] / "vendor" / "ical.min.js"
EXPAND = """async ([program, text, begin, end]) => {
    const ICAL = (await import(URL.createObjectURL(new Blob([program], {type: "text/javascript"})))).default;
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    calendar.getAllSubcomponents("vtimezone").forEach(zone => ICAL.TimezoneService.register(zone));
    const series = {}, found = [];
    for (const part of calendar.getAllSubcomponents("vevent"))
        (series[part.getFirstPropertyValue("uid")] ??= []).push(part);
    const told = time => time.isDate ? time.toString() : time.toUnixTime();
    const take = (event, start, stop) => {
        if (start.toUnixTime() >= begin && start.toUnixTime() < end)
            found.push([event.uid, event.summary, event.component.getFirstPropertyValue("status"), told(start), told(stop)]);
    };
    for (const parts of Object.values(series)) {
        const exceptions = parts.filter(part => part.hasProperty("recurrence-id"));
        const master = parts.find(part => !part.hasProperty("recurrence-id"));
        const event = new ICAL.Event(master, {exceptions, strictExceptions: true});
        if (!event.isRecurring()) { take(event, event.startDate, event.endDate); continue; }
        const dates = event.iterator();
        for (let next = dates.next(); next && next.toUnixTime() < end + 40 * 86400; next = dates.next()) {
            const one = event.getOccurrenceDetails(next);
            take(one.item, one.startDate, one.endDate);
        }
    }
    return found;
}"""
BEGIN, END = datetime(2026, 10, 5, tzinfo=UTC), datetime(2028, 4, 1, tzinfo=UTC)
Told = tuple[str, str, str, str | int, str | int]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def by_ical_js(page: Page, text: str) -> Counter[Told]:
    program = ICAL_JS.read_text()
    found = page.evaluate(EXPAND, [program, text, int(BEGIN.timestamp()), int(END.timestamp())])
    return Counter(tuple(one) for one in found)


def by_icalendar(text: str) -> Counter[Told]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(BEGIN, END)
    told = (_told(one) for one in found)
    return Counter(one for one, start in told if BEGIN <= start < END)


def _told(event: icalendar.Event) -> tuple[Told, datetime]:
    start, end = event.start, event.end
    words = (str(event["UID"]), str(event["SUMMARY"]), str(event["STATUS"]))
    if not isinstance(start, datetime):
        return (*words, start.isoformat(), end.isoformat()), datetime(start.year, start.month, start.day, tzinfo=UTC)
    return (*words, int(start.timestamp()), int(end.timestamp())), start


def published(site: Site, *calendars: bytes) -> str:
    """What subscribers get when the school has these calendars beside its own."""
    doors, vault = Doors(graph_url="http://127.0.0.1:9", graph_version="v26.0"), Vault(key_from("", site.folder))
    for number, body in enumerate(calendars):
        path = site.folder / f"more{number}.ics"
        path.write_bytes(body)
        site.add(Source(school="maple", slug=f"more{number}", kind="ics", address=str(path)))
        with site.db.read() as session:
            school, source = session.get_one(School, "maple"), session.get_one(Source, ("maple", f"more{number}"))
        assert take_in(site.db, doors, vault, school, source, site.now).outcome == "taken"
    site.add(Feed(school="maple", token_digest=sha256(b"readers").hexdigest(), made_at=NOW))
    return site.get("/feeds/readers.ics").text


def test_the_sample_town_is_read_alike(site: Site, page: Page) -> None:
    text = published(site, school_calendar(NOW.date()))
    theirs, ours = by_ical_js(page, text), by_icalendar(text)
    print(f"\nthe sample town's feed: {ours.total()} dates by icalendar, {theirs.total()} by ical.js")
    assert theirs == ours and ours.total() > 150


ZONES = (
    "America/Chicago", "Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "Australia/Sydney", "America/Santiago",
    "America/Nuuk", "Asia/Gaza", "Africa/Casablanca", "America/Asuncion", "America/Phoenix", "Asia/Kathmandu",
)  # fmt: skip


def vevent(uid: str, start: str, *more: str, title: str = "") -> str:
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART{start}", f"SUMMARY:{title or uid}", *more, "END:VEVENT", ""]
    )


def through_a_year(zone: str) -> str:
    """Series over both changes of the clocks, with dates that moved, went, came, and went another way from then on."""
    of = f";TZID={zone}:"
    at = f"RECURRENCE-ID{of}"
    weekly = f"{zone}-weekly"
    return "".join((
        vevent(weekly, f"{of}20261006T183000", f"DTEND{of}20261006T200000", "RRULE:FREQ=WEEKLY;COUNT=70",
               f"EXDATE{of}20261020T183000,20270316T183000", f"RDATE{of}20270318T120000"),
        vevent(weekly, f"{of}20261028T090000", f"DTEND{of}20261028T100000", f"{at}20261027T183000", title="moved"),
        vevent(weekly, f"{of}20270330T183000", f"DTEND{of}20270330T200000", f"{at}20270330T183000", "STATUS:CANCELLED"),
        vevent(weekly, f"{of}20270601T193000", f"DTEND{of}20270601T203000",
               f"RECURRENCE-ID;RANGE=THISANDFUTURE;TZID={zone}:20270601T183000", title="later from now on"),
        vevent(f"{zone}-daily", f"{of}20270301T071500", "DURATION:PT45M", "RRULE:FREQ=DAILY;UNTIL=20270415T235959Z"),
        vevent(f"{zone}-late", f"{of}20261001T220000", f"DTEND{of}20261002T030000", "RRULE:FREQ=DAILY;COUNT=45"),
        vevent(f"{zone}-monthly", f"{of}20261014T160000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=2WE;COUNT=18"),
        vevent(f"{zone}-single", f"{of}20270402T100000", f"DTEND{of}20270402T113000"),
    ))  # fmt: skip


WITHOUT_ZONE = "".join((
    vevent("utc", ":20261101T170000Z", "DTEND:20261101T180000Z", "RRULE:FREQ=WEEKLY;COUNT=20"),
    vevent("day", ";VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128"),
    vevent("days", ";VALUE=DATE:20261102", "RRULE:FREQ=WEEKLY;COUNT=30", "EXDATE;VALUE=DATE:20261109"),
    vevent("days", ";VALUE=DATE:20261124", "RECURRENCE-ID;VALUE=DATE:20261123", title="a day later"),
    vevent("off", ":20261205T170000Z", "STATUS:CANCELLED"),
    vevent("lost", ":20261215T200000Z", "RECURRENCE-ID:20261215T180000Z"),
))  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_series_and_exceptions_over_both_changes_of_the_clocks_is_read_alike(
    site: Site, page: Page, zone: str
) -> None:
    body = CALENDAR.split("BEGIN:VEVENT")[0] + through_a_year(zone) + WITHOUT_ZONE + "END:VCALENDAR\n"
    text = published(site, body.replace("\n", "\r\n").encode())
    theirs, ours = by_ical_js(page, text), by_icalendar(text)
    print(f"\n{zone}: {ours.total()} dates by icalendar, {theirs.total()} by ical.js")
    assert theirs == ours
    statuses = Counter(status for _, _, status, _, _ in ours.elements())
    assert ours.total() > 200 and statuses["CANCELLED"] >= 3
