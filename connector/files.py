"""The door to this machine's own files: a calendar that lies in a folder instead of at an address."""

from __future__ import annotations

from pathlib import Path

from connector.errors import Gone, Refused, TryLater


def read_file(path: Path, *, largest: int) -> bytes:
    """The whole file. Raises OutsideError with one sentence; `largest` in bytes."""
    try:
        if path.exists() and not path.is_file():
            raise Refused(f"{path} is not a file: give the calendar's own file.")
        if path.stat().st_size > largest:
            raise Refused(f"{path} is larger than {largest // 2**20} MB: give a shorter calendar.")
        return path.read_bytes()
    except FileNotFoundError:
        raise Gone(f"There is no file {path}: correct the path, or put the calendar there.") from None
    except OSError as wrong:
        raise TryLater(f"{path} cannot be read ({wrong.strerror}): check its permissions.") from None
