"""Brings the school's words and a center's calendar together, property by property, date by date.

Three sides: what the school says now, what it said before, and what stands. What a person at the center changed stays, but
for one thing: a new time, or a new status, of the school's goes through always.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from calendars import times
from calendars.lines import Block, block_lines, body, parse
from calendars.standing import LINES, Document, Told, document

_ALWAYS = ("when", "status")  # a change of these by the school goes through, whatever a person changed
_VOLATILE = frozenset({"CREATED", "TRANSP"})


def merge(theirs: bytes, ours: bytes, said: Iterable[bytes]) -> bytes:
    """Our object with all that the center added to it or changed in it.

    `said`: what the school said there before, what we know to stand first, and what the server made of it. What of `theirs`
    is in none of it was changed by a person. Where nothing is known, times and status are the school's, words are theirs.
    With `[theirs]` all that the school owns is the school's again.
    """
    mine, them = document(ours), document(theirs)
    if mine is None or them is None or not them.dates:
        return ours
    before = [one for each in said if (one := document(each)) is not None and one.dates]
    return _Merging(mine, them, before).body()


@dataclass
class _Merging:
    mine: Document
    them: Document
    before: Sequence[Document]
    back: set[date] = field(default_factory=set)  # dates that a person took out, and the school changed since

    def body(self) -> bytes:
        dates = [block for of in self.mine.dates if of and (block := self._ours(of)) is not None]
        series = [self._series()] if "" in self.mine.dates else []
        events = [*series, *dates, *self._of_the_center(series)]
        lines = self.mine.calendar.lines
        named = {parse(line).name for line in lines} | {"METHOD", "PRODID", "VERSION", "CALSCALE"}
        head = lines + [line for line in self.them.calendar.lines if parse(line).name not in named]
        inside = [line for block in (*self._timezones(events), *events) for line in block_lines(block)]
        return body(["BEGIN:VCALENDAR", *head, *inside, "END:VCALENDAR"])

    # --- whose series it is

    @property
    def _same(self) -> bool:
        """Do both sides mean the same dates?"""
        return _core(self.mine) == _core(self.them)

    @property
    def _theirs_stays(self) -> bool:
        """A person moved the whole series or event, and the school has changed no time since."""
        known = {repr(_core(one)) for one in (self.mine, *self.before)}
        return "" in self.them.dates and repr(_core(self.them)) not in known and not self._school_moved

    @property
    def _school_moved(self) -> bool:
        return not self.before or _all_times(self.before[0]) != _all_times(self.mine)

    # --- the series, and each date

    def _series(self) -> Block:
        mine, them = self.mine.dates[""], self.them.dates.get("")
        if them is None:
            return mine.block
        kept = _changed(mine, them, [one.dates[""] for one in self.before if "" in one.dates]) - {"when"}
        if self._theirs_stays:
            return _brought_together(mine, them, kept | {"when"})
        made = _brought_together(mine, them, kept)
        return self._with_left_out(made, mine, them) if self._same else made

    def _with_left_out(self, made: Block, mine: Told, them: Told) -> Block:
        """Dates that a person took out, or put back in, stay so; what the school takes out or puts back is done."""
        before = self.before[0].dates.get("") if self.before else them
        known = before.left_out if before else frozenset()
        wanted = (mine.left_out | (them.left_out - known)) - (known - them.left_out) - self.back
        if wanted == mine.left_out or mine.written is None:
            return made
        days = [one for one in wanted if not isinstance(one, datetime)]
        walls = sorted(one for one in wanted if isinstance(one, datetime))
        lines = times.property_lines("EXDATE", walls, mine.written.zone, mine.written.all_day)
        lines += [f"EXDATE;VALUE=DATE:{one:%Y%m%d}" for one in sorted(days)]
        return Block(made.name, [line for line in made.lines if parse(line).name != "EXDATE"] + lines, made.blocks)

    def _ours(self, of: str) -> Block | None:
        """A date that the school says by itself."""
        mine = self.mine.dates[of]
        them = self._on(self.them, of, mine.block)
        before = [told for one in self.before if (told := self._on(one, of, mine.block)) is not None]
        if them is not None:
            return _brought_together(mine, them, _changed(mine, them, before))
        if self._same and before and (not _moves(mine, before[0]) or mine.values["status"] == "cancelled"):
            return None  # a person took it out, and the school says nothing new of it
        if self._theirs_stays:
            return None
        if self._same and mine.written and mine.written.original:
            self.back |= self._names(mine)
        return self._with_the_series(mine)

    def _names(self, exception: Told) -> set[date]:
        """How the series may have left out this date."""
        series = self.mine.dates[""].written
        assert series is not None and exception.written is not None and exception.written.original is not None
        wall = times.in_kind(exception.written.original, series.start, series.zone, series.all_day, self.mine.zones)
        return {wall, wall.date()}

    def _with_the_series(self, mine: Told) -> Block:
        """A date that stands in none of theirs takes over what a person changed in, or added to, the whole series."""
        them, series = self.them.dates.get(""), self.mine.dates.get("")
        if them is None or series is None:
            return mine.block
        kept = _changed(series, them, [one.dates[""] for one in self.before if "" in one.dates]) - {"when"}
        return _brought_together(mine, them, {what for what in kept if mine.values[what] == series.values[what]})

    def _of_the_center(self, series: Sequence[Block]) -> Iterator[Block]:
        """Dates that only the center wrote down: kept where they say more than the series does."""
        for of, them in self.them.dates.items():
            if of in self.mine.dates or not series:
                continue
            if self._theirs_stays:
                yield them.block
            elif self._same and them.written is not None and (mine := self.mine.on(of, them.block)) is not None:
                before = [told for one in self.before if (told := self._on(one, of, them.block)) is not None]
                kept = _changed(mine, them, before)
                if kept or _says_more(them, self.them.dates[""]):
                    yield _brought_together(mine, them, kept, own=True)

    def _on(self, side: Document, of: str, exception: Block) -> Told | None:
        """What a side says of a date; its series speaks for it only where all mean the same dates."""
        if of in side.dates:
            return side.dates[of]
        return side.on(of, exception) if _core(side) == _core(self.mine) else None

    def _timezones(self, events: Sequence[Block]) -> list[Block]:
        """Ours, and theirs that a line of theirs still names."""
        ours, theirs = ({part.value("TZID"): part for part in one.calendar.blocks if part.name == "VTIMEZONE"}
                        for one in (self.mine, self.them))  # fmt: skip
        named = {parse(line).params.get("TZID", "") for event in events for line in event.lines}
        return [*ours.values(), *(part for tzid, part in theirs.items() if tzid in named - ours.keys())]


def _core(side: Document) -> object:
    return side.dates[""].core if "" in side.dates else None


def _all_times(side: Document) -> object:
    """Every time, and what became of single dates; the status of the whole goes its own way."""
    return sorted(
        (of, repr((one.core, sorted(map(str, one.left_out)), one.values["status"] if of else "")))
        for of, one in side.dates.items()
    )


def _moves(mine: Told, before: Told) -> bool:
    return any(mine.values[what] != before.values[what] for what in _ALWAYS)


def _changed(mine: Told, them: Told, before: Sequence[Told]) -> set[str]:
    """The properties in which a person's words stay."""
    return {what for what in LINES if _is_kept(what, mine, them, before)}


