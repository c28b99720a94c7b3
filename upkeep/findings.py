"""What the doctor says: one line a thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`ok` False is a problem, and has its `mend`. A note is worth knowing and no problem."""

    ok: bool
    what: str
    message: str
    mend: str = ""
    note: bool = False


def well(what: str, message: str) -> Finding:
    return Finding(True, what, message)


def note(what: str, message: str, mend: str = "") -> Finding:
    return Finding(True, what, message, mend, note=True)


def problem(what: str, message: str, mend: str) -> Finding:
    return Finding(False, what, message, mend)
