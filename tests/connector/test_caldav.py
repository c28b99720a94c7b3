from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connector.caldav import CalendarDoor
from connector.davxml import preconditions, read_multistatus
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
from connector.fetch import Fetcher
from tests.connector.radicale_server import radicale

SUBJECT = "The calendar of Eastside"
NAME = "0a1b2c.ics"
NUMBERS = itertools.count()


def event(uid: str = "one@maple", title: str = "Potluck") -> bytes:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", f"UID:{uid}",
        "DTSTAMP:20261101T000000Z", "DTSTART:20261201T180000Z", "DTEND:20261201T190000Z", f"SUMMARY:{title}",
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as address:
        yield address


@pytest.fixture(scope="module")
def fetcher(server: str) -> Fetcher:
    return Fetcher(allow_hosts="127.0.0.1")


@pytest.fixture
def calendar(server: str, fetcher: Fetcher) -> CalendarDoor:
    """A fresh, empty collection on the real server. Its name holds a space and a letter beyond ASCII."""
    url = f"{server}/bridge/events {next(NUMBERS)} ä/"
    made = fetcher.request("MKCALENDAR", url, subject=SUBJECT, auth=("bridge", "secret"))
    assert made.status == 201, made
    return CalendarDoor(fetcher, url, "bridge", "secret", subject=SUBJECT)


def test_deleting_needs_the_version_that_stands_and_is_fine_when_it_is_gone(calendar: CalendarDoor) -> None:
    first = calendar.put(NAME, event(), etag=None)
    assert first
    second = calendar.put(NAME, event(title="New"), etag=first)
    assert second
    with pytest.raises(Conflict):
        calendar.delete(NAME, etag=first)
    calendar.delete(NAME, etag=second)
    assert calendar.listing().etags == {}
    calendar.delete(NAME, etag=second)


def test_other_peoples_entries_are_listed_and_readable_but_never_written(
    calendar: CalendarDoor, fetcher: Fetcher
) -> None:
    url = f"{calendar.url}Yoga%20class.ics"
    fetcher.request("PUT", url, subject=SUBJECT, body=event("yoga@center", "Yoga"), auth=("bridge", "secret"))
    (name,) = calendar.listing().etags
    assert name == "Yoga class.ics"
    assert b"SUMMARY:Yoga" in calendar.get_many([name])[name].body
    with pytest.raises(Refused):
        calendar.put(name, event("yoga@center", "Mine"), etag=calendar.listing().etags[name])
    with pytest.raises(Refused):
        calendar.delete(name, etag=calendar.listing().etags[name])
    assert list(calendar.listing().etags) == [name]


@pytest.mark.parametrize(
    "name", ["../other/a.ics", "a/b.ics", "", ".", "..", "A.ics", "a.ICS", "a.ics\n", "ä.ics", "a"]
)
def test_only_names_of_our_making_are_written(calendar: CalendarDoor, name: str) -> None:
    with pytest.raises(Refused):
        calendar.put(name, event(), etag=None)
    with pytest.raises(Refused):
        calendar.delete(name, etag='"x"')
    assert calendar.listing().etags == {}


def test_names_with_a_slash_are_not_read_either(calendar: CalendarDoor) -> None:
    with pytest.raises(Refused):
        calendar.get("../secret.ics")
    with pytest.raises(Refused):
        calendar.get_many(["a/b.ics"])


def test_an_unknown_version_is_never_written_over(calendar: CalendarDoor) -> None:
    calendar.put(NAME, event(), etag=None)
    with pytest.raises(Refused):
        calendar.put(NAME, event(title="Blind"), etag="")


def test_a_wrong_password_asks_for_a_sign_in_and_is_not_repeated_in_words(server: str, fetcher: Fetcher) -> None:
    door = CalendarDoor(fetcher, f"{server}/bridge/x/", "bridge", "hunter2", subject=SUBJECT)
    with pytest.raises(SignInNeeded, match="refuses the password") as caught:
        door.listing()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SignInNeeded):
        door.put(NAME, event(), etag=None)


