"""Secrets at rest: tokens and passwords are sealed with a key that lives outside the database."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from config.logs import hide

_NO_KEY = (
    "What stands in BRIDGE_SECRET_KEY, or else in the data folder's secret.key, is not a valid key: restore the key "
    "you saved, or, when nothing is kept yet, remove it to have one made."
)


class KeyUnusable(Exception):
    """The key is not a Fernet key, or does not open what was sealed. The message says what to do."""


class Vault:
    """Seals with the newest key, opens with any of them (newest first). What went through it is hidden in logs."""

    def __init__(self, keys: str) -> None:
        hide(*(key.strip() for key in keys.split(",")))
        try:
            self._box = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
        except ValueError as bad:
            raise KeyUnusable(_NO_KEY) from bad

    def seal(self, secret: str) -> str:
        hide(secret)
        return self._box.encrypt(secret.encode()).decode() if secret else ""

    def open(self, sealed: str) -> str:
        """The secret; KeyUnusable when no key of ours sealed it."""
        if not sealed:
            return ""
        try:
            secret = self._box.decrypt(sealed.encode()).decode()
        except InvalidToken as bad:
            raise KeyUnusable(
                "A stored token was sealed with another key: put the key that belongs to this database "
                "back (BRIDGE_SECRET_KEY or data/secret.key), or run `load` again with fresh tokens."
            ) from bad
        hide(secret)
        return secret


def key_from(configured: str, data: Path) -> str:
    """The configured key, else the one in `data`/secret.key, made on first use (mode 600, never half written)."""
    if configured:
        return configured
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(Fernet.generate_key().decode() + "\n")
        try:
            os.link(fresh, path)  # fails when another process was first: then theirs is the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(errors="replace").strip()
