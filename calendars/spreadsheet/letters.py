"""From the bytes of a list to its text, or the reason why it is none."""

from __future__ import annotations

import codecs

from calendars.gates import LARGEST
from calendars.lines import decode, without_controls
from calendars.values import FeedRefused, Problem

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods, .xls
_ENCODING = Problem(
    "encoding", "", "The list is not written in UTF-8; it was read as Windows Latin-1, so check accented letters."
)


def text_of(body: bytes) -> tuple[str, list[Problem]]:
    """UTF-8 or UTF-16, with or without a mark; else Windows' Latin-1, and told. Raises FeedRefused."""
    if len(body) > LARGEST:
        raise FeedRefused("The list is larger than 20 MB; leave out past years, or make two lists of it.")
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FeedRefused("The list is empty; check that it is still published at this address.")
    if body.startswith(_WORKBOOKS):
        raise FeedRefused("This is a workbook, not a list; save it as CSV (in Excel: Save as, CSV UTF-8).")
    text, problems = _decoded(body)
    _is_a_list(text.lstrip()[:1000].lower())
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n")), problems


def _decoded(body: bytes) -> tuple[str, list[Problem]]:
    encoding = next((name for mark, name in _MARKS.items() if body.startswith(mark)), "") or _unmarked(body)
    try:
        return body.decode(encoding), []
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise FeedRefused("The list is cut off in the middle of a letter; the next reading may be whole.") from None
        return decode(body.removeprefix(codecs.BOM_UTF8)), [_ENCODING]


def _unmarked(body: bytes) -> str:
    """Every other byte of Latin text in UTF-16 is zero."""
    start = body[:200]
    if start.count(0) * 3 > len(start):
        return "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
    return "utf-8"


def _is_a_list(start: str) -> None:
    if start.startswith("<") or "<html" in start or "<!doctype" in start:
        raise FeedRefused(
            "The address gives a web page instead of a list; it may ask for a sign-in, or the list has moved: "
            "copy the address of its CSV again."
        )
    if start.startswith(("{", "[{", "[[")):
        raise FeedRefused("The address gives JSON instead of a list; copy the address of its CSV.")
    if start.startswith("begin:vcalendar"):
        raise FeedRefused('This is an iCalendar file, not a list; write kind = "ics" for it.')
