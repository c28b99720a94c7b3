"""What waits for a person, and whether anybody outside can be told of it. Calls nobody."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from connector.errors import OutsideError
from connector.notices import Notifier
from models.card import Card, open_cards
from upkeep.findings import Finding, note, problem, well

_SET = "Set BRIDGE_NOTIFY_URL, such as mailtos://user:password@mail.example.org?from=bridge@example.org."


def of_notices(url: str) -> Iterator[Finding]:
    """An address that is set and cannot be used is a problem; whether its server answers shows at the first notice."""
    if not url:
        yield note("notices", "Nobody is told by mail when something waits for a person.", _SET)
        return
    try:
        Notifier(url).check()
    except OutsideError as wrong:
        message, _, mend = wrong.message.partition(": ")
        yield problem("notices", f"{message}.", mend[:1].upper() + mend[1:])
    else:
        yield well("notices", "Whoever can mend something is told at the address in BRIDGE_NOTIFY_URL.")


def of_cards(session: Session, school: str, *, told_by: bool) -> Iterator[Finding]:
    """Notes: the trouble itself is told where it is looked at."""
    for card in open_cards(session, school):
        what = f"{school}: card {card.id}, {card.kind} {card.subject}"
        yield note(what, f"Open since {card.opened_at:%Y-%m-%d %H:%M} UTC: {card.message}", _told(card, told_by))


def _told(card: Card, told_by: bool) -> str:
    if card.told_at is not None:
        return f"Those who can mend it were told on {card.told_at:%Y-%m-%d %H:%M} UTC."
    return (
        "Nobody was told yet: the next round tries."
        if told_by
        else "Nobody was told, since BRIDGE_NOTIFY_URL is not set."
    )
