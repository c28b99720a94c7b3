"""Proving tokens: how often, what is kept of what Facebook told, and what is believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from connector.doors import Doors
from connector.graph.values import TokenReport
from models.database import Database
from models.page import Page, page
from models.vault import Vault
from rehearsal.facebook import faults, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import ADMIN_ID, APP_ID, APP_SECRET, PAGE_TOKEN, USER_TOKEN
from tests.models import rows
from upkeep.tokens import prove_tokens, write_report

PATIENCE = timedelta(minutes=15)


class Desk:
    """One page, and when it was asked for its token."""

    def __init__(self, db: Database, facebook: PretendFacebook) -> None:
        self.db, self.facebook = db, facebook
        self.vault = Vault(Fernet.generate_key().decode())
        self.doors = Doors(graph_url=facebook.url, app_id=APP_ID, app_secret=APP_SECRET)
        self.tried: dict[tuple[str, str], datetime] = {}
        self.now = datetime.now(UTC)
        with db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(rows.page(token_sealed=self.vault.seal(PAGE_TOKEN), token_kind="", token_proven_at=None))

    def prove(self, later: timedelta = timedelta(0), patience: timedelta = timedelta(0)) -> dict[str, str]:
        self.now += later
        return prove_tokens(self.db, self.doors, self.vault, "maple", self.now, patience, self.tried)

    def page(self) -> Page:
        with self.db.read() as session:
            return page(session, "maple", "pta-page")

    def change(self, **columns: object) -> None:
        with self.db.write() as session:
            row = page(session, "maple", "pta-page")
            for name, value in columns.items():
                setattr(row, name, value)

    def paths(self) -> list[str]:
        return [one["path"] for one in self.facebook.world.calls]


@pytest.fixture
def desk(db: Database) -> Iterator[Desk]:
    with PretendFacebook() as facebook:
        yield Desk(db, facebook)


def test_what_facebook_tells_is_kept_each_date_apart(desk: Desk) -> None:
    token = desk.facebook.world.tokens[PAGE_TOKEN]
    token.expires_at = token.issued_at + 60 * 86400
    assert desk.prove() == {}
    row = desk.page()
    assert row.token_expires_at == datetime.fromtimestamp(int(token.expires_at), UTC)
    assert row.data_access_expires_at == datetime.fromtimestamp(int(token.issued_at + 90 * 86400), UTC)
    assert (row.token_kind, row.token_user_id) == ("page", ADMIN_ID)


def test_a_token_that_works_is_asked_about_once_a_day(desk: Desk) -> None:
    for _ in range(3):
        desk.prove(timedelta(hours=1))
    assert len(desk.paths()) == 1
    desk.prove(timedelta(hours=24))
    assert len(desk.paths()) == 2


def test_a_dead_token_gets_one_call_a_round_and_by_the_clock_one_in_a_quarter_of_an_hour(desk: Desk) -> None:
    desk.prove()
    desk.facebook.world.tokens[PAGE_TOKEN].revoked = 460
    desk.change(dead_since=desk.now, token_problem="dead")
    before = len(desk.paths())
    for _ in range(4):
        assert "changed their password" in desk.prove()["pta-page"]
    assert desk.paths()[before:] == ["/me"] * 4
    for _ in range(30):
        desk.prove(timedelta(seconds=30), PATIENCE)
    assert len(desk.paths()[before:]) == 5


def test_a_proof_that_cannot_be_had_is_not_asked_for_at_every_tick(desk: Desk) -> None:
    faults.add(desk.facebook.world, {"kind": "html502", "times": None})
    for _ in range(30):
        desk.prove(timedelta(seconds=30), PATIENCE)
    assert len(desk.paths()) == 1
    assert desk.page().token_kind == "" and desk.page().problem


def test_a_new_token_is_proven_at_once_also_by_the_clock(desk: Desk) -> None:
    desk.facebook.world.tokens[PAGE_TOKEN].revoked = 460
    assert desk.prove(patience=PATIENCE)
    towns.add_page(desk.facebook.world, "10001", "Maple Street PTA", token="PAGE-10001-NEW")
    sealed = desk.vault.seal("PAGE-10001-NEW")
    desk.change(token_sealed=sealed, token_kind="", token_proven_at=None, token_problem="", dead_since=None)
    assert desk.prove(timedelta(seconds=30), PATIENCE) == {}
    assert desk.page().token_kind == "page"


def test_a_token_is_not_believed_because_it_is_described_well(desk: Desk) -> None:
    """`debug_token` calls it valid, and every call with it is refused: nothing may be sent in between."""
    desk.prove()
    faults.add(
        desk.facebook.world, {"kind": "error", "code": 190, "subcode": 492, "match": {"page": "10001"}, "times": None}
    )
    desk.change(dead_since=desk.now, token_problem="dead")
    assert "a role on it" in desk.prove()["pta-page"]
    desk.facebook.world.faults.clear()
    assert desk.prove() == {} and desk.page().dead_since is None


def test_a_dead_token_does_not_make_us_forget_whose_it_was(desk: Desk) -> None:
    desk.prove()
    desk.facebook.world.tokens[PAGE_TOKEN].revoked = 458
    desk.prove(timedelta(hours=24))
    desk.prove()
    assert desk.page().token_user_id == ADMIN_ID


def test_a_persons_token_and_another_pages_token_are_no_use(desk: Desk) -> None:
    desk.change(token_sealed=desk.vault.seal(USER_TOKEN))
    assert "person's token" in desk.prove()["pta-page"]
    towns.add_page(desk.facebook.world, "10002", "Oak PTA", token="PAGE-10002-REHEARSAL")
    desk.change(token_sealed=desk.vault.seal("PAGE-10002-REHEARSAL"))
    assert "not to the Page 10001" in desk.prove()["pta-page"]


def test_a_missing_scope_is_named_and_nothing_is_done_with_that_token(desk: Desk) -> None:
    desk.facebook.world.tokens[PAGE_TOKEN].scopes.remove("pages_read_user_content")
    assert "lacks pages_read_user_content" in desk.prove()["pta-page"]
    assert desk.page().token_missing == ["pages_read_user_content"]


def test_another_pages_token_is_no_use_though_it_lacks_no_scope() -> None:
    """Where Facebook does not say for which Pages each scope was given."""
    row = rows.page()
    told = TokenReport("page", True, "10002", (), (), None, None, "This token belongs to 10002.")
    write_report(row, told, rows.NOW)
    assert row.token_problem == "pta-page: This token belongs to 10002." and row.dead_since == rows.NOW
    write_report(row, replace(told, page_id="10001", problem="The token expires on 2026-12-05."), rows.NOW)
    assert row.token_problem == "" and row.dead_since is None
