from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, SQLModel, select

from models.account import Doorstep, FormDone, Invitation, Knock, SignIn
from models.database import Database
from models.staff import StaffMember
from tests.models.rows import NOW
from tests.upkeep.persons import MARIA, OFFICE, joins, start
from upkeep.doorsteps import stand, standing
from upkeep.invitations import invite, look
from upkeep.knocking import may_try
from upkeep.leftovers import forget_leftovers, nobody_is_in
from upkeep.sign_in import begin, find

TABLES: tuple[type[SQLModel], ...] = (FormDone, Doorstep, Knock, Invitation, SignIn)


def lived(session: Session) -> tuple[str, str]:
    """A sign-in's and a link's token, with all that comes beside them."""
    start(session)
    joins(session, MARIA)
    may_try(session, MARIA, "198.51.100.7", NOW)
    stand(session, "a browser", "code", NOW, email=MARIA)
    session.add(FormDone(key="a form", email=MARIA, at=NOW))
    _, token = begin(session, MARIA, "a browser", "password", NOW)
    return token, invite(session, session.get_one(StaffMember, ("maple", MARIA)), OFFICE, NOW, letter=None)


def kept(db: Database) -> set[str]:
    with db.read() as session:
        return {model.__name__ for model in TABLES if session.exec(select(model)).first()}


def test_what_nobody_needs_any_more_is_forgotten(any_db: Database) -> None:
    with any_db.write() as session:
        lived(session)
    forget_leftovers(any_db, NOW + timedelta(minutes=5))
    assert len(kept(any_db)) == 5
    forget_leftovers(any_db, NOW + timedelta(days=31))
    assert kept(any_db) == {"Invitation", "SignIn"}, "an owner still sees when somebody was last here"
    forget_leftovers(any_db, NOW + timedelta(days=401))
    assert kept(any_db) == set()


def test_after_a_restore_nobody_is_in_and_no_link_is_good(any_db: Database) -> None:
    with any_db.write() as session:
        token, link = lived(session)
        nobody_is_in(session, NOW)
    with any_db.read() as session:
        assert find(session, token, NOW) is None
        assert look(session, link, NOW)[0] == "withdrawn"
        assert standing(session, "a browser", "code", NOW) is None
