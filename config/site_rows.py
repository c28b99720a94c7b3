"""From one table of a site file to its value: the keys it knows, their checks and defaults. One function a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import cast, get_args

from pydantic import SecretStr

from config import site_checks as check
from config import site_google as google
from config import site_routes as routes
from config.durations import parse_duration
from config.languages import has_wording, language_tag
from config.mistake import Mistake
from config.site_table import Check, Table
from config.site_values import (
    By,
    Center,
    CenterKind,
    Group,
    GroupKind,
    Page,
    Role,
    Routing,
    School,
    Source,
    SourceKind,
    StaffMember,
)

KEYS = {
    "school": ("slug", "name", "timezone", "languages", "hours", "closed"),
    "groups": ("slug", "kind", "name"),
    "sources": ("slug", "kind", "url", "path", "username", "password", "every", "group", "missing"),
    "pages": (
        *("slug", "group", "facebook_id", "token", "languages", "categories", "include", "exclude"),
        *("announce", "remind", "approval", "quiet_hours", "daily_limit"),
    ),
    "centers": (
        *("slug", "name", "kind", "url", "username", "password", "calendar", "credentials"),
        *("categories", "places", "accept"),
    ),
    "staff": ("email", "name", "role", "languages", "hours", "daily_limit", "center", "away", "language_hours"),
    "routing": ("respond_within", "fallback", "no_speaker"),
    **routes.KEYS,
}
_FEED = check.url("https", "http", "webcal")
_COLLECTION = check.url("https", "http")
_CALDAV = ("url", "username", "password")
_GOOGLE = ("calendar", "credentials")


def school(table: Table) -> School:
    table.only(KEYS["school"])
    return School(
        slug=table.text("slug", check.slug),
        name=table.text("name"),
        timezone=table.text("timezone", check.timezone),
        languages=_languages(table, default=("en",), at_least_one=True),
        hours=table.text("hours", check.hours, default="Mon-Fri 08:00-16:00"),
        closed=table.texts("closed", check.closed),
    )


def group(table: Table) -> Group:
    table.only(KEYS["groups"])
    return Group(
        slug=table.text("slug", check.slug),
        kind=cast(GroupKind, table.text("kind", check.one_of(*get_args(GroupKind)))),
        name=table.text("name"),
    )


def source(table: Table, groups: Sequence[str]) -> Source:
    table.only(KEYS["sources"])
    kind = cast(SourceKind, table.text("kind", check.one_of(*get_args(SourceKind))))
    _fits(table, kind, {"path": ("ics", "csv"), "username": ("caldav",), "password": ("caldav",)})
    return Source(
        slug=table.text("slug", check.slug),
        kind=kind,
        address=_source_address(table, kind),
        group=_group(table, groups),
        username=table.text("username", check.optional(check.plain), default=""),
        password=table.secret("password"),
        every=table.text("every", check.duration, default="15m"),
        missing=table.text("missing", check.ask_or_duration, default="ask"),
    )


def page(table: Table, home: School, groups: Sequence[str]) -> Page:
    table.only(KEYS["pages"])
    return Page(
        slug=table.text("slug", check.slug),
        group=_group(table, groups),
        facebook_id=table.text("facebook_id", check.facebook_id),
        token=table.secret("token", required=True),
        languages=_page_languages(table, home),
        categories=table.texts("categories"),
        include=table.texts("include"),
        exclude=table.texts("exclude"),
        announce=table.text("announce", check.duration, default="14d"),
        remind=_remind(table),
        approval=cast(By, table.text("approval", check.one_of(*get_args(By)), default="person")),
        quiet_hours=table.text("quiet_hours", check.quiet_hours, default="21:00-07:00"),
        daily_limit=table.number("daily_limit", default=4),
    )


def center(table: Table) -> Center:
    table.only(KEYS["centers"])
    kind = cast(CenterKind, table.text("kind", check.one_of(*get_args(CenterKind))))
    _fits(table, kind, dict.fromkeys(_CALDAV, ("caldav",)) | dict.fromkeys(_GOOGLE, ("google",)))
    return Center(
        slug=table.text("slug", check.slug),
        name=table.text("name"),
        kind=kind,
        url=_text_if(table, "url", _COLLECTION, needed=kind == "caldav"),
        username=table.text("username", check.optional(check.plain), default=""),
        password=table.secret("password"),
        calendar=_text_if(table, "calendar", google.calendar_id, needed=kind == "google"),
        credentials=_credentials(table, kind),
        categories=table.texts("categories"),
        places=table.texts("places"),
        accept=cast(By, table.text("accept", check.one_of(*get_args(By)), default="auto")),
    )


def person(table: Table, home: School, centers: Sequence[str]) -> StaffMember:
    """Without `languages` a person answers in the school's own."""
    table.only(KEYS["staff"])
    role = cast(Role, table.text("role", check.one_of(*get_args(Role))))
    languages = _languages(table, default=home.languages[:1])
    return StaffMember(
        email=table.text("email", check.email),
        name=table.text("name"),
        role=role,
        languages=languages,
        hours=table.text("hours", check.optional(check.hours), default=""),
        daily_limit=table.number("daily_limit", default=20),
        center=_center(table, role, centers),
        away=table.texts("away", check.closed),
        language_hours=routes.language_hours(table, languages),
    )


