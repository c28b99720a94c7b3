"""By which way a person is told: their own address, else the common mail server's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from connector.channels import SUBJECT, Channels, is_mail_address
from connector.errors import Refused
from models.notice import NoticeChoice
from models.vault import KeyUnusable, Vault


class Telling(Protocol):
    """connector.notices.Notifier. `personal`: it reaches each person by their mail address."""

    @property
    def personal(self) -> bool: ...
    def send(self, title: str, body: str, *, to: Sequence[str], reference: str, html: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Way:
    """One person's. `to` is the mail address where the door is a mail server's."""

    door: Telling
    to: str
    is_common: bool

    def send(self, title: str, body: str, *, reference: str, html: str = "") -> None:
        self.door.send(title, body, to=[self.to], reference=reference, html=html)


@dataclass(frozen=True, slots=True)
class Ways:
    """`common`: the operator's address for notices; None: there is none."""

    common: Telling | None
    channels: Channels
    vault: Vault

    @property
    def by_mail(self) -> bool:
        """Can everybody be written to by mail?"""
        return self.common is not None and self.common.personal

    def own(self, chosen: NoticeChoice) -> Way:
        """Raises OutsideError where that address cannot be used, or not be read."""
        try:
            address = self.vault.open(chosen.channel_sealed)
        except KeyUnusable as wrong:
            raise Refused(str(wrong), subject=SUBJECT) from None
        if is_mail_address(address):
            common = self.common if self.by_mail else None
            return Way(common or self.channels.door(address), address, is_common=True)
        return Way(self.channels.door(address), chosen.email, is_common=False)

    def of(self, email: str, chosen: NoticeChoice | None) -> Way | None:
        """None: there is no way to this person."""
        if chosen is not None and chosen.channel_sealed:
            return self.own(chosen)
        return Way(self.common, email, is_common=True) if self.common is not None and self.by_mail else None
