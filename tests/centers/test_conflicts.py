"""What a person at a center changes of the school's words stays, is told once, and is listed until it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.mistake import Mistake
from mirroring.take_back import take_back
from models.staff import StaffMember
from tests.mirroring.center import Town
from tests.mirroring.feed import MOVED, WEEKLY, vevent

FAIR = vevent("fair", "20261208T180000", "LOCATION:Gym")
LATER = vevent("fair", "20261208T190000", "LOCATION:Gym")
CANCELLED = vevent("fair", "20261208T180000", "LOCATION:Gym", "STATUS:CANCELLED")
DAY = timedelta(days=1)
MAY = {
    "pat@maple.example": ("owner", ""),
    "vic@maple.example": ("volunteer", ""),
    "jo@east.example": ("center", "eastside"),
}
MAY_NOT = {"sam@maple.example": ("staff", ""), "bo@west.example": ("center", "westside")}


def people(town: Town) -> None:
    with town.db.write() as session:
        for email, (role, center) in {**MAY, **MAY_NOT}.items():
            person = StaffMember(school="maple", email=email, name=email[:3], role=role, center=center, made_by="site")
            session.add(person)


def takes_back(town: Town, email: str = "pat@maple.example") -> str:
    with town.db.write() as session:
        return take_back(session, "maple", town.entry().id, email, town.now)


def conflicts(town: Town) -> list[tuple[str, str, str]]:
    return [(one["property"], one["school"], one["center"]) for one in town.entry().conflicts]


def test_a_persons_words_stay_are_told_once_and_are_listed(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    assert "PUT" not in town.door.methods()
    assert conflicts(town) == [("location", "Gym", "Room 4")]
    [note] = town.notes
    assert "Eastside" in note
    assert "'Gym'" in note
    assert "'Room 4'" in note
    assert f"take-back {town.entry().id}" in note
    since = town.entry().conflicts[0]["since"]
    town.round()
    assert (town.notes, town.door.methods()) == ([], ["REPORT"])
    town.edits("SUMMARY:Book fair", "SUMMARY:Books!")
    town.round()
    assert [one for one in town.notes if "'Room 4'" in one] == []
    assert {one["property"]: one["since"] == since for one in town.entry().conflicts} == {
        "location": True, "title": False,
    }  # fmt: skip


def test_a_new_time_goes_through_and_their_words_stay(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.edits("SUMMARY:Book fair", "SUMMARY:Books!")
    town.edits("20261208T180000", "20261208T183000")
    town.round()
    town.round(LATER)
    body = town.object()
    assert "20261208T190000" in body
    assert "LOCATION:Room 4" in body
    assert "SUMMARY:Books!" in body
    assert {one[0] for one in conflicts(town)} == {"location", "title"}
    town.round()
    assert town.door.methods() == ["REPORT"]


def test_a_time_of_theirs_stays_until_the_school_says_another(town: Town) -> None:
    town.round(FAIR)
    town.edits("20261208T180000", "20261208T183000")
    town.round(FAIR.replace("Gym", "Pool"))
    assert "20261208T183000" in town.object()
    assert "LOCATION:Pool" in town.object()
    assert [one[0] for one in conflicts(town)] == ["when"]


def test_a_cancellation_goes_through_and_so_does_its_end(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.edits("20261208T180000", "20261208T183000")
    town.round(CANCELLED)
    assert "STATUS:CANCELLED" in town.object()
    assert "LOCATION:Room 4" in town.object()
    town.round(FAIR)
    assert "STATUS:CANCELLED" not in town.object()
    assert "LOCATION:Room 4" in town.object()


def test_what_is_taken_back_is_the_schools_again_and_closed(town: Town) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "COMMENT:Key at desk\r\nLOCATION:Room 4")
    town.round()
    takes_back(town)
    assert town.entry().conflicts[0]["taken_back_by"] == "pat@maple.example"
    town.round()
    assert "LOCATION:Gym" in town.object()
    assert "COMMENT:Key at desk" in town.object()
    assert (conflicts(town), town.entry().state) == ([], "sent")
    town.round()
    assert town.door.methods() == ["REPORT"]
    town.edits("LOCATION:Gym", "LOCATION:Room 5")
    town.round()
    assert conflicts(town) == [("location", "Gym", "Room 5")]


def test_what_is_taken_back_while_the_event_changes_is_taken_back(town: Town) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    takes_back(town)
    town.round(LATER)
    assert "LOCATION:Gym" in town.object()
    assert "20261208T190000" in town.object()
    assert conflicts(town) == []


def test_an_edit_that_nobody_had_seen_is_not_taken_back(town: Town) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    takes_back(town)
    town.edits("SUMMARY:Book fair", "SUMMARY:Books!")
    town.round()
    assert "SUMMARY:Books!" in town.object()
    assert "LOCATION:Room 4" in town.object()
    assert {one[0] for one in conflicts(town)} == {"location", "title"}


def test_a_taking_back_whose_answer_was_lost_is_done_once(town: Town) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    takes_back(town)
    town.door.lose = 1
    town.round()
    town.round()
    assert "LOCATION:Gym" in town.object()
    assert "PUT" not in town.door.methods()
    assert conflicts(town) == []


@pytest.mark.parametrize("email", MAY)
def test_owners_volunteers_and_the_centers_own_people_may_take_back(town: Town, email: str) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    assert "next round" in takes_back(town, email)


@pytest.mark.parametrize("email", MAY_NOT)
def test_others_may_not(town: Town, email: str) -> None:
    people(town)
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    with pytest.raises(Mistake, match="may not"):
        takes_back(town, email)


def test_there_is_nothing_to_take_back_where_nobody_changed_anything(town: Town) -> None:
    people(town)
    town.round(FAIR)
    with pytest.raises(Mistake, match="Nobody at a center"):
        takes_back(town)


def test_the_same_on_both_sides_heals_silently(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    before = town.object()
    town.round(FAIR.replace("Gym", "Room 4"))
    assert (conflicts(town), town.notes) == ([], [])
    assert town.object() == before
    assert "PUT" not in town.door.methods()


def test_when_the_center_changes_it_back_the_conflict_is_over(town: Town) -> None:
    town.round(FAIR)
    town.edits("LOCATION:Gym", "LOCATION:Room 4")
    town.round()
    town.edits("LOCATION:Room 4", "LOCATION:Gym")
    town.round()
    assert (conflicts(town), town.notes) == ([], [])


def test_what_a_server_changes_by_itself_is_no_conflict(town: Town) -> None:
    town.round(FAIR)
    body = town.object()
    start = next(line for line in body.splitlines() if line.startswith("DTSTART"))
    town.edits("DURATION:PT2H\r\n", "") if "DURATION:PT2H\r\n" in body else None
    town.edits(f"{start}\r\n", "DTSTART:20261209T000000Z\r\nX-SERVER:1\r\n")
    if "DTEND" not in town.object():
        town.edits("X-SERVER:1\r\n", "X-SERVER:1\r\nDTEND:20261209T020000Z\r\n")
    town.edits("STATUS:CONFIRMED\r\n", "")
    town.round()
    assert (conflicts(town), town.notes) == ([], [])
    assert "PUT" not in town.door.methods()


def test_one_date_of_a_series_is_theirs_and_the_others_go_on(town: Town) -> None:
    town.round(WEEKLY, MOVED)
    town.edits("RECURRENCE-ID", "LOCATION:Attic\r\nRECURRENCE-ID")
    town.round(WEEKLY.replace("Chess club", "Chess!"), MOVED.replace("Chess club", "Chess!"))
    assert town.object().count("SUMMARY:Chess!") == 2
    assert town.object().count("LOCATION:Attic") == 1
    [one] = town.entry().conflicts
    assert (one["property"], one["of"], one["center"]) == ("location", "2026-12-10T22:00:00+00:00", "Attic")


def test_a_cancelled_event_that_a_person_changed_is_theirs_to_take_away(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.edits("STATUS:CANCELLED", "STATUS:CONFIRMED")
    town.round()
    town.round(later=10 * DAY)
    assert len(town.objects()) == 1
    assert "DELETE" not in town.door.methods()


def test_an_edit_that_comes_between_plan_and_removal_stays(town: Town) -> None:
    town.round(FAIR)
    town.round(CANCELLED)
    town.now += 10 * DAY
    town.plan()
    town.edits("SUMMARY:Book fair", "SUMMARY:Ours instead")
    town.deliver()
    for _ in range(2):
        town.round()
    assert "SUMMARY:Ours instead" in town.object()
    assert town.entry().state == "sent"


def test_whoever_took_it_out_and_puts_it_back_has_it_back(town: Town) -> None:
    town.round(FAIR)
    body = town.object()
    town.takes_out()
    town.round()
    assert town.entry().state == "withdrawn"
    town.server.put(town.name, town.entry().href, body)
    town.round()
    assert (town.entry().state, town.entry().problem) == ("sent", "")
    town.round(LATER)
    assert "20261208T190000" in town.object()
