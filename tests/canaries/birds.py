"""Canaries: secrets that stand nowhere else, and the search for them in whatever spelling."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from cryptography.fernet import Fernet


def bird(name: str) -> str:
    """A secret with letters that addresses and JSON write in other ways."""
    return f'{name}+{secrets.token_hex(8)}/é"='


@dataclass(frozen=True)
class Birds:
    """One of each kind of secret that an installation has."""

    page_token: str = field(default_factory=lambda: f"EAApage{secrets.token_hex(12)}")
    app_secret: str = field(default_factory=lambda: f"app{secrets.token_hex(12)}")
    verify_token: str = field(default_factory=lambda: bird("verify"))
    feed_key: str = field(default_factory=lambda: f"feed{secrets.token_hex(12)}")
    feed_password: str = field(default_factory=lambda: bird("feedpassword"))
    calendar_password: str = field(default_factory=lambda: bird("calendar"))
    fernet_key: str = field(default_factory=lambda: Fernet.generate_key().decode())
    proxy_password: str = field(default_factory=lambda: bird("proxy"))
    mail_password: str = field(default_factory=lambda: bird("mail"))

    def named(self) -> Mapping[str, str]:
        return dict(vars(self))


def found(birds: Mapping[str, str], where: str, data: bytes) -> list[str]:
    """Which canaries stand in `data`, in which spelling."""
    return [
        f"{name} ({how}) in {where}"
        for name, secret in birds.items()
        for how, spelling in spellings(secret)
        if spelling.encode() in data
    ]


def spellings(secret: str) -> Iterator[tuple[str, str]]:
    yield "as it is", secret
    for form in {quote(secret), quote(secret, safe=""), quote_plus(secret)}:
        yield "in an address", form
    for ascii_only in (True, False):
        yield "in JSON", json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    yield "in Python", repr(secret)[1:-1]
    for shift in range(3):  # wherever it begins inside of what was packed
        packed = base64.b64encode(b"x" * shift + secret.encode()).decode()
        yield "packed", packed[4 if shift else 0 : -4]
