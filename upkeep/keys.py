"""Changing the key that secrets are sealed with: all are sealed anew with the newest, row by row, and it may be killed anywhere.

Old and new keys stand side by side until nothing is sealed with an old one; run again, it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Column, Table, and_, update
from sqlmodel import Session, SQLModel, select

import models.tables  # noqa: F401  (all tables that may hold something sealed)
from config.mistake import Mistake
from models.database import Database
from models.vault import KeyUnusable, Vault, check_key, key_from, new_key, split_keys, write_keys


@dataclass(frozen=True, slots=True)
class Rotated:
    """`lost`: secrets that none of our keys opens; they stay as they are. `in_environment`: the operator drops old keys."""

    resealed: int
    kept: int
    lost: int
    in_environment: bool


def rotate(db: Database, configured: str, data: Path, tell: Callable[[int], None] = lambda _: None) -> Rotated:
    """`configured` is BRIDGE_SECRET_KEY; "" = the key is in `data`/secret.key. Raises Mistake, KeyUnusable."""
    keys = _keys(configured, data)
    check_key(keys[0])
    with db.read() as session:
        places = list(_sealed(session))
    resealed = lost = 0
    for place in places:
        outcome = _reseal(db, place, Vault(keys[0]), Vault(",".join(keys)))
        resealed, lost = resealed + (outcome == "resealed"), lost + (outcome == "lost")
        tell(resealed)
    if not configured:
        _drop_old(db, data, keys)
    return Rotated(resealed, len(places) - resealed - lost, lost, bool(configured))


def anything_sealed(session: Session) -> bool:
    return next(_sealed(session), None) is not None


def a_secret(session: Session) -> str:
    """One that is sealed, to try a key on; "" where there is none."""
    place = next(_sealed(session), None)
    return place.sealed if place else ""


def _keys(configured: str, data: Path) -> list[str]:
    """The newest first; in the file it is put there first, so that whatever dies, every secret can be opened."""
    if configured:
        keys = split_keys(configured)
        if len(keys) < 2:
            raise Mistake(
                "BRIDGE_SECRET_KEY holds one key only",
                "put a new one before it, NEW,OLD (`key new` prints one), and say `key rotate` again",
            )
        return keys
    keys = split_keys(key_from("", data, make=False))
    if not keys:
        raise KeyUnusable("There is no key to change: put secret.key back into the data folder.")
    if len(keys) == 1:
        keys = [new_key(), *keys]
        Vault(",".join(keys))
        write_keys(data, keys)
    return keys


@dataclass(frozen=True, slots=True)
class _Place:
    table: Table
    column: str
    key: tuple[tuple[str, str], ...]
    sealed: str


def _sealed(session: Session) -> Iterator[_Place]:
    for table in SQLModel.metadata.sorted_tables:
        names = [column.name for column in table.primary_key]
        for column in [one for one in table.columns if one.name.endswith("_sealed")]:
            query = select(column, *table.primary_key).where(column != "")
            for sealed, *key in session.connection().execute(query):
                yield _Place(table, column.name, tuple(zip(names, key, strict=True)), sealed)


def _reseal(db: Database, place: _Place, newest: Vault, all_keys: Vault) -> str:
    if _opens(newest, place.sealed):
        return "kept"
    try:
        sealed = newest.seal(all_keys.open(place.sealed))
    except KeyUnusable:
        return "lost"
    column: Column[str] = place.table.c[place.column]
    here = and_(*(place.table.c[name] == value for name, value in place.key))
    with db.write() as session:  # unless somebody gave a fresh one meanwhile
        statement = update(place.table).where(here, column == place.sealed).values({place.column: sealed})
        session.connection().execute(statement)
    return "resealed"


def _opens(vault: Vault, sealed: str) -> bool:
    try:
        vault.open(sealed)
    except KeyUnusable:
        return False
    return True


def _drop_old(db: Database, data: Path, keys: list[str]) -> None:
    """Once nothing is sealed with an old one; checked while nobody else can write."""
    newest, old = Vault(keys[0]), Vault(",".join(keys[1:]))
    with db.write() as session:
        if not any(_opens(old, one.sealed) and not _opens(newest, one.sealed) for one in _sealed(session)):
            write_keys(data, keys[:1])
