"""What every round needs, built once at the root."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.settings import Settings
from config.this_process import this_process
from config.wording import Wording
from connector.addresses import AllowedHosts
from connector.channels import Channels
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.database import Database
from models.page import OfPage
from models.vault import Vault
from outbox.ledger import Outbox
from upkeep.notices import Tries
from upkeep.ways import Telling, Ways


@dataclass(frozen=True, slots=True)
class Lately:
    """What this process remembers from one round to the next; a new process asks everything once.

    When it last proved a token; when it next asks whether Facebook still sends webhooks for a page; the notices that did
    not leave.
    """

    proven: dict[OfPage, datetime] = field(default_factory=dict)
    subscribed: dict[OfPage, datetime] = field(default_factory=dict)
    untold: dict[str, Tries] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class House:
    """`stopping` is set when the program is asked to end; `notifier` tells people outside, None: nobody is to be told."""

    db: Database
    doors: Doors
    vault: Vault
    settings: Settings
    wordings: Mapping[str, Wording]
    guesser: Guesser
    clock: Callable[[], datetime]
    process: str = field(default_factory=this_process)
    stopping: threading.Event = field(default_factory=threading.Event)
    notifier: Telling | None = None
    pace: timedelta = timedelta(seconds=30)  # between two rounds of a school by the clock
    lately: Lately = field(default_factory=Lately)

    def at(self, school: str) -> House:
        """The same, with no other school in its database."""
        return replace(self, db=self.db.of(school))

    def ways(self) -> Ways:
        """By which people are told."""
        allowed = AllowedHosts.parse(self.settings.allow_hosts)
        return Ways(self.notifier, Channels(self.settings.notify_url, allowed), self.vault)

    def outbox(self) -> Outbox:
        wait = timedelta(seconds=self.settings.unsure_wait)
        return Outbox(self.db, self.doors, self.vault, self.clock, wait, self.process, self.stopping.is_set)
