"""Settings: the environment, and `.env` of the folder one stands in. Names and defaults are those users rely on."""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.issuers import is_for_everybody, label_of

_MENDS = {
    "data": "write the path of a folder",
    "public_url": "write the http:// or https:// address of this server",
    "graph_url": "write an http:// or https:// address, or leave it out for Facebook's own",
    "google_url": "write an http:// or https:// address, or leave it out for Google's own",
    "graph_version": 'write a version such as "v26.0", or leave it out',
    "trusted_proxies": "write IP addresses or networks, separated by commas",
    "oidc_issuer": (
        "write the https:// address of one school's or district's own sign-in, "
        "for Microsoft with its tenant's number (docs/sign-in.md)"
    ),
    "unsure_wait": "write a number of seconds, such as 900",
    "lease": "write a number of seconds above 0, such as 120",
    "log": "write text or json",
}
_LONGEST_WAIT = 30 * 24 * 3600  # seconds: "inf" would be a wait that never ends


class SettingsUnusable(Exception):
    """A setting cannot be used; the message names it and the mend."""


class Settings(BaseSettings):
    """Everything an operator may set. Field `x` is read from BRIDGE_X."""

    model_config = SettingsConfigDict(env_prefix="BRIDGE_", env_file=".env", extra="ignore", frozen=True)

    data: Path = Path("data")
    database_url: str = ""
    secret_key: str = Field(default="", repr=False)
    public_url: str = "http://127.0.0.1:8000"
    graph_url: str = "https://graph.facebook.com"
    graph_version: str = Field(default="v26.0", pattern=r"^v\d{1,3}\.\d{1,2}$")
    google_url: str = "https://www.googleapis.com"
    fb_app_id: str = ""
    fb_app_secret: str = Field(default="", repr=False)
    fb_verify_token: str = Field(default="", repr=False)
    allow_hosts: str = ""
    proxy: str | None = Field(default=None, repr=False)
    ca_file: str | None = None
    trusted_proxies: str = ""
    notify_url: str = Field(default="", repr=False)
    oidc_name: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field(default="", repr=False)
    unsure_wait: float = Field(default=900, ge=0, le=_LONGEST_WAIT)
    lease: float = Field(default=120, gt=0, le=_LONGEST_WAIT)
    log: Literal["text", "json"] = "text"

    @field_validator("public_url", "graph_url", "google_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("no web address")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        safe = value.startswith("https://") or is_on_this_machine(value)
        if value and (not safe or not urlsplit(value).hostname or is_for_everybody(value)):
            raise ValueError("no sign-in of one school")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in value.split(","):
            if one.strip() not in ("", "*"):
                ip_network(one.strip(), strict=False)
        return value

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; by default a file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'bridge.db'}"

    @property
    def secrets(self) -> list[str]:
        """What must never be shown: the secrets themselves, and the passwords inside of addresses."""
        whole = (
            *self.secret_key.split(","), self.fb_app_secret, self.fb_verify_token, self.notify_url, self.oidc_client_secret,
        )  # fmt: skip
        inside = map(_password_in, (self.proxy, self.notify_url, self.database_url))
        return [one.strip() for one in (*whole, *inside) if one and one.strip()]

    @property
    def oidc_label(self) -> str:
        """What the button of the school's own sign-in says; "" where there is none."""
        return label_of(self.oidc_issuer, self.oidc_name) if self.oidc_issuer else ""

    @property
    def oidc_lacks(self) -> str:
        """Which setting of the school's own sign-in is missing; "" = none, or it has no such sign-in at all."""
        names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret")
        lacking = [name for name in names if not getattr(self, name)]
        return f"BRIDGE_{lacking[0].upper()}" if 0 < len(lacking) < len(names) else ""

    @property
    def families_cannot_reach_us(self) -> str:
        """Why links in posts would lead nowhere; "" when they work, or when Facebook itself is a rehearsal on this machine."""
        if is_on_this_machine(self.graph_url):
            return ""
        parts = urlsplit(self.public_url)
        if parts.scheme != "https" or is_private(self.public_url):
            return (
                f"BRIDGE_PUBLIC_URL is {self.public_url}, which families cannot reach: "
                "set it to the https:// address of this server; until then nothing is posted."
            )
        return ""

    @property
    def why_no_webhooks(self) -> str:
        """Why Facebook cannot tell us of changes at once; "" when it can."""
        names = ("fb_app_id", "fb_app_secret", "fb_verify_token")
        lacking = [f"BRIDGE_{name.upper()}" for name in names if not getattr(self, name)]
        if lacking:
            return f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not set."
        return "Facebook cannot reach BRIDGE_PUBLIC_URL." if self.families_cannot_reach_us else ""

    @property
    def webhook_url(self) -> str:
        """Where Facebook calls; "" when it cannot."""
        return "" if self.why_no_webhooks else f"{self.public_url}/webhooks/facebook"


def _password_in(address: str | None) -> str:
    try:
        return urlsplit(address or "").password or ""
    except ValueError:  # no address at all
        return ""


def read_settings() -> Settings:
    """The settings, or SettingsUnusable with one sentence per wrong name."""
    try:
        found = Settings(_secrets_dir=_secrets())
        if found.oidc_lacks:
            raise SettingsUnusable(
                f"{found.oidc_lacks} is not set: the school's own sign-in needs it; or leave all BRIDGE_OIDC settings out."
            )
        return found
    except ValidationError as wrong:
        told = [_told(str(one["loc"][0]), one["input"]) for one in wrong.errors() if one["loc"]]
        raise SettingsUnusable("\n".join(told)) from None
    except UnicodeDecodeError:
        raise SettingsUnusable(".env holds bytes that are not UTF-8: save the file as UTF-8.") from None
    except OSError as wrong:
        raise SettingsUnusable(f".env cannot be read ({wrong.strerror}): check who may read it.") from None


def _secrets() -> Path | None:
    """Where systemd or a container lays secrets: a file there is read like the setting of its name."""
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", ""))
    return folder if folder.is_absolute() and folder.is_dir() else None


def _told(name: str, value: object) -> str:
    mend = _MENDS.get(name, "correct it, or leave it out")
    return f'BRIDGE_{name.upper()} is "{value}", which cannot be used: {mend}.'


def is_on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(url: str) -> bool:
    """Loopback, private or single-label host names: nothing that a family's phone could open."""
    host = urlsplit(url).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa"))