def test_somebody_elses_calendar_asks_for_a_sign_in(server: str, fetcher: Fetcher) -> None:
    with pytest.raises(SignInNeeded):
        CalendarDoor(fetcher, f"{server}/center/events/", "bridge", "secret", subject=SUBJECT).listing()


def test_a_collection_that_is_not_there_is_gone(server: str, fetcher: Fetcher) -> None:
    with pytest.raises(Gone):
        CalendarDoor(fetcher, f"{server}/bridge/nowhere/", "bridge", "secret", subject=SUBJECT).listing()


def test_the_folder_above_a_calendar_is_told_from_a_calendar(
    calendar: CalendarDoor, server: str, fetcher: Fetcher
) -> None:
    with pytest.raises(Refused, match="is not a calendar"):
        CalendarDoor(fetcher, f"{server}/bridge", "bridge", "secret", subject=SUBJECT).listing()


def test_a_server_that_is_off_is_tried_later() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as unused:
        url = f"http://127.0.0.1:{unused.server_port}/c/"
    door = CalendarDoor(Fetcher(allow_hosts="127.0.0.1"), url, "a", "b", subject=SUBJECT)
    for act in (door.listing, lambda: door.put(NAME, event(), etag=None), lambda: door.delete(NAME, etag='"1"')):
        with pytest.raises(TryLater):
            act()


