"""When a "you said, we did" that a person approved goes out: after everything about events, within the same limits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mirroring.planned import Action, PageRules, Telling
from mirroring.wishes import not_now


def tell_back(page: PageRules, tellings: Sequence[Telling], used: int, now: datetime) -> list[Action]:
    """`used`: how many posts of today's limit are gone already."""
    actions = []
    for one in sorted(tellings, key=lambda one: (one.approved_at, one.id)):
        if one.begun:
            continue
        hold, at = (page.hold, now) if page.hold else not_now(page, used, now)
        used += not hold
        actions.append(
            Action(
                "hold" if hold else "publish", "you-said", page.slug, None, one.title, at, hold or "was approved",
                purpose=one.purpose, post_id=one.id,
            )
        )  # fmt: skip
    return actions
