"""Reading plain files, what each status means, and single requests."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from pathlib import Path

import pytest

from connector.errors import Gone, OutcomeUnknown, OutsideError, Refused, SignInNeeded, Throttled, TryLater
from connector.fetch import Fetched, Fetcher
from connector.leaving import told_when_waiting
from tests.connector.site import ICS, SUBJECT, Act, Handler, Site, cut, get


def test_a_file_comes_whole_with_its_validators(site: Site, fetcher: Fetcher) -> None:
    url = site.says("/a.ics", 200, ICS, ETag='"1"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")
    assert get(fetcher, url) == Fetched(200, ICS, '"1"', "Mon, 02 Nov 2026 10:00:00 GMT", url, None)


def test_validators_are_sent_and_unchanged_is_understood(site: Site, fetcher: Fetcher) -> None:
    url = site.says("/a.ics", 304, ETag='"1"')
    found = fetcher.get(url, subject=SUBJECT, etag='"1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT")
    assert (found.status, found.body, found.etag) == (304, b"", '"1"')
    headers = site.seen[0][1]
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert headers["accept-encoding"] == "gzip"


def test_unchanged_without_having_asked_is_not_believed(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(TryLater, match="304"):
        get(fetcher, site.says("/a.ics", 304))


def test_gzip_is_unpacked_also_in_several_members_and_with_padding(site: Site, fetcher: Fetcher) -> None:
    half = len(ICS) // 2
    packed = gzip.compress(ICS[:half]) + gzip.compress(ICS[half:]) + b"\0" * 8
    assert get(fetcher, site.says("/a.ics", 200, packed, Content_Encoding="gzip")).body == ICS


def test_a_long_file_in_chunks_and_gzip_is_read_byte_for_byte(site: Site, fetcher: Fetcher) -> None:
    body = b"".join(b"LINE %d\r\n" % n for n in range(40_000))
    packed = gzip.compress(body)
    pieces = [packed[n : n + 1000] for n in range(0, len(packed), 1000)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    assert get(fetcher, site.on("/a.ics", lambda handler: handler.raw(head + chunks))).body == body


def test_a_password_is_sent_in_utf_8_and_only_when_given(site: Site, fetcher: Fetcher) -> None:
    url = site.says("/a.ics", 200, ICS)
    fetcher.get(url, subject=SUBJECT, username="maría", password="señal:1")
    get(fetcher, url)
    assert site.seen[0][1]["authorization"] == "Basic bWFyw61hOnNlw7FhbDox"
    assert "authorization" not in site.seen[1][1]


def test_no_cookie_is_ever_sent_back(site: Site, fetcher: Fetcher) -> None:
    url = site.says("/a.ics", 200, ICS, Set_Cookie="a=b; Path=/")
    get(fetcher, url)
    get(fetcher, url)
    assert all("cookie" not in headers for _, headers in site.seen)


def test_the_environment_has_no_say(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NETRC", str(netrc))
    assert get(fetcher, site.says("/a.ics", 200, ICS)).body == ICS
    assert "authorization" not in site.seen[0][1]


def test_addresses_do_not_reach_the_log(site: Site, fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    get(fetcher, site.says("/hush/a.ics", 200, ICS) + "?token=hush")
    assert "hush" not in caplog.text


MEANINGS: dict[int, type[OutsideError]] = {
    401: SignInNeeded, 403: SignInNeeded, 404: Gone, 410: Gone, 429: Throttled, 400: Refused, 402: Refused, 405: Refused,
    406: Refused, 418: Refused, 451: Refused, 300: Refused, 305: Refused, 408: TryLater, 500: TryLater, 502: TryLater,
    503: TryLater, 504: TryLater, 204: TryLater, 206: TryLater,
}  # fmt: skip


@pytest.mark.parametrize(("status", "kind"), MEANINGS.items())
def test_what_a_status_means_is_one_sentence_about_the_subject(
    site: Site, fetcher: Fetcher, status: int, kind: type[OutsideError]
) -> None:
    url = site.says("/secret/a.ics", status) + "?token=hush"
    with pytest.raises(OutsideError) as caught:
        fetcher.get(url, subject=SUBJECT, username="u", password="hunter2")
    error = caught.value
    assert type(error) is kind
    assert (error.subject, error.code) == (SUBJECT, status)
    assert error.message.startswith(SUBJECT)
    assert str(status) in error.message
    assert not any(secret in error.message for secret in ("hush", "hunter2", "secret"))


LATER = "Mon, 23 Nov 2026 10:05:00 GMT"


@pytest.mark.parametrize(
    ("status", "told", "seconds"),
    [(429, "120", 120.0), (503, "7", 7.0), (429, LATER, 300.0), (503, LATER, 300.0), (429, "999999999", 86400.0),
     (429, "Mon, 23 Nov 2026 09:00:00 GMT", 0.0), (429, "soon", None), (429, "-5", None), (429, "", None)],
)  # fmt: skip
def test_a_server_that_says_when_to_come_back_is_heard(
    site: Site, fetcher: Fetcher, status: int, told: str, seconds: float | None
) -> None:
    def act(handler: Handler) -> None:
        date = "Mon, 23 Nov 2026 10:00:00 GMT"
        handler.raw(f"HTTP/1.1 {status} x\r\nDate: {date}\r\nRetry-After: {told}\r\nContent-Length: 0\r\n\r\n".encode())

    with pytest.raises(Throttled) as caught:
        get(fetcher, site.on("/a.ics", act))
    assert caught.value.seconds == seconds


def test_a_request_gives_back_whatever_the_server_says(site: Site, fetcher: Fetcher) -> None:
    url = site.says("/a", 302, b"hello", Location="/b", ETag='"1"')
    answer = fetcher.request("POST", url, subject=SUBJECT, headers={"If-Match": '"0"'}, body=b"x", auth=("u", "p"))
    assert (answer.status, answer.headers["etag"], answer.body) == (302, '"1"', b"hello")
    assert site.seen[0][1]["if-match"] == '"0"'
    assert site.seen[0][1]["authorization"] == "Basic dTpw"


@pytest.mark.parametrize(
    "act",
    [lambda handler: handler.raw(b""), cut("Content-Length: 500", ICS), lambda handler: handler.raw(b"SSH-2.0\r\n")],
)
def test_a_write_without_a_clear_answer_is_unknown_and_a_read_is_not(site: Site, fetcher: Fetcher, act: Act) -> None:
    url = site.on("/a", act)
    with pytest.raises(OutcomeUnknown):
        fetcher.request("PUT", url, subject=SUBJECT, body=b"x")
    with pytest.raises(TryLater):
        fetcher.request("GET", url, subject=SUBJECT)


def test_a_write_that_times_out_after_it_left_is_unknown(site: Site) -> None:
    url = site.on("/a", lambda handler: handler.drip(b"", b""))
    with pytest.raises(OutcomeUnknown):
        Fetcher(allow_hosts="127.0.0.1", deadline=0.3).request("PUT", url, subject=SUBJECT, body=b"x")


def test_a_write_that_never_connected_is_surely_not_done(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(TryLater):
        fetcher.request("PUT", f"http://127.0.0.1:{port}/a", subject=SUBJECT, body=b"x")
    with pytest.raises(Refused):
        fetcher.request("PUT", "http://10.0.0.1/a", subject=SUBJECT, body=b"x")


def test_its_caller_is_told_when_a_request_has_left_and_its_answer_is_waited_for(site: Site, fetcher: Fetcher) -> None:
    told = threading.Event()

    def answer_once_told(handler: Handler) -> None:
        came = handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.say(200 if told.wait(10) else 500, came)

    url = site.on("/a.ics", answer_once_told)
    with told_when_waiting(told.set):
        answer = fetcher.request("PUT", url, subject=SUBJECT, body=ICS)
    assert (answer.status, answer.body) == (200, ICS)


def test_its_caller_is_not_told_of_a_request_that_never_left(fetcher: Fetcher) -> None:
    told = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with told_when_waiting(told.set), pytest.raises(TryLater):
        fetcher.request("PUT", f"http://127.0.0.1:{port}/a.ics", subject=SUBJECT, body=ICS)
    assert not told.is_set()


def test_requests_to_one_server_wait_for_each_other(site: Site, fetcher: Fetcher) -> None:
    inside, most = [0], [0]

    def act(handler: Handler) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        handler.server.over.wait(0.02)
        inside[0] -= 1
        handler.say(200)

    url = site.on("/a", act)
    threads = [threading.Thread(target=fetcher.request, args=("PUT", url), kwargs={"subject": "x"}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most[0], len(site.seen)) == (1, 5)
