"""Proving a token before its silence is believed: one of the wrong kind reads empty lists instead of comments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from connector.errors import NotAllowed, Refused, SignInNeeded
from connector.graph import sentences
from connector.graph.door import GraphDoor
from connector.graph.values import TokenReport

REQUIRED = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
)
_SOON = timedelta(days=7)
_WRONG_APP_CODE = 100  # "The App_id in the input_token did not match the Viewing App": says nothing about the token
_KINDS: dict[str, Literal["page", "user", "app"]] = {
    "PAGE": "page",
    "USER": "user",
    "SYSTEM_USER": "user",
    "APP": "app",
}
_UNKNOWN = TokenReport("unknown", False, None, None, (), None, None, None)


def prove(
    door: GraphDoor,
    page_id: str,
    *,
    app_id: str | None,
    app_secret: str | None,
    now: datetime,
    was_refused: bool = False,
) -> TokenReport:
    """What the door's token is good for on this Page.

    With the app's id and secret Facebook tells kind, scopes and dates; without, only whose token it is. A token that
    `was_refused` must be accepted once before its description is believed: that is one call while it is dead. Errors
    that say nothing about the token (TryLater, Throttled) pass through.
    """
    if was_refused or not (app_id and app_secret):
        direct = _asked_directly(door, page_id)
        if not direct.valid or not (app_id and app_secret):
            return direct
    try:
        answer = door.debug_access_token(door.access_token, app_id, app_secret)
    except (SignInNeeded, NotAllowed, Refused):
        return _with(_asked_directly(door, page_id), _WRONG_APP)
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        return _with(_asked_directly(door, page_id), _WRONG_APP)
    if data.get("is_valid") is True:
        return _living(door, page_id, data, now)
    return _with(_asked_directly(door, page_id), _WRONG_APP) if _of_another_app(data) else _dead(data)


def ends_soon(
    expires_at: datetime | None, data_access_expires_at: datetime | None, now: datetime, within: timedelta = _SOON
) -> str:
    """What of a token ended, or ends in the given time, in sentences with the mend; "" when nothing does."""
    return " ".join(_expiry_problems(expires_at, data_access_expires_at, now + within, now))


_WRONG_APP = (
    "Facebook does not tell this app about the Page's token: set BRIDGE_FB_APP_ID and BRIDGE_FB_APP_SECRET to those of "
    "the app that made the token."
)


def _asked_directly(door: GraphDoor, page_id: str) -> TokenReport:
    """`/me` of a Page's token is the Page."""
    kind: Literal["app", "unknown"] = "app" if "|" in door.access_token else "unknown"
    try:
        me = door.request(f"{door.version}/me", {"fields": "id,name"})
    except (SignInNeeded, NotAllowed, Refused) as wrong:
        return replace(_UNKNOWN, kind=kind, problem=_APP_TOKEN if kind == "app" else wrong.message)
    owner = str(me.get("id") or "")
    if owner == page_id:
        return replace(_UNKNOWN, kind="page", valid=True, page_id=owner)
    return replace(_UNKNOWN, kind="user", valid=True, problem=_other_owner(owner, str(me.get("name") or ""), page_id))


_APP_TOKEN = f"This is an app's token, not the Page's: {sentences.RECONNECT}."


def _other_owner(owner: str, name: str, page_id: str) -> str:
    whose = f"“{name}” ({owner})" if name else owner or "nobody"
    return f"This token belongs to {whose}, not to the Page {page_id}: {sentences.RECONNECT}, of this very Page."


def _of_another_app(data: dict[str, Any]) -> bool:
    return _error(data).get("code") == _WRONG_APP_CODE


def _error(data: dict[str, Any]) -> dict[str, Any]:
    error = data.get("error")
    return error if isinstance(error, dict) else {}


