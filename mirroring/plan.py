"""What each page should say, and when. Pure: rules, events, what stands and `now` in; a printable list of actions out.

The plan decides, it does not compose: `mirroring.publish` turns actions into rows, `outbox` sends them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mirroring.planned import Action, PageRules, PlannedEvent, Standing, Telling
from mirroring.revisions import revise, withdraw
from mirroring.tell_back import tell_back
from mirroring.wishes import release, used_today, wanted, wishes_of


def plan(
    page: PageRules,
    events: Sequence[PlannedEvent],
    standing: Sequence[Standing],
    now: datetime,
    tellings: Sequence[Telling] = (),
) -> list[Action]:
    """Everything to do on one page now, late changes first, then soonest events first, then what is about none."""
    by_id = {event.id: event for event in events}
    wishes = [wish for event in events if wanted(page, event) for wish in wishes_of(page, event, standing, now)]
    known = {post.purpose: post for post in standing}
    for wish in wishes:
        wish.post = known.get(wish.purpose)
    revisions = [action for post in standing for action in revise(page, post, by_id, standing, now)]
    withdrawals = withdraw(page, standing, wishes, by_id, now)
    used = used_today(page, standing, now) + sum(one.counts_today for one in tellings)
    releases = release(page, wishes, standing, used, now)
    told_back = tell_back(page, tellings, used + sum(one.action == "publish" for one in releases), now)
    return [*sorted(revisions, key=lambda one: (not one.urgent, one.at)), *withdrawals, *releases, *told_back]
