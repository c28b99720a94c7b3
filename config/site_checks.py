"""What single texts of a site file must look like. Each check returns the text as usually written, or raises Mistake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from config.durations import parse_duration
from config.hours import Hours, QuietHours, closed_days
from config.mistake import Mistake

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_EMAIL = re.compile(r"[^@\s<>,;:\"()]+@[^@\s<>,;:\"().]+(\.[^@\s<>,;:\"().]+)+")
_LONGEST = 1000
_LONGEST_SLUG = 63


def plain(text: str) -> str:
    """A text with something in it, on one line."""
    if not text.strip():
        raise Mistake("is empty", "write a text there")
    if any(unicodedata.category(char) == "Cc" for char in text.strip()):
        raise Mistake("holds a line break or a control character", "write it on one line")
    if len(text) > _LONGEST:
        raise Mistake(f"is {len(text)} characters long", f"use at most {_LONGEST}")
    return text.strip()


def optional(check: Callable[[str], str]) -> Callable[[str], str]:
    """`check`, with "" allowed as well."""
    return lambda text: check(text) if text.strip() else ""


def slug(text: str) -> str:
    if _SLUG.fullmatch(text) and len(text) <= _LONGEST_SLUG:
        return text
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    better = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_LONGEST_SLUG]
    raise Mistake(
        f'"{text[:80]}" is not a slug',
        f"use small letters a-z, digits and hyphens (at most {_LONGEST_SLUG})"
        + (f', such as "{better}"' if better else ""),
    )


def one_of(*choices: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text in choices:
            return text
        near = get_close_matches(text.lower(), choices, n=1, cutoff=0.6)
        listed = " or ".join([", ".join(f'"{choice}"' for choice in choices[:-1]), f'"{choices[-1]}"'])
        raise Mistake(f'"{text[:80]}" is not one of {listed}', f'write "{near[0]}"' if near else "choose one of these")

    return check


def timezone(text: str) -> str:
    if text in _zones():
        return text
    meant = text.strip().lower().replace(" ", "_")
    zones = {zone.lower(): zone for zone in sorted(_zones())}
    near = get_close_matches(meant, zones, n=1, cutoff=0.7) or [zone for zone in zones if zone.endswith(f"/{meant}")]
    mend = f'write "{zones[near[0]]}"' if near else 'write an IANA name, such as "America/Chicago"'
    raise Mistake(f'"{text[:80]}" is not a time zone', mend)


def hours(text: str) -> str:
    Hours.parse(text)
    return text.strip()


def quiet_hours(text: str) -> str:
    QuietHours.parse(text)
    return text.strip()


def closed(text: str) -> str:
    closed_days([text])
    return text.strip()


def duration(text: str) -> str:
    parse_duration(text)
    return text.strip()


def ask_or_duration(text: str) -> str:
    if text == "ask":
        return text
    try:
        return duration(text)
    except Mistake:
        raise Mistake(
            f'"{text[:80]}" is neither "ask" nor a duration', 'write "ask", or a duration such as "7d"'
        ) from None


def email(text: str) -> str:
    if not _EMAIL.fullmatch(text.strip()) or len(text) > 254:
        raise Mistake(f'"{text[:80]}" is not an email address', 'write one address, such as "maria@maple.example"')
    return text.strip().lower()


def facebook_id(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,32}", text):
        mend = "write the number that Facebook shows under the Page's details, in quotes"
        raise Mistake(f'"{text[:80]}" is not the id of a Page', mend)
    return text


def url(*schemes: str) -> Callable[[str], str]:
    """An address with one of `schemes` and a host, without a user name. No message shows it: addresses hold secrets."""

    def check(text: str) -> str:
        parts = _address(plain(text))
        if parts.scheme not in schemes:
            mend = f"write an address that begins with {' or '.join(f'{one}://' for one in schemes)}"
            raise Mistake(f'is an address of the kind "{parts.scheme}"' if parts.scheme else "is no web address", mend)
        if "@" in parts.netloc:
            raise Mistake(
                "holds a user name or a password", "take it out; a caldav table has username and password for it"
            )
        if not parts.hostname:
            raise Mistake("names no host", f"write an address such as {schemes[0]}://example.org/calendar.ics")
        return text.strip()

    return check


def path(text: str) -> str:
    if re.match(r"(?i)[a-z][a-z0-9+.-]+:|//", plain(text)):
        raise Mistake("is an address where a path belongs", 'write it as url = "…", or the path alone')
    return text.strip()


def secret(text: str, environ: Mapping[str, str], folder: Path) -> str:
    """The secret behind "env:NAME", "file:PATH" (relative to `folder`), or the text itself; "" stays ""."""
    if text.startswith("env:"):
        return _from_environment(text.removeprefix("env:").strip(), environ)
    if text.startswith("file:"):
        return _from_file(text.removeprefix("file:").strip(), folder)
    if "\0" in text:
        raise Mistake("holds a control character", "write the secret as it was given")
    return text


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    if not name:
        raise Mistake('"env:" names no environment variable', 'write "env:NAME"')
    found = environ.get(name, "").strip("\r\n")
    if not found.strip():
        state = "is empty" if name in environ else "is not set"
        raise Mistake(f"the environment variable {name} {state}", f"set {name} to the secret and load again")
    return found


def _from_file(name: str, folder: Path) -> str:
    try:
        found = (folder / name).read_text(encoding="utf-8").strip("\r\n") if name else ""
    except (OSError, ValueError) as wrong:
        reason = getattr(wrong, "strerror", None) or "it is not text"
        raise Mistake(
            f'the file "{name}" cannot be read ({reason})', "correct the path or the file's permissions"
        ) from None
    if not found.strip():
        raise Mistake(f'the file "{name}" is empty' if name else '"file:" names no file', "put the secret into a file")
    return found


def _address(text: str) -> SplitResult:
    spoiled = any(char.isspace() or char in '<>"\\' for char in text)
    try:
        parts = urlsplit(text)
        spoiled = spoiled or parts.port == 0
    except ValueError:
        spoiled = True
    if spoiled:
        raise Mistake("cannot be read as an address", "copy it again from where the calendar is shared")
    return parts


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime", "posixrules"})
