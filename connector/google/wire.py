"""One call to the Calendar API, and what its refusals mean for us."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from connector.errors import (
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TryLater,
)
from connector.fetch import Answer, Fetcher, retry_after
from connector.google.pace import Pace

Query = Sequence[tuple[str, str]]

_TOO_MANY = frozenset({
    "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "calendarUsageLimitsExceeded",
})  # fmt: skip
_SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})


class Account(Protocol):
    """Who signs in: connector.google.signin.SignIn. `account`: with whom a calendar must be shared."""

    account: str

    def token(self, subject: str) -> str: ...

    def forget(self) -> None: ...


class Wire:
    """The events of one calendar, by requests in order. `subject` names the calendar in sentences."""

    def __init__(
        self, fetcher: Fetcher, base: str, calendar: str, sign_in: Account, pace: Pace, *, subject: str
    ) -> None:
        self._fetcher, self._sign_in, self._pace, self.subject = fetcher, sign_in, pace, subject
        self._events = f"{base.rstrip('/')}/calendar/v3/calendars/{quote(calendar, safe='')}/events"

    @property
    def account(self) -> str:
        return self._sign_in.account

    def read(self, path: str = "", query: Query = ()) -> dict[str, Any]:
        return self._said(self._ask("GET", path, query))

    def write(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Query = (),
        if_match: str | None = None,
    ) -> dict[str, Any]:
        """What stands now; {} where Google tells nothing."""
        headers = {"If-Match": if_match} if if_match else {}
        answer = self._ask(method, path, query, body, headers)
        return {} if answer.status == 204 else self._said(answer)

    def _ask(
        self,
        method: str,
        path: str,
        query: Query,
        body: Mapping[str, Any] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        if left := self._pace.remaining():
            message = f"{self.subject} is left alone for {left:.0f} seconds: Google asked for fewer calls."
            raise Throttled(message, subject=self.subject, seconds=left)
        answer = self._send(method, path, query, body, more or {})
        if answer.status == 401:  # run out before its time, or taken back: asked for anew once
            self._sign_in.forget()
            answer = self._send(method, path, query, body, more or {})
        if answer.status in (200, 204):
            self._pace.answered()
            return answer
        raise self._complaint(answer, writes=method != "GET")

    def _send(
        self, method: str, path: str, query: Query, body: Mapping[str, Any] | None, more: Mapping[str, str]
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._sign_in.token(self.subject)}", **more}
        raw = None
        if body is not None:
            headers["Content-Type"], raw = "application/json; charset=UTF-8", json.dumps(body).encode()
        url = self._events + path + (f"?{urlencode(query)}" if query else "")
        return self._fetcher.request(method, url, subject=self.subject, headers=headers, body=raw)

    def _said(self, answer: Answer) -> dict[str, Any]:
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = None
        if not isinstance(said, dict):
            raise self.error(TryLater, "gave an answer that is not Google Calendar's: it is tried again later")
        return said

    def error(self, kind: type[OutsideError], rest: str, code: int | None = None) -> OutsideError:
        return kind(f"{self.subject} {rest}.", subject=self.subject, code=code)

    def _complaint(self, answer: Answer, *, writes: bool) -> OutsideError:
        status, (reason, message) = answer.status, _reason(answer.body)
        if status == 429 or (status == 403 and reason in _TOO_MANY):
            seconds = self._pace.throttled(retry_after(answer.headers))
            rest = f"is left alone for {seconds:.0f} seconds: Google asks for fewer calls ({reason or status})"
            return Throttled(f"{self.subject} {rest}.", subject=self.subject, seconds=seconds, code=status)
        if status == 403:
            return self._forbidden(reason)
        if status >= 500 and writes:
            return self.error(OutcomeUnknown, f"had trouble at a change (status {status}): it is looked up", status)
        kind, rest = _meaning(status, message)
        return self.error(kind, rest, status)

    def _forbidden(self, reason: str) -> OutsideError:
        if reason in _SWITCHED_OFF:
            rest = "cannot be asked: turn on the Google Calendar API in the project that the credentials belong to"
            return self.error(NotAllowed, rest, 403)
        if reason == "forbiddenForNonOrganizer":
            rest = "does not let us change an entry that somebody else organizes: a person must look"
            return self.error(Refused, rest, 403)
        return self.error(NotAllowed, f"may not be changed by us: {self.mend}", 403)

    @property
    def mend(self) -> str:
        return f'share it with {self.account} in its settings, with the right "Make changes to events"'


def _meaning(status: int, message: str) -> tuple[type[OutsideError], str]:
    if status == 401:
        return SignInNeeded, "refuses our sign-in, even a new one: give it new credentials"
    if status in (404, 410):
        return Gone, f"does not have this entry any more (status {status})"
    if status == 412:
        return Conflict, "was changed by somebody else in the meantime: it is read again first"
    if status == 409:
        return Conflict, "has an entry of that name already"
    if status >= 500 or status == 408:
        return TryLater, f"has trouble of its own (status {status}): it is tried again later"
    return Refused, f'does not take this entry ("{message or status}"): a person must look'


def _reason(body: bytes) -> tuple[str, str]:
    """Google's own word for what is wrong, and its sentence; "" where it gives none."""
    try:
        error = json.loads(body)["error"]
        first = error["errors"][0] if error.get("errors") else {}
        said = str(first.get("message") or error.get("message") or "")
        return str(first.get("reason", "")), " ".join(said.split())[:150]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""
