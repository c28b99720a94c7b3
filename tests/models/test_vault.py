"""Secrets at rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from models.vault import KeyUnusable, Vault, key_from


def test_a_sealed_secret_opens_again_and_does_not_show() -> None:
    vault = Vault(Fernet.generate_key().decode())
    sealed = vault.seal("PAGE-TOKEN")
    assert "PAGE-TOKEN" not in sealed
    assert vault.open(sealed) == "PAGE-TOKEN"


def test_an_older_key_still_opens_after_rotation() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = Vault(old).seal("secret")
    assert Vault(f"{new},{old}").open(sealed) == "secret"


def test_a_foreign_key_is_told_with_the_mend() -> None:
    sealed = Vault(Fernet.generate_key().decode()).seal("secret")
    with pytest.raises(KeyUnusable, match="put the key"):
        Vault(Fernet.generate_key().decode()).open(sealed)


def test_something_that_is_no_key_is_told_with_the_mend() -> None:
    with pytest.raises(KeyUnusable, match="restore the key"):
        Vault("hunter2")


def test_the_key_is_made_once_and_only_we_may_read_it(tmp_path: Path) -> None:
    first = key_from("", tmp_path / "data")
    assert key_from("", tmp_path / "data") == first
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["secret.key"]


def test_nothing_is_sealed_as_nothing() -> None:
    vault = Vault(Fernet.generate_key().decode())
    assert vault.seal("") == "" and vault.open("") == ""
