"""The XML that CalDAV servers speak: the few questions we ask, and what their answers say. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

_DAV = "{DAV:}"
_CAL = "{urn:ietf:params:xml:ns:caldav}"

LISTING = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><getetag/><resourcetype/><sync-token/></prop></propfind>'


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a multistatus answer. `path` is unquoted, without host; `status` is 200 unless told otherwise."""

    path: str
    status: int
    etag: str | None
    ics: str | None
    types: frozenset[str] | None
    sync_token: str = ""

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_other_than_a_calendar(self) -> bool:
        return self.types is not None and f"{_CAL}calendar" not in self.types


def multiget(hrefs: Sequence[str]) -> bytes:
    """Asks for these resources whole, in one request."""
    listed = "".join(f"<D:href>{escape(href)}</D:href>" for href in hrefs)
    return (
        '<?xml version="1.0"?><C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
        f"<D:prop><D:getetag/><C:calendar-data/></D:prop>{listed}</C:calendar-multiget>"
    ).encode()


def changed_since(token: str) -> bytes:
    """Asks what changed in a collection since it gave this token (RFC 6578)."""
    return (
        f'<?xml version="1.0"?><sync-collection xmlns="DAV:"><sync-token>{escape(token)}</sync-token>'
        "<sync-level>1</sync-level><prop><getetag/></prop></sync-collection>"
    ).encode()


def read_multistatus(body: bytes) -> list[Entry]:
    """ValueError if this is not a multistatus answer, or XML that tries tricks."""
    return [_entry(response) for response in _multistatus(body).iter(f"{_DAV}response")]


def new_token(body: bytes) -> str:
    """The token at the end of a sync-collection answer; "" if it gives none. ValueError as above."""
    return (_multistatus(body).findtext(f"{_DAV}sync-token") or "").strip()


def _multistatus(body: bytes) -> Element:
    root = _parse(body)
    if root is None or root.tag != f"{_DAV}multistatus":
        raise ValueError("not a multistatus answer")
    return root


def preconditions(body: bytes) -> frozenset[str]:
    """The names inside a DAV:error (`no-uid-conflict`, `valid-calendar-data` …); empty if there is none."""
    root = _parse(body)
    if root is None or root.tag != f"{_DAV}error":
        return frozenset()
    return frozenset(child.tag.rpartition("}")[2] for child in root if child.tag.startswith((_DAV, _CAL)))


def _parse(body: bytes) -> Element | None:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _entry(response: Element) -> Entry:
    found = {prop.tag: prop for prop in _properties(response)}
    etag, ics, types, token = (
        found.get(tag) for tag in (f"{_DAV}getetag", f"{_CAL}calendar-data", f"{_DAV}resourcetype", f"{_DAV}sync-token")
    )
    return Entry(
        path=unquote(urlsplit((response.findtext(f"{_DAV}href") or "").strip()).path),
        status=_status(response),
        etag=(etag.text or "").strip() or None if etag is not None else None,
        ics=ics.text if ics is not None else None,
        types=frozenset(kind.tag for kind in types) if types is not None else None,
        sync_token=(token.text or "").strip() if token is not None else "",
    )


def _properties(response: Element) -> Iterator[Element]:
    for propstat in response.findall(f"{_DAV}propstat"):
        if _status(propstat) == 200:
            yield from propstat.iterfind(f"{_DAV}prop/*")


def _status(element: Element) -> int:
    """The code in "HTTP/1.1 404 Not Found"; 200 when there is no status of its own."""
    parts = (element.findtext(f"{_DAV}status") or "").split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 200