def _is_kept(what: str, mine: Told, them: Told, before: Sequence[Told]) -> bool:
    if them.written is None or them.values[what] in [mine.values[what], *(one.values[what] for one in before)]:
        return False
    return what not in _ALWAYS or (bool(before) and mine.values[what] == before[0].values[what])


def _brought_together(mine: Told, them: Told, kept: set[str], *, own: bool = False) -> Block:
    """Our event with these properties of theirs, and with all that they added. `own`: only they wrote this date down."""
    names = frozenset().union(*(LINES[what] for what in kept))
    theirs = [line for line in them.block.lines if parse(line).name in names] + them.added
    taken = names | {parse(line).name for line in theirs}
    series = them if own else mine
    ours = [line for line in mine.block.lines if parse(line).name not in taken]
    changed = any(mine.values[what] != them.values[what] for what in LINES.keys() - kept)
    blocks = [*them.block.blocks]
    return Block("VEVENT", [_with_sequence(line, series, them, changed) for line in ours] + theirs, blocks)


def _with_sequence(line: str, mine: Told, them: Told, changed: bool) -> str:
    """Above what the center's own edits have counted up to where we change what it says: readers skip what seems older."""
    if parse(line).name != "SEQUENCE":
        return line
    counted = _number(them.block.value("SEQUENCE"))
    return f"SEQUENCE:{max(_number(parse(line).value), counted + changed)}"


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _says_more(event: Told, series: Told) -> bool:
    lines, usual = ({line for line in one.added if parse(line).name not in _VOLATILE} for one in (event, series))
    return bool(lines - usual)
