"""Every trick we know to make a server call its own network, against listeners that note each connection: none comes.

The listeners stand on this machine, on IPv4 and IPv6, on a port that the operator never allowed. One host on another
port is allowed, as a school's own calendar server would be, and sends redirects to each of them.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import product

import pytest

from connector.errors import OutsideError, Refused, TryLater
from connector.fetch import Fetcher
from tests.connector.site import Site

V4_INSIDE = ["127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"]
EMBEDDED = [
    "::ffff:{v4}", "64:ff9b::{v4}", "::{v4}", "::ffff:0:{v4}", "64:ff9b:1::{v4}", "2606:4700::5efe:{v4}",
    "2002:{hex}::", "2002:{hex}::1", "2001:0:{hex}::1", "2001:0:808:808::{inverted}",
]  # fmt: skip
V6_INSIDE = [
    "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "3fff::1", "::1%lo",
    "fe80::1%25lo", "::1%25", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::0001",
]  # fmt: skip
NAMES = [
    "localhost", "LOCALHOST", "localhost.", "localhost..", "a.localhost", "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3", "loc\u00adalhost", "lo\u200bcalhost",
]  # fmt: skip
WRAPPINGS = [
    "http://{host}:{port}/x", "https://{host}:{port}/x", "webcal://{host}:{port}/x", "http://{host}.:{port}/x", "http://{host}/x",
    "HTTP://{host}:{port}", "http://{host}:{port}?x", "http://{host}:{port}#x", "//{host}:{port}/x", "\\\\{host}:{port}\\x",
    "/\\{host}:{port}/x", "http:\\\\{host}:{port}/x", "http:/{host}:{port}/x", "http:{host}:{port}/x", "http:///{host}:{port}/x",
    "http://good.example@{host}:{port}/x", "http://{host}:{port}@good.example/x", "http://good.example:80@{host}:{port}/x",
    "http://good.example#@{host}:{port}/x", "http://good.example?@{host}:{port}/x", "http://good.example\\@{host}:{port}/x",
    "http://good.example%2f@{host}:{port}/x", "http://good.example%00{host}:{port}/x", "http://u:p@{host}:{port}/x",
    "http://{host}:{port}\r\nHost: good.example/x", "http://good.example\r\n\r\nGET http://{host}:{port}/x", "http://{host}\t:{port}/x",
    "http://{host}:0{port}/x", "http://{host}:{port}.0/x", "http://{host}:+{port}/x", "http://{host}:\uff11\uff12/x",
    "file://{host}/etc/passwd", "file:///etc/passwd", "gopher://{host}:{port}/_GET", "dict://{host}:{port}/x", "ftp://{host}:{port}/x",
    "ldap://{host}:{port}/x", "tftp://{host}:{port}/x", "unix:///run/x.sock", "http+unix://%2Frun%2Fx/", "jar:http://{host}:{port}/!x",
    "data:text/calendar,x", "javascript:fetch('http://{host}:{port}')", "about:{host}", " http://{host}:{port}/ ",
    "ht\ntp://{host}:{port}/x", "http://{host}:{port}/\x00", "http://[{host}]:{port}/x", "http://{host}:{port}:80/x",
    "http://{host}%20:{port}/x", "http://{host}\u3002:{port}/x", "http://\u202e{host}:{port}/x", "http://{host}\u2044:{port}/x",
]  # fmt: skip


def spellings(v4: str) -> list[str]:
    """One IPv4 address in the forms that resolvers and browsers read."""
    a, b, c, d = map(int, v4.split("."))
    whole = (a << 24) + (b << 16) + (c << 8) + d
    wide = str.maketrans("0123456789.", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\u3002")
    return [
        v4, str(whole), hex(whole), oct(whole).replace("0o", "0"), f"{a}.{(b << 16) + (c << 8) + d}", f"{a}.{b}.{(c << 8) + d}",
        ".".join(map(hex, (a, b, c, d))), ".".join(f"0{part:o}" for part in (a, b, c, d)), f"{hex(a)}.{b}.0{c:o}.{d}",
        f"000{a:o}.{b}.{c}.{d}", v4.translate(wide), v4.replace(".", "\uff0e"), v4.replace(".", "\uff61"), f"{a}.{b}.{c}.{d + 256}",
        f"{a + 256}.{b}.{c}.{d}", f"0x{a:08x}.{b}.{c}.{d}", v4.replace(".", "%2e"), f"%{ord(v4[0]):x}{v4[1:]}",
    ]  # fmt: skip


def embeddings(v4: str) -> list[str]:
    a, b, c, d = map(int, v4.split("."))
    hexed, inverted = f"{a:02x}{b:02x}:{c:02x}{d:02x}", f"{a ^ 255:02x}{b ^ 255:02x}:{c ^ 255:02x}{d ^ 255:02x}"
    return [form.format(v4=v4, hex=hexed, inverted=inverted) for form in EMBEDDED]


def vectors(port: int) -> list[str]:
    """Addresses as a person, a site file or a redirect might give them."""
    hosts = [spelled for v4 in V4_INSIDE for spelled in spellings(v4)] + NAMES
    hosts += [f"[{v6}]" for v6 in V6_INSIDE + [form for v4 in V4_INSIDE for form in embeddings(v4)]]
    wrapped = [
        form.format(host=host, port=port) for form, host in product(WRAPPINGS, ["127.0.0.1", "[::1]", "localhost"])
    ]
    plain = [f"http://{host}:{port}/x" for host in hosts] + [f"http://{host}/x" for host in hosts]
    return list(dict.fromkeys(plain + wrapped))


ANSWERS = [[v4] for v4 in V4_INSIDE] + [[v6] for v6 in V6_INSIDE if "%25" not in v6]
ANSWERS += [[form] for v4 in V4_INSIDE for form in embeddings(v4)]
ANSWERS += [["10.0.0.1", "127.0.0.1"], ["::1", "127.0.0.1"], ["fe80::1%1", "169.254.169.254"]]


class Canary:
    """Listens on one port of 127.0.0.1 and ::1, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port = self.sockets[0].getsockname()[1]
        with suppress(OSError):  # a machine without IPv6 has no door there
            self.sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        self.threads = [threading.Thread(target=self._wait, args=(one,), daemon=True) for one in self.sockets]
        for thread in self.threads:
            thread.start()

    def _wait(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = listener.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        for one in self.sockets:
            one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def canary() -> Iterator[Canary]:
    canary = Canary()
    yield canary
    canary.close()


def nowhere(host: str, port: int) -> list[str]:
    """Names of good hosts lead to a documentation address, which is refused as well; nothing of a test leaves this machine."""
    return ["192.0.2.1"]


def refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises((Refused, TryLater)) as caught:
        fetcher.get(url, subject="The feed")
    assert "hunter2" not in caught.value.message


def test_there_are_enough_of_them_and_all_differ() -> None:
    assert len(vectors(8123)) >= 200
    assert len(ANSWERS) >= 90
    print(
        f"{len(vectors(8123))} addresses, each also as a redirect and as a calendar, and {len(ANSWERS)} answers of a name server"
    )


def test_the_canary_sees_who_comes(canary: Canary) -> None:
    for listener in canary.sockets:
        socket.create_connection(listener.getsockname()[:2]).recv(1)
    assert canary.visits == len(canary.sockets)


def test_no_address_reaches_a_canary(canary: Canary) -> None:
    fetcher = Fetcher(resolve=nowhere, deadline=2.0)
    for url in vectors(canary.port):
        refused(fetcher, url)
    assert canary.visits == 0


def test_no_redirect_reaches_a_canary(canary: Canary, site: Site) -> None:
    fetcher = Fetcher(allow_hosts=f"127.0.0.1:{site.server_port}", resolve=nowhere, deadline=2.0)
    sent = [url for url in vectors(canary.port) if not set("\r\n\x00") & set(url)]
    for url in sent:
        asked = site.on("/a", lambda handler, url=url: handler.raw(moved(url)))  # type: ignore[misc]
        before = len(site.seen)
        refused(fetcher, asked)
        assert 1 <= len(site.seen) - before <= 4
    assert len(sent) >= 200
    assert canary.visits == 0


def moved(url: str) -> bytes:
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + url.encode() + b"\r\n\r\n"


@pytest.mark.parametrize(
    "location", [b"http://127.0.0.1:%d/x\r\nLocation: http://good.example/", b"\x00http://127.0.0.1:%d/"]
)
def test_a_redirect_whose_header_is_broken_reaches_no_canary(canary: Canary, site: Site, location: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location % canary.port + b"\r\n\r\n"
    fetcher = Fetcher(allow_hosts=f"127.0.0.1:{site.server_port}", resolve=nowhere, deadline=2.0)
    with pytest.raises(OutsideError):
        fetcher.get(site.on("/a", lambda handler: handler.raw(head)), subject="The feed")
    assert canary.visits == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "PROPFIND", "REPORT", "DELETE"])
