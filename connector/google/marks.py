"""What we write beside an event that only programs see: whose it is, and what iCalendar says and Google has no place for.

A copy that a person makes of an event of ours takes its marks along, but has another iCalUID: it is not ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

NAME = "ptaBridge"  # the object's name, without its ending
UID = "ptaBridgeUid"  # digest of the iCalUID that it was made with
LINK = "ptaBridgeLink"  # the description's last line is the event's link
CATEGORIES = "ptaBridgeCategories"
CANCELLED = "ptaBridgeCancelled"  # the word before the title, in the school's language
DATE = "ptaBridgeDate"  # a date of a series that the school says otherwise
LONGEST = 1024  # letters of a value, as Google allows

ENDING = ".ics"
OTHERS = "google-"  # begins the names of events that are not ours; ours are hexadecimal


def private(event: Mapping[str, Any]) -> Mapping[str, str]:
    properties: Mapping[str, str] = event.get("extendedProperties", {}).get("private", {})
    return properties


def of(name: str, uid: str) -> dict[str, str]:
    return {NAME: name.removesuffix(ENDING), UID: digest(uid)}


def digest(uid: str) -> str:
    return hashlib.sha256(uid.encode()).hexdigest()[:40]


def is_ours(event: Mapping[str, Any]) -> bool:
    marks = private(event)
    return bool(marks.get(NAME)) and marks.get(UID) == digest(str(event.get("iCalUID", "")))


def name_of(event: Mapping[str, Any]) -> str:
    """The name of the object that an event, or its series, is."""
    return (private(event)[NAME] if is_ours(event) else f"{OTHERS}{event['id']}") + ENDING
