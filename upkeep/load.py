"""Makes the database agree with a site file. Writes only what differs, so that a second load changes nothing.

What the file no longer names is switched off, never deleted; people that were not made by a site file are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from config.site import Site
from models.audit import note
from models.center import CalendarEntry, Center, CenterObject
from models.page import Page
from models.routing_rule import Away, Partner, RoutingRule
from models.school import Group, School
from models.source import FeedItem, Source, SourceObject
from models.staff import StaffMember
from models.vault import KeyUnusable, Vault
from upkeep import site_routes, site_rows
from upkeep.compare import Change, Standing, compare
from upkeep.site_rows import Wanted

__all__ = ["Change", "left_alone", "load"]


def load(session: Session, vault: Vault, site: Site, now: datetime) -> tuple[Change, ...]:
    """What changed, in the order of the file; () when all was so already. Calls nobody."""
    changes: list[Change] = []
    for kind, wanted in _wanted(session, site):
        changes += _agree(_Table(session, vault, site.school.slug, kind, now), wanted)
        session.flush()  # groups must stand before the pages that name them
    changes += site_routes.no_speaker(session, site, now)
    if changes:
        _school(session, site.school.slug).loaded_at = now
        told = [f"{one.how}: {one.what} {one.slug}" for one in changes]
        note(session, site.school.slug, now, "", "load", site.school.slug, changes=told)
    return tuple(changes)


def left_alone(session: Session, site: Site) -> tuple[str, ...]:
    """Emails in the site file that belong to people made, or changed, by a person: their rows stay as they are."""
    return tuple(one.email for one in site.staff if one.email in _not_ours(session, site.school.slug))


def _wanted(session: Session, site: Site) -> list[tuple[_Kind, list[Wanted]]]:
    not_ours = _not_ours(session, site.school.slug)
    return [
        (_SCHOOL, [site_rows.school(site)]),
        (_GROUP, [site_rows.group(row) for row in site.groups]),
        (_SOURCE, [site_rows.source(row) for row in site.sources]),
        (_PAGE, [site_rows.page(row) for row in site.pages]),
        (_CENTER, [site_rows.center(row) for row in site.centers]),
        (_PERSON, [site_rows.person(row) for row in site.staff if row.email not in not_ours]),
        *((kind, _not_by_hand(session, kind, wanted)) for kind, wanted in (
            (_RULE, site_routes.rules(site)), (_PARTNER, site_routes.partners(site)), (_AWAY, site_routes.away(site)),
        )),
    ]  # fmt: skip


def _not_by_hand(session: Session, kind: _Kind, wanted: Sequence[Wanted]) -> list[Wanted]:
    """Each once, and without those that a person has changed or switched off since."""
    model: Any = kind.model
    by_hand = set(session.exec(select(model.id).where(model.made_by != "site")))
    return [one for one in {one.slug: one for one in wanted}.values() if one.slug not in by_hand]


def _not_ours(session: Session, school: str) -> set[str]:
    query = select(StaffMember.email).where(StaffMember.school == school, StaffMember.made_by != "site")
    return set(session.exec(query))


# --- one kind of row


@dataclass(frozen=True, slots=True)
class _Kind:
    """`given` are the columns a new row needs beside those of the file; `follow` is what a change brings with it."""

    what: str
    model: type[SQLModel]
    key: str
    given: Callable[[datetime], dict[str, Any]]
    follow: Callable[[Session, Any, Change, datetime], None]
    label: Callable[[Any], str] | None = None  # what people call a row, where `key` is a number


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows of one kind at one school, and what writing them needs."""

    session: Session
    vault: Vault
    school: str
    kind: _Kind
    now: datetime

    def rows(self) -> dict[str, Any]:
        """slug -> row, also those that are off."""
        model: Any = self.kind.model
        query = select(model).where((model.slug if model is School else model.school) == self.school)
        if hasattr(model, "made_by"):
            query = query.where(model.made_by == "site")
        return {getattr(row, self.kind.key): row for row in self.session.exec(query)}


def _agree(table: _Table, wanted: Sequence[Wanted]) -> list[Change]:
    rows = table.rows()
    secrets = sorted({name for one in wanted for name in one.secrets})
    standing = {slug: _standing(table.vault, row, secrets) for slug, row in rows.items()}
    changes = compare(table.kind.what, wanted, standing)
    by_slug = {one.slug: one for one in wanted}
    for change in changes:
        if change.how == "switched off":
            rows[change.slug].off_at = table.now
        else:
            rows[change.slug] = _write(table, change, by_slug[change.slug], rows.get(change.slug))
    label = table.kind.label
    return [replace(one, slug=label(rows[one.slug])) for one in changes] if label else changes


