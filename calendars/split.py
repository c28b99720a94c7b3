"""Cuts a feed into its events without parsing them, so that one bad line sinks one event and an unchanged poll is cheap.

The digest of a group says whether it must be read again. It leaves out what publishers stamp anew at every request
(DTSTAMP, LAST-MODIFIED, CREATED), alarms, folding and order. SEQUENCE is left out where the UID stands on one VEVENT
only: there it decides nothing. Where several share a UID it tells which one supersedes, so it stays in. The feed's zone
and its VTIMEZONEs are part of every digest, since they move the events that lean on them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from calendars.lines import boundary, decode, joined, parse, unescape, unfold, without_controls
from calendars.values import Group, Problem, Split

_STAMPS = tuple(name + end for name in (b"DTSTAMP", b"LAST-MODIFIED", b"CREATED") for end in (b":", b";"))
_SEQUENCE = (b"SEQUENCE:", b"SEQUENCE;")
_VOLATILE = {name[:6] for name in (*_STAMPS, *_SEQUENCE)}  # looked up for each line, where startswith would cost most
_STAMP_LINES = re.compile(rb"\n(?:DTSTAMP|LAST-MODIFIED|CREATED)[:;][^\n]*")
_BEGINS = re.compile(rb"\n(?=[^ \t\r\n])")
_PIECE = 1024 * 1024
_UID = (b"UID:", b"UID;")
MADE_UP = "without-uid-"  # how the UIDs begin that we gave
_LONGEST_UID = 500  # letters; databases keep no longer keys


def split(body: bytes) -> Split:
    """Never raises: what cannot be understood is left out (`gates.check` is what refuses a feed)."""
    lines, problems = _utf8(unfold(body))
    properties: dict[str, str] = {}
    timezones: dict[str, bytes] = {}
    events: dict[str, bytes] = {}
    more: dict[
        str, list[bytes]
    ] = {}  # of UIDs that come again: a list for each of the others would cost more than reading
    for kind, found in _components(lines):
        if kind == b"VEVENT":
            uid, whole = _uid(found), b"\n".join(found)
            if events.setdefault(uid, whole) is not whole:
                more.setdefault(uid, []).append(whole)
        elif kind == b"VTIMEZONE":
            timezones.setdefault(_value(found, b"TZID"), b"\n".join((b"BEGIN:VTIMEZONE", *found, b"END:VTIMEZONE")))
        else:
            line = parse(decode(found[0]))
            properties.setdefault(line.name, unescape(line.value).strip())
    timezones.pop("", None)
    zone = properties.get("X-WR-TIMEZONE") or None
    context = _context(zone, timezones)
    return Split(
        zone=zone,
        name=properties.get("X-WR-CALNAME") or properties.get("NAME", ""),
        timezones=timezones,
        groups={uid: _group(uid, (vevent, *more.get(uid, ())), context) for uid, vevent in events.items()},
        problems=problems,
    )


def body_digest(body: bytes) -> str:
    """Says whether a feed came as before, stamps, folding and line ends aside. In pieces, so that a large one costs little."""
    digest = hashlib.blake2b(digest_size=32)
    for piece in _pieces(body):
        digest.update(_STAMP_LINES.sub(b"", b"\n" + joined(piece).rstrip(b"\n")))
    return digest.hexdigest()


def _pieces(body: bytes) -> Iterator[bytes]:
    """Cut where a line begins that is neither blank nor the rest of a folded one."""
    begin = 0
    while cut := _BEGINS.search(body, begin + _PIECE):
        yield body[begin : cut.end()]
        begin = cut.end()
    yield body[begin:]


def _utf8(lines: list[bytes]) -> tuple[list[bytes], tuple[Problem, ...]]:
    try:
        b"\n".join(lines).decode()
    except UnicodeDecodeError:
        message = "The feed is not written in UTF-8; it was read as Windows Latin-1, so check accented letters."
        return [decode(line).encode() for line in lines], (Problem("encoding", "", message),)
    return lines, ()


_Component = tuple[bytes, list[bytes]]


def _components(lines: list[bytes]) -> Iterator[_Component]:
    """(b"VEVENT", its own lines), (b"VTIMEZONE", all lines inside), (b"", [a line of the calendar itself])."""
    walk = _Walk()
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line == b"BEGIN:VEVENT" and not walk.kind and (plain := _plain_event(lines, at)):
            at += len(plain) + 1
            yield b"VEVENT", plain
        elif line and (found := walk.step(line)):
            yield found


class _Walk:
    """Where we are: the open components, and the one being collected."""

    def __init__(self) -> None:
        self.path: list[bytes] = []
        self.kind = b""
        self.block: list[bytes] = []
        self.base = 0

    def step(self, line: bytes) -> _Component | None:
        edge = boundary(line)
        if edge is None:
            if not self.kind:
                return (b"", [line]) if len(self.path) == 1 else None
            if self.kind == b"VTIMEZONE" or len(self.path) == self.base:
                self.block.append(line)
            return None
        if edge[0] == b"END":
            return self._close(edge[1], line)
        self._open(edge[1], line)
        return None

    def _open(self, name: bytes, line: bytes) -> None:
        self.path.append(name)
        if not self.kind and name in (b"VEVENT", b"VTIMEZONE"):
            self.kind, self.block, self.base = name, [], len(self.path)
        elif self.kind == b"VTIMEZONE":
            self.block.append(line)

    def _close(self, name: bytes, line: bytes) -> _Component | None:
        if name not in self.path:
            return None
        while self.path.pop() != name:
            pass
        if self.kind and len(self.path) < self.base:
            found, self.kind = (self.kind, self.block), b""
            return found
        if self.kind == b"VTIMEZONE":
            self.block.append(line)
        return None


def _plain_event(lines: list[bytes], at: int) -> list[bytes]:
    """The lines up to END:VEVENT when there is nothing inside them to look at: most events, and ten times faster."""
    try:
        found = lines[at : lines.index(b"END:VEVENT", at, at + 100)]
    except ValueError:
        return []
    whole = b"\n" + b"\n".join(found).upper()
    return [] if b"\nBEGIN:" in whole or b"\nEND:" in whole or b"\n\n" in whole else found


def _uid(lines: list[bytes]) -> str:
    for line in lines:
        if line[:4] in _UID and (uid := _told_uid(line)):
            return uid if len(uid) <= _LONGEST_UID else f"long-uid-{hashlib.sha256(uid.encode()).hexdigest()}"
    return _made_up(lines)


def _told_uid(line: bytes) -> str:
    text = decode(line).partition(":")[2]
    return text.strip() if text.isprintable() and "\\" not in text else without_controls(unescape(text)).strip()


def _made_up(lines: list[bytes]) -> str:
    """The id of an event that came without one: the same as long as its start, title and place are."""
    title = " ".join(_value(lines, b"SUMMARY").casefold().split())
    told = "\n".join((_value(lines, b"DTSTART"), title, _value(lines, b"LOCATION"), _value(lines, b"RECURRENCE-ID")))
    return f"{MADE_UP}{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _value(lines: list[bytes], name: bytes) -> str:
    for line in lines:
        if line.startswith(name) and line[len(name) : len(name) + 1] in (b":", b";"):
            return parse(decode(line)).value.strip()
    return ""


def _context(zone: str | None, timezones: dict[str, bytes]) -> bytes:
    told = [(zone or "").encode()]
    for tzid in sorted(timezones):
        told += [line for line in timezones[tzid].split(b"\n") if not line.startswith(_STAMPS)]
    return hashlib.blake2b(b"\n".join(told), digest_size=16).digest()


def _group(uid: str, vevents: tuple[bytes, ...], context: bytes) -> Group:
    return Group(uid, _digest(vevents, context), vevents)


def _digest(vevents: tuple[bytes, ...], context: bytes) -> str:
    left_out = _STAMPS if len(vevents) > 1 else _STAMPS + _SEQUENCE
    told = sorted([_told(vevent, left_out) for vevent in vevents])
    return hashlib.blake2b(b"\n\n".join((context, *told)), digest_size=16).hexdigest()


def _told(vevent: bytes, left_out: tuple[bytes, ...]) -> bytes:
    """The lines that count, in one order whatever order they came in."""
    lines = [line for line in vevent.split(b"\n") if line[:6] not in _VOLATILE or not line.startswith(left_out)]
    lines.sort()
    return b"\n".join(lines)
