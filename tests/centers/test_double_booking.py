"""A school event and an entry of the center's own in the same place at the same time: told to both, changed by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mirroring.double_booking import find_double_bookings
from models.card import Card, cards, open_cards
from models.school import schools
from models.staff import StaffMember
from tests.mirroring.center import Town
from tests.mirroring.feed import WEEKLY, calendar, vevent
from upkeep.notices import menders, text_of, title_of

FAIR = vevent("fair", "20261208T180000", "LOCATION:Main Gym")


def look(town: Town) -> int:
    town.round()
    with town.db.read() as session:
        school = schools(session)[0]
    return find_double_bookings(town.db, school, town.center(), town.now)


def told(town: Town) -> list[Card]:
    with town.db.read() as session:
        return [one for one in open_cards(session, "maple") if one.kind == "double-booking"]


def books(town: Town, start: str, *more: str, title: str = "Yoga", name: str = "yoga.ics", hours: int = 2) -> None:
    town.server.put(town.name, name, calendar(vevent(name, start, *more, title=title, hours=hours)).decode())


def test_both_sides_are_told_once_until_it_is_over(town: Town) -> None:
    books(town, "20261208T190000", "LOCATION:main gym")
    town.round(FAIR)
    assert look(town) == 0
    [card] = told(town)
    assert card.message == (
        "Eastside has 'Yoga' in its own calendar from 2026-12-08 19:00 to 2026-12-08 21:00 in 'main gym', where the school has "
        "'Book fair' on 2026-12-08 at 18:00: agree which of the two moves."
    )
    look(town)
    assert [one.id for one in told(town)] == [card.id]
    books(town, "20261209T190000", "LOCATION:main gym")
    look(town)
    assert told(town) == []
    with town.db.read() as session:
        assert [bool(one.closed_at) for one in cards(session, "maple")] == [True]


def test_the_notice_goes_to_the_school_and_to_this_centers_people(town: Town) -> None:
    people = [
        StaffMember(school="maple", email=f"{name}@x.example", name=name, role=role, center=center, made_by="site")
        for name, role, center in (
            ("pat", "owner", ""), ("vic", "volunteer", ""), ("sam", "staff", ""), ("jo", "center", "eastside"),
            ("bo", "center", "westside"),
        )
    ]  # fmt: skip
    books(town, "20261208T190000", "LOCATION:main gym")
    town.round(FAIR)
    look(town)
    [card] = told(town)
    assert menders(card, people) == ["pat@x.example", "vic@x.example", "jo@x.example"]
    with town.db.read() as session:
        school = schools(session)[0]
    assert title_of(school, card) == "Maple: eastside is booked twice"
    text = text_of(school, card, "https://bridge.example")
    assert text.startswith("eastside: Eastside has 'Yoga'")
    assert "What to do: agree which of the two moves." in text
    assert card.subject not in text


NO_CLAIM = {
    "another place": ("20261208T190000", "LOCATION:Pool"),
    "no place": ("20261208T190000",),
    "after it": ("20261208T200000", "LOCATION:Main Gym"),
    "before it": ("20261208T160000", "LOCATION:Main Gym"),
    "cancelled": ("20261208T190000", "LOCATION:Main Gym", "STATUS:CANCELLED"),
    "shown as free": ("20261208T190000", "LOCATION:Main Gym", "TRANSP:TRANSPARENT"),
}


@pytest.mark.parametrize("more", NO_CLAIM.values(), ids=NO_CLAIM)
def test_what_claims_nothing_is_not_told(town: Town, more: tuple[str, ...]) -> None:
    books(town, *more)
    town.round(FAIR)
    look(town)
    assert told(town) == []


def test_our_event_without_a_place_claims_none(town: Town) -> None:
    books(town, "20261208T190000")
    town.round(vevent("fair", "20261208T180000"))
    look(town)
    assert told(town) == []


def test_an_all_day_entry_takes_its_place_for_the_whole_day(town: Town) -> None:
    floor = "BEGIN:VEVENT\r\nUID:floor\r\nDTSTART;VALUE=DATE:20261208\r\nSUMMARY:New floor\r\nLOCATION:MAIN GYM\r\nEND:VEVENT"
    town.server.put(town.name, "floor.ics", calendar(floor).decode())
    town.round(FAIR)
    look(town)
    assert "New floor" in told(town)[0].message


def test_of_two_series_each_pair_is_told_once_by_its_first_date(town: Town) -> None:
    books(town, "20261203T150000", "LOCATION:Lab", "RRULE:FREQ=DAILY;COUNT=60", hours=4)
    books(town, "20261210T150000", "LOCATION:Lab", title="Bees", name="bees.ics", hours=4)
    town.round(WEEKLY.replace("SUMMARY", "LOCATION:Lab\r\nSUMMARY"))
    look(town)
    messages = sorted(one.message for one in told(town))
    assert len(messages) == 2
    assert "'Chess club' on 2026-12-10" in messages[0]
    assert "'Chess club' on 2026-12-03" in messages[1]


def test_where_the_center_gave_another_room_that_room_counts(town: Town) -> None:
    books(town, "20261208T190000", "LOCATION:Main Gym")
    books(town, "20261208T190000", "LOCATION:Room 4", title="Choir", name="choir.ics")
    town.round(FAIR)
    look(town)
    assert ["Yoga" in one.message for one in told(town)] == [True]
    href = town.entry().href
    body = next(one for one in town.objects() if "Book fair" in one)
    town.server.put(town.name, href, body.replace("LOCATION:Main Gym", "LOCATION:Room 4"))
    look(town)
    assert ["Choir" in one.message for one in told(town)] == [True]


def test_what_waits_for_the_center_is_told_before_anybody_says_yes(town: Town) -> None:
    town.change_center(accept="person")
    books(town, "20261208T190000", "LOCATION:Main Gym")
    town.round(FAIR)
    look(town)
    assert len(told(town)) == 1


BROKEN = {
    "bomb": "RRULE:FREQ=SECONDLY",
    "never": "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "nonsense": "RRULE:FREQ=SOMETIMES",
    "many rules": "\r\n".join(["RRULE:FREQ=DAILY"] * 40),
}


@pytest.mark.parametrize("rule", BROKEN.values(), ids=BROKEN)
def test_broken_entries_of_the_center_are_counted_and_harm_nothing(town: Town, rule: str) -> None:
    books(town, "20261208T190000", "LOCATION:Main Gym", name="good.ics")
    town.server.put(
        town.name, "bad.ics", calendar(vevent("bad", "20261208T190000", "LOCATION:Main Gym", rule)).decode()
    )
    town.round(FAIR)
    assert look(town) <= 1
    assert len(told(town)) >= 1


def test_what_is_unreadable_is_counted(town: Town) -> None:
    books(town, "20261208T190000", "LOCATION:Main Gym", "RRULE:FREQ=SECONDLY", name="bad.ics")
    town.round(FAIR)
    assert look(town) == 1
    assert told(town) == []


def test_foreign_entries_are_read_once_and_again_only_when_they_change(town: Town) -> None:
    for n in range(3):
        books(town, "20261208T190000", "LOCATION:Main Gym", name=f"{n}.ics")
    town.round(FAIR)
    assert town.door.methods() == ["PUT", "PROPFIND", "REPORT"]
    town.round()
    assert town.door.methods() == ["REPORT"]
    books(town, "20261208T190000", "LOCATION:Pool", name="1.ics")
    town.server.delete(town.name, "2.ics")
    look(town)
    assert town.door.methods() == ["REPORT", "REPORT"]
    assert len(told(town)) == 1
    town.round(later=timedelta(days=1))
    assert town.door.methods() == ["PROPFIND"]