def _standing(vault: Vault, row: Any, secrets: Sequence[str]) -> Standing:
    return Standing(row.model_dump(), {name: _opened(vault, getattr(row, name)) for name in secrets}, bool(row.off_at))


def _opened(vault: Vault, sealed: str) -> str | None:
    try:
        return vault.open(sealed)
    except KeyUnusable:
        return None


def _write(table: _Table, change: Change, wanted: Wanted, row: Any) -> Any:
    values = dict(wanted.columns)
    if row is None:
        place = {} if table.kind.model is School else {"school": table.school}
        row = table.kind.model(**{table.kind.key: wanted.slug}, **place, **values, **table.kind.given(table.now))
        secrets = set(wanted.secrets)
    else:
        secrets = set(wanted.secrets) & change.columns
    for name, value in {**values, **{name: table.vault.seal(wanted.secrets[name]) for name in secrets}}.items():
        setattr(row, name, value)
    row.off_at = None
    table.session.add(row)
    table.kind.follow(table.session, row, change, table.now)
    return row


def _school(session: Session, slug: str) -> School:
    return session.exec(select(School).where(School.slug == slug)).one()


# --- what a change brings with it


def _nothing(session: Session, row: Any, change: Change, now: datetime) -> None:
    pass


def _school_changed(session: Session, row: School, change: Change, now: datetime) -> None:
    """Days and floating times are told in the school's zone: every calendar is read anew, event by event."""
    if "timezone" in change.columns:
        for source in session.exec(select(Source).where(Source.school == row.slug)):
            _read_anew(source)
        for item in session.exec(select(FeedItem).where(FeedItem.school == row.slug)):
            item.digest = ""


def _source_changed(session: Session, row: Source, change: Change, now: datetime) -> None:
    if change.columns & {"kind", "address", "username", "password_sealed"}:
        _read_anew(row)
        row.problem, row.failing_since = "", None
    if change.columns & {"kind", "address"}:
        row.held_at, row.held_reason, row.released_at, row.released_by = None, "", None, ""
        row.held_difference = []
        of_row = (col(SourceObject.school) == row.school, col(SourceObject.source) == row.slug)
        session.execute(delete(SourceObject).where(*of_row))


def _read_anew(source: Source) -> None:
    source.etag = source.last_modified = source.body_digest = source.checked_at = None
    source.sync_token, source.listed_at = "", None


def _page_changed(session: Session, row: Page, change: Change, now: datetime) -> None:
    if change.columns & {"facebook_id", "token_sealed"}:
        row.token_kind, row.token_proven_at, row.token_missing = "", None, []
        row.token_expires_at, row.data_access_expires_at, row.token_user_id = None, None, ""
        row.token_problem, row.dead_since, row.problem = "", None, ""
    if "facebook_id" in change.columns:
        row.connected_at, row.read_at, row.census_at = now, None, None
        row.parked_until, row.blocked_at, row.usage = None, None, {}


def _center_changed(session: Session, row: Center, change: Change, now: datetime) -> None:
    """Another calendar has nothing of ours yet: the next plan finds every entry changed, and puts it there."""
    if change.columns & {"kind", "url", "username", "password_sealed", "calendar", "credentials_sealed"}:
        row.problem, row.checked_at, row.sync_token, row.listed_at = "", None, "", None
    if change.columns & {"kind", "url", "calendar"}:
        for theirs in session.exec(
            select(CenterObject).where(CenterObject.school == row.school, CenterObject.center == row.slug)
        ):
            session.delete(theirs)
        query = select(CalendarEntry).where(CalendarEntry.school == row.school, CalendarEntry.center == row.slug)
        for entry in session.exec(query):
            if entry.state in ("due", "sent", "conflict") and not entry.removing:
                entry.state, entry.etag, entry.problem = "due", None, ""
                entry.made_from = entry.fingerprint = entry.sent_fingerprint = entry.stands_fingerprint = ""
                entry.sent_body, entry.kept_body, entry.tried, entry.conflicts = "", "", [], []


_SCHOOL = _Kind("school", School, "slug", lambda now: {"loaded_at": now}, _school_changed)
_GROUP = _Kind("group", Group, "slug", lambda now: {}, _nothing)
_SOURCE = _Kind("source", Source, "slug", lambda now: {}, _source_changed)
_PAGE = _Kind("page", Page, "slug", lambda now: {"connected_at": now, "token_sealed": ""}, _page_changed)
_CENTER = _Kind("center", Center, "slug", lambda now: {}, _center_changed)
_PERSON = _Kind("person", StaffMember, "email", lambda now: {"made_by": "site"}, _nothing)
_RULE, _PARTNER, _AWAY = (
    _Kind(what, model, "id", lambda now: {"made_by": "site", "made_at": now}, _nothing, site_routes.label)
    for what, model in (("rule", RoutingRule), ("partner", Partner), ("days away", Away))
)
