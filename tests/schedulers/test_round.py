"""A round by the clock asks only for what it is time for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.fernet import Fernet

from config.settings import Settings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.database import Database
from models.delivery import Delivery
from models.run import runs
from models.school import schools
from models.vault import Vault
from rehearsal.facebook import faults
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import PAGE_TOKEN
from schedulers.house import House
from schedulers.inward import COLLECT_EVERY
from schedulers.round import run_round
from tests.models import rows


def test_a_page_that_cannot_be_read_is_asked_no_more_often_than_one_that_can(db: Database) -> None:
    vault, later = Vault(Fernet.generate_key().decode()), timedelta(0)
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page(token_sealed=vault.seal(PAGE_TOKEN)))
    with PretendFacebook() as facebook:
        faults.add(facebook.world, {"kind": "html502", "match": {"path": "/feed$"}, "times": None})
        doors, settings = Doors(graph_url=facebook.url), Settings(graph_url=facebook.url)
        house = House(db, doors, vault, settings, {}, Guesser(()), lambda: datetime.now(UTC) + later)
        with db.read() as session:
            (school,) = schools(session)

        def reads() -> int:
            run_round(house, school, everything=False)
            return sum(one["path"].endswith("/feed") for one in facebook.world.calls)

        assert (reads(), reads()) == (1, 1)
        later = COLLECT_EVERY
        assert reads() == 2


def test_a_secret_that_our_key_does_not_open_ends_neither_the_round_nor_its_record(db: Database) -> None:
    now, theirs = datetime.now(UTC), Vault(Fernet.generate_key().decode())
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page(token_sealed=theirs.seal(PAGE_TOKEN)))
        owed = {"kind": "publish", "lane": "page:pta-page", "target": "po_1", "revision": "first", "state": "due"}
        session.add(Delivery(school="maple", created_at=now, next_at=now, **owed))
    with PretendFacebook() as facebook:
        vault = Vault(Fernet.generate_key().decode())
        settings = Settings(graph_url=facebook.url)
        house = House(db, Doors(graph_url=facebook.url), vault, settings, {}, Guesser(()), lambda: now)
        with db.read() as session:
            (school,) = schools(session)
        report = run_round(house, school, everything=True, until_settled=True)
    assert len(report.troubles) == 1 and "sealed with another key" in report.troubles[0]
    with db.read() as session:
        (run,) = runs(session, school.slug)
    assert run.outcome == "partly" and run.ended_at
