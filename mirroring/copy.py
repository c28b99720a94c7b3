"""Gets the newest copy of a source: by address or by path, as bytes, nothing understood yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calendars.gates import LARGEST
from calendars.split import body_digest
from connector.doors import Doors
from connector.errors import Gone, Refused, TryLater
from models.source import Source
from models.vault import Vault


@dataclass(frozen=True, slots=True)
class Copy:
    """`body` None: the source says, or its bytes say, that nothing changed since the last good copy."""

    body: bytes | None
    digest: str | None
    etag: str | None
    last_modified: str | None


def get_copy(source: Source, doors: Doors, vault: Vault) -> Copy:
    """Raises OutsideError with one sentence. A held source is always read whole: its events may be back."""
    fresh = source.held_at is not None or bool(source.problem)
    if "://" not in source.address:
        return _seen(source, _read_file(Path(source.address)), None, None, fresh)
    answer = doors.fetcher.get(
        source.address,
        subject=f"the calendar {source.slug}",
        etag=None if fresh else source.etag,
        last_modified=None if fresh else source.last_modified,
        username=source.username or None,
        password=vault.open(source.password_sealed) or None,
    )
    if answer.status == 304:
        return Copy(None, source.body_digest, source.etag, source.last_modified)
    return _seen(source, answer.body, answer.etag, answer.last_modified, fresh)


def _seen(source: Source, body: bytes, etag: str | None, last_modified: str | None, fresh: bool) -> Copy:
    digest = body_digest(body)
    return Copy(None if digest == source.body_digest and not fresh else body, digest, etag, last_modified)


def _read_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"{path.name} is larger than {LARGEST // 1_000_000} MB: give a shorter calendar.")
        return path.read_bytes()
    except FileNotFoundError as missing:
        raise Gone(
            f"There is no file {path}: correct the path in the site file, or put the calendar there."
        ) from missing
    except OSError as wrong:
        raise TryLater(f"{path} cannot be read ({wrong.strerror}): check its permissions.") from wrong
