"""Asks each neighbour once, right now: calendars, Facebook Pages, centers. Only reads."""

from __future__ import annotations

from datetime import datetime

from calendars.gates import check
from calendars.split import split
from calendars.spreadsheet.read import read_list
from calendars.values import FeedRefused
from connector.collection import Collection
from connector.doors import Doors
from connector.errors import NotAllowed, OutsideError, SignInNeeded
from connector.google.calendar import GoogleCalendar
from connector.graph.app import elsewhere
from connector.graph.token import ends_soon
from connector.graph.values import TokenReport
from models.center import Center, way_to
from models.page import Page
from models.source import Source
from models.vault import KeyUnusable, Vault
from upkeep.cards import FORETOLD
from upkeep.findings import Finding, note, problem, well
from upkeep.reading import read_bytes

_LAST_COPY = "Until then its last good copy stands."
_ASKED_ANYWAY = "Comments are found by asking every few minutes all the same."
_LATER = "Until then what is owed there waits."
_RECONNECT = "Put the new token where the site file reads it, and `load` the site file."
_RIGHT_CREDENTIALS = "Put working credentials where the site file reads them, and `load` the site file."
_RIGHT_SIGN_IN = "Put the right user name and password where the site file reads them, and `load` the site file."


def of_source(doors: Doors, vault: Vault, row: Source, zone: str) -> Finding:
    what = f"{row.school}: calendar {row.slug}"
    last = f"last good reading {_told(row.read_at)}"
    try:
        said = _read(doors, row, vault.open(row.password_sealed) or None, zone)
    except SignInNeeded as wrong:
        return problem(what, f"{wrong.message} ({last})", _RIGHT_SIGN_IN)
    except (OutsideError, FeedRefused, KeyUnusable) as wrong:
        return problem(what, f"{wrong} ({last})", _LAST_COPY)
    if row.held_at is not None:
        mend = (
            f"`release {row.slug} --show` lists what would change; if that is right, `release {row.slug}`, otherwise ask "
            "who publishes it."
        )
        return problem(what, f"Held since {_told(row.held_at)}: {row.held_reason} ({last}).", mend)
    return well(what, f"{said}; {last}.")


def _read(doors: Doors, row: Source, password: str | None, zone: str) -> str:
    """What is there right now, in words."""
    subject, username = f"the calendar {row.slug}", row.username or None
    if row.kind == "caldav":
        door = doors.calendar(row.address, row.username, password or "", subject=subject)
        return f"{len(door.listing().etags)} entries now"
    body = read_bytes(row.address, doors.fetcher, subject=subject, username=username, password=password)
    if row.kind == "csv":
        found = read_list(body, zone)
        unread = f"; lines that cannot be read: {len(found.lost)}" if found.lost else ""
        return f"{len(split(found.ics).groups)} events now{unread}"
    check(body)
    return f"{len(split(body).groups)} events now"


def of_token(doors: Doors, vault: Vault, row: Page, now: datetime) -> Finding:
    what = f"{row.school}: token of {row.slug}"
    if row.parked_until and row.parked_until > now:
        return note(what, f"Facebook asked for silence until {_told(row.parked_until)}: not asked now.")
    try:
        report = doors.prove(row.facebook_id, vault.open(row.token_sealed), now)
    except (OutsideError, KeyUnusable) as wrong:
        return problem(what, str(wrong), _LATER)
    if report.problem or not report.valid or report.kind != "page":
        return problem(what, report.problem or f"Facebook takes it for a token of kind {report.kind}.", _RECONNECT)
    if row.blocked_at is not None:
        mend = f"Look at the Page's quality on Facebook; when that is settled, `release {row.slug}`."
        return problem(what, f"Facebook refuses what this Page writes since {_told(row.blocked_at)}.", mend)
    if (unread := _unread(doors, vault, row, now)) is not None:
        return problem(what, unread.message, _RECONNECT if isinstance(unread, (SignInNeeded, NotAllowed)) else _LATER)
    if ending := ends_soon(report.expires_at, report.data_access_expires_at, now, FORETOLD):
        return note(what, f"A Page's own token that works; {_scopes(report)}. {ending}")
    return well(what, f"A Page's own token that works; {_scopes(report)}; {_ends(report)}.")


