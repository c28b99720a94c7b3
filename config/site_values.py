"""What a site file says, as values: one school and all it connects.

Every text is checked and in its usual writing; hours, closed days and durations stay texts, as rows keep them
(config.hours and config.durations read them). Secrets are already resolved and never print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import SecretStr

GroupKind = Literal["pta", "parent-support", "leadership-team", "coalition"]
SourceKind = Literal["ics", "csv", "caldav"]
CenterKind = Literal["caldav", "google", "feed"]
Role = Literal["owner", "volunteer", "staff", "center"]
By = Literal["auto", "person"]


@dataclass(frozen=True, slots=True)
class School:
    """`languages` are those families speak, the school's own first."""

    slug: str
    name: str
    timezone: str
    languages: tuple[str, ...]
    hours: str
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    kind: GroupKind
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """`address` is a URL or an absolute path. `group` is "" when none is named and there is not exactly one."""

    slug: str
    kind: SourceKind
    address: str
    group: str
    username: str
    password: SecretStr
    every: str
    missing: str


@dataclass(frozen=True, slots=True)
class Page:
    """`languages` are the school's when the file names none; `group` as in Source."""

    slug: str
    facebook_id: str
    token: SecretStr
    languages: tuple[str, ...]
    group: str
    categories: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    announce: str
    remind: tuple[str, ...]
    approval: By
    quiet_hours: str
    daily_limit: int


@dataclass(frozen=True, slots=True)
class Center:
    """`url`, `username`, `password` are of kind caldav, `calendar` and `credentials` of kind google."""

    slug: str
    name: str
    kind: CenterKind
    url: str
    username: str
    password: SecretStr
    calendar: str
    credentials: SecretStr
    categories: tuple[str, ...]
    places: tuple[str, ...]
    accept: By


@dataclass(frozen=True, slots=True)
class StaffMember:
    """`email` is in lower case. `hours` "" are the school's; `center` is "" but for role center. `away`: days and ranges of
    days. `language_hours`: language -> hours a week for families in it; empty = all hours, for any."""

    email: str
    name: str
    role: Role
    languages: tuple[str, ...]
    hours: str
    daily_limit: int
    center: str
    away: tuple[str, ...] = ()
    language_hours: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Routing:
    """`fallback` is the email of an owner or a member of staff; `no_speaker`, too, or ""."""

    fallback: str
    respond_within: str
    no_speaker: str = ""


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Who answers what. What is empty is no condition; a language may be "und", for what is unsure."""

    languages: tuple[str, ...]
    page: str
    group: str
    topic: str
    event_words: tuple[str, ...]
    people: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that helps in languages that nobody at the school speaks."""

    name: str
    languages: tuple[str, ...]
    contact: str
    note: str


@dataclass(frozen=True, slots=True)
class Site:
    school: School
    groups: tuple[Group, ...]
    sources: tuple[Source, ...]
    pages: tuple[Page, ...]
    centers: tuple[Center, ...]
    staff: tuple[StaffMember, ...]
    routing: Routing
    routes: tuple[RoutingRule, ...] = ()
    partners: tuple[Partner, ...] = ()
