"""Promises have a day and an owner, and outlive the closing of their conversation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from inbox.promises import (
    drop,
    is_closed_on,
    is_overdue,
    keep,
    make,
    move,
    suggestion,
    today_at,
)
from inbox.replies import NotPossible, close
from models.audit import of_subject
from models.conversation import Conversation
from models.database import Database
from models.promise import Promise, open_promises, promises_of
from models.staff import StaffMember
from tests.models import rows

NOW = rows.NOW  # a Tuesday, 09:00 in Chicago
THURSDAY = date(2026, 12, 3)
MARIA, LAN = "maria@maple.example", "lan@maple.example"


@pytest.fixture
def desk(any_db: Database) -> Database:
    with any_db.write() as session:
        for slug in ("maple", "oak"):
            session.add(rows.school(slug))
            session.flush()
            session.add(rows.page(slug, facebook_id=f"1000{len(slug)}"))
            session.flush()
            session.add(conversation(slug))
        for email, role in ((MARIA, "staff"), (LAN, "staff"), ("pat@maple.example", "volunteer")):
            session.add(StaffMember(school="maple", email=email, name=email.split("@")[0], role=role, made_by="site"))
        session.add(StaffMember(school="oak", email="zoe@oak.example", name="Zoe", role="owner", made_by="site"))
    return any_db


def conversation(school: str) -> Conversation:
    return Conversation(
        id=f"co_{school}", school=school, page="pta-page", post_external_id="1_1", comment_external_id="1_2", state="open",
        assignee=MARIA, opened_at=NOW, updated_at=NOW,
    )  # fmt: skip


def promised(desk: Database, **more: Any) -> Promise:
    given = {"what": "Find out about the bus", "due_on": THURSDAY, "owner": MARIA, "email": MARIA, "now": NOW, **more}
    with desk.write() as session:
        return make(session, "maple", "co_maple", **given)


def verbs(desk: Database, row: Promise) -> set[str]:
    with desk.read() as session:
        return {one.what for one in of_subject(session, "maple", row.id)}


def test_a_promise_outlives_the_closing_of_its_conversation(desk: Database) -> None:
    row = promised(desk)
    with desk.write() as session:
        close(session, "maple", "co_maple", MARIA, NOW)
    with desk.read() as session:
        assert [one.id for one in open_promises(session, "maple")] == [row.id]
        assert [one.what for one in promises_of(session, "maple", "co_maple")] == ["Find out about the bus"]


def test_kept_is_noted_with_who_and_when_and_once(desk: Database) -> None:
    row = promised(desk)
    for hour in range(2):
        with desk.write() as session:
            kept = keep(session, "maple", row.id, LAN, NOW + timedelta(hours=hour))
    assert (kept.kept_at, kept.kept_by) == (NOW, LAN)
    assert verbs(desk, row) == {"make promise", "keep promise"}
    with desk.read() as session:
        assert open_promises(session, "maple") == []


def test_let_go_needs_a_reason(desk: Database) -> None:
    row = promised(desk)
    with desk.write() as session, pytest.raises(NotPossible, match="reason"):
        drop(session, "maple", row.id, MARIA, "  ", NOW)
    with desk.write() as session:
        gone = drop(session, "maple", row.id, MARIA, "The family called us.", NOW)
    assert (gone.dropped_because, verbs(desk, row)) == ("The family called us.", {"make promise", "drop promise"})
    with desk.write() as session, pytest.raises(NotPossible, match="let go"):
        keep(session, "maple", row.id, MARIA, NOW)


def test_moved_to_another_day_and_owner_it_says_what_it_was(desk: Database) -> None:
    row = promised(desk)
    with desk.write() as session:
        later = NOW + timedelta(minutes=1)
        move(session, "maple", row.id, MARIA, later, due_on=date(2026, 12, 7), owner=LAN)
        move(session, "maple", row.id, MARIA, later, due_on=date(2026, 12, 7))  # nothing new
    with desk.read() as session:
        (_, moved) = of_subject(session, "maple", row.id)
    assert moved.details["before"] == {"due_on": "2026-12-03", "owner": MARIA}
    assert moved.details["after"] == {"due_on": "2026-12-07", "owner": LAN}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"what": " "}, "empty"),
        ({"what": "x" * 400}, "shorter"),
        ({"due_on": date(2026, 11, 30)}, "over"),
        ({"due_on": date(2028, 1, 1)}, "more than a year"),
        ({"owner": "pat@maple.example"}, "only owners and staff"),
        ({"email": "zoe@oak.example"}, "Nobody at maple"),
    ],
)
def test_what_cannot_be_promised_is_said_with_the_mend(desk: Database, wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(NotPossible, match=sentence):
        promised(desk, **wrong)


def test_another_schools_promise_is_not_there(desk: Database) -> None:
    row = promised(desk)
    with desk.write() as session, pytest.raises(NotPossible, match="no promise"):
        keep(session, "oak", row.id, "zoe@oak.example", NOW)
    with desk.write() as session, pytest.raises(NotPossible, match="no conversation"):
        make(session, "oak", "co_maple", "x", THURSDAY, "zoe@oak.example", "zoe@oak.example", NOW)


# --- days


def test_it_is_overdue_from_the_schools_own_midnight_on() -> None:
    row = Promise(
        school="maple", conversation_id="co", what="x", due_on=THURSDAY, owner=MARIA, made_by=MARIA, made_at=NOW
    )
    school = rows.school()
    late_on_thursday = datetime(2026, 12, 4, 5, 59, tzinfo=UTC)  # 23:59 in Chicago
    assert not is_overdue(row, today_at(school, late_on_thursday))
    assert is_overdue(row, today_at(school, late_on_thursday + timedelta(minutes=1)))
    row.kept_at = NOW
    assert not is_overdue(row, date(2027, 1, 1))


def test_a_day_on_which_nobody_is_there_is_told_and_moves_nothing(desk: Database) -> None:
    school = rows.school(closed=["2026-12-21/2027-01-03"])
    assert [is_closed_on(school, date(2026, 12, day)) for day in (18, 19, 21)] == [False, True, True]
    assert promised(desk, due_on=date(2026, 12, 19)).due_on == date(2026, 12, 19)


# --- what an answer promises


@pytest.mark.parametrize(
    "text",
    [
        "Good question! I'll find out by Thursday.",
        "We will let you know on Thursday. Thank you!",
        "Let me check and I’ll get back to you by Thursday.",
        "Buena pregunta. Le aviso el jueves.",
        "Voy a preguntar y le confirmo para el jueves.",
        "Lo averiguaremos a más tardar el jueves",
        "Déjeme revisar; le digo el jueves.",
    ],
)
def test_an_answer_that_promises_is_noticed_with_its_day(text: str) -> None:
    found = suggestion(text, date(2026, 12, 1))
    assert found and found.due_on == THURSDAY


@pytest.mark.parametrize(
    "text",
    [
        "The concert is on Thursday at six.",
        "Please let us know by Thursday.",
        "El concierto es el jueves a las seis.",
        "Yes, strollers can come.",
        "",
    ],
)
def test_an_answer_that_promises_nothing_suggests_nothing(text: str) -> None:
    assert suggestion(text, date(2026, 12, 1)) is None


def test_a_promise_without_a_day_is_noticed_without_one() -> None:
    found = suggestion("I'll find out. See you!", date(2026, 12, 1))
    assert found and (found.what, found.due_on) == ("I'll find out.", None)
