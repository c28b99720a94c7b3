"""The school's office through a year: what it means, and the nonsense it sometimes publishes."""

from __future__ import annotations

import random
from datetime import date, timedelta

import icalendar
import pytest

from rehearsal.town import office
from rehearsal.town.office import Office

TODAY = date(2026, 9, 14)


def uids(body: bytes) -> set[str]:
    return {str(one["UID"]) for one in icalendar.Calendar.from_ical(body).walk("VEVENT") if "UID" in one}


def worked(days: int, seed: int = 1) -> Office:
    here = Office(random.Random(seed))
    for number in range(days):
        here.work(TODAY + timedelta(days=number))
    return here


def test_the_same_numbers_give_the_same_year() -> None:
    assert worked(40).calendar(TODAY) == worked(40).calendar(TODAY)
    assert worked(40).calendar(TODAY) != worked(40, seed=2).calendar(TODAY)


def test_what_is_cancelled_or_taken_out_is_known_to_be_meant() -> None:
    here = worked(120)
    assert len(here.taken_out) >= 2
    assert all(here.is_off(uid) for uid in here.taken_out)
    cancelled = [uid for uid, event in here.edited.items() if "STATUS:CANCELLED" in event.extra]
    assert cancelled
    assert all(here.is_off(uid) for uid in cancelled)
    assert not here.is_off("story-hour@maple.example")


def test_one_date_of_a_series_that_is_off_leaves_the_series() -> None:
    here = worked(1)
    assert here.is_off("reading-club-2026@maple.example", date(2027, 2, 3))
    assert not here.is_off("reading-club-2026@maple.example", date(2027, 2, 10))
    assert not here.is_off("reading-club-2026@maple.example")


def test_other_software_names_every_event_anew_and_it_is_known_which_is_which() -> None:
    here = worked(10)
    before = uids(here.calendar(TODAY))
    here.change_software()
    after = uids(here.calendar(TODAY))
    assert not (before - {"spring-musical-2026@maple.example"}) & after
    assert {here.first_uid(uid) for uid in after} >= before


def test_a_clean_up_takes_the_past_only() -> None:
    here = worked(30)
    later = TODAY + timedelta(days=60)
    before = here.meant(later)
    here.clean_up(later)
    gone = {one.uid for one in before} - {one.uid for one in here.meant(later)}
    assert gone
    assert all(str(one.starts)[:10] < str(later) for one in before if one.uid in gone)


@pytest.mark.parametrize("bend", [office.half_of_it, office.none_of_it, office.in_the_wrong_zone])
def test_nonsense_is_still_a_calendar(bend: object) -> None:
    whole = worked(5).calendar(TODAY)
    bent = bend(whole)  # type: ignore[operator]
    assert bent != whole
    assert len(icalendar.Calendar.from_ical(bent).walk("VEVENT")) <= len(
        icalendar.Calendar.from_ical(whole).walk("VEVENT")
    )


def test_half_of_it_is_about_half() -> None:
    whole = worked(5).calendar(TODAY)
    assert 0.4 < len(uids(office.half_of_it(whole))) / len(uids(whole)) < 0.6
