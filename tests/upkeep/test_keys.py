"""`key rotate`: whatever dies, every secret can be opened; run again, it comes to its end."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from config.mistake import Mistake
from models.center import Center
from models.database import Database
from models.page import Page
from models.vault import KeyUnusable, Vault, key_from
from tests.models import rows
from upkeep.keys import Rotated, rotate

SECRETS = 4


def test_a_new_key_seals_everything_and_the_old_one_is_gone(any_db: Database, tmp_path: Path) -> None:
    old = _sealed(any_db, tmp_path)
    assert rotate(any_db, "", tmp_path) == Rotated(SECRETS, 0, 0, False)
    new = key_from("", tmp_path)
    assert old not in new and "," not in new
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert _opened(any_db, Vault(new)) == _SECRETS
    with pytest.raises(KeyUnusable):
        _opened(any_db, Vault(old))


@pytest.mark.parametrize("killed_at", range(1, SECRETS + 1))
def test_killed_at_any_secret_all_can_be_opened_and_the_next_run_ends_it(
    db: Database, tmp_path: Path, killed_at: int
) -> None:
    old = _sealed(db, tmp_path)

    def dies(done: int) -> None:
        if done == killed_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(db, "", tmp_path, dies)
    half = key_from("", tmp_path)
    assert half.endswith(old) and _opened(db, Vault(half)) == _SECRETS
    assert rotate(db, "", tmp_path).resealed == SECRETS - killed_at
    assert key_from("", tmp_path) == half.partition(",")[0]  # the key begun with, no third one
    assert _opened(db, Vault(key_from("", tmp_path))) == _SECRETS


def test_a_running_program_notices_the_new_key(db: Database, tmp_path: Path) -> None:
    _sealed(db, tmp_path)
    running = Vault(key_from("", tmp_path), again=lambda: key_from("", tmp_path))
    rotate(db, "", tmp_path)
    assert _opened(db, running) == _SECRETS
    writing = Vault(Fernet.generate_key().decode(), again=lambda: key_from("", tmp_path))
    assert Vault(key_from("", tmp_path)).open(writing.seal("fresh")) == "fresh"


def test_a_key_in_the_environment_is_changed_by_the_operator(db: Database, tmp_path: Path) -> None:
    old = _sealed(db, tmp_path)
    with pytest.raises(Mistake, match="NEW,OLD"):
        rotate(db, old, tmp_path)
    new = Fernet.generate_key().decode()
    assert rotate(db, f"{new},{old}", tmp_path) == Rotated(SECRETS, 0, 0, True)
    assert rotate(db, f"{new},{old}", tmp_path) == Rotated(0, SECRETS, 0, True)
    assert _opened(db, Vault(new)) == _SECRETS


@pytest.mark.parametrize("raw", [b"\x00" * 32, b"example-key-example-key-example!", bytes(range(8)) * 4])
def test_a_key_that_can_be_guessed_seals_nothing_anew(db: Database, tmp_path: Path, raw: bytes) -> None:
    old = _sealed(db, tmp_path)
    weak = base64.urlsafe_b64encode(raw).decode()
    with pytest.raises(KeyUnusable, match="guessed"):
        rotate(db, f"{weak},{old}", tmp_path)
    assert _opened(db, Vault(old)) == _SECRETS


def test_what_no_key_opens_stays_and_is_told(db: Database, tmp_path: Path) -> None:
    _sealed(db, tmp_path)
    theirs = Vault(Fernet.generate_key().decode()).seal("theirs")
    with db.write() as session:
        session.exec(select(Page)).one().token_sealed = theirs
    assert rotate(db, "", tmp_path) == Rotated(SECRETS - 1, 0, 1, False)
    with db.read() as session:
        assert session.exec(select(Page)).one().token_sealed == theirs


_SECRETS = ["PAGE-TOKEN", "center 0", "center 1", "center 2"]


def _sealed(db: Database, data: Path) -> str:
    vault = Vault(key := key_from("", data))
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page(token_sealed=vault.seal(_SECRETS[0])))
        for number in range(3):
            slug = f"center-{number}"
            given = {"name": slug, "kind": "caldav", "password_sealed": vault.seal(f"center {number}")}
            session.add(Center(school="maple", slug=slug, **given))
    return key


def _opened(db: Database, vault: Vault) -> list[str]:
    with db.read() as session:
        sealed = [one.token_sealed for one in session.exec(select(Page))]
        sealed += session.exec(select(Center.password_sealed).order_by(Center.slug)).all()
        return [vault.open(one) for one in sealed]