def routing(table: Table, answering: Collection[str], others: Collection[str]) -> Routing:
    """`answering` and `others`: the emails of those who may be the fallback, and of those who may not."""
    table.only(KEYS["routing"])
    fallback = table.text("fallback", check.email)
    choices = (
        " or ".join(f'"{one}"' for one in [*filter(None, answering)][:3])
        or "the email of a person with role owner or staff"
    )
    if fallback in others:
        message = f'"{fallback}" does not answer comments: the fallback must have role owner or staff'
        table.note("fallback", Mistake(message, f"write {choices}, or change that person's role"))
    elif fallback and fallback not in answering:
        message = f'"{fallback}" is nobody in [[staff]]'
        table.note("fallback", Mistake(message, f"write {choices}, or add a [[staff]] table for that person"))
    within = table.text("respond_within", check.duration, default="1d")
    return Routing(fallback, within, routes.may_answer(table, "no_speaker", answering))


def _source_address(table: Table, kind: str) -> str:
    """The URL, or the path made absolute (relative ones are relative to the site file)."""
    has_url, has_path = (table.raw.get(key, "") != "" for key in ("url", "path"))
    if kind == "caldav":
        return table.text("url", _COLLECTION)
    if not has_url and not has_path:
        table.note("url", Mistake("url or path is missing", 'add url = "https://…", or path = "…"'))
    if has_url and has_path:
        table.note("path", Mistake("stands beside url", "keep one of url and path"))
    url = table.text("url", check.optional(_FEED), default="")
    path = table.text("path", check.optional(check.path), default="")
    return url or (str((table.reading.file.parent / path).resolve()) if path else "")


def _fits(table: Table, kind: str, kinds_of: Mapping[str, Sequence[str]]) -> None:
    """Notes keys that say something (are not "") and mean nothing for this kind."""
    for key, kinds in kinds_of.items():
        if kind and kind not in kinds and table.raw.get(key, "") != "":
            named = " or ".join(f'"{one}"' for one in kinds)
            table.note(key, Mistake(f'means nothing for kind "{kind}"', f"remove it, or write kind = {named}"))


def _text_if(table: Table, key: str, check_text: Check, *, needed: bool) -> str:
    """A text that only one kind needs."""
    return table.text(key, check_text) if needed else table.text(key, check.optional(check_text), default="")


def _credentials(table: Table, kind: str) -> SecretStr:
    said = table.secret("credentials", required=kind == "google")
    try:
        if kind == "google" and said.get_secret_value():
            google.credentials(said.get_secret_value())
    except Mistake as mistake:
        table.note("credentials", mistake)
    return said


def _group(table: Table, groups: Sequence[str]) -> str:
    """The group that is named, else the only one there is, else ""."""
    named = table.text("group", check.optional(check.plain), default="")
    if named and named not in groups:
        table.note("group", _unknown_slug(named, "group", "groups", groups))
    return named or (groups[0] if len(groups) == 1 else "")


def _center(table: Table, role: str, centers: Sequence[str]) -> str:
    named = table.text("center", check.optional(check.plain), default="")
    if named and named not in centers:
        table.note("center", _unknown_slug(named, "center", "centers", centers))
    elif named and role and role != "center":
        table.note("center", Mistake(f'means nothing for role "{role}"', 'remove it, or write role = "center"'))
    elif role == "center" and not named:
        choices = " or ".join(f'center = "{one}"' for one in centers) or "a [[centers]] table, and center = its slug"
        table.note("center", Mistake('is missing, and role "center" needs it', f"add {choices}"))
    return named


def _unknown_slug(named: str, what: str, table: str, known: Sequence[str]) -> Mistake:
    near = get_close_matches(named, known, n=1, cutoff=0.6)
    choices = " or ".join(f'"{one}"' for one in near or known)
    mend = f"write {choices}" if choices else f"add a [[{table}]] table with that slug"
    return Mistake(f'"{named}" is no {what} of this file', mend)


def _languages(table: Table, *, default: tuple[str, ...], at_least_one: bool = False) -> tuple[str, ...]:
    tags = table.texts("languages", language_tag, default=default)
    if at_least_one and table.raw.get("languages") == []:
        table.note("languages", Mistake("is empty", 'write at least one language, such as ["en"], or leave it out'))
    for position, tag in enumerate(tags):
        if tag in tags[:position]:
            table.note("languages", Mistake(f'names "{tag}" twice', "write each language once"))
    return tags


def _page_languages(table: Table, home: School) -> tuple[str, ...]:
    """By default the school's languages, as far as we have words for them; what is written must all have wording."""
    wordings = table.reading.wording_languages
    speakable = tuple(tag for tag in home.languages if has_wording(tag, wordings))
    tags = _languages(table, default=speakable or home.languages[:1], at_least_one=True)
    silent = [tag for tag in tags if not has_wording(tag, wordings)]
    if silent:
        kept = [f'"{tag}"' for tag in tags if tag not in silent] or [f'"{tag}"' for tag in sorted(wordings)[:3]]
        names = ", ".join(f'"{tag}"' for tag in silent)
        message = f"{names} has no wording, so a post cannot say it"
        mend = f"write languages = [{', '.join(kept)}] for this page, or add that wording to the data folder"
        table.note("languages", Mistake(message, mend))
    return tags


def _remind(table: Table) -> tuple[str, ...]:
    reminders = table.texts("remind", check.duration, default=("1d",))
    spans = [parse_duration(text) for text in reminders]
    for position, text in enumerate(reminders):
        if spans[position] in spans[:position]:
            table.note("remind", Mistake(f'names "{text}" twice', "write each reminder once"))
    return reminders
