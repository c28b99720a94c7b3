"""The quiet round: 25 posts with 50 comments each, nothing new. Its calls are counted where they arrive."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.figures import Figure, at_most, exactly
from benchmarks.town import Town, town
from rehearsal.facebook.happenings import add_comment, add_post
from rehearsal.facebook.towns import PAGE_ID
from rehearsal.facebook.world import World
from rehearsal.town.calendar import school_calendar
from schedulers.round import run_round

POSTS, COMMENTS = 25, 50


def measure() -> Iterator[Figure]:
    calendar = school_calendar(datetime.now(UTC).date())
    with (
        _Feed(calendar) as feed,
        town(f"http://127.0.0.1:{feed.server_port}/maple.ics", f"127.0.0.1:{feed.server_port}") as here,
    ):
        run_round(here.house, here.school, everything=True)
        _fill(here.facebook.world)
        for _ in range(2):
            run_round(here.house, here.school, everything=True)
        yield from _count(here, feed)


def _count(here: Town, feed: _Feed) -> Iterator[Figure]:
    world = here.facebook.world
    writes, calls, feeds = sum(world.writes.values()), len(world.calls), feed.requests
    before, asked = here.calendars.objects("eastside"), here.fetcher.sent
    run_round(here.house, here.school, everything=True)
    made, asked = list(world.calls)[calls:], here.fetcher.sent - asked
    after, reads = here.calendars.objects("eastside"), sum(one["method"] == "GET" for one in made)
    yield Figure("quiet round: writes on the page", sum(world.writes.values()) - writes, wanted=exactly(0))
    yield Figure("quiet round: calendars changed", int(before != after), wanted=exactly(0))
    yield Figure("quiet round: Graph reads for the page", reads, wanted=at_most(1))
    yield Figure("quiet round: Graph calls that are not reads", len(made) - reads, wanted=exactly(0))
    yield Figure("quiet round: requests for the feed", feed.requests - feeds, wanted=at_most(1))
    yield Figure("quiet round: requests for the calendar", asked, wanted=at_most(2))


def _fill(world: World) -> None:
    """So many posts and comments that the round's one read is as large as it gets."""
    with world.lock:
        standing = sum(1 for post in world.posts.values() if post.page_id == PAGE_ID)
        for number in range(POSTS - standing):
            add_post(world, PAGE_ID, f"By hand {number}")
        for post in list(world.posts.values()):
            for number in range(COMMENTS):
                add_comment(world, post, f"Thank you for number {number}!", author_id="77001")


class _Feed(http.server.ThreadingHTTPServer):
    """The school's calendar at an address, with an ETag; counts who asks."""

    def __init__(self, body: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _FeedAnswer)
        self.body, self.requests = body, 0

    def __enter__(self) -> _Feed:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *ignored: object) -> None:
        self.shutdown()
        self.server_close()


class _FeedAnswer(http.server.BaseHTTPRequestHandler):
    server: _Feed

    def do_GET(self) -> None:
        self.server.requests += 1
        known = self.headers.get("If-None-Match") == '"maple"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"maple"')
        body = b"" if known else self.server.body
        if not known:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the table is the output."""
