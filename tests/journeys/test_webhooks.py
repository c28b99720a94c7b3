"""Webhooks from end to end: the program as it is served, called by the pretend Facebook."""

from __future__ import annotations

import json
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.conversation import Message
from models.database import Database
from models.delivery import Delivery
from rehearsal.facebook.happenings import add_comment, add_post
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, PAGE_ID, VERIFY_TOKEN
from tests.journeys.town import Town, settle_in


@pytest.fixture
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as running:
        yield running


@contextmanager
def serving(town: Town, port: int) -> Iterator[str]:
    """`serve` as its own process, until the test is through; its address."""
    town.more = {"BRIDGE_FB_VERIFY_TOKEN": VERIFY_TOKEN, "BRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    child = town.start("serve", "--port", str(port))
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        yield f"http://127.0.0.1:{port}"
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    finally:
        if child.poll() is None:
            child.kill()
        _, err = child.communicate(timeout=20)
        assert "Traceback" not in err, err


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def rows(town: Town, kind: Any) -> list[Any]:
    db = Database(f"sqlite:///{town.folder / 'data' / 'bridge.db'}")
    try:
        with db.read() as session:
            return list(session.exec(select(kind)))
    finally:
        db.close()


def test_serve_subscribes_a_comment_shows_in_seconds_and_a_lost_subscription_is_renewed(
    tmp_path: Path, facebook: PretendFacebook
) -> None:
    town, world = settle_in(tmp_path, facebook), facebook.world
    page = world.pages[PAGE_ID]
    with socket.create_server(("127.0.0.1", 0)) as tried:
        port = tried.getsockname()[1]
    with serving(town, port) as address:
        until(lambda: page.subscribed.get(APP_ID) == ["feed"])
        assert world.apps[APP_ID].callback_url == f"{address}/webhooks/facebook"
        until(lambda: any(one["path"] == f"/{PAGE_ID}/feed" for one in world.calls))
        with world.lock:
            old = add_post(world, PAGE_ID, "Last year's fair", created_at=world.now() - 100 * 86400)
            comment = add_comment(world, old, "¿Habrá otra feria este año?", author_id=world.person_named("Ana").id)
        begun = time.monotonic()
        until(lambda: any(one.external_id == comment.id for one in rows(town, Message)), 20)
        assert time.monotonic() - begun < 10, "the clock's own reading would have taken minutes"
        told = town.run("doctor", "--json", expect=1).splitlines()  # nobody here answers Arabic
        findings = {one["what"]: one for one in map(json.loads, told)}
        assert findings["webhooks"]["message"].startswith(f"On: Facebook calls {address}/webhooks/facebook")
        assert findings["maple-street: webhook of pta-page"]["message"] == "Facebook sends feed."
    page.subscribed.clear()
    with serving(town, port):
        until(lambda: page.subscribed.get(APP_ID) == ["feed"])


def test_nobody_is_called_back_by_a_sync_alone(tmp_path: Path, facebook: PretendFacebook) -> None:
    town = settle_in(tmp_path, facebook)
    town.more = {"BRIDGE_FB_VERIFY_TOKEN": VERIFY_TOKEN}
    town.run("sync")
    assert facebook.world.apps[APP_ID].callback_url == ""
    assert [one for one in rows(town, Delivery) if one.kind == "subscribe"] == []
