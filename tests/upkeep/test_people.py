from __future__ import annotations

import pytest
from sqlmodel import Session

from config.mistake import Mistake
from models.account import account
from models.conversation import Conversation
from models.database import Database
from models.staff import StaffMember, member
from tests.models.rows import NOW, page, school
from upkeep import passwords, people
from upkeep.people import NewPerson

PAT = NewPerson("pat@maple.example", "Pat", "volunteer", ("en",))


def started(session: Session) -> None:
    session.add(school())
    session.flush()


def test_a_person_who_is_added_signs_in_with_that_password_only(db: Database) -> None:
    with db.write() as session:
        started(session)
        row = people.add(session, "maple", PAT, NOW)
        people.set_password(session, "maple", PAT.email, "a long secret", NOW)
        known = account(session, PAT.email)
    assert row.made_by == "person" and known is not None and "a long secret" not in known.password_hash
    assert passwords.is_right("a long secret", known.password_hash)
    assert not passwords.is_right("another secret", known.password_hash)


def test_without_a_password_nobody_signs_in() -> None:
    assert not passwords.is_right("", "")


def test_a_person_is_added_once_and_may_come_back(db: Database) -> None:
    with db.write() as session:
        started(session)
        people.add(session, "maple", PAT, NOW)
        with pytest.raises(Mistake, match="is at maple already; change"):
            people.add(session, "maple", PAT, NOW)
        people.off(session, "maple", "Pat@maple.example", NOW)
        assert member(session, "maple", PAT.email) is None
        people.add(session, "maple", PAT, NOW)
        assert member(session, "maple", PAT.email)


def test_who_was_switched_off_by_hand_belongs_to_hand_from_then_on(db: Database) -> None:
    with db.write() as session:
        started(session)
        session.add(
            StaffMember(school="maple", email="maria@maple.example", name="Maria", role="staff", made_by="site")
        )
        session.flush()
        row = people.off(session, "maple", "maria@maple.example", NOW)
        assert (row.made_by, row.off_at) == ("person", NOW)


def test_a_short_password_is_refused_with_the_mend(db: Database) -> None:
    with pytest.raises(Mistake, match="use at least 8"):
        passwords.hashed("short")


def test_a_password_that_we_make_is_long_and_never_twice_the_same() -> None:
    made = {passwords.made_password() for _ in range(50)}
    assert len(made) == 50 and min(map(len, made)) >= 16


def test_nobody_of_that_email_is_told_as_such(db: Database) -> None:
    with db.write() as session:
        started(session)
        with pytest.raises(Mistake, match=r"Nobody at maple signs in as x@maple\.example"):
            people.set_password(session, "maple", "x@maple.example", "a long secret", NOW)


@pytest.mark.parametrize(("role", "center"), [("center", ""), ("center", "nowhere"), ("staff", "eastside")])
def test_a_center_is_for_people_of_a_center_and_must_exist(db: Database, role: str, center: str) -> None:
    with db.write() as session:
        started(session)
        with pytest.raises(Mistake):
            people.add(session, "maple", NewPerson("c@maple.example", "C", role, ("en",), center=center), NOW)


def test_switching_somebody_off_tells_what_is_left_of_them(db: Database) -> None:
    with db.write() as session:
        session.add(school(fallback=PAT.email))
        session.flush()
        session.add(page())
        session.flush()
        row = people.add(session, "maple", PAT, NOW)
        assert len(people.consequences(session, row)) == 1
        session.add(
            Conversation(
                school="maple", page="pta-page", post_external_id="1", comment_external_id="2", state="open",
                assignee=PAT.email, opened_at=NOW, updated_at=NOW,
            )
        )  # fmt: skip
        session.flush()
        told = people.consequences(session, people.off(session, "maple", PAT.email, NOW))
    assert told[0].startswith("1 open conversations") and "fallback" in told[1]
