"""What a person at a center changed of the school's words, in words that both can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendars.standing import LINES, Document, Told, document
from calendars.vevent import Written


@dataclass(frozen=True, slots=True)
class Difference:
    """`what`: when, title, description, location, status, url or categories. `of`: an exception's date, "" for all dates."""

    what: str
    of: str
    school: str
    center: str


def differences(theirs: bytes, said: Iterable[bytes]) -> list[Difference]:
    """`said`: what the school says, newest first, and what a server made of it. What is in none of it is a person's."""
    them, known = document(theirs), [one for each in said if (one := document(each)) is not None and one.dates]
    if them is None or not known:
        return []
    dates = list(dict.fromkeys([*known[0].dates, *them.dates]))
    return [found for of in dates for found in _on(of, them, known)]


def _on(of: str, them: Document, known: Sequence[Document]) -> Iterator[Difference]:
    theirs, ours = _said_of(of, them, known), _said_of(of, known[0], [them, *known])
    if theirs is None or ours is None or theirs.written is None or ours.written is None:
        return
    before = [told for one in known if (told := _said_of(of, one, [them, *known])) is not None]
    for what in LINES:
        said = [_value(one, what) for one in before]
        if _value(theirs, what) not in said:
            yield Difference(what, _day(of), words(ours.written, what), words(theirs.written, what))


def _value(told: Told, what: str) -> object:
    return (told.values[what], told.left_out) if what == "when" else told.values[what]


def _said_of(of: str, side: Document, others: Sequence[Document]) -> Told | None:
    """Where the whole series was moved, its dates can't be compared one by one."""
    if of in side.dates or not of:
        return side.dates.get(of)
    moved = len({repr(one.dates[""].core) for one in (side, *others) if "" in one.dates}) > 1
    recurrence = next(one.dates[of].block for one in (side, *others) if of in one.dates)
    return None if moved else side.on(of, recurrence)


def words(event: Written, what: str) -> str:
    """What an event says of one property."""
    if what == "when":
        return _when(event)
    return ", ".join(event.categories) if what == "categories" else str(getattr(event, what))


def _when(event: Written) -> str:
    last = event.end - timedelta(days=1) if event.all_day else event.end
    times = "" if event.all_day else f" {event.start:%H:%M}"
    till = f" to {last:%Y-%m-%d}" if last.date() != event.start.date() else ""
    till += "" if event.all_day else f"{'' if till else ' to'} {last:%H:%M} ({event.zone.name})"
    left_out = [_left_out(one) for one in sorted({*event.exdates, *event.exdays}, key=str)]
    rest = [*event.rules, f"without {', '.join(left_out)}" if left_out else ""]
    return ", ".join([f"{event.start:%Y-%m-%d}{times}{till}", *(part for part in rest if part)])


def _left_out(day: date) -> str:
    return (
        f"{day:%Y-%m-%d %H:%M}"
        if isinstance(day, datetime) and day.time() != datetime.min.time()
        else f"{day:%Y-%m-%d}"
    )


def _day(of: str) -> str:
    """A date as an exception's key, so that people know it."""
    return f"{of[:4]}-{of[4:6]}-{of[6:8]}" if len(of) == 8 and of.isdigit() else of
