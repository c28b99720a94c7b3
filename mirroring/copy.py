"""Gets the newest copy of a source: by address or by path, as bytes, nothing understood yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from calendars.gates import LARGEST
from calendars.split import body_digest
from connector.doors import Doors
from connector.errors import Refused
from connector.files import read_file
from models.source import Source
from models.vault import Vault

_EPOCH, _WEEK = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Copy:
    """`body` None: the source says, or its bytes say, that nothing changed since the last good copy."""

    body: bytes | None
    digest: str | None
    etag: str | None
    last_modified: str | None
    moved_to: str = ""  # the host at which its address says it lives from now on


def get_copy(source: Source, doors: Doors, vault: Vault, now: datetime) -> Copy:
    """Raises OutsideError with one sentence. A held source is always read whole: its events may be back."""
    if source.kind != "ics":
        raise Refused(
            f"The calendar {source.slug} is of kind {source.kind}, which is not read yet: give an .ics address."
        )
    fresh = source.held_at is not None or bool(source.problem)
    whole = fresh or _begins_a_week(source.read_at, now)
    if "://" not in source.address:
        return _seen(source, read_file(Path(source.address), largest=LARGEST), None, None, fresh)
    answer = doors.fetcher.get(
        source.address,
        subject=f"the calendar {source.slug}",
        etag=None if whole else source.etag,
        last_modified=None if whole else source.last_modified,
        username=source.username or None,
        password=vault.open(source.password_sealed) or None,
    )
    moved_to = (urlsplit(answer.moved_to).hostname or "") if answer.moved_to else ""
    if answer.status == 304:
        return Copy(None, source.body_digest, source.etag, source.last_modified, moved_to)
    return replace(_seen(source, answer.body, answer.etag, answer.last_modified, fresh), moved_to=moved_to)


def _begins_a_week(last: datetime | None, now: datetime) -> bool:
    """Once a week nobody is asked whether anything changed: some servers say "unchanged" for ever."""
    return last is None or (last - _EPOCH) // _WEEK != (now - _EPOCH) // _WEEK


def _seen(source: Source, body: bytes, etag: str | None, last_modified: str | None, fresh: bool) -> Copy:
    digest = body_digest(body)
    return Copy(None if digest == source.body_digest and not fresh else body, digest, etag, last_modified)
