"""One calendar collection on a CalDAV server, by plain conditional requests.

Every write is conditional, so that nothing a person changed in the calendar is ever overwritten unseen. Writes go only
to names of our own making.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from connector.collection import Changes, Listing, Stored
from connector.davxml import LISTING, Entry, changed_since, multiget, new_token, preconditions, read_multistatus
from connector.errors import (
    Conflict,
    Gone,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TryLater,
)
from connector.fetch import Answer, Fetcher, retry_after

BATCH = 100  # more at once gains little, fewer costs an order of magnitude
_OURS = re.compile(r"[0-9a-f]+\.ics")
_XML = {"Content-Type": "application/xml; charset=utf-8", "Depth": "1"}
_GONE = frozenset({404, 410})
_ABOUT_THE_ENTRY = frozenset({  # what a server says of an object itself, with whatever status
    "valid-calendar-data", "valid-calendar-object-resource", "supported-calendar-data", "supported-calendar-component",
    "max-resource-size", "min-date-time", "max-date-time", "max-instances", "max-attendees-per-instance",
})  # fmt: skip
_TROUBLES = frozenset({408, 500, 502, 503, 504})


class CalendarDoor:
    """A connector.collection.Collection. `url` is the collection's own address. Names are relative to it ("3fa9….ics")."""

    def __init__(self, fetcher: Fetcher, url: str, username: str, password: str, *, subject: str) -> None:
        self._fetcher = fetcher
        self.url = url.rstrip("/") + "/"
        self._auth = (username, password)
        self.subject = subject

    def listing(self) -> Listing:
        """All that is there, in one request. Complete, or an error."""
        entries, token = self._multistatus("PROPFIND", LISTING), ""
        for entry in entries:
            if entry.status in _GONE and not entry.name.endswith(".ics"):
                kind, rest = _meaning(entry.status)  # said inside an answer that looks like an empty list
                raise self._error(kind, rest, entry.status)
            if self._is_collection(entry):
                self._check_collection(entry)
                token = entry.sync_token
        return Listing(_etags(entries), token)

    def changes(self, token: str) -> Changes | None:
        """What changed since the listing or the changes that gave `token`. It only saves reading.

        None when the server cannot say, whatever its reason: then all is listed anew.
        """
        answer = self._ask("REPORT", self.url, {**_XML, "Depth": "0"}, changed_since(token))
        if answer.status in (401, 429) or answer.status in _TROUBLES:
            raise self._complaint(answer)
        if answer.status != 207:
            return None
        try:
            entries, newer = read_multistatus(answer.body), new_token(answer.body)
        except ValueError:
            return None
        if not newer or any(self._is_collection(entry) and entry.status != 200 for entry in entries):
            return None  # cut short (507), or something that we cannot explain
        gone = {entry.name for entry in entries if entry.status in _GONE and entry.name.endswith(".ics")}
        return Changes(_etags(entries), frozenset(gone), newer)

    def get(self, name: str) -> Stored | None:
        """None if there is no such object."""
        answer = self._ask("GET", self._address(name))
        if answer.status in _GONE:
            return None
        if answer.status != 200:
            raise self._complaint(answer)
        return Stored(answer.body, answer.headers.get("ETag"))

    def get_many(self, names: Iterable[str]) -> dict[str, Stored]:
        """What exists of `names`. Bodies have CRLF line ends (XML loses the originals)."""
        wanted = list(dict.fromkeys(names))
        hrefs = [self._href(name) for name in wanted]
        found: dict[str, Stored] = {}
        for start in range(0, len(hrefs), BATCH):
            for entry in self._multistatus("REPORT", multiget(hrefs[start : start + BATCH])):
                if entry.ics is not None and entry.status == 200:
                    found[entry.name] = Stored(_with_crlf(entry.ics), entry.etag)
        return {name: found[name] for name in wanted if name in found}

    def put(self, name: str, body: bytes, *, etag: str | None) -> str | None:
        """Creates (etag None) or replaces exactly the version `etag`. Returns the new ETag if the server tells it.

        Conflict if it exists already, is another version, or (`uid_conflict`) its UID stands under another name.
        """
        self._check_ours(name, etag)
        condition = {"If-None-Match": "*"} if etag is None else {"If-Match": etag}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._ask("PUT", self._address(name), headers, body)
        if answer.status not in (200, 201, 204):
            raise self._write_complaint(answer)
        return answer.headers.get("ETag")

    def delete(self, name: str, *, etag: str) -> None:
        """Removes exactly the version `etag`; one that is gone already is fine. Conflict if it is another version."""
        self._check_ours(name, etag)
        answer = self._ask("DELETE", self._address(name), {"If-Match": etag})
        if answer.status not in (200, 202, 204) and answer.status not in _GONE:
            raise self._write_complaint(answer)

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        # Packed answers get ETags of their own from some servers, which no later If-Match would fit.
        plain = {"Accept-Encoding": "identity", **(headers or {})}
        return self._fetcher.request(method, url, subject=self.subject, headers=plain, body=body, auth=self._auth)

    def _multistatus(self, method: str, body: bytes) -> list[Entry]:
        answer = self._ask(method, self.url, _XML, body)
        if answer.status != 207:
            raise self._complaint(answer)
        try:
            return read_multistatus(answer.body)
        except ValueError as error:
            raise self._error(TryLater, "gave an answer that is not CalDAV: check its address") from error

    def _is_collection(self, entry: Entry) -> bool:
        collection = unquote(self._fetcher.target(self.url, self.subject).path)
        return entry.path.rstrip("/") == collection.rstrip("/")

    def _check_collection(self, entry: Entry) -> None:
        if entry.status == 507:  # the listing was cut short: what is missing in it proves nothing
            raise self._error(TryLater, "listed only a part of itself: it is tried again later")
        if entry.is_other_than_a_calendar:
            raise self._error(Refused, "is not a calendar: give the address of one calendar, not of its folder")

    def _check_ours(self, name: str, etag: str | None) -> None:
        if not _OURS.fullmatch(name):
            raise self._error(Refused, f"is asked to change {name!r}, which is not of our making and is left alone")
        if etag == "":
            raise self._error(Refused, f"tells no version of {name}, so it is not changed: read it again first")

    def _address(self, name: str) -> str:
        if "/" in name or name in ("", ".", ".."):
            raise self._error(Refused, f"is asked for {name!r}, which cannot be a name in a calendar")
        return self.url + quote(name, safe="")

    def _href(self, name: str) -> str:
        return self._fetcher.target(self._address(name), self.subject).path

    def _error(self, kind: type[OutsideError], rest: str, code: int | None = None) -> OutsideError:
        return kind(f"{self.subject} {rest}.", subject=self.subject, code=code)

    def _complaint(self, answer: Answer) -> OutsideError:
        kind, rest = _meaning(answer.status)
        error = self._error(kind, rest, answer.status)
        if isinstance(error, Throttled):
            error.seconds = retry_after(answer.headers)
        return error

    def _write_complaint(self, answer: Answer) -> OutsideError:
        status, reasons = answer.status, preconditions(answer.body)
        if "no-uid-conflict" in reasons:
            message = f"{self.subject} already holds this event under another name: a person must say which one stays."
            return Conflict(message, uid_conflict=True, subject=self.subject, code=status)
        if _ABOUT_THE_ENTRY & reasons:
            why = ", ".join(sorted(_ABOUT_THE_ENTRY & reasons))
            return self._error(Refused, f"does not take this entry ({why}): a person must look", status)
        if status in (409, 412):
            return self._error(Conflict, "was changed by somebody else in the meantime: it is read again first", status)
        if status == 403 and reasons and "need-privileges" not in reasons:
            why = ", ".join(sorted(reasons))
            return self._error(Refused, f"does not take this entry ({why}): a person must look", status)
        if status >= 500 and status not in (501, 507):
            return self._error(OutcomeUnknown, f"had trouble at a change (status {status}): it is looked up", status)
        return self._complaint(answer)


def _etags(entries: Iterable[Entry]) -> dict[str, str]:
    return {entry.name: entry.etag or "" for entry in entries if entry.name.endswith(".ics") and entry.status == 200}


def _meaning(status: int) -> tuple[type[OutsideError], str]:
    """What a status means for us, apart from success and from doubts about writes."""
    if status in (401, 403):
        return SignInNeeded, f"refuses the password or the right to do this (status {status}): give the right ones"
    if status in _GONE:
        return Gone, f"is not there (status {status}): check the calendar's address"
    if status == 429:
        return Throttled, "asks us to call less often (status 429): it is tried again later"
    if status == 507:
        return Refused, "is full (status 507): ask its keeper for more room"
    if status in (405, 501) or 200 <= status < 300:
        return Refused, f"is not a CalDAV calendar (status {status}): check the calendar's address"
    if status >= 500 or status in (408, 423, 425):
        return TryLater, f"has trouble of its own (status {status}): it is tried again later"
    if 300 <= status < 400:
        return Refused, f"has moved (status {status}): give the calendar's new address"
    return Refused, f"refuses the request (status {status}): check the calendar's address"


def _with_crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
