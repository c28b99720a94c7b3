"""A source that is one file, at an address or at a path: read whole, and only when it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from calendars.gates import LARGEST
from calendars.split import body_digest
from connector.files import read_file
from mirroring.sources.copy import Asking, Copy
from models.source import Source

_EPOCH, _WEEK = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=7)


def fetched(asking: Asking) -> Copy:
    """Its bytes as they are. Raises OutsideError with one sentence."""
    source = asking.source
    if "://" not in source.address:
        return _seen(source, read_file(Path(source.address), largest=LARGEST), None, None, asking.anew)
    whole = asking.anew or _begins_a_week(source.read_at, asking.now)
    answer = asking.doors.fetcher.get(
        source.address,
        subject=asking.subject,
        etag=None if whole else source.etag,
        last_modified=None if whole else source.last_modified,
        username=source.username or None,
        password=asking.password or None,
    )
    moved_to = (urlsplit(answer.moved_to).hostname or "") if answer.moved_to else ""
    if answer.status == 304:
        return Copy(None, source.body_digest, source.etag, source.last_modified, moved_to)
    return replace(_seen(source, answer.body, answer.etag, answer.last_modified, asking.anew), moved_to=moved_to)


def _begins_a_week(last: datetime | None, now: datetime) -> bool:
    """Once a week nobody is asked whether anything changed: some servers say "unchanged" for ever."""
    return last is None or (last - _EPOCH) // _WEEK != (now - _EPOCH) // _WEEK


def _seen(source: Source, body: bytes, etag: str | None, last_modified: str | None, anew: bool) -> Copy:
    digest = body_digest(body)
    return Copy(None if digest == source.body_digest and not anew else body, digest, etag, last_modified)
