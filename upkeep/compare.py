"""What differs between a site file and the rows that stand: pure, in words that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from upkeep.site_rows import Wanted

How = Literal["added", "changed", "switched on", "switched off"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a site file changes. `details` are for people; `columns` are those that differ."""

    what: str  # school | group | source | page | center | person
    slug: str
    how: How
    details: tuple[str, ...] = ()
    columns: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A row as it is. A secret is None when no key of ours opens it."""

    columns: Mapping[str, Any]
    secrets: Mapping[str, str | None] = field(repr=False)
    is_off: bool


def compare(what: str, wanted: Sequence[Wanted], standing: Mapping[str, Standing]) -> list[Change]:
    """Changes in the order of the site file, then what it no longer names. `standing`: slug -> row."""
    found = [change for one in wanted if (change := _one(what, one, standing.get(one.slug)))]
    named = {one.slug for one in wanted}
    gone = [slug for slug, row in standing.items() if slug not in named and not row.is_off]
    return found + [Change(what, slug, "switched off") for slug in sorted(gone)]


def _one(what: str, wanted: Wanted, stands: Standing | None) -> Change | None:
    if stands is None:
        return Change(what, wanted.slug, "added")
    plain = [name for name, value in wanted.columns.items() if stands.columns[name] != value]
    secret = [name for name, value in wanted.secrets.items() if stands.secrets[name] != value]
    if not (plain or secret or stands.is_off):
        return None
    details = [_plain(name, stands.columns[name], wanted.columns[name]) for name in plain]
    details += [_secret(name, wanted.secrets[name]) for name in secret]
    how: How = "switched on" if stands.is_off else "changed"
    return Change(what, wanted.slug, how, tuple(details), frozenset((*plain, *secret)))


def _plain(column: str, before: Any, after: Any) -> str:
    """The rest of a web address may be what keeps it secret: only where it leads is said."""
    if column in ("address", "url") and "://" in f"{before}{after}":
        return f"{column}: a new one{_host(str(after))}"
    return f"{column}: {_shown(before)} → {_shown(after)}"


def _host(address: str) -> str:
    host = urlsplit(address).hostname
    return f", at {host}" if host else ""


def _secret(column: str, value: str) -> str:
    return f"{column.removesuffix('_sealed')}: {'a new one' if value else 'none any more'}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value not in (None, "") else "none"
