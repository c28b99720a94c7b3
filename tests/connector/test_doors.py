"""One way to Facebook for all pages of a process: connections are shared, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.doors import Doors
from tests.connector.site import Act, Handler, Site

UNTIL = datetime(2026, 9, 24, tzinfo=UTC)


class Graph:
    """Answers as Facebook would, and knows over which connection it was asked, and with which cookies."""

    def __init__(self, site: Site) -> None:
        self.connections: list[int] = []
        self.cookies: list[str | None] = []
        for path, body in (
            ("/v26.0/1/feed", b'{"data":[]}'),
            ("/v26.0/2/feed", b'{"data":[]}'),
            ("/v26.0/", b"[null]"),
        ):
            site.on(path, self._act(body))
        site.on("/v26.0/1/comments", self._act(b'{"id":"1_2"}'))
        self.doors = Doors(graph_url=f"http://127.0.0.1:{site.server_port}")

    def _act(self, body: bytes) -> Act:
        def act(handler: Handler) -> None:
            handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
            self.connections.append(handler.client_address[1])
            self.cookies.append(handler.headers.get("Cookie"))
            handler.say(200, body, Content_Type="application/json", Set_Cookie="who=page-1; Path=/")

        return act


@pytest.fixture
def graph(site: Site) -> Graph:
    return Graph(site)


def test_pages_share_a_connection_whatever_their_tokens_and_never_a_cookie(graph: Graph) -> None:
    for page in ("1", "2", "1"):
        graph.doors.page(page, f"TOKEN-OF-{page}").read(UNTIL)
    graph.doors.glimpse([("1", "TOKEN-OF-1")], UNTIL)
    assert len(set(graph.connections)) == 1
    assert graph.cookies == [None] * 4


def test_a_write_has_a_connection_of_its_own_and_leaves_that_of_the_reads_alone(graph: Graph) -> None:
    page = graph.doors.page("1", "TOKEN-OF-1")
    page.read(UNTIL)
    page.comment("1", "At five.")
    page.comment("1", "At six.")
    page.read(UNTIL)
    first, second, third, last = graph.connections
    assert first == last
    assert len({first, second, third}) == 3


def test_a_page_keeps_its_door_and_thousands_do_not_all_keep_theirs() -> None:
    doors = Doors()
    first = doors.page("1", "TOKEN")
    assert doors.page("1", "TOKEN") is first
    for number in range(2000):
        doors.page(str(number), "ANOTHER")
    assert doors.page("1", "TOKEN") is not first
