"""The pretend state: the same each time, as large as wanted, and played by the one strict Facebook."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest
import requests

from config.site import read_site
from config.wording import wording_languages
from rehearsal.state.play import PretendState
from rehearsal.state.schools import state_schools
from rehearsal.state.words import question

TODAY = date(2026, 11, 26)


class _Slow:
    """A callback that answers nobody before so many have asked."""

    def __init__(self, callers: int) -> None:
        gate, self.all_here = threading.Barrier(callers, timeout=20), threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler) -> None:
                gate.wait()
                self.all_here.set()
                handler.send_response(200)
                handler.end_headers()

            def log_message(handler, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def state() -> Iterator[PretendState]:
    with PretendState(20, 60, TODAY, latency=0) as playing:
        yield playing


def test_the_same_numbers_give_the_same_state_and_every_page_has_its_own_token() -> None:
    schools = state_schools(1200, 5000)
    assert schools == state_schools(1200, 5000)
    pages = [page for school in schools for page in school.pages]
    assert len({page.id for page in pages}) == len({page.token for page in pages}) == 5000
    assert len({school.slug for school in schools}) == 1200
    assert min(len(school.pages) for school in schools) == 1
    assert len({school.languages for school in schools}) > 100


def test_each_site_file_is_one_that_load_takes(state: PretendState, tmp_path: Path) -> None:
    for school in state.schools:
        (file := tmp_path / "site.toml").write_text(state.site(school))
        site = read_site(file, {}, wording_languages=wording_languages())
        assert [page.facebook_id for page in site.pages] == [page.id for page in school.pages]
        assert tomllib.loads(file.read_text())["sources"][0]["url"] == state.feeds.address(school)


def test_a_page_shows_its_posts_and_a_family_s_question_to_its_own_token_only(state: PretendState) -> None:
    page, other = state.schools[0].pages[0], state.schools[1].pages[0]
    fields = {"fields": "message,comments{message,from}"}
    address = f"{state.facebook.url}/v26.0/{page.id}/feed"
    seen = requests.get(address, {**fields, "access_token": page.token}, timeout=10).json()
    assert len(seen["data"]) == 3
    assert len([post for post in seen["data"] if "comments" in post]) == 1
    refused = requests.get(address, {**fields, "access_token": other.token}, timeout=10)
    assert refused.status_code == 403


def test_families_write_in_their_school_s_languages_and_never_the_same_twice(state: PretendState) -> None:
    school = state.schools[3]
    written = [state.families.write(school) for _ in range(30)]
    assert {one.language for one in written} <= set(school.languages)
    world = state.facebook.world
    texts = [comment.message for one in written if (comment := world.comment(one.id))]
    assert len(set(texts)) == 30
    assert all(world.page_of(one.id) == one.page for one in written)
    assert question(state.families.chance, ("zh",), 7)[1].count("7") == 1


def test_a_calendar_stays_as_it_is_until_its_school_moves_an_event(state: PretendState) -> None:
    school = state.schools[5]
    address = state.feeds.address(school)
    first = requests.get(address, timeout=10)
    unchanged = {"If-None-Match": first.headers["ETag"]}
    assert requests.get(address, headers=unchanged, timeout=10).status_code == 304
    before, title = state.feeds.events(school.slug)[0], state.feeds.change(school.slug)
    after = requests.get(address, headers=unchanged, timeout=10)
    moved = state.feeds.events(school.slug)[0]
    assert after.status_code == 200 and title in after.text
    assert (moved.uid, moved.title) == (before.uid, before.title) and moved.starts > before.starts


def test_several_webhooks_leave_at_once_when_the_switch_says_so() -> None:
    """Three wait for the same slow answer: one after another they would not all be there before it is given."""
    with PretendState(1, 1, TODAY, latency=0) as state, _Slow(3) as slow:
        world, page = state.facebook.world, state.schools[0].pages[0]
        app = next(iter(world.apps.values()))
        app.callback_url, app.callback_fields = slow.url, ["feed"]
        world.pages[page.id].subscribed[app.id] = ["feed"]
        for _ in range(3):
            state.families.write()
        assert slow.all_here.wait(20)
