"""Answers that end early, never end, or are larger than they look."""

from __future__ import annotations

import gzip
import threading

import pytest

from connector.errors import Refused, TryLater
from connector.fetch import Fetcher
from tests.connector.site import ICS, Act, Handler, Site, cut, get

PACKED = gzip.compress(ICS * 50)
TRUNCATED: dict[str, Act] = {
    "short of its length": cut("Content-Length: 500", ICS),
    "no body at all": cut("Content-Length: 500", b""),
    "gzip short of its length": cut("Content-Length: 5000\r\nContent-Encoding: gzip", PACKED),
    "gzip without its end": cut("Content-Encoding: gzip\r\nConnection: close", PACKED[:-9]),
    "gzip without its checksum": cut("Content-Encoding: gzip\r\nConnection: close", PACKED[:-1]),
    "only the start of gzip": cut("Content-Encoding: gzip\r\nConnection: close", PACKED[:3]),
    "second gzip member cut": cut("Content-Encoding: gzip\r\nConnection: close", PACKED + PACKED[:20]),
    "chunks without an end": cut("Transfer-Encoding: chunked", b"5\r\nBEGIN\r\n"),
    "cut inside a chunk": cut("Transfer-Encoding: chunked", b"500\r\nBEGIN"),
    "cut inside a chunk's length": cut("Transfer-Encoding: chunked", b"5\r\nBEGIN\r\n1"),
    "chunk of nonsense length": cut("Transfer-Encoding: chunked", b"5\r\nBEGIN\r\nxyz\r\n"),
    "nothing": lambda handler: handler.raw(b""),
    "half a status line": lambda handler: handler.raw(b"HTTP/1."),
    "not HTTP": lambda handler: handler.raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
}


@pytest.mark.parametrize("act", TRUNCATED.values(), ids=TRUNCATED.keys())
def test_an_answer_that_ends_early_is_named_and_thrown_away(site: Site, fetcher: Fetcher, act: Act) -> None:
    with pytest.raises(TryLater, match="truncated"):
        get(fetcher, site.on("/a.ics", act))


def test_broken_gzip_is_told(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(TryLater, match="gzip"):
        get(fetcher, site.says("/a.ics", 200, b"BEGIN:VCALENDAR", Content_Encoding="gzip"))


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip, br"])
def test_packing_nobody_asked_for_is_refused(site: Site, fetcher: Fetcher, encoding: str) -> None:
    with pytest.raises(Refused, match="packs"):
        get(fetcher, site.says("/a.ics", 200, PACKED, Content_Encoding=encoding))


def test_a_file_over_the_cap_is_refused_before_it_is_read(site: Site) -> None:
    url = site.on("/a.ics", cut("Content-Length: 2000000", b"x"))
    with pytest.raises(Refused, match="larger than 1 MB"):
        get(Fetcher(allow_hosts="127.0.0.1", max_bytes=1024 * 1024), url)


def test_the_cap_itself_is_let_through_and_one_byte_more_is_not(site: Site) -> None:
    small = Fetcher(allow_hosts="127.0.0.1", max_bytes=1000)
    packed = {n: gzip.compress(b"x" * n) for n in (1000, 1001)}
    assert len(get(small, site.says("/a", 200, packed[1000], Content_Encoding="gzip")).body) == 1000
    with pytest.raises(Refused, match="larger"):
        get(small, site.says("/b", 200, packed[1001], Content_Encoding="gzip"))


def test_a_gzip_bomb_is_left_unexploded(site: Site) -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)) * 4)
    url = site.says("/a.ics", 200, gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    with pytest.raises(Refused, match="larger than 2 MB"):
        get(Fetcher(allow_hosts="127.0.0.1", max_bytes=2 * 1024 * 1024), url)
    assert len(bomb) < 5_000  # and a bomb inside a bomb is only its small outside
    url = site.says("/b.ics", 200, bomb, Content_Encoding="gzip")
    assert len(get(Fetcher(allow_hosts="127.0.0.1", max_bytes=1024 * 1024), url).body) < 300_000


@pytest.mark.parametrize("size", [b"-1", b"fffffff"])
def test_a_chunk_without_bounds_cannot_fill_memory(site: Site, size: bytes) -> None:
    def act(handler: Handler) -> None:
        handler.close_connection = True
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n")
            while not handler.server.over.is_set():
                handler.wfile.write(bytes(65536))
        except OSError:
            handler.server.gave_up.set()

    with pytest.raises(Refused, match="larger than 1 MB"):
        get(Fetcher(allow_hosts="127.0.0.1", max_bytes=1024 * 1024), site.on("/a.ics", act))
    assert site.gave_up.wait(10)


def test_a_bomb_in_the_body_of_a_redirect_is_not_even_read(site: Site, fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    home = site.says("/home", 200, ICS)
    assert get(fetcher, site.says("/a", 302, bomb, Location=home, Content_Encoding="gzip")).body == ICS


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n"
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "body": (OK + b"\r\n", b"x"),
    "headers": (OK, b"X: y\r\n"),
    "one endless header": (OK + b"X: ", b"y"),
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "chunk extensions": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "silence": (b"", b""),
}


@pytest.mark.parametrize(("start", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_a_server_that_drips_is_left_at_the_deadline(site: Site, start: bytes, drop: bytes) -> None:
    url = site.on("/a.ics", lambda handler: handler.drip(start, drop))
    with pytest.raises(TryLater, match=r"within 0\.4 seconds"):
        get(Fetcher(allow_hosts="127.0.0.1", deadline=0.4), url)


def test_the_deadline_covers_all_redirects_together(site: Site) -> None:
    def slow(handler: Handler) -> None:
        handler.server.over.wait(0.25)
        handler.say(302, Location="/a")

    with pytest.raises(TryLater, match="within"):
        get(Fetcher(allow_hosts="127.0.0.1", deadline=0.5), site.on("/a", slow))
    assert len(site.seen) < 4


def test_a_resolver_that_hangs_is_left_at_the_deadline() -> None:
    release = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        release.wait(30)
        return []

    with pytest.raises(TryLater, match="within"):
        get(Fetcher(deadline=0.2, resolve=hang), "https://slow.example/a.ics")
    release.set()
