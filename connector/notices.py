"""Telling people outside of the program: one address for notices (mail, Slack, SMS …), by way of Apprise.

Apprise says neither why something failed nor when it gives up, and logs whole addresses: so it is silent here, has a
deadline of ours, and its failures become our own sentence.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.email import NotifyEmail
from apprise.utils.parse import parse_emails

from connector.errors import Refused, TryLater

SUBJECT = "the address for notices"
_ASSET = AppriseAsset(app_id="pta-bridge", app_desc="pta-bridge", app_url="", async_mode=False)
_UNUSABLE = (
    "{named} is no address that notices can go to: write it as Apprise wants it, such as "
    "mailtos://user:password@mail.example.org?from=bridge@example.org."
)
_FAILED = "A notice could not be sent: check {named}, and that its server answers and takes our password."

logging.getLogger("apprise").addFilter(lambda record: False)


class Notifier:
    """Where notices go. `deadline`: seconds for one notice, whatever its server does. `named`: how its owner calls it."""

    def __init__(self, url: str, *, deadline: float = 20.0, named: str = "BRIDGE_NOTIFY_URL") -> None:
        self._url, self._deadline, self._named = url, deadline, named

    def __repr__(self) -> str:
        return "Notifier(…)"

    @property
    def personal(self) -> bool:
        """Can each person be written to by their own mail address?"""
        return self._is_mail and not parse_emails(*((NotifyEmail.parse_url(self._url) or {}).get("targets") or [""]))

    @property
    def _is_mail(self) -> bool:
        return self._url.lower().startswith(("mailto:", "mailtos:"))

    def check(self) -> None:
        """Raises Refused when nothing can be sent there. Calls nobody."""
        self._targets(("somebody@example.org",), "check")

    def send(self, title: str, body: str, *, to: Sequence[str], reference: str, html: str = "") -> None:
        """Plain text, to a mail server's recipients or to whoever listens at another address. `html`: for mail besides.

        `to`: mail addresses of those it is for, used where the address is a mail server's and names no recipients
        itself. `reference` is the same each time the same is told, so that mail programs show it as one. Raises
        TryLater when nobody could be told; one of several is enough.
        """
        targets = self._targets(to, reference, "html" if html else "text")
        letter = {"body": html, "body_format": NotifyFormat.HTML} if html and self._is_mail else None
        plain = {"body": body, "body_format": NotifyFormat.TEXT}
        done: list[bool] = []

        def send(target: Any) -> None:
            done.append(bool(target.notify(title=title, **(letter or plain))))

        # In threads of their own, side by side: a server that drips would hold the round for ever.
        workers = [threading.Thread(target=send, args=(one,), name="notice", daemon=True) for one in targets]
        ends = time.monotonic() + self._deadline
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(max(0.0, ends - time.monotonic()))
        if not any(done):
            raise TryLater(_FAILED.format(named=self._named), subject=SUBJECT)

    def _targets(self, to: Sequence[str], reference: str, format: str = "text") -> list[Any]:
        """One for each person, since a refused address must not keep the notice from the others."""
        if not self._is_mail:
            target = Apprise.instantiate(self._url, asset=_ASSET, suppress_exceptions=True)
            if target is None:
                raise Refused(_UNUSABLE.format(named=self._named), subject=SUBJECT)
            return [target]
        said = NotifyEmail.parse_url(self._url)
        if not said:
            raise Refused(_UNUSABLE.format(named=self._named), subject=SUBJECT)
        headers = {**said["headers"], "References": f"<{reference}@pta-bridge>", "Auto-Submitted": "auto-generated"}
        people = parse_emails(*said["targets"]) or list(to)
        if not people:
            raise Refused("There is nobody to tell: name an owner in the site file.", subject=SUBJECT)
        return [self._mail({**said, "targets": [one], "headers": headers, "format": format}) for one in people]

    def _mail(self, said: dict[str, Any]) -> NotifyEmail:
        try:
            return NotifyEmail(**said, asset=_ASSET)
        except (AppriseImproperlyConfigured, TypeError, ValueError):
            raise Refused(_UNUSABLE.format(named=self._named), subject=SUBJECT) from None
