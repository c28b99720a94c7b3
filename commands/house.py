"""What rounds need, built from the bridge. Apart from it, so that commands that only ask or decide start quickly."""

from __future__ import annotations

from commands.bridge import Bridge
from connector.notices import Notifier
from inbox.language.guess import Guesser
from schedulers.house import House


def open_house(bridge: Bridge) -> House:
    notifier = Notifier(bridge.settings.notify_url) if bridge.settings.notify_url else None
    return House(
        bridge.db, bridge.doors, bridge.vault, bridge.settings, bridge.wordings, Guesser(), bridge.clock,
        notifier=notifier,
    )  # fmt: skip
