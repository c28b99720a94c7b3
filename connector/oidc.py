"""Signing in at a school's own place (OpenID Connect: Google, Microsoft Entra, any other), by authlib over our own fetcher.

Only the exchange of the code is a call from a page that somebody waits for; it changes nothing outside.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests.adapters import BaseAdapter

from config.issuers import is_for_everybody
from connector.errors import OutsideError, Refused, TryLater
from connector.fetch import Answer, Fetcher
from connector.id_token import NotBelieved, Told, read

KEPT = timedelta(hours=1)
_SCOPE = "openid email profile"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Kept:
    """Something read from the issuer, and until when it counts."""

    what: dict[str, Any]
    until: datetime


class OpenId:
    """One issuer, as the operator named it. Safe to share between threads. Every failure is an OutsideError or NotBelieved."""

    def __init__(self, fetcher: Fetcher, *, label: str, issuer: str, client_id: str, client_secret: str) -> None:
        self.label, self.issuer = label, issuer
        self._client_id, self._client_secret = client_id, client_secret
        self._fetcher = fetcher
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"OpenId({self.issuer})"

    def address(self, back: str, *, state: str, nonce: str, verifier: str, now: datetime) -> str:
        """Where the browser goes to sign in. `back` is the exact address of ours where it comes back to."""
        with self._client(now, back) as client:
            url, _ = client.create_authorization_url(
                self._about(now)["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return str(url)

    def who(self, code: str, back: str, *, nonce: str, verifier: str, now: datetime) -> Told:
        """Who came back with this code."""
        token = self._exchanged(code, back, verifier, now).get("id_token")
        if not isinstance(token, str):
            raise NotBelieved("there is no answer about a person")
        fits = {"issuer": self.issuer, "client_id": self._client_id, "nonce": nonce, "now": now}
        try:
            return read(token, self._keys(now), **fits)  # type: ignore[arg-type]
        except NotBelieved:
            if not self._forget_keys(now):
                raise
        return read(token, self._keys(now), **fits)  # type: ignore[arg-type]

    def _exchanged(self, code: str, back: str, verifier: str, now: datetime) -> Mapping[str, Any]:
        try:
            with self._client(now, back) as client:
                found = client.fetch_token(
                    self._about(now)["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
        except AuthlibBaseError as refused:
            raise NotBelieved(f"the code was refused ({str(refused.error)[:40]})") from None
        except ValueError:
            raise TryLater(f"{self.label}’s answer cannot be read: try again.", subject=self.label) from None
        return found if isinstance(found, Mapping) else {}

    def _client(self, now: datetime, back: str) -> OAuth2Session:
        methods = self._about(now).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        client = OAuth2Session(
            self._client_id,
            self._client_secret,
            token_endpoint_auth_method=next((one for one in _AUTH if one in methods), _AUTH[0]),
            scope=_SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
        )
        client.trust_env = False
        for scheme in ("https://", "http://"):
            client.mount(scheme, _Carrier(self._fetcher, self.label))
        return client

    def _about(self, now: datetime) -> dict[str, Any]:
        """What the issuer says of itself. Refused when it is not the one that the operator named."""
        found = self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", now)
        missing = [name for name in _NEEDED if not isinstance(found.get(name), str)]
        if found.get("issuer") != self.issuer or is_for_everybody(self.issuer) or missing:
            message = f"{self.label} is not the sign-in that BRIDGE_OIDC_ISSUER names: check that setting."
            raise Refused(message, subject=self.label)
        return found

    def _keys(self, now: datetime) -> dict[str, Any]:
        return self._read(self._about(now)["jwks_uri"], now)

    def _forget_keys(self, now: datetime) -> bool:
        """They may have been changed since we read them. Asked again once a minute at most."""
        address = self._about(now)["jwks_uri"]
        with self._lock:
            kept = self._kept.get(address)
            if kept is None or now < kept.until - KEPT + timedelta(minutes=1):
                return False
            del self._kept[address]
        return True

    def _read(self, address: str, now: datetime) -> dict[str, Any]:
        with self._lock:
            kept = self._kept.get(address)
        if kept is None or now >= kept.until:
            kept = Kept(self._fetched(address), now + KEPT)
            with self._lock:
                self._kept[address] = kept
        return kept.what

    def _fetched(self, address: str) -> dict[str, Any]:
        subject = f"{self.label}’s sign-in"
        answer = self._fetcher.request("GET", address, subject=subject, headers={"Accept": "application/json"})
        try:
            found = json.loads(answer.body) if answer.status == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise TryLater(
                f"{subject} gave no usable answer (status {answer.status}): try again later.", subject=subject
            )
        return found


_AUTH = ("client_secret_basic", "client_secret_post")


class _Carrier(BaseAdapter):
    """What authlib sends, carried by our fetcher: proxy, certificates, deadline and the rules for addresses hold."""

    def __init__(self, fetcher: Fetcher, label: str) -> None:
        super().__init__()
        self._fetcher, self._label = fetcher, label

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        body = request.body.encode() if isinstance(request.body, str) else request.body
        subject = f"{self._label}’s sign-in"
        answer = self._fetcher.request(
            str(request.method), str(request.url), subject=subject, headers=dict(request.headers), body=body
        )
        if answer.status >= 500 or answer.status == 429:
            message = f"{subject} has trouble of its own (status {answer.status}): try again later."
            raise TryLater(message, subject=subject, code=answer.status)
        return _as_response(request, answer)

    def close(self) -> None:
        """The fetcher keeps its connections."""


def _as_response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content = answer.status, answer.body
    response.headers.update(answer.headers)
    response.url, response.request = str(request.url), request
    return response


__all__ = ["NotBelieved", "OpenId", "OutsideError", "Told"]
