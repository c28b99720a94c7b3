"""Secrets at rest: tokens and passwords are sealed with a key that lives outside the database."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from config.logs import hide

_NO_KEY = (
    "What stands in BRIDGE_SECRET_KEY, or else in the data folder's secret.key, is not a valid key: restore the key "
    "you saved, or, when nothing is kept yet, remove it to have one made."
)
_WEAK_KEY = (
    "The key in BRIDGE_SECRET_KEY or secret.key is one that can be guessed: `key new` prints one that cannot, "
    "put that before it (NEW,OLD) and say `key rotate`."
)
_MISSING = (
    "The key is missing: put the secret.key that belongs to this database back into the data folder (or set "
    "BRIDGE_SECRET_KEY); if it is lost, `key new > secret.key` there, and `load` again with fresh tokens."
)
_FOREIGN = (
    "A stored token was sealed with another key: put the key that belongs to this database "
    "back (BRIDGE_SECRET_KEY or data/secret.key), or run `load` again with fresh tokens."
)
_DIFFERENT_BYTES = 16  # of 32; by chance there are fewer less than once in 10^15 keys


class KeyUnusable(Exception):
    """The key is not a Fernet key, or does not open what was sealed. The message says what to do."""


class Vault:
    """Seals with the newest key, opens with any of them (newest first). What went through it is hidden in logs.

    `again` gives the keys as they are now: `key rotate` may have changed them while this program runs.
    """

    def __init__(self, keys: str, again: Callable[[], str] | None = None) -> None:
        self._keys, self._again = keys, again
        self._box = _box(keys)

    def seal(self, secret: str) -> str:
        if not secret:
            return ""
        hide(secret)
        self._look_again()
        return self._opened().encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret; KeyUnusable when no key of ours sealed it."""
        if not sealed:
            return ""
        try:
            secret = self._opened().decrypt(sealed.encode()).decode()
        except (InvalidToken, KeyUnusable) as bad:
            if self._look_again():
                return self.open(sealed)
            raise bad if isinstance(bad, KeyUnusable) else KeyUnusable(_FOREIGN) from bad
        hide(secret)
        return secret

    def _opened(self) -> MultiFernet:
        if self._box is None:
            raise KeyUnusable(_MISSING)
        return self._box

    def _look_again(self) -> bool:
        """Are there other keys now?"""
        keys = self._again() if self._again else self._keys
        if keys == self._keys:
            return False
        self._keys, self._box = keys, _box(keys)
        return True


def _box(keys: str) -> MultiFernet | None:
    """None without any key: all that needs no secret can go on."""
    hide(*split_keys(keys))
    try:
        boxes = [Fernet(key) for key in split_keys(keys)]
    except ValueError as bad:
        raise KeyUnusable(_NO_KEY) from bad
    return MultiFernet(boxes) if boxes else None


def split_keys(keys: str) -> list[str]:
    """Newest first."""
    return [key.strip() for key in keys.split(",") if key.strip()]


def new_key() -> str:
    return Fernet.generate_key().decode()


def check_key(key: str) -> None:
    """KeyUnusable for one from an example or made by hand: text, or a few bytes over and over."""
    try:
        raw = base64.urlsafe_b64decode(key)
    except ValueError as bad:
        raise KeyUnusable(_NO_KEY) from bad
    if len(set(raw)) < _DIFFERENT_BYTES or all(32 <= one < 127 for one in raw):
        raise KeyUnusable(_WEAK_KEY)


def key_from(configured: str, data: Path, *, make: bool = True) -> str:
    """The configured keys, else those in `data`/secret.key, made on first use (mode 600, never half written).

    "" where there is none and none should be made: something is sealed with one that is missing.
    """
    if configured:
        return configured
    path = key_path(data)
    if not path.exists():
        if not make:
            return ""
        data.mkdir(parents=True, exist_ok=True)
        fresh = _written(path, new_key())
        try:
            os.link(fresh, path)  # fails when another process was first: then theirs is the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(errors="replace").strip()


def key_path(data: Path) -> Path:
    return data / "secret.key"


def write_keys(data: Path, keys: list[str]) -> None:
    """In place of what stands in secret.key, at once and as a whole, newest first."""
    path = key_path(data)
    _written(path, ",".join(keys)).replace(path)
    folder = os.open(data, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written(path: Path, keys: str) -> Path:
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.unlink(missing_ok=True)  # left by one that died under the same number
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(keys + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh
