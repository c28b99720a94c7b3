"""`cards`: what waits for a person."""

from __future__ import annotations

from datetime import UTC, datetime

from models.card import show_card
from models.database import Database
from models.migrate import migrate
from models.staff import StaffMember
from tests.commands.conftest import Shell
from tests.models import rows

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def opened(shell: Shell) -> dict[str, str]:
    """Two open cards: kind -> id."""
    db: Database = shell.db
    migrate(db)
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(StaffMember(school="maple", email="office@maple.example", name="x", role="owner", made_by="site"))
        found = {
            kind: show_card(session, "maple", kind, "pta-page", f"{kind}: look at it.", NOW).id
            for kind in ("token", "duplicate")
        }
    db.close()
    return found


def test_open_cards_are_listed_with_all_that_programs_need(shell: Shell) -> None:
    ids = opened(shell)
    listed = {one["kind"]: one for one in shell("cards", "--json").lines}
    assert {kind: one["id"] for kind, one in listed.items()} == ids
    assert {"id", "school", "kind", "subject", "message", "opened_at", "told_at", "closed_at"} <= set(listed["token"])
    assert listed["token"]["opened_at"] == "2026-12-01T15:00:00+00:00" and listed["token"]["told_at"] is None
    assert "look at it" in shell("cards").out


def test_a_person_settles_what_only_they_can_know(shell: Shell) -> None:
    ids = opened(shell)
    assert shell("cards", "done", ids["duplicate"], "--as", "office@maple.example").code == 0
    assert [one["kind"] for one in shell("cards", "--json").lines] == ["token"]
    closed = {one["kind"]: one["closed_by"] for one in shell("cards", "--all", "--json").lines}
    assert closed == {"token": "", "duplicate": "office@maple.example"}


def test_what_closes_by_itself_is_refused_in_one_sentence(shell: Shell) -> None:
    ids = opened(shell)
    refused = shell("cards", "done", ids["token"], "--as", "office@maple.example")
    assert refused.code == 2 and "by itself" in refused.err and len(refused.err.splitlines()) == 1
    assert shell("cards", "done", "ca_none", "--as", "office@maple.example").code == 2


def test_without_any_that_is_said(shell: Shell) -> None:
    assert "Nothing waits" in shell("cards").err
