"""The numbers as a spreadsheet opens them: with a mark that it is UTF-8, and nothing that it would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Numbers are written plainly, with a point; true and false as 1 and 0; None as nothing."""
    written = StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow([safe(name) for name in columns])
    lines.writerows([[safe(row[name]) for name in columns] for row in rows])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def safe(value: object) -> object:
    """Text that a spreadsheet would reckon with gets an apostrophe before it: then it is text."""
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA) else value