def test_no_calendar_address_reaches_a_canary_and_no_write_is_in_doubt(canary: Canary, method: str) -> None:
    fetcher = Fetcher(resolve=nowhere, deadline=2.0)
    for url in vectors(canary.port):
        with pytest.raises((Refused, TryLater)):
            fetcher.request(method, url, subject="The calendar", body=b"x", auth=("u", "hunter2"))
    assert canary.visits == 0


def test_no_answer_of_a_name_server_leads_to_a_canary(canary: Canary) -> None:
    for answers in ANSWERS:
        fetcher = Fetcher(allow_hosts=f"other.example:{canary.port}", resolve=lambda host, port, a=answers: a)  # type: ignore[misc]
        for url in (
            "http://rebound.example/x",
            "http://rebound.example:443/x",
            f"http://rebound.example:{canary.port}/x",
        ):
            refused(fetcher, url)
    assert canary.visits == 0


def test_a_name_whose_answer_changes_between_looks_leads_to_no_canary(canary: Canary) -> None:
    """It is resolved once for each connection; the answer that was vetted is the one that is called."""
    answers = iter([["192.0.2.1"], ["127.0.0.1"]] * 4)
    fetcher = Fetcher(resolve=lambda host, port: next(answers), deadline=2.0)
    for _ in range(8):
        refused(fetcher, "http://rebound.example/x")
    assert canary.visits == 0