def _dead(data: dict[str, Any]) -> TokenReport:
    """Facebook answers 200 for a dead token, too; the error sits inside."""
    error = _error(data)
    code, subcode = error.get("code"), error.get("subcode") or error.get("error_subcode")
    problem = sentences.sign_in(_whole(subcode), _whole(code))
    return replace(
        _UNKNOWN, kind=_kind(data), scopes=_scopes(data), expires_at=_moment(data, "expires_at"), problem=problem,
        data_access_expires_at=_moment(data, "data_access_expires_at"), user_id=str(data.get("user_id") or ""),
    )  # fmt: skip


def _living(door: GraphDoor, page_id: str, data: dict[str, Any], now: datetime) -> TokenReport:
    kind = _kind(data)
    owner = (str(data.get("profile_id") or "") or _asked_directly(door, page_id).page_id) if kind == "page" else None
    missing = _missing(data, page_id)
    report = TokenReport(
        kind=kind,
        valid=True,
        page_id=owner,
        scopes=_scopes(data),
        missing=missing,
        expires_at=_moment(data, "expires_at"),
        data_access_expires_at=_moment(data, "data_access_expires_at"),
        problem=None,
        user_id=str(data.get("user_id") or ""),
    )
    ending = ends_soon(report.expires_at, report.data_access_expires_at, now)
    return _with(report, *_kind_problem(report, page_id), *_missing_problem(missing), ending)


def _kind_problem(report: TokenReport, page_id: str) -> Iterable[str]:
    if report.kind == "app":
        yield _APP_TOKEN
    elif report.kind != "page":
        yield f"This is a person's token, not the Page's: with it Facebook shows no comments; {sentences.RECONNECT}."
    elif report.page_id != page_id:
        yield _other_owner(report.page_id or "", "", page_id)


def _missing_problem(missing: tuple[str, ...]) -> Iterable[str]:
    if missing:
        yield f"The token lacks {', '.join(missing)}: {sentences.GRANT}."


def _expiry_problems(
    expires_at: datetime | None, data_access_expires_at: datetime | None, until: datetime, now: datetime
) -> Iterable[str]:
    if expires_at and expires_at < until:
        yield f"The token {_ends(expires_at, now)}: connect the Page again, with a long-lived token."
    if data_access_expires_at and data_access_expires_at < until:
        yield (
            f"Access to people's data {_ends(data_access_expires_at, now)}: whoever connected the Page signs in again."
        )


def _ends(moment: datetime, now: datetime) -> str:
    return f"{'expired' if moment <= now else 'expires'} on {moment:%Y-%m-%d %H:%M} UTC"


def _missing(data: dict[str, Any], page_id: str) -> tuple[str, ...]:
    """Required scopes that were not granted, or were granted for other Pages only."""
    scopes = _scopes(data)
    if scopes is None:
        return ()
    elsewhere = {one.get("scope") for one in _rows(data.get("granular_scopes")) if _only_for_others(one, page_id)}
    return tuple(scope for scope in REQUIRED if scope not in scopes or scope in elsewhere)


def _only_for_others(granted: dict[str, Any], page_id: str) -> bool:
    """Without target_ids a scope holds for all Pages."""
    targets = granted.get("target_ids")
    return isinstance(targets, list) and bool(targets) and page_id not in map(str, targets)


def _scopes(data: dict[str, Any]) -> tuple[str, ...] | None:
    scopes = data.get("scopes")
    return tuple(map(str, scopes)) if isinstance(scopes, list) else None


def _kind(data: dict[str, Any]) -> Literal["page", "user", "app", "unknown"]:
    return _KINDS.get(str(data.get("type")).upper(), "unknown")


def _moment(data: dict[str, Any], name: str) -> datetime | None:
    """Facebook writes seconds since 1970, and 0 for never."""
    seconds = _whole(data.get(name))
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _rows(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _with(report: TokenReport, *problems: str) -> TokenReport:
    told = [one for one in (report.problem, *problems) if one]
    return replace(report, problem=" ".join(told) or None)
