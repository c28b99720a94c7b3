"""Signing in to Google: an access token from a service account's key, or from a person's refresh token.

google-auth makes and reads the messages; they travel by our own fetcher, so that proxy, certificates and the rules for
addresses hold.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from google.auth import transport
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount

from connector.errors import OutcomeUnknown, SignInNeeded, Throttled, TryLater
from connector.fetch import Answer, Fetcher, retry_after

SCOPE = "https://www.googleapis.com/auth/calendar.events"  # events only; nothing about calendars or other people
_TOKENS = "https://oauth2.googleapis.com/token"
_USABLE = ("service_account", "authorized_user")


class SignIn:
    """One account. Tokens are kept for as long as they live. Safe to share between threads.

    `account` is who the calendar must be shared with, in words for a person.
    """

    def __init__(self, credentials: str, fetcher: Fetcher) -> None:
        self._said = credentials
        self._fetcher = fetcher
        self._lock = threading.Lock()
        self._signed: Any = None
        info = _read(credentials)
        self.account = info.get("client_email") or "the Google account that gave its consent"
        self._is_service = bool(info.get("client_email"))

    def token(self, subject: str) -> str:
        """An access token. SignInNeeded, with the mend, where Google gives none; TryLater where it cannot now."""
        with self._lock:
            if self._signed is None:
                self._signed = self._credentials(subject)
            if not self._signed.valid:
                self._refresh(subject)
            return str(self._signed.token)

    def forget(self) -> None:
        """The token was refused, though its time is not over: the next one is asked for anew."""
        with self._lock:
            if self._signed is not None:
                self._signed.token = None

    def _credentials(self, subject: str) -> Any:
        info = _read(self._said)
        try:
            if info.get("type") == "service_account":
                return ServiceAccount.from_service_account_info(info, scopes=[SCOPE])
            return Credentials(
                None,
                refresh_token=info["refresh_token"],
                token_uri=info.get("token_uri") or _TOKENS,
                client_id=info["client_id"],
                client_secret=info["client_secret"],
            )
        except (ValueError, KeyError, GoogleAuthError):
            rest = "its Google credentials cannot be used: put the whole JSON file of the key, unchanged, where they are read"
            raise SignInNeeded(f"{subject}: {rest}.", subject=subject) from None

    def _refresh(self, subject: str) -> None:
        try:
            self._signed.refresh(_Carrier(self._fetcher, subject))
        except RefreshError as refused:
            raise SignInNeeded(f"{subject}: {self._why(refused)}.", subject=subject) from None
        except GoogleAuthError:
            raise TryLater(
                f"{subject}: Google's answer to the sign-in cannot be read: it is tried again later.", subject=subject
            ) from None

    def _why(self, refused: RefreshError) -> str:
        told = refused.args[1] if len(refused.args) > 1 and isinstance(refused.args[1], Mapping) else {}
        code, more = str(told.get("error", "no reason given"))[:60], str(told.get("error_description", ""))
        if "iat and exp" in more:
            return "Google takes this machine's clock for wrong: set it right"
        if self._is_service:
            return f"Google refuses the key of {self.account} ({code}): make a new key for it, and load the site file"
        return (
            f"Google no longer accepts this sign-in ({code}): sign in to Google again, and put the new refresh token in"
        )


class _Carrier(transport.Request):
    """What google-auth asks for, carried by our fetcher. Troubles are told at once: it would wait and try again itself."""

    def __init__(self, fetcher: Fetcher, subject: str) -> None:
        self._fetcher = fetcher
        self._subject = f"Google's sign-in for {subject}"

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> _Carried:
        try:
            answer = self._fetcher.request(method, url, subject=self._subject, headers=headers, body=body)
        except OutcomeUnknown as lost:  # a token that never arrived changes nothing
            message = f"{self._subject} did not answer: it is tried again later."
            raise TryLater(message, subject=self._subject) from lost
        if answer.status == 429:
            message = f"{self._subject} asks us to call less often (status 429): it is tried again later."
            raise Throttled(message, subject=self._subject, code=429, seconds=retry_after(answer.headers))
        if answer.status >= 500 or answer.status == 408:
            message = f"{self._subject} has trouble of its own (status {answer.status}): it is tried again later."
            raise TryLater(message, subject=self._subject, code=answer.status)
        return _Carried(answer)


class _Carried(transport.Response):
    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.body


def _read(credentials: str) -> dict[str, Any]:
    """{} where it is nothing that we know."""
    try:
        info = json.loads(credentials)
    except ValueError:
        return {}
    return info if isinstance(info, dict) and info.get("type") in _USABLE else {}
