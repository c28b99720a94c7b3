"""From text to lines of cells under known columns: which sign separates them, where the header is, what each column is."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import chain

from calendars.values import FeedRefused
from config.columns import column_names, column_words, normal_form

SIGNS = ",;\t|"
_HEADER_WITHIN = 20  # rows: titles and notes may stand above it
_END = "\x1e"  # never in a list: shows whether a quote was left open


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `number` is that of the file's line on which it begins, as an editor shows it; `cells` by
    column, `names` how the list itself calls the columns."""

    number: int
    cells: Mapping[str, str]
    names: Mapping[str, str] = field(repr=False)

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")

    def name(self, column: str) -> str:
        return self.names.get(column, column)


def rows_of(text: str) -> list[Row]:
    """The lines below the header that say anything. Raises FeedRefused, naming what was found, without a header."""
    sign, header = _header(text)
    lines = list(_records(text, sign))
    head = lines[header][1]
    columns = columns_of(head)
    names = {column: head[place].strip() for column, place in columns.items()}
    found = []
    for number, cells in lines[header + 1 :]:
        told = {column: cells[place].strip() for column, place in columns.items() if place < len(cells)}
        if any(told.values()) and cells != head:
            found.append(Row(number, told, names))
    return found


def is_list(text: str) -> bool:
    """Has it a header that we understand?"""
    try:
        _header(text)
    except FeedRefused:
        return False
    return True


def columns_of(head: Sequence[str]) -> dict[str, int]:
    """Column -> place. Of two cells that name the same column, the one with the more telling name."""
    known = column_words().columns
    ranked: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(head):
        if (found := known.get(normal_form(cell.partition("(")[0]))) is not None:
            column, rank = found
            ranked[column] = min(ranked.get(column, (rank, place)), (rank, place))
    return {column: place for column, (_, place) in ranked.items()}


def _header(text: str) -> tuple[str, int]:
    """The separating sign, and which row is the header."""
    best: tuple[int, str, int] = (0, "", 0)
    for sign in SIGNS:
        for place, (_, cells) in enumerate(_first(_records(text, sign))):
            columns = columns_of(cells)
            if "title" in columns and columns.keys() & {"date", "start"} and len(columns) > best[0]:
                best = (len(columns), sign, place)
    if not best[1]:
        raise FeedRefused(_not_understood(text))
    return best[1], best[2]


def _first(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for _ in range(_HEADER_WITHIN):
        try:
            yield next(records)
        except (StopIteration, FeedRefused):
            return


def _records(text: str, sign: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every record that is not blank. Raises FeedRefused for a quote left open."""
    reader = csv.reader(chain(StringIO(text), ("\n", f"{_END}\n")), delimiter=sign)
    began, cells = 1, [""]
    try:
        for cells in reader:
            if any(map(str.strip, cells)) and cells != [_END]:
                if _END in cells[-1]:
                    break
                yield began, cells
            began = reader.line_num + 1
    except csv.Error:
        raise FeedRefused(f"Line {began:,} of the list cannot be read: look for a quotation mark too many.") from None
    if cells != [_END]:
        raise FeedRefused(
            f"A quotation mark that opens in line {began:,} of the list is never closed: the list is cut off, or has "
            "one mark too many."
        )


def _not_understood(text: str) -> str:
    line = next((line for line in text.split("\n") if line.strip()), "")
    sign = max(SIGNS, key=line.count)
    found = ", ".join(f"“{cell.strip()[:40]}”" for cell in line.split(sign)[:12] if cell.strip())
    names = column_names("en")
    understood = ", ".join(f"“{names[column][0]}”" for column in ("title", "date", "start", "end", "place"))
    return (
        f"The list has no header that is understood: its first line says {found or 'nothing'}. Name its columns in the "
        f"first line, like {understood} (of these a title and a date must be there; other languages are understood, too)."
    )
