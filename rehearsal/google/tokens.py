"""Google's token endpoint: https://developers.google.com/identity/protocols/oauth2/service-account#httprest

An assertion must be signed (RS256) by the account's own key, name Google's endpoint, last an hour at most, and ask for a scope
of Calendar's.
"""

from __future__ import annotations

import base64
import functools
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SCOPES = {"https://www.googleapis.com/auth/calendar", "https://www.googleapis.com/auth/calendar.events"}
_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://oauth2.googleapis.com/token"  # "this value is always" that, wherever the endpoint is
_SKEW = 300


class Denied(Exception):
    """`error` and `description` as RFC 6749 names them."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


class Accounts:
    """Who may sign in: one service account, and people by refresh token. `url` is set when the server listens."""

    def __init__(self) -> None:
        self.url = ""
        self._key = _key()
        self.service = "bridge@school-project.iam.gserviceaccount.com"
        self.refresh_tokens = {"refresh-of-rosa": "rosa@center.example"}
        self.client = ("client-1", "client-secret-1")
        self._tokens: dict[str, str] = {}  # access token -> account
        self.revoked = False
        self.given = 0
        self.clock = time.time

    def service_account(self) -> str:
        """The JSON of a key file, as Google's console gives it."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        known = {"type": "service_account", "project_id": "school-project", "private_key_id": "1", "client_id": "1"}
        return json.dumps({**known, "private_key": pem, "client_email": self.service, "token_uri": self.url})

    def authorized_user(self, refresh_token: str = "refresh-of-rosa") -> str:  # noqa: S107
        id, secret = self.client
        return json.dumps({
            "type": "authorized_user", "client_id": id, "client_secret": secret, "refresh_token": refresh_token,
            "token_uri": self.url,
        })  # fmt: skip

    def account(self, authorization: str) -> str | None:
        return self._tokens.get(authorization.removeprefix("Bearer "))

    def forget_tokens(self) -> None:
        """Access tokens run out; whoever may can get a new one."""
        self._tokens.clear()

    def grant(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Raises Denied."""
        match form.get("grant_type"):
            case grant if grant == _JWT:
                account = self._by_assertion(form.get("assertion", ""))
            case "refresh_token":
                account = self._by_refresh_token(form)
            case _:
                raise Denied("unsupported_grant_type", "Invalid grant_type")
        if self.revoked:
            raise Denied("invalid_grant", "Token has been expired or revoked.")
        token = f"ya29.{secrets.token_urlsafe(16)}"
        self._tokens[token] = account
        self.given += 1
        return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def _by_assertion(self, assertion: str) -> str:
        try:
            signed, _, signature = assertion.rpartition(".")
            header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
            self._key.public_key().verify(_decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, InvalidSignature):
            raise Denied("invalid_grant", "Invalid JWT Signature.") from None
        if header.get("alg") != "RS256" or claims.get("iss") != self.service:
            raise Denied("invalid_grant", "Invalid grant: account not found")
        if claims.get("aud") != _AUDIENCE:
            raise Denied("invalid_grant", "Invalid JWT: Failed audience check.")
        now, issued, ends = self.clock(), claims.get("iat", 0), claims.get("exp", 0)
        if not (issued <= now + _SKEW and now < ends <= issued + 3600):
            told = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            raise Denied("invalid_grant", f"{told} Check your iat and exp values in the JWT claim.")
        scopes = set(claims.get("scope", "").split())
        if not scopes or scopes - SCOPES:
            raise Denied("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self.service

    def _by_refresh_token(self, form: Mapping[str, str]) -> str:
        if (form.get("client_id"), form.get("client_secret")) != self.client:
            raise Denied("invalid_client", "The OAuth client was not found.")
        account = self.refresh_tokens.get(form.get("refresh_token", ""))
        if account is None:
            raise Denied("invalid_grant", "Token has been expired or revoked.")
        return account


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    """Made at start, once for the whole process: that takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