def _unread(doors: Doors, vault: Vault, row: Page, now: datetime) -> OutsideError | None:
    """Tasks are told for nobody's token: whether they are there shows when posts and comments are read."""
    try:
        return doors.page(row.facebook_id, vault.open(row.token_sealed)).read(now).problem
    except OutsideError as wrong:
        return wrong


def of_webhooks(doors: Doors, why_not: str, last: datetime | None) -> Finding:
    """Never a problem, see of_subscription."""
    app = doors.app()
    if why_not or app is None:
        mend = "Comments are found by asking every few minutes, which is enough; with webhooks it is seconds."
        return note("webhooks", f"Off: {why_not}", mend)
    try:
        called = app.called()
    except OutsideError as wrong:
        return note("webhooks", f"Facebook does not tell where it sends them: {wrong.message}", _ASKED_ANYWAY)
    if called and called != app.callback_url:
        return note("webhooks", elsewhere(called, app.callback_url), _ASKED_ANYWAY)
    if not called:
        return note("webhooks", "Facebook does not call us yet.", f"`serve` asks it to, at its start. {_ASKED_ANYWAY}")
    return well("webhooks", f"On: Facebook calls {called}; the last one that counted came {_told(last)}.")


def of_subscription(doors: Doors, vault: Vault, row: Page, now: datetime) -> Finding:
    """Never a problem: what no webhook tells is found by asking."""
    what = f"{row.school}: webhook of {row.slug}"
    if row.parked_until and row.parked_until > now:
        return note(what, "Not asked: the Page is left alone for now.")
    try:
        fields = doors.page(row.facebook_id, vault.open(row.token_sealed)).subscription()
    except NotAllowed:
        lacks = "The token may not see the subscription: it lacks pages_manage_metadata."
        return note(what, lacks, _ASKED_ANYWAY)
    except (OutsideError, KeyUnusable) as wrong:
        return note(what, str(wrong), _ASKED_ANYWAY)
    if "feed" not in fields:
        renewed = f"`serve` renews that at its start, and once a day. {_ASKED_ANYWAY}"
        return note(what, "Facebook sends no changes of this Page: it is not subscribed to the app.", renewed)
    return well(what, f"Facebook sends {', '.join(fields)}.")


def of_center(doors: Doors, vault: Vault, row: Center) -> Finding:
    what = f"{row.school}: center {row.slug}"
    if row.kind == "feed":
        return well(what, "Reads along by a subscribed address.")
    try:
        return well(what, f"{_access(doors.center(**way_to(row, vault)))} in it.")
    except SignInNeeded as wrong:
        return problem(what, wrong.message, _RIGHT_CREDENTIALS if row.kind == "google" else _RIGHT_SIGN_IN)
    except (OutsideError, KeyUnusable) as wrong:
        return problem(what, str(wrong), _LATER)


def _access(door: Collection) -> str:
    count = f"{len(door.listing().etags)} entries"
    if isinstance(door, GoogleCalendar):
        return f"Google lets {door.account} write there (as {door.may_write()}); {count}"
    return f"The calendar answers and takes our password; {count}"


def _scopes(report: TokenReport) -> str:
    if report.scopes is None:
        return "its scopes are not told without BRIDGE_FB_APP_ID and BRIDGE_FB_APP_SECRET"
    return "all scopes there"


def _ends(report: TokenReport) -> str:
    ends = f"ends {_told(report.expires_at)}" if report.expires_at else "no date of expiry"
    if report.data_access_expires_at:
        ends += f", access to people's data until {_told(report.data_access_expires_at)}"
    return ends


def _told(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
