"""What was lost and what was late: what families and schools did outside, beside what stands in our rows and on the Pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.state.machines import Machines
from tests.state.outside import Seen
from tests.state.staff import Answered

_RECEIVED = """
SELECT external_id, count(*), extract(epoch FROM min(seen_at)) FROM message
WHERE direction = 'received' GROUP BY 1
"""
_UNDER_WAY = """
SELECT kind, state, attempts, error, count(*) FROM delivery
WHERE state NOT IN ('sent', 'superseded') GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Late:
    """Seconds, of the latest; None where nothing happened."""

    comment: float | None
    answer: float | None
    event: float | None


@dataclass(frozen=True, slots=True)
class Tally:
    """All that happened, each with when it did and when it had arrived: seconds since 1970."""

    comments: dict[str, tuple[float, float]]
    answers: dict[str, tuple[float, float]]
    events: dict[str, tuple[float, float]]

    def late(self, begun: float, ended: float) -> Late:
        """Of what happened between the two."""

        def latest(known: Mapping[str, tuple[float, float]]) -> float | None:
            return max((there - at for at, there in known.values() if begun <= at < ended), default=None)

        return Late(latest(self.comments), latest(self.answers), latest(self.events))


def not_begun(machines: Machines, seen: Seen) -> int:
    """How many comments and events that were there before us are not read and told yet."""
    return len(set(seen.comments) - {id for id, _, _ in machines.ask(_RECEIVED)}) + len(list(_wrong_hours(seen)))


def not_yet(machines: Machines, seen: Seen, answered: Mapping[str, Answered], since: float) -> str:
    """What is still to arrive, "" = nothing. `since`: who wrote before that waits for no answer."""
    known = {id for id, _, _ in machines.ask(_RECEIVED)}
    texts = {one.text for one in seen.answers}
    told = {
        "comments": len(set(seen.comments) - known),
        "answers": sum(one.text not in texts for one in answered.values()),
        "not answered": sum(at >= since and id not in answered for id, at in seen.comments.items()),
        "deliveries": sum(count for *_, count in machines.ask(_UNDER_WAY)),
        "hours": len(list(_wrong_hours(seen))),
    }
    return ", ".join(f"{count} {what}" for what, count in told.items() if count)


def wrong(machines: Machines, seen: Seen, answered: Mapping[str, Answered]) -> list[str]:
    """Everything that does not stand exactly once."""
    rows = {id: count for id, count, _ in machines.ask(_RECEIVED)}
    said, told = Counter(one.text for one in seen.answers), Counter(one.text for one in seen.posts)
    events = Counter((one.page, _title(one.text)) for one in seen.posts)
    return [
        *(f"comment {id} stands {rows.get(id, 0)} times in the inbox" for id in seen.comments if rows.get(id) != 1),
        *(f"{one.text!r} stands {said[one.text]} times" for one in answered.values() if said[one.text] != 1),
        *(f"{text!r} was said {count} times" for text, count in (said + told).items() if count > 1),
        *(f"page {page} tells {count} times of {title}" for (page, title), count in events.items() if count > 1),
        *_wrong_hours(seen),
        *(f"{count} deliveries are {' '.join(map(str, facts))}" for *facts, count in machines.ask(_UNDER_WAY)),
    ]


def tally(machines: Machines, seen: Seen, answered: Mapping[str, Answered], moved: Mapping[str, float]) -> Tally:
    arrived = {id: float(at) for id, _, at in machines.ask(_RECEIVED)}
    stands = {one.text: one.at for one in seen.answers}
    return Tally(
        {id: (at, arrived[id]) for id, at in seen.comments.items() if id in arrived},
        {one.comment: (one.at, stands[one.text]) for one in answered.values() if one.text in stands},
        {slug: (at, there) for slug, at in moved.items() if (there := _shown(seen, slug, at))},
    )


def _shown(seen: Seen, school: str, moved: float) -> float | None:
    """When the last of a school's pages told the new hour; None where one of them does not."""
    edits = [[at for at in one.changed if at >= moved] for one in seen.posts if one.page in seen.pages[school]]
    return max(map(min, edits)) if all(edits) else None


def _wrong_hours(seen: Seen) -> Iterator[str]:
    for school, hour in seen.hours.items():
        for page in seen.pages[school]:
            told = [one.text for one in seen.posts if one.page == page]
            if len(told) != 1 or not re.search(rf", \d{{4}}, {(hour - 1) % 12 + 1}:00\b", told[0]):
                yield f"page {page} tells {told} and the school says {hour}:00"


def _title(text: str) -> str:
    return text.partition("\n")[0]
