"""The address at which one person wants to be told: of a kind that reaches people, never this machine or its network.

Apprise knows addresses that write files, run commands, and call any host. Here stands what may be used: mail, and services
whose host is fixed. Settings after `?` are few: some name files to read, or another host.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from apprise import Apprise, AppriseAsset
from apprise.plugins.email import NotifyEmail

from connector.addresses import AllowedHosts, is_public, spells_private
from connector.errors import Refused, TryLater
from connector.gate import system_resolve
from connector.notices import Notifier

MAIL = ("mailto", "mailtos")
FIXED = (
    "slack", "discord", "tgram", "gchat", "webex", "wxteams", "twilio", "vonage", "nexmo", "clicksend", "msgbird", "sinch",
    "plivo", "d7sms", "bulksms", "voipms", "burstsms", "46elks", "whatsapp", "line", "pover", "pbul",
)  # fmt: skip
TEAMS = "workflows"  # its host is one of Microsoft's
_OF_MICROSOFT = re.compile(r"[a-z0-9.-]+\.(?:logic\.azure\.com|api\.powerplatform\.com)(?::443)?")
_MAIL_PORTS = frozenset({25, 465, 587, 2525})
_SETTINGS = frozenset({"from", "to", "name", "user", "pass", "smtp", "mode", "cc", "bcc", "reply", "footer", "image"})
_ADDRESS = re.compile(r"[^\s@/:?#\\]+@[^\s@/:?#\\]+\.[^\s@/:?#\\]+")
_ASSET = AppriseAsset(app_id="pta-bridge", app_desc="pta-bridge", app_url="", async_mode=False)

SUBJECT = "the address for your notices"
_KIND = (
    "Notices cannot go to an address of this kind: use a mail address, or one of Slack, Teams, Telegram, Discord or an "
    "SMS service."
)
_NONE = "This is no address that Apprise understands: copy it from Apprise's page about the service, without changes."
_SETTING = "This address has settings after the question mark that are not used here: leave them out."
_PRIVATE = "The mail server of this address lies in a private network, or on a port that is not for mail: use one that is public."


@dataclass(frozen=True, slots=True)
class Channels:
    """`common`: the operator's own address for notices, whose mail server a person may name too."""

    common: str = ""
    allowed: AllowedHosts = field(default_factory=AllowedHosts)
    resolve: Callable[[str, int], list[str]] = system_resolve

    def check(self, address: str) -> None:
        """Raises Refused, with one sentence. Calls nobody and resolves nothing: safe while a page is made."""
        if is_mail_address(address):
            return
        parts = _parts(address)
        scheme = parts.scheme.lower()
        if scheme not in (*MAIL, *FIXED, TEAMS):
            raise Refused(_KIND, subject=SUBJECT)
        if {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - _SETTINGS:
            raise Refused(_SETTING, subject=SUBJECT)
        if scheme == TEAMS and not _OF_MICROSOFT.fullmatch(parts.netloc.lower()):
            raise Refused(_KIND, subject=SUBJECT)
        if scheme not in MAIL and re.search(r"[%#\\]", address.partition("?")[0].replace("%40", "")):
            raise Refused(_NONE, subject=SUBJECT)
        target = _target(address)
        if target is None:
            raise Refused(_NONE, subject=SUBJECT)
        if scheme in MAIL:
            self._vet(*_server(target))

    def door(self, address: str) -> Notifier:
        """Where notices for this person go; a plain mail address goes by the common mail server. Resolves the host.

        Raises Refused, or TryLater where no address is known for its host.
        """
        self.check(address)
        if is_mail_address(address):
            return Notifier(self.common)
        if _parts(address).scheme.lower() in MAIL:
            self._vet_answers(*_server(_target(address)))
        return Notifier(address, named="the address for your notices")

    def _vet(self, host: str, port: int) -> None:
        if not self._is_free(host, port) and (spells_private(host) or port not in _MAIL_PORTS):
            raise Refused(_PRIVATE, subject=SUBJECT)

    def _vet_answers(self, host: str, port: int) -> None:
        if self._is_free(host, port):
            return
        try:
            answers = self.resolve(host, port)
        except (OSError, UnicodeError):
            raise TryLater(
                f"No address is known for {host}, the mail server of your notices.", subject=SUBJECT
            ) from None
        if not all(is_public(one) for one in answers):
            raise Refused(_PRIVATE, subject=SUBJECT)

    def _is_free(self, host: str, port: int) -> bool:
        """The operator named it: by name, or as the server of all notices."""
        if self.allowed.covers(host, port):
            return True
        common = _target(self.common) if self.common.lower().startswith(("mailto:", "mailtos:")) else None
        return common is not None and (host, port) == _server(common)


def is_mail_address(address: str) -> bool:
    return bool(_ADDRESS.fullmatch(address))


def _parts(address: str) -> Any:
    try:
        if not address.isprintable() or len(address) > 1000:
            raise ValueError
        return urlsplit(address)
    except ValueError:
        raise Refused(_NONE, subject=SUBJECT) from None


def _target(address: str) -> Any:
    return Apprise.instantiate(address, asset=_ASSET, suppress_exceptions=True)


def _server(target: Any) -> tuple[str, int]:
    assert isinstance(target, NotifyEmail)
    return str(target.smtp_host or target.host).lower(), int(target.port or 0)
