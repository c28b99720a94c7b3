"""One Google calendar, offered as what every center's calendar is: objects by name, changed on condition only.

An object's identity at Google is its iCalUID. Its name is kept among its private properties; only events that carry such a name
of ours, and the iCalUID that they were made with, are ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from connector.collection import Changes, Listing, Stored
from connector.errors import Conflict, Gone, NotAllowed, OutsideError, Refused
from connector.google import marks, saying
from connector.google.dates import Dates
from connector.google.found import Event, Found, together
from connector.google.saying import Unsayable, Wanted
from connector.google.wire import Query, Wire

PAGE = "1000"  # events in one answer; Google gives up to 2500, which can be more than we take at once
BULK = 5  # of so many objects, the whole calendar is read instead of each
_OURS = re.compile(r"[0-9a-f]+\.ics")
_NOBODY_IS_WRITTEN_TO = (("sendUpdates", "none"),)


class GoogleCalendar:
    """`word` goes before the title of what is cancelled ("Cancelled: Book fair")."""

    def __init__(self, wire: Wire, word: str) -> None:
        self._wire, self._word = wire, word
        self.subject = wire.subject
        self._seen: dict[str, Found] = {}  # by the listing, or the changes, that were read last

    @property
    def account(self) -> str:
        return self._wire.account

    def may_write(self) -> str:
        """As what: writer, or owner. NotAllowed, with the mend, for one who may only read."""
        role = str(self._first_page((("maxResults", "1"),)).get("accessRole", "none"))
        if role not in ("writer", "owner"):
            raise self._wire.error(NotAllowed, f"may only be read by us: {self._wire.mend}")
        return role

    # --- reading

    def listing(self) -> Listing:
        events, token = self._events()
        self._seen = {one.name: one for one in together(events)}
        return Listing({name: found.etag for name, found in self._seen.items()}, token)

    def changes(self, token: str) -> Changes | None:
        try:
            events, newer = self._events((("syncToken", token),))
        except (Gone, Refused):  # 410: too old, or a token that Google does not know
            return None
        gone = [one for one in events if "recurringEventId" not in one and one.get("status") == "cancelled"]
        if any("start" not in one or "iCalUID" not in one for one in gone):
            return None  # Google need not tell more of it than its id, and so not whether it was ours
        self._seen = {one.name: one for one in self._completed(events)}
        names = frozenset(marks.name_of(one) for one in gone) - self._seen.keys()
        return Changes({name: found.etag for name, found in self._seen.items()}, names, newer)

    def get(self, name: str) -> Stored | None:
        found = self._find(name)
        return found.stored if found else None

    def get_many(self, names: Iterable[str]) -> dict[str, Stored]:
        """Whole events come with every listing: what it showed is not asked for again."""
        wanted = list(dict.fromkeys(names))
        if sum(name not in self._seen for name in wanted) > BULK:
            self.listing()
        stored = {name: self._seen[name].stored if name in self._seen else self.get(name) for name in wanted}
        return {name: one for name, one in stored.items() if one is not None}

    def _completed(self, events: list[Event]) -> Iterator[Found]:
        """Of a series, only what changed is told: the rest is read."""
        dated = {str(one["recurringEventId"]) for one in events if "recurringEventId" in one}
        series = dated | {str(one["id"]) for one in events if one.get("recurrence")}
        yield from (one for one in together(events) if one.head is not None and one.head["id"] not in series)
        for id in sorted(series):
            mine = tuple(one for one in events if one.get("recurringEventId") == id and "start" in one)
            whole = self._by_id(id) or (Found(None, mine) if mine else None)
            if whole is not None:
                yield whole

    def _find(self, name: str) -> Found | None:
        stem = name.removesuffix(marks.ENDING)
        if stem.startswith(marks.OTHERS):
            return self._by_id(stem.removeprefix(marks.OTHERS))
        events, _ = self._events((("privateExtendedProperty", f"{marks.NAME}={stem}"),))
        heads = [one for one in events if "recurringEventId" not in one and marks.is_ours(one)]
        return self._with_dates(heads[0]) if heads else None

    def _by_id(self, id: str) -> Found | None:
        try:
            head = self._wire.read(f"/{id}")
        except Gone:
            return None
        return self._with_dates(head) if head.get("status") != "cancelled" else None

    def _with_dates(self, head: Event) -> Found:
        """Also dates that were taken out long ago: they are back with their series."""
        if not head.get("recurrence"):
            return Found(head, ())
        events, _ = self._events((("iCalUID", str(head["iCalUID"])),))
        return Found(head, tuple(one for one in events if one.get("recurringEventId") == head["id"]))

    def _events(self, query: Query = ()) -> tuple[list[Event], str]:
        """All pages, and the token at the end of the last one. Whatever is not complete is an error."""
        events: list[Event] = []
        page = self._first_page((*query, ("maxResults", PAGE)))
        events += page.get("items", [])
        while following := page.get("nextPageToken"):
            page = self._wire.read(query=(*query, ("maxResults", PAGE), ("pageToken", following)))
            events += page.get("items", [])
        return events, str(page.get("nextSyncToken", ""))

    def _first_page(self, query: Query) -> dict[str, Any]:
        try:
            page = self._wire.read(query=query)
        except Gone as gone:
            if gone.code == 410:
                raise
            rest = f"is not there, or not shared with us: check its id, and {self._wire.mend}"
            raise self._wire.error(NotAllowed, rest, 404) from None
        if page.get("accessRole") == "freeBusyReader":
            raise self._wire.error(NotAllowed, f"shows us only when it is busy: {self._wire.mend}")
        return page

    # --- writing

    def put(self, name: str, body: bytes, *, etag: str | None) -> str | None:
        self._check_ours(name)
        try:
            wanted = saying.read(body, self._word)
        except Unsayable as cannot:
            raise self._wire.error(Refused, str(cannot)) from None
        except (ValueError, KeyError, AttributeError):  # what icalendar makes of a body that is none
            raise self._wire.error(Refused, "is asked to take what is no event: a person must look at it") from None
        found = self._created(name, wanted) if etag is None else self._changed(name, wanted, etag)
        return self._kept(found, wanted)

    def delete(self, name: str, *, etag: str) -> None:
        self._check_ours(name)
        found = self._find(name)
        if found is None or found.head is None:
            return
        self._check_version(found, etag)
        try:
            self._write("DELETE", f"/{found.head['id']}", if_match=found.head["etag"], query=_NOBODY_IS_WRITTEN_TO)
        except Gone:
            return

    def _created(self, name: str, wanted: Wanted) -> Found:
        """By iCalUID: what stands already is no second time made. What was deleted is still there for Google."""
        events, _ = self._events((("iCalUID", wanted.uid), ("showDeleted", "true")))
        heads = [one for one in events if "recurringEventId" not in one and one.get("iCalUID") == wanted.uid]
        mine = [one for one in heads if marks.is_ours(one) and marks.name_of(one) == name]
        standing = [one for one in heads if one.get("status") != "cancelled"]
        if any(one not in mine for one in standing):
            raise self._taken()
        if standing:
            raise self._wire.error(Conflict, "holds this entry already")
        if not mine:
            return self._with_its_dates(Found(self._imported(wanted, name), ()), wanted)
        return self._with_its_dates(self._with_dates(self._restored(mine[0], wanted, name)), wanted)

    def _imported(self, wanted: Wanted, name: str) -> Event:
        event = {
            **saying.whole(wanted.event, marks.of(name, wanted.uid)),
            "iCalUID": wanted.uid,
            "sequence": wanted.sequence,
        }
        try:
            return self._write("POST", "/import", event)
        except Conflict:
            raise self._taken() from None
        except Gone:
            rest = f"is not there, or not shared with us: check its id, and {self._wire.mend}"
            raise self._wire.error(NotAllowed, rest, 404) from None

    def _restored(self, deleted: Event, wanted: Wanted, name: str) -> Event:
        """Out of Google's bin: it would refuse a second event with that iCalUID."""
        said = saying.again(wanted.event, marks.of(name, wanted.uid))
        try:
            return self._patched(str(deleted["id"]), said, str(deleted["etag"]))
        except (Gone, Refused) as wrong:
            if wrong.code == 400:
                raise
            return self._imported(wanted, name)

    def _changed(self, name: str, wanted: Wanted, etag: str) -> Found:
        found = self._find(name)
        if found is None or found.head is None:
            raise self._wire.error(Conflict, "has this entry no more: it is read again first")
        self._check_version(found, etag)
        head, changed = found.head, saying.changes(found.head, wanted.event)
        if found.dates and not wanted.event.recurrence:
            self._take_out(found.dates)
            found = Found(head, ())
        if changed:
            head = self._patched(head["id"], changed, head["etag"])
        repeats_otherwise = bool(changed.keys() & {"start", "recurrence"})
        return self._with_its_dates(self._with_dates(head) if repeats_otherwise else Found(head, found.dates), wanted)

    def _take_out(self, dates: Iterable[Event]) -> None:
        """A series that becomes a single event has no dates: what Google does with changed ones is not documented."""
        for one in dates:
            if one.get("status") != "cancelled":
                self._patched(str(one["id"]), {"status": "cancelled"}, str(one["etag"]))

    def _with_its_dates(self, found: Found, wanted: Wanted) -> Found:
        assert found.head is not None
        if not (wanted.dates or found.dates):
            return found
        return Found(found.head, Dates(self._wire, found, wanted, self._patched).write())

    def _patched(self, id: str, changed: dict[str, Any], etag: str) -> Event:
        return self._write("PATCH", f"/{id}", changed, if_match=etag, query=_NOBODY_IS_WRITTEN_TO)

    def _write(
        self, method: str, path: str, body: Event | None = None, *, if_match: str | None = None, query: Query = ()
    ) -> dict[str, Any]:
        """A refusal of one entry is not one of the whole calendar, where we may write: some UIDs belong to others."""
        try:
            return self._wire.write(method, path, body, query=query, if_match=if_match)
        except NotAllowed as refused:
            self.may_write()
            rest = "does not let us write this entry, though we may write there: a person must look at it"
            raise self._wire.error(Refused, rest, refused.code) from None

    def _kept(self, found: Found, wanted: Wanted) -> str | None:
        """The new ETag, if Google kept everything as it was given."""
        assert found.head is not None
        if wanted.dates or found.dates or saying.changes(found.head, wanted.event):
            return None
        return found.etag

    def _check_ours(self, name: str) -> None:
        if not _OURS.fullmatch(name):
            rest = f"is asked to change {name!r}, which is not of our making and is left alone"
            raise self._wire.error(Refused, rest)

    def _check_version(self, found: Found, etag: str) -> None:
        if etag not in ("*", found.etag):
            rest = "was changed by somebody else in the meantime: it is read again first"
            raise self._wire.error(Conflict, rest, 412)

    def _taken(self) -> OutsideError:
        rest = "already holds this event, perhaps in its bin, and not from us: a person must say which one stays"
        return Conflict(f"{self.subject} {rest}.", uid_conflict=True, subject=self.subject, code=409)
