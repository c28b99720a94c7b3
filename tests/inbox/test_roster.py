"""Rows reach routing: who is away, what each was given, the school's rules, and what a comment's post is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from inbox.routing.assign import Call, assign_calls
from inbox.routing.roster import about, all_rules, away_until, speakers
from models.conversation import Assignment, Conversation
from models.database import Database
from models.event import EventText
from models.post import Post
from models.routing_rule import Away, Partner, RoutingRule
from models.school import Group, School
from models.staff import StaffMember
from models.switched_on import SwitchedOn
from tests.models import rows

NOW = rows.NOW  # a Tuesday, 09:00 in Chicago
TODAY = date(2026, 12, 1)
MARIA, LAN, ROSA, OFFICE = (f"{name}@maple.example" for name in ("maria", "lan", "rosa", "office"))
PEOPLE = ((MARIA, "staff", ["es", "en"]), (LAN, "staff", ["vi"]), (ROSA, "staff", ["es"]), (OFFICE, "owner", ["en"]))
SITE: dict[str, Any] = {"school": "maple", "made_by": "site", "made_at": NOW}


@pytest.fixture
def db(any_db: Database) -> Database:
    with any_db.write() as session:
        session.add(rows.school(languages=["en", "es", "vi", "so"]))
        session.flush()
        session.add_all([Group(school="maple", slug="pta", kind="pta", name="Maple Street PTA"), rows.source()])
        session.flush()
        session.add(rows.page(group="pta"))
        for email, role, languages in PEOPLE:
            name = email.split("@")[0].title()
            session.add(
                StaffMember(school="maple", email=email, name=name, role=role, languages=languages, made_by="site")
            )
    return any_db


def talk(language: str = "es", **more: Any) -> Conversation:
    given = {"post_external_id": "10001_5", "comment_external_id": "10001_5_1", "state": "open", **more}
    return Conversation(
        school="maple", page="pta-page", language=language, opened_at=NOW, updated_at=NOW, **given,
    )  # fmt: skip


def asked(db: Database, row: Conversation, now: datetime = NOW) -> Conversation:
    with db.write() as session:
        session.add(row)
        session.flush()
        assign_calls(session, session.get_one(School, "maple"), [Call(row)], now)
    return row


def away(email: str, first: date, last: date, **more: Any) -> Away:
    return Away(**{**SITE, "email": email, "first_day": first, "last_day": last, **more})


def test_days_away_are_the_schools_days_and_those_that_follow_one_another_are_one_time(db: Database) -> None:
    with db.write() as session:
        session.add_all([
            away(MARIA, TODAY - timedelta(days=1), TODAY), away(MARIA, TODAY + timedelta(days=1), TODAY + timedelta(days=3)),
            away(ROSA, TODAY + timedelta(days=1), TODAY + timedelta(days=2)), away(LAN, TODAY, TODAY, off_at=NOW),
        ])  # fmt: skip
    with db.read() as session:
        assert away_until(session, "maple", TODAY) == {MARIA: TODAY + timedelta(days=3)}
    assert asked(db, talk()).assignee == ROSA
    midnight = datetime(2026, 12, 2, 6, 30, tzinfo=NOW.tzinfo)  # 00:30 in Chicago: her first day away has begun
    row = asked(db, talk(comment_external_id="10001_5_2"), midnight)
    assert (row.assignee, row.reason) == (
        OFFICE,
        "Spanish, and nobody who speaks it is free. Maria is away until December 4. Rosa is away until December 3.",
    )


def test_who_had_a_conversation_does_not_keep_it_while_away(db: Database) -> None:
    row = asked(db, talk())
    with db.write() as session:
        session.add(away(str(row.assignee), TODAY, TODAY))
    had = row.assignee
    with db.write() as session:
        again = session.get_one(Conversation, row.id)
        assign_calls(session, session.get_one(School, "maple"), [Call(again, asked_again=True, reopened=True)], NOW)
        assert {had, again.assignee} == {MARIA, ROSA}


def test_shares_are_of_the_last_week_by_language(db: Database) -> None:
    with db.write() as session:
        for number, (language, ago) in enumerate((("es", 1), ("es", 2), ("en", 3), ("es", 8))):
            row = talk(language, comment_external_id=f"10001_5_{number}")
            session.add(row)
            session.flush()
            for _ in range(2):  # given twice, counted once
                at = NOW - timedelta(days=ago)
                session.add(
                    Assignment(
                        school="maple", conversation_id=row.id, email=MARIA, by="routing", reason="", assigned_at=at
                    )
                )
        session.get_one(StaffMember, ("maple", MARIA)).language_hours = {"es": 2, "so": 3}
    with db.read() as session:
        maria = speakers(session, session.get_one(School, "maple"), NOW)[MARIA]
    assert (dict(maria.given), maria.assigned_today, maria.week_hours) == ({"es": 2, "en": 1}, 0, 40)
    assert maria.language_hours == {"es": 2.0}  # Somali she does not speak
    assert (maria.share("es"), maria.share("es", more=1)) == (1.0, 1.5)


def test_the_rules_of_the_school_decide_by_page_group_topic_and_the_event_of_the_post(db: Database) -> None:
    with db.write() as session:
        concert = rows.event(title="Winter Concert", location="Gym")
        session.add(concert)
        session.flush()
        event = concert.id
        session.add(
            EventText(school="maple", event_id=event, language="es", title="Concierto del coro", status="typed")
        )
        session.add(
            Post(
                school="maple", page="pta-page", kind="announcement", event_id=event, purpose="x", text="x", fingerprint="1",
                state="sent", external_id="10001_5", created_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
        session.add_all([
            RoutingRule(position=1, group="other", people=[LAN], **SITE),
            RoutingRule(position=2, topic="bus", people=[ROSA], off_at=NOW, **SITE),
            RoutingRule(position=3, group="pta", event_words=["coro"], people=[MARIA], why="She sings.", **SITE),
            RoutingRule(position=4, page="pta-page", topic="bus", people=[ROSA], **SITE),
        ])  # fmt: skip
    row = asked(db, talk(topic="bus"))
    assert (row.assignee, row.reason) == (
        MARIA,
        "Spanish, and Maria speaks it. By the school’s rule: comments of Maple Street PTA under events with “coro” (She sings).",
    )
    with db.read() as session:
        known = all_rules(session, session.get_one(School, "maple"))
        assert "Concierto del coro" in about(session, talk(), known).event
        assert about(session, talk(post_external_id="10001_6"), known).event == ""
    by_hand = asked(db, talk(post_external_id="10001_6", comment_external_id="10001_6_1", topic="bus"))
    assert by_hand.assignee == ROSA


def test_a_language_nobody_speaks_goes_to_the_person_named_with_the_partners(db: Database) -> None:
    with db.write() as session:
        session.add(SwitchedOn(school="maple", no_speaker_person=LAN, changed_at=NOW))
        session.add(Partner(name="East African Center", languages=["so"], contact="612-555-0100", **SITE))
        session.add(Partner(name="Gone", languages=["so"], contact="1", off_at=NOW, **SITE))
    row = asked(db, talk("so"))
    assert (row.assignee, row.reason) == (
        LAN, "Somali, and nobody here speaks it. These can help: East African Center (612-555-0100).",
    )  # fmt: skip