class Scripted(BaseHTTPRequestHandler):
    """Answers every request with what the test wrote into the server; remembers what came."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, dict(self.headers), body, self.client_address))  # type: ignore[attr-defined]
        status, headers, reply = self.server.reply  # type: ignore[attr-defined]
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = answer

    def log_message(self, format: str, *args: object) -> None:
        pass


class Script:
    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server
        fetcher = Fetcher(allow_hosts="127.0.0.1", deadline=5)
        url = f"http://127.0.0.1:{server.server_port}/c/"
        self.door = CalendarDoor(fetcher, url, "bridge", "sécret", subject=SUBJECT)

    def say(self, status: int | None, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.server.reply = (status, named, body)  # type: ignore[attr-defined]

    @property
    def seen(self) -> list[tuple[str, dict[str, str], bytes, tuple[str, int]]]:
        return self.server.seen  # type: ignore[attr-defined]


@pytest.fixture
def script() -> Iterator[Script]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    server.daemon_threads = True
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Script(server)
    server.shutdown()
    thread.join()
    server.server_close()


WRITES: dict[int | None, type[OutsideError]] = {
    None: OutcomeUnknown, 500: OutcomeUnknown, 502: OutcomeUnknown, 503: OutcomeUnknown, 504: OutcomeUnknown,
    301: Refused, 400: Refused, 413: Refused, 415: Refused, 501: Refused, 507: Refused,
    401: SignInNeeded, 403: SignInNeeded, 404: Gone, 409: Conflict, 412: Conflict, 423: TryLater, 429: Throttled,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), WRITES.items())
def test_what_an_answer_to_a_put_means(script: Script, status: int | None, kind: type[OutsideError]) -> None:
    script.say(status)
    with pytest.raises(OutsideError) as caught:
        script.door.put(NAME, event(), etag=None)
    assert type(caught.value) is kind
    assert caught.value.message.startswith(SUBJECT)
    assert caught.value.subject == SUBJECT
    assert "cret" not in caught.value.message


@pytest.mark.parametrize("status", [None, 500, 503])
def test_a_delete_whose_answer_is_lost_or_troubled_is_unknown(script: Script, status: int | None) -> None:
    script.say(status)
    with pytest.raises(OutcomeUnknown):
        script.door.delete(NAME, etag='"1"')


READS: dict[int | None, type[OutsideError]] = {
    None: TryLater, 500: TryLater, 503: TryLater, 401: SignInNeeded, 403: SignInNeeded, 404: Gone, 410: Gone,
    405: Refused, 501: Refused, 200: Refused, 302: Refused, 400: Refused, 429: Throttled,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), READS.items())
def test_what_an_answer_to_a_listing_means(script: Script, status: int | None, kind: type[OutsideError]) -> None:
    script.say(status, b"<html>hello</html>")
    with pytest.raises(OutsideError) as caught:
        script.door.listing()
    assert type(caught.value) is kind


def test_a_throttle_tells_how_long(script: Script) -> None:
    script.say(429, Retry_After="120")
    with pytest.raises(Throttled) as caught:
        script.door.listing()
    assert caught.value.seconds == 120


def test_a_put_without_an_etag_in_the_answer_returns_none(script: Script) -> None:
    script.say(204)
    assert script.door.put(NAME, event(), etag='"7"') is None
    assert script.seen[0][1]["If-Match"] == '"7"'
    assert "If-None-Match" not in script.seen[0][1]
    assert script.seen[0][2] == event()


def test_a_refused_entry_names_the_servers_reason(script: Script) -> None:
    body = b'<error xmlns="DAV:"><C:max-resource-size xmlns:C="urn:ietf:params:xml:ns:caldav"/></error>'
    script.say(403, body)
    with pytest.raises(Refused, match="max-resource-size"):
        script.door.put(NAME, event(), etag=None)


def test_requests_to_one_server_share_one_connection(script: Script) -> None:
    script.say(204)
    for n in range(5):
        script.door.put(f"{n}.ics", event(), etag=None)
    assert len({address for _, _, _, address in script.seen}) == 1


def test_a_hundred_and_one_names_take_two_requests(script: Script) -> None:
    script.say(207, b'<multistatus xmlns="DAV:"/>')
    assert script.door.get_many(f"{n:x}.ics" for n in range(101)) == {}
    assert [body.count(b"<D:href>") for _, _, body, _ in script.seen] == [100, 1]


def listing(*responses: str) -> bytes:
    head = '<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'
    return f"{head}{''.join(responses)}</multistatus>".encode()


def member(href: str, etag: str) -> str:
    prop = f"<propstat><prop><getetag>{etag}</getetag></prop><status>HTTP/1.1 200 OK</status></propstat>"
    missing = "<propstat><prop><resourcetype/></prop><status>HTTP/1.1 404 Not Found</status></propstat>"
    return f"<response><href>{href}</href>{prop}{missing}</response>"


def test_hrefs_may_be_whole_addresses_quoted_or_folders(script: Script) -> None:
    script.say(
        207,
        listing(
            member("/c/", "x"),
            member("http://elsewhere/c/%61b.ics", '"1"'),
            member("/c/sub/", "y"),
            member("/c/notes.txt", "z"),
            member("/c/cd.ics", ""),
        ),
    )
    assert script.door.listing().etags == {"ab.ics": '"1"', "cd.ics": ""}


def test_a_listing_that_was_cut_short_proves_nothing(script: Script) -> None:
    cut = "<response><href>/c/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>"
    script.say(207, listing(member("/c/ab.ics", '"1"'), cut))
    with pytest.raises(TryLater, match="only a part"):
        script.door.listing()


TRICKS = [
    b"", b"<html>", b"<multistatus/>", b"\x00", b"<?xml version='1.0' encoding='nonsense'?><a/>",
    b'<!DOCTYPE m [<!ENTITY x "y">]><multistatus xmlns="DAV:">&x;</multistatus>',
    b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><multistatus xmlns="DAV:">&x;</multistatus>',
    b'<!DOCTYPE m SYSTEM "http://127.0.0.1/x"><multistatus xmlns="DAV:"/>',
]  # fmt: skip


@pytest.mark.parametrize("body", TRICKS)
def test_xml_that_is_broken_or_tries_tricks_is_no_answer(script: Script, body: bytes) -> None:
    with pytest.raises(ValueError, match="multistatus"):
        read_multistatus(body)
    assert preconditions(body) == frozenset()
    script.say(207, body)
    with pytest.raises(TryLater):
        script.door.listing()
