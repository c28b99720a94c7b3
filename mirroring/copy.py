"""Gets the newest copy of a source: by address or by path, as bytes, nothing understood yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from calendars.gates import LARGEST
from calendars.split import body_digest
from connector.doors import Doors
from connector.errors import Refused
from connector.files import read_file
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
    if source.kind != "ics":
        raise Refused(
            f"The calendar {source.slug} is of kind {source.kind}, which is not read yet: give an .ics address."
        )
    fresh = source.held_at is not None or bool(source.problem)
    if "://" not in source.address:
        return _seen(source, read_file(Path(source.address), largest=LARGEST), None, None, fresh)
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
