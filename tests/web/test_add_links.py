"""One event in a program that opens with it filled in: right, or not offered."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.web.conftest import CALENDAR, Site


def offered(site: Site, uid: str, lang: str = "en") -> dict[str, dict[str, str]]:
    """name of the program -> what its link says."""
    links = re.findall(
        r'<a class="button quiet" href="([^"]+)" rel="noopener nofollow">([^<]+)</a>', site.page(uid, lang)
    )
    parts = {name: urlsplit(unescape(url)) for url, name in links}
    addresses = {f"{one.scheme}://{one.netloc}{one.path}" for one in parts.values()}
    assert addresses <= {
        "https://calendar.google.com/calendar/render", "https://outlook.live.com/calendar/0/deeplink/compose",
    }  # fmt: skip
    return {name: {key: value for key, [value] in parse_qs(one.query).items()} for name, one in parts.items()}


def test_an_event_opens_in_google_and_outlook_with_the_title_that_the_reader_sees_and_its_facts(site: Site) -> None:
    link = f"https://events.maple.example/e/{site.codes['concert']}"
    assert offered(site, "concert", "es") == {
        "Google Calendar": {
            "action": "TEMPLATE", "text": "Concierto de invierno", "dates": "20261211T000000Z/20261211T013000Z",
            "ctz": "America/Chicago", "location": "Gym", "details": link,
        },
        "Outlook.com": {
            "path": "/calendar/action/compose", "rru": "addevent", "subject": "Concierto de invierno",
            "startdt": "2026-12-11T00:00:00Z", "enddt": "2026-12-11T01:30:00Z", "location": "Gym", "body": link,
        },
    }  # fmt: skip


def test_days_are_told_as_days_with_an_end_that_is_not_part_of_them(site: Site) -> None:
    found = offered(site, "break")
    assert found["Google Calendar"]["dates"] == "20261221/20270101" and "ctz" not in found["Google Calendar"]
    outlook = found["Outlook.com"]
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == ("2026-12-21", "2027-01-01", "true")


def club(*more: str, start: str = ";TZID=America/Chicago:20261103T153000") -> str:
    """The school's calendar with a homework club of one rule, and these lines."""
    head, _, rest = CALENDAR.partition("BEGIN:VEVENT\nUID:homework")
    rest = rest.split("END:VEVENT\n", 3)[3]
    lines = ["BEGIN:VEVENT", "UID:homework", f"DTSTART{start}", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=12",
             "SUMMARY:Homework club", *more, "END:VEVENT", ""]  # fmt: skip
    return head + "\n".join(lines) + rest


def test_a_series_opens_in_google_with_its_rule_on_the_clocks_of_its_zone_and_not_in_outlook_which_knows_none(
    site: Site,
) -> None:
    site.read_calendar(club())
    [(name, told)] = offered(site, "homework").items()
    assert name == "Google Calendar"
    assert (told["dates"], told["ctz"]) == ("20261103T153000/20261103T163000", "America/Chicago")
    assert told["recur"] == "RRULE:FREQ=WEEKLY;COUNT=12"


@pytest.mark.parametrize(
    "calendar",
    [
        CALENDAR,
        club("EXDATE;TZID=America/Chicago:20261124T153000"),
        club("RDATE;TZID=America/Chicago:20261125T153000"),
        club(start=":20261103T213000Z"),
    ],
    ids=["exceptions", "a date left out", "a date more", "in UTC"],
)
def test_a_series_that_a_link_cannot_tell_whole_is_offered_as_a_file_only(site: Site, calendar: str) -> None:
    site.read_calendar(calendar)
    assert offered(site, "homework") == {}
    assert f'href="/e/{site.codes["homework"]}.ics"' in site.page("homework")


def test_what_is_cancelled_or_over_is_offered_nowhere(site: Site) -> None:
    assert offered(site, "picnic") == offered(site, "fair") == {}


def test_long_words_do_not_make_a_link_that_is_too_long(site: Site) -> None:
    site.read_calendar(CALENDAR.replace("LOCATION:Gym", f"LOCATION:{'ß' * 3000}").replace("Winter", "学" * 900))
    for told in offered(site, "concert").values():
        assert all(len(value) <= 200 for value in told.values())
