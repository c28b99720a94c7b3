"""A pretend sign-in of a school district (OpenID Connect), stricter than real ones: whatever a client forgets is refused.

It imports nothing of ours. Tests say who is there, what the answer claims, and what goes wrong.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "pta-bridge-rehearsal", "a secret of the rehearsal"


@dataclass(slots=True)
class Asked:
    """One sign-in that a browser was sent here for, and who said yes."""

    redirect_uri: str
    nonce: str
    challenge: str
    email: str


@dataclass
class PretendIssuer:
    """Runs while it is entered. `clock` gives seconds since 1970.

    `claims` are put into every answer over the usual ones (None takes one away); `spoil` changes the finished token.
    """

    clock: Callable[[], float]
    people: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[str], str] = str
    trouble: int = 0  # a status that every call is answered with
    calls: list[str] = field(default_factory=list)
    codes: dict[str, Asked] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)  # what a client did wrong, in words

    def __enter__(self) -> Self:
        self.key = new_key("first")
        self.published = [self.key]
        handler = type("Handler", (_Handler,), {"issuer": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def new_key(self, name: str) -> None:
        """From now on another key signs; the old one is no longer published."""
        self.key = new_key(name)
        self.published = [self.key]

    # --- what it answers

    def configuration(self) -> dict[str, Any]:
        told = {
            "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }  # fmt: skip
        return {**told, **self.about}

    def keys(self) -> dict[str, Any]:
        return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": "RS256"} for key in self.published]}

    def page(self, asked: dict[str, str]) -> tuple[int, str]:
        """Whom to go on as: one link for each person."""
        wrong = [
            told
            for told, is_so in {
                "response_type": asked.get("response_type") != "code",
                "client_id": asked.get("client_id") != CLIENT_ID,
                "redirect_uri": asked.get("redirect_uri") not in self.redirect_uris,
                "scope": not {"openid", "email"} <= set(asked.get("scope", "").split()),
                "state": len(asked.get("state", "")) < 32,
                "nonce": len(asked.get("nonce", "")) < 32,
                "code_challenge": len(asked.get("code_challenge", "")) != 43,
                "code_challenge_method": asked.get("code_challenge_method") != "S256",
            }.items()
            if is_so
        ]
        if wrong:
            self.complaints += wrong
            return 400, f"<p>Refused: {html.escape(', '.join(wrong))}</p>"
        links = [
            f'<li><a href="{html.escape(self.agree(asked, one))}">{html.escape(one)}</a></li>' for one in self.people
        ]
        no = f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        return 200, f"<ul>{''.join(links)}</ul><a href='{html.escape(no)}'>Cancel</a>"

    def agree(self, asked: dict[str, str], email: str) -> str:
        """This person says yes: the address that their browser is sent back to."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = Asked(asked["redirect_uri"], asked["nonce"], asked["code_challenge"], email)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A code is good once, for the client that asked, with its verifier and the same address."""
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != expected:
            return self._refused(401, "invalid_client")
        asked = self.codes.pop(form.get("code", ""), None)
        if form.get("grant_type") != "authorization_code" or asked is None:
            return self._refused(400, "invalid_grant")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if challenge.decode().rstrip("=") != asked.challenge or form.get("redirect_uri") != asked.redirect_uri:
            return self._refused(400, "invalid_grant")
        return 200, {
            "access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 3600,
            "id_token": self.id_token(asked),
        }  # fmt: skip

    def id_token(self, asked: Asked) -> str:
        now = int(self.clock())
        usual = {
            "iss": self.url, "aud": CLIENT_ID, "sub": f"sub-of-{asked.email}", "email": asked.email, "email_verified": True,
            "nonce": asked.nonce, "iat": now, "exp": now + 300,
        }  # fmt: skip
        claims = {name: value for name, value in {**usual, **self.claims}.items() if value is not None}
        return self.spoil(jwt.encode({"alg": "RS256", "kid": self.key.kid, **self.header}, claims, self.key))

    def _refused(self, status: int, error: str) -> tuple[int, dict[str, Any]]:
        self.complaints.append(error)
        return status, {"error": error}


@functools.cache
def new_key(name: str) -> RSAKey:
    """The same again for the same name: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": name}, private=True)


class _Handler(BaseHTTPRequestHandler):
    issuer: PretendIssuer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, {k: v[-1] for k, v in parse_qs(urlsplit(self.path).query).items()}
        self.issuer.calls.append(path)
        if self.issuer.trouble:
            self._answer(self.issuer.trouble, "text/html", "<p>Trouble</p>")
        elif path == "/.well-known/openid-configuration":
            self._answer(200, "application/json", json.dumps(self.issuer.configuration()))
        elif path == "/keys":
            self._answer(200, "application/json", json.dumps(self.issuer.keys()))
        elif path == "/authorize":
            status, page = self.issuer.page(query)
            self._answer(status, "text/html", f"<!doctype html><title>District sign-in</title>{page}")
        else:
            self._answer(404, "text/html", "")

    def do_POST(self) -> None:
        self.issuer.calls.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form = {name: values[-1] for name, values in parse_qs(body).items()}
        if self.issuer.trouble or self.path != "/token":
            return self._answer(self.issuer.trouble or 404, "text/html", "")
        status, told = self.issuer.exchange(self.headers.get("Authorization", ""), form)
        self._answer(status, "application/json", json.dumps(told))

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """It keeps its own list of calls."""
