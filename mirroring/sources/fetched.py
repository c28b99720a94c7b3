"""A source that is one file, at an address or at a path: read whole, and only when it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from calendars.gates import LARGEST
from connector.files import read_file
from mirroring.sources.copy import Asking, Copy

_EPOCH, _WEEK = datetime(2026, 1, 5, tzinfo=UTC), timedelta(days=7)


def fetched(asking: Asking, digest: Callable[[bytes], str]) -> Copy:
    """Its bytes as they are; the same `digest` as at the last good copy says that nothing changed. Raises OutsideError."""
    source = asking.source
    if "://" not in source.address:
        body = read_file(Path(source.address), largest=LARGEST)
        return _seen(asking, body, digest(body), None, None)
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
    seen = _seen(asking, answer.body, digest(answer.body), answer.etag, answer.last_modified)
    return replace(seen, moved_to=moved_to)


def _begins_a_week(last: datetime | None, now: datetime) -> bool:
    """Once a week nobody is asked whether anything changed: some servers say "unchanged" for ever."""
    return last is None or (last - _EPOCH) // _WEEK != (now - _EPOCH) // _WEEK


def _seen(asking: Asking, body: bytes, digest: str, etag: str | None, last_modified: str | None) -> Copy:
    unchanged = digest == asking.source.body_digest and not asking.anew
    return Copy(None if unchanged else body, digest, etag, last_modified)
