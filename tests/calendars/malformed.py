"""Feeds as no program should write them: good ones, hurt in one to five ways."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import strategies as st

from calendars.lines import unfold

WHOLE = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//school//EN
X-WR-CALNAME:Maple Street
X-WR-TIMEZONE:America/Chicago
BEGIN:VTIMEZONE
TZID:School Time
BEGIN:STANDARD
DTSTART:20001029T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
TZOFFSETFROM:-0500
TZOFFSETTO:-0600
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20000402T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
TZOFFSETFROM:-0600
TZOFFSETTO:-0500
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:fair
DTSTAMP:20261101T000000Z
DTSTART;TZID=School Time:20261208T180000
DTEND;TZID=School Time:20261208T200000
SUMMARY:Book fair \xe2\x80\x93 F\xc3\xa9ria do livro
 \xe6\x9b\xb8\xe5\xb1\x95
LOCATION:Gym\\, first floor
DESCRIPTION:Bring a friend.\\n<b>All</b> welcome
CATEGORIES:PTA,Reading
URL:https://maple.example/fair
STATUS:CONFIRMED
SEQUENCE:1
END:VEVENT
BEGIN:VEVENT
UID:club
DTSTART;TZID=America/Chicago:20261203T160000
DURATION:PT1H
SUMMARY:Chess club
RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=20
EXDATE;TZID=America/Chicago:20261224T160000
RDATE;TZID=America/Chicago:20261223T160000
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:club
RECURRENCE-ID;TZID=America/Chicago:20261210T160000
DTSTART;TZID=America/Chicago:20261211T160000
DURATION:PT1H
SUMMARY:Chess club moved
END:VEVENT
BEGIN:VEVENT
UID:break
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20270104
SUMMARY:Winter break
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
UID:council
DTSTART:20261201T003000Z
DTEND:20261201T020000Z
SUMMARY:Council
RRULE:FREQ=MONTHLY;BYDAY=2TU;UNTIL=20270601T000000Z
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")

NOISE = [
    b"\x00", b"\x07", b"\r", b"\n", b"\r\n ", b"\n\t", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xff", b"\xc3",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\\", b'"', b";", b":", b",", b"=", b"&#0;", b"<a href=", b"9" * 40, b"-", b"Z", b"T",
]  # fmt: skip

VALUES = [
    b"", b" ", b"0", b"-1", b"99999999999999999999", b"00000000", b"99991231", b"99991231T235959Z", b"00010101T000000",
    b"20260229", b"20261301T250000", b"20261101T013000", b"20270314T023000", b"2026-12-08T18:00:00", b"tomorrow", b"P", b"PT",
    b"-P1D", b"P99999999999D", b"P9W9D", b"P1000000D", b"19700101T000000/P1D", b"20261208T180000/20261207T180000", b"NaN",
    b"FREQ=SECONDLY", b"FREQ=MINUTELY;COUNT=3", b"FREQ=DAILY;INTERVAL=0", b"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
    b"FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", b"FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU", b"FREQ=WEEKLY;UNTIL=later", b"FREQ=HOURLY",
    b"FREQ=YEARLY;BYYEARDAY=366", b"FREQ=DAILY;COUNT=-5", b"FREQ=DAILY;COUNT=9999999999", b"FREQ=WEEKLY;BYDAY=XX,,", b"FREQ",
    b"FREQ=MONTHLY;BYDAY=99MO", b"FREQ=WEEKLY;INTERVAL=99999999999", b"FREQ=DAILY;FREQ=WEEKLY", b"RSCALE=CHINESE;FREQ=YEARLY",
    b"FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,60", b"FREQ=DAILY;WKST=NO", b"UNTIL=99991231;FREQ=YEARLY",
    b"+9999", b"-2400", b"+000000", b"+01:00", b"-0060", b"CANCELLED", b"\xe9t\xe9", b"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6",
]  # fmt: skip

TIMEZONES = [
    b"America/Chicago", b"Central Standard Time", b"Mars/Olympus", b"../../etc/passwd", b"/etc/localtime", b"", b"School Time",
    b"/freeassociation.sourceforge.net/America/Chicago", b"\x00", b"Etc/GMT+5", b"(UTC-06:00) Central", b"posix/", b"a" * 5000,
]  # fmt: skip

LINES = [
    b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VTIMEZONE", b"END:VTIMEZONE", b"BEGIN:VALARM",
    b"END:VALARM", b"BEGIN:X-ODD", b"END:X-ODD", b"UID:fair", b"UID:", b"SEQUENCE:-1", b"SEQUENCE:99999999999", b"DTSTART:",
    b"RECURRENCE-ID;RANGE=THISANDFUTURE:20261217T160000", b"RECURRENCE-ID:20261208", b"EXDATE:,,,", b"RDATE;VALUE=PERIOD:/",
    b"X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", b"DTSTART;VALUE=DATE:20261208", b"DURATION:-PT5H", b"RRULE:FREQ=HOURLY;COUNT=3",
    b"EXRULE:FREQ=WEEKLY", b"X-ALT-DESC:<html><p>hi", b"GEO:;", b"A;B;C;D", b':;:;"', b"X-WR-TIMEZONE:Mars/Olympus", b"STATUS:",
]  # fmt: skip

Hurt = Callable[[random.Random, list[bytes]], list[bytes]]


def _cut(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    body = b"\r\n".join(lines)
    return body[: chance.randrange(len(body) + 1)].split(b"\r\n")


def _drop(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines))
    return lines[:at] + lines[at + chance.randint(1, 3) :]


def _double(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines))
    piece = lines[at : at + chance.randint(1, 12)]
    return lines[:at] + piece * chance.randint(2, 4) + lines[at:]


def _shuffle(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at, upto = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
    middle = lines[at:upto]
    chance.shuffle(middle)
    return lines[:at] + middle + lines[upto:]


def _add(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines) + 1)
    return [*lines[:at], chance.choice(LINES), *lines[at:]]


def _revalue(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.choice(_inside(lines) or range(len(lines)))
    name = lines[at].partition(b":")[0]
    return [*lines[:at], name + b":" + chance.choice(VALUES), *lines[at + 1 :]]


def _inside(lines: list[bytes]) -> list[int]:
    """Where lines stand that say something: the frame is hurt by others."""
    return [at for at, line in enumerate(lines) if line[:4] not in (b"BEGI", b"END:", b"VERS", b"PROD")]


def _rezone(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at = chance.randrange(len(lines))
    name, _, value = lines[at].partition(b":")
    return [
        *lines[:at],
        name.partition(b";")[0] + b";TZID=" + chance.choice(TIMEZONES) + b":" + value,
        *lines[at + 1 :],
    ]


def _sprinkle(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    body = b"\r\n".join(lines)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(body) + 1)
        body = body[:at] + chance.choice(NOISE) + body[at + chance.randint(0, 2) :]
    return body.split(b"\r\n")


def _flip(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    body = bytearray(b"\r\n".join(lines))
    for _ in range(min(len(body), chance.randint(1, 8))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return bytes(body).split(b"\r\n")


def _misfold(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    """Folded at any octet, also inside a character, with the wrong line end or a stray space."""
    at = chance.randrange(len(lines))
    line = lines[at]
    cut = chance.randrange(len(line) + 1)
    fold = chance.choice([b"\r\n ", b"\n ", b"\r ", b"\r\n\t", b"\r\n  ", b"\r\n", b"\r\r\n ", b"\n\n "])
    return [*lines[:at], line[:cut] + fold + line[cut:], *lines[at + 1 :]]


def _recode(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    text = b"\r\n".join(lines).decode("utf-8", "replace")
    return [text.encode(chance.choice(["utf-16", "utf-16-le", "utf-8-sig", "latin-1", "cp1252", "utf-7"]), "replace")]


def _nest(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    at, name = chance.randrange(len(lines)), chance.choice([b"VEVENT", b"VCALENDAR", b"VALARM", b"X"])
    depth = chance.choice([1, 3, 40])
    return [*lines[:at], *[b"BEGIN:" + name] * depth, *[b"END:" + name] * depth, *lines[at:]]


HURTS: list[Hurt] = [
    _cut, _drop, _double, _shuffle, _add, _add, _revalue, _revalue, _revalue, _rezone, _rezone, _sprinkle, _flip, _misfold,
    _misfold, _recode, _nest,
]  # fmt: skip


def hurt(seed: int) -> bytes:
    """The feed of that number: the same number, the same bytes."""
    chance = random.Random(seed)
    lines = chance.choice(_good_ones())
    for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 5])):
        lines = chance.choice(HURTS)(chance, lines) or [b""]
    return b"\r\n".join(lines)


def _good_ones() -> list[list[bytes]]:
    return [WHOLE.split(b"\r\n"), unfold(WHOLE)]


malformed = st.integers(min_value=0, max_value=2**48).map(hurt)
