"""The single dates of a series that differ from it: each is an event of its own at Google, found by its original start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from connector.errors import Refused
from connector.google import marks, moments, saying
from connector.google.found import Event, Found
from connector.google.saying import Saying, Wanted
from connector.google.wire import Wire

Patch = Callable[[str, dict[str, object], str], Event]
_DAY = timedelta(days=1)


class Dates:
    """Brings the dates of one series to what is wanted. Each write is conditional on the version that was read."""

    def __init__(self, wire: Wire, found: Found, wanted: Wanted, patch: Patch) -> None:
        assert found.head is not None
        self._wire, self._wanted, self._patch = wire, wanted, patch
        self._series = str(found.head["id"])
        self._stands = {_original(one): one for one in found.dates}

    def write(self) -> tuple[Event, ...]:
        """The dates that differ, as they stand now."""
        others = self._others()
        there = self._instances([*(self._wanted.dates.keys() - self._stands.keys()), *others])
        for original, said in self._wanted.dates.items():
            event = self._stands.get(original) or there.get(original)
            if event is None:
                raise self._wire.error(
                    Refused, f"{self._unknown(original)}: ask the school's office to correct the series"
                )
            self._stands[original] = self._said(event, said)
        for original in others:
            self._stands[original] = self._undone(self._stands[original], in_series=original in there)
        return tuple(self._stands.values())

    def _others(self) -> list[str]:
        """Dates that the school says nothing of. What it left out, too, may stay as it is: taken out."""
        unsaid = self._stands.keys() - self._wanted.dates.keys()
        return sorted(one for one in unsaid if not (_is_out(self._stands[one]) and one in self._wanted.left_out))

    def _said(self, event: Event, said: Saying) -> Event:
        changed = saying.changes(event, said) if not _is_out(event) else saying.again(said, marks.private(event))
        return self._patch(str(event["id"]), changed, str(event["etag"])) if changed else event

    def _undone(self, event: Event, *, in_series: bool) -> Event:
        """As the series says it; what a center added to it stays. One that the series has no more goes."""
        if in_series:
            original = moments.of_google(event["originalStartTime"])
            return self._said(event, saying.as_its_series(self._wanted.event, original))
        if not _is_out(event):
            self._patch(str(event["id"]), {"status": "cancelled"}, str(event["etag"]))
        return {**event, "status": "cancelled"}

    def _instances(self, originals: list[str]) -> dict[str, Event]:
        """The dates of the series around these, also those that were taken out. One question, if there is any."""
        if not originals:
            return {}
        days = sorted(moment for one in originals if (moment := _as_moment(one)))
        span = (("timeMin", _text(days[0] - _DAY)), ("timeMax", _text(days[-1] + 2 * _DAY)))
        query: tuple[tuple[str, str], ...] = (*span, ("showDeleted", "true"), ("maxResults", "2500"))
        page = self._wire.read(f"/{self._series}/instances", query)
        events = list(page.get("items", []))
        while following := page.get("nextPageToken"):
            page = self._wire.read(f"/{self._series}/instances", (*query, ("pageToken", following)))
            events += page.get("items", [])
        return {_original(one): one for one in events}

    def _unknown(self, original: str) -> str:
        return f"has no date {self._wanted.originals[original]:%Y-%m-%d} in this series that could be changed"


def _original(event: Event) -> str:
    return moments.instant(moments.of_google(event["originalStartTime"]))


def _is_out(event: Event) -> bool:
    return event.get("status") == "cancelled"


def _as_moment(original: str) -> datetime:
    if len(original) == 10:
        return datetime.combine(date.fromisoformat(original), time(), UTC)
    return datetime.fromisoformat(original)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
