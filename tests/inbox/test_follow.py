"""Nobody's question is forgotten: what is not answered in time goes to somebody else, once, with a reason to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.hours import working_time
from inbox.follow import follow, is_late
from models.conversation import Assignment, Conversation
from models.database import Database
from models.routing_rule import RoutingRule
from models.school import School
from models.staff import StaffMember
from tests.models import rows
from upkeep.endings import switch_off_ended

NOW = rows.NOW  # a Tuesday, 09:00 in Chicago
MARIA, LAN, ROSA, OFFICE = (f"{name}@maple.example" for name in ("maria", "lan", "rosa", "office"))
PEOPLE = ((MARIA, "staff", ["es"]), (LAN, "staff", ["vi"]), (ROSA, "staff", ["es"]), (OFFICE, "owner", ["en"]))


class Desk:
    def __init__(self, db: Database) -> None:
        self.db, self.school = db, rows.school()
        with db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(rows.page())
            for email, role, languages in PEOPLE:
                name = email.split("@")[0].title()
                person = StaffMember(
                    school="maple", email=email, name=name, role=role, languages=languages, made_by="site"
                )
                session.add(person)

    def asked(self, **more: Any) -> str:
        given = {"language": "es", "state": "open", "assignee": MARIA, "due_at": NOW, **more}
        with self.db.write() as session:
            row = Conversation(
                school="maple", page="pta-page", post_external_id="1_1", comment_external_id="1_2", opened_at=NOW, updated_at=NOW,
                **given,
            )  # fmt: skip
            session.add(row)
            return row.id

    def follow(self, after: timedelta = timedelta(0)) -> int:
        with self.db.read() as session:
            school = session.get_one(School, "maple")
        return follow(self.db, school, NOW + after).count

    def row(self) -> Conversation:
        with self.db.read() as session:
            return session.exec(select(Conversation)).one()

    def asked_for(self) -> list[tuple[str | None, str]]:
        with self.db.read() as session:
            return [(one.email, one.by) for one in session.exec(select(Assignment))]

    def change(self, email: str, **values: Any) -> None:
        with self.db.write() as session:
            row = session.get_one(StaffMember, ("maple", email))
            for name, value in values.items():
                setattr(row, name, value)


@pytest.fixture
def desk(any_db: Database) -> Desk:
    return Desk(any_db)


def test_who_did_not_answer_in_time_is_followed_by_another_speaker_with_a_reason(desk: Desk) -> None:
    desk.asked()
    assert desk.follow() == 1
    row = desk.row()
    assert (row.assignee, row.handed_back_at, row.due_at) == (ROSA, NOW, NOW)
    assert row.reason == "Maria did not answer in time. Spanish, and Rosa speaks it."
    assert desk.asked_for() == [(ROSA, "routing")]


def test_it_is_handed_on_by_the_schools_rules(desk: Desk) -> None:
    rule = RoutingRule(
        school="maple", position=1, languages=["es"], topic="bus", people=[MARIA, OFFICE], made_by=OFFICE, made_at=NOW
    )
    with desk.db.write() as session:
        session.add(rule)
    desk.asked(topic="bus")
    assert desk.follow() == 1
    assert desk.row().assignee == OFFICE
    assert desk.row().reason == (
        "Maria did not answer in time. Spanish, and Office was named for it, without speaking it. "
        "By the school’s rule: comments in Spanish about “Bus and getting there”."
    )


def test_it_is_handed_on_once_for_each_day_it_was_due(desk: Desk) -> None:
    desk.asked()
    assert [desk.follow(timedelta(hours=hours)) for hours in (0, 0, 30, 300)] == [1, 0, 0, 0]
    with desk.db.write() as session:  # the family wrote again: due anew
        session.exec(select(Conversation)).one().due_at = NOW + timedelta(days=20)
    assert [desk.follow(timedelta(days=days)) for days in (19, 20, 21)] == [0, 1, 0]
    assert desk.row().assignee == MARIA


def test_without_another_speaker_the_fallback_has_it(desk: Desk) -> None:
    desk.asked(language="vi", assignee=LAN)
    desk.follow()
    assert desk.row().assignee == OFFICE
    assert desk.row().reason.startswith("Lan did not answer in time. Vietnamese, and nobody here speaks it")


def test_where_nobody_else_is_there_it_stays_and_that_is_said(desk: Desk) -> None:
    for email in (MARIA, LAN, ROSA):
        desk.change(email, off_at=NOW)
    desk.asked(assignee=OFFICE)
    assert [desk.follow(), desk.follow(timedelta(hours=1))] == [1, 0]
    assert desk.row().assignee == OFFICE and "nobody else here" in desk.row().reason
    assert desk.asked_for() == []


def test_what_is_not_due_yet_answered_or_closed_stays(desk: Desk) -> None:
    desk.asked(due_at=NOW + timedelta(seconds=1))
    assert desk.follow() == 0
    with desk.db.write() as session:
        row = session.exec(select(Conversation)).one()
        row.due_at, row.state = NOW - timedelta(days=3), "waiting"
    assert desk.follow() == 0 and desk.row().assignee == MARIA


def test_who_is_writing_the_answer_just_now_keeps_it(desk: Desk) -> None:
    desk.asked(taken_by=MARIA, taken_at=NOW - timedelta(minutes=9))
    assert desk.follow() == 0
    assert desk.follow(timedelta(minutes=2)) == 1


def test_who_put_it_off_has_it_until_then_and_an_hour_of_work(desk: Desk) -> None:
    friday_evening = datetime(2026, 12, 5, 0, 0, tzinfo=UTC)
    desk.asked(snoozed_until=friday_evening)
    monday = datetime(2026, 12, 7, 14, 0, tzinfo=UTC)  # 08:00
    ends = monday + timedelta(hours=1)
    told = [follow(desk.db, rows.school(), at).count for at in (NOW, friday_evening, monday, ends)]
    assert told == [0, 0, 0, 1]


def test_whoever_is_no_longer_there_is_followed_at_once(desk: Desk) -> None:
    desk.asked(due_at=NOW + timedelta(days=1))
    desk.change(MARIA, ends_at=NOW + timedelta(hours=1))
    assert switch_off_ended(desk.db, "maple", NOW) == [] and desk.follow() == 0
    assert switch_off_ended(desk.db, "maple", NOW + timedelta(hours=1)) == [MARIA]
    assert desk.follow(timedelta(hours=1)) == 1
    assert (desk.row().assignee, desk.row().handed_back_at) == (ROSA, None)


def test_a_school_without_anybody_is_not_written_to_again_and_again(desk: Desk) -> None:
    desk.asked()
    for email, _, _ in PEOPLE:
        desk.change(email, off_at=NOW)
    desk.follow()
    before = desk.row().model_dump()
    assert desk.follow(timedelta(hours=1)) == 0 and desk.row().model_dump() == before


# --- the answer time counts in the school's hours and days


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-27T16:00+00:00", "2026-11-30T16:00+00:00"),  # Friday 10:00: Monday 10:00
        ("2026-12-18T16:00+00:00", "2027-01-04T16:00+00:00"),  # the day before the winter break
        ("2026-10-30T15:00+00:00", "2026-11-02T16:00+00:00"),  # over the end of summer time: 10:00 is 10:00
        ("2027-03-12T16:00+00:00", "2027-03-15T15:00+00:00"),  # and over its beginning
    ],
)
def test_weekends_holidays_and_clock_changes_do_not_count(asked: str, due: str) -> None:
    hours = working_time("Mon-Fri 08:00-16:00", "America/Chicago", ["2026-12-19/2027-01-03"])
    at = hours.add(datetime.fromisoformat(asked), timedelta(days=1))
    assert at == datetime.fromisoformat(due)
    row = Conversation(
        school="maple", page="p", post_external_id="1", comment_external_id="2", state="open", assignee=MARIA, due_at=at,
        opened_at=at, updated_at=at,
    )  # fmt: skip
    assert [is_late(row, at - timedelta(seconds=1)), is_late(row, at)] == [False, True]
