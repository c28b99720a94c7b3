"""From the values of a site file to the columns of rows. Secrets stay apart: they are compared open and written sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from config import site_values as said


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row as the site file says it. `secrets`: the column that holds it sealed -> the secret itself."""

    slug: str
    columns: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def school(site: said.Site) -> Wanted:
    return Wanted(
        site.school.slug,
        {
            "name": site.school.name,
            "timezone": site.school.timezone,
            "languages": list(site.school.languages),
            "hours": site.school.hours,
            "closed": list(site.school.closed),
            "respond_within": site.routing.respond_within,
            "fallback": site.routing.fallback,
        },
    )


def group(row: said.Group) -> Wanted:
    return Wanted(row.slug, {"kind": row.kind, "name": row.name})


def source(row: said.Source) -> Wanted:
    columns = _same(row, "kind", "address", "username", "every", "missing")
    return Wanted(
        row.slug, {**columns, "group": row.group or None}, {"password_sealed": row.password.get_secret_value()}
    )


def page(row: said.Page) -> Wanted:
    plain = _same(row, "facebook_id", "announce", "approval", "quiet_hours", "daily_limit")
    lists = _lists(row, "languages", "categories", "include", "exclude", "remind")
    columns = {**plain, **lists, "group": row.group or None}
    return Wanted(row.slug, columns, {"token_sealed": row.token.get_secret_value()})


def center(row: said.Center) -> Wanted:
    plain = _same(row, "name", "kind", "url", "username", "calendar", "accept")
    secrets = {
        "password_sealed": row.password.get_secret_value(),
        "credentials_sealed": row.credentials.get_secret_value(),
    }
    return Wanted(row.slug, {**plain, **_lists(row, "categories", "places")}, secrets)


def person(row: said.StaffMember) -> Wanted:
    plain = _same(row, "name", "role", "hours", "daily_limit", "center")
    return Wanted(row.email, {**plain, **_lists(row, "languages"), "language_hours": dict(row.language_hours)})


def _same(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _lists(row: object, *names: str) -> dict[str, list[Any]]:
    values: Iterable[tuple[str, Any]] = ((name, getattr(row, name)) for name in names)
    return {name: list(value) for name, value in values}
