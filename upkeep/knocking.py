"""How often somebody may try to sign in: slower and slower for who guesses, never shut for good for whom it is about.

An attempt counts from its beginning, so that a hundred at the same moment are not all "the first"; `succeeded` takes it
back. Unknown people are counted like known ones. Who signed in from an address before is counted there apart: a stranger
who guesses from elsewhere, or a pupil in the same building, does not keep them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Literal

from sqlmodel import Session

from models.account import Knock
from models.database import upsert

Door = Literal["account", "code", "forgot"]  # a password; the second step; a letter with a new link
LONGEST_REST = timedelta(hours=1)
KNOWN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rule:
    """`most` attempts in a row, each within `within` of the one before; then rests of `within`, twice that, up to an hour.

    After `forgotten` without an attempt all begins anew.
    """

    most: int
    within: timedelta
    forgotten: timedelta


RULES: dict[Door, Rule] = {
    "account": Rule(5, timedelta(minutes=15), timedelta(hours=6)),
    "code": Rule(5, timedelta(minutes=15), timedelta(hours=6)),
    "forgot": Rule(3, timedelta(hours=1), timedelta(hours=6)),
}
ADDRESS = Rule(20, timedelta(hours=1), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Attempts:
    """`count` in a row, the last of them at `last`; no more before `not_before`."""

    count: int
    last: datetime
    not_before: datetime | None = None


def may_try(session: Session, email: str, address: str, now: datetime, door: Door = "account") -> int | None:
    """None: they may, and it is counted. Else the seconds to wait, and nothing is counted.

    In a transaction of its own that writes, committed before the password is looked at: that takes a while.
    """
    counted_by = _counted_by(session, email, address, now, door)
    rows = [(_locked(session, key, now), rule) for key, rule in counted_by]
    waits = [wait for row, _ in rows if (wait := waits_for(row.not_before, now))]
    if waits:
        return max(waits)
    for row, rule in rows:
        after = counted(rule, Attempts(row.count, row.since, row.not_before), now)
        row.count, row.since, row.not_before = after.count, after.last, after.not_before
    session.flush()
    return None


def succeeded(session: Session, email: str, address: str, now: datetime, door: Door = "account") -> None:
    """They are in: what was counted for them is forgotten, and their address is known from now on.

    Of an address only this one attempt is taken back, or one right password would pay for any number of wrong ones.
    """
    for key, rule in _counted_by(session, email, address, now, door):
        row = session.get(Knock, key, with_for_update=True, populate_existing=True)
        if row:
            row.count = max(0, row.count - 1) if rule is ADDRESS else 0
            row.not_before = None if row.count < rule.most else row.not_before
    known = {"key": _known(email, address), "count": 0, "since": now, "not_before": None}
    upsert(session, Knock, [known], key=["key"], update=["since"])
    session.flush()


# --- decided


def counted(rule: Rule, was: Attempts, now: datetime) -> Attempts:
    """What was, and one attempt more."""
    quiet = now - was.last
    anew = quiet >= (rule.within if was.count < rule.most else rule.forgotten)
    count = 1 if anew else was.count + 1
    over = count - rule.most
    rest = min(rule.within * 2 ** min(over, 10), LONGEST_REST) if over >= 0 else None
    return Attempts(count, now, now + rest if rest else None)


def waits_for(not_before: datetime | None, now: datetime) -> int:
    """Seconds; 0 = none."""
    return max(0, ceil((not_before - now).total_seconds())) if not_before else 0


def network(address: str) -> str:
    """Who counts as one: an IPv4 address; of IPv6 the /64 that one household or phone has to itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((found, 64), strict=False))
    return str(found)


# --- rows


def _counted_by(session: Session, email: str, address: str, now: datetime, door: Door) -> list[tuple[str, Rule]]:
    """Always in this order: two that lock the same rows never wait for each other."""
    known = session.get(Knock, _known(email, address))
    if known and now - known.since < KNOWN_FOR:
        return [(_key(door, email, network(address)), RULES[door])]
    return [(_key(door, email), RULES[door]), (f"from:{network(address)}", ADDRESS)]


def _locked(session: Session, key: str, now: datetime) -> Knock:
    """The row, made if there is none, held until this transaction ends: two processes count one after the other."""
    fresh = {"key": key, "count": 0, "since": now, "not_before": None}
    upsert(session, Knock, [fresh], key=["key"], update=[])
    return session.get_one(Knock, key, with_for_update=True, populate_existing=True)


def _known(email: str, address: str) -> str:
    return _key("known", email, network(address))


def _key(door: str, email: str, *more: str) -> str:
    """A digest: what somebody typed as their e-mail may have been their password."""
    return f"{door}:{sha256(' '.join((email.strip().lower(), *more)).encode()).hexdigest()[:32]}"
