"""`person invite`, last days, and the second step of somebody who lost their phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.account import Account, Invitation
from models.audit import of_subject
from models.staff import StaffMember
from tests.commands.conftest import Shell
from tests.upkeep.persons import GOOD
from tests.upkeep.sites import write
from upkeep import second_step
from upkeep.invitations import accept
from upkeep.sign_in import is_them

MARIA = "maria@maple.example"


@pytest.fixture
def maple(shell: Shell) -> Shell:
    assert shell("load", str(write(shell.folder))).code == 0
    return shell


def test_the_link_that_is_printed_lets_somebody_choose_a_password(maple: Shell) -> None:
    told = maple("person", "invite", MARIA, "--json")
    shown = told.lines[0]
    token = shown["link"].partition("/invitation/")[2]
    assert told.code == 0 and shown["mailed"] is False
    with maple.db.write() as session:
        accept(session, token, GOOD, datetime.now(UTC))
        assert is_them(session, MARIA, GOOD)
        assert "invite" in {row.what for row in of_subject(session, "maple", MARIA)}


def test_somebody_new_is_added_by_it_and_only_with_a_role(maple: Shell) -> None:
    told = maple("person", "invite", "lee@maple.example")
    assert told.code == 2 and "give --role" in told.err
    told = maple("person", "invite", "Lee@maple.example", "--role", "volunteer", "--until", "2099-06-30")
    assert told.code == 0 and "/invitation/" in told.out
    with maple.db.read() as session:
        row = session.get_one(StaffMember, ("maple", "lee@maple.example"))
    assert row.ends_at and row.ends_at.date().isoformat() == "2099-07-01"


def test_with_a_mail_server_the_next_round_mails_it_too(maple: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_NOTIFY_URL", "mailto://127.0.0.1:9?from=bridge@maple.example")
    told = maple("person", "invite", MARIA)
    assert told.code == 0 and "next round mails it" in told.err
    with maple.db.read() as session:
        assert session.exec(select(Invitation)).one().link_sealed


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", "2027-13-01"])
def test_a_last_day_that_cannot_be_is_refused(maple: Shell, until: str) -> None:
    told = maple("person", "add", "pat@maple.example", "--role", "staff", "--until", until)
    assert (told.code, told.out) == (2, "") and len(told.err.strip().splitlines()) == 1


@pytest.mark.parametrize("password", ["password123", "12345678", "Welcome2026"])
def test_the_commonest_passwords_are_refused_here_too(maple: Shell, password: str) -> None:
    told = maple("person", "password", MARIA, "--password", password)
    assert told.code == 2 and "one of the commonest" in told.err


def test_the_second_step_is_taken_off_for_whoever_lost_it(maple: Shell) -> None:
    from models.vault import Vault, new_key

    vault, before = Vault(new_key()), datetime.now(UTC) - timedelta(hours=1)
    maple("person", "password", MARIA)
    with maple.db.write() as session:
        secret = second_step.prepare(session, MARIA, vault)
        assert second_step.turn_on(session, MARIA, second_step.pyotp.TOTP(secret).at(before), vault, before)
    assert maple("person", "second-step", MARIA, "--off").code == 0
    with maple.db.read() as session:
        assert not second_step.is_on(session.get_one(Account, MARIA))
    assert maple("person", "second-step", "nobody@maple.example", "--off").code == 2


def test_a_half_given_sign_in_of_the_school_is_told(
    maple: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRIDGE_OIDC_ISSUER", "https://accounts.google.com")
    told = maple("person", "invite", MARIA)
    assert told.code == 2 and "BRIDGE_OIDC_CLIENT_ID" in told.err
    monkeypatch.setenv("BRIDGE_OIDC_CLIENT_ID", "x")
    monkeypatch.setenv("BRIDGE_OIDC_CLIENT_SECRET", "y")
    assert maple("person", "invite", MARIA).code == 0
    monkeypatch.setenv("BRIDGE_OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0")
    told = maple("person", "invite", MARIA)
    assert told.code == 2 and "tenant" in told.err
