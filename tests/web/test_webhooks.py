"""Facebook calls: what is signed is stored before it is answered, what is not leaves only a count."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import sqlite3
import threading
from hashlib import sha256

import pytest
from anyio.to_thread import current_default_thread_limiter
from sqlmodel import Session, select
from starlette.concurrency import run_in_threadpool

from models.database import Database
from models.hint import Hint
from models.migrate import migrate
from tests.web.conftest import Answer, Serve, Site, Stage
from web.context import Wake
from web.machines.keeper import Keeper
from web.machines.webhooks import LARGEST, is_signed

SECRET = "app-secret-of-the-test"
VERIFY = "meatyhamhock"
BODY = (
    b'{"object":"page","entry":[{"id":"10001","time":1795424465,"changes":[{"field":"feed","value":{'
    b'"post_id":"10001_5551","item":"comment","verb":"add","message":"caf\\u00e9 https:\\/\\/x"}}]}]}'
)


class Hooked:
    """The running site as Facebook sees it. `woken` counts how often the clock was woken."""

    def __init__(self, site: Site) -> None:
        self.site, self.woken, self._is_awake = site, 0, threading.Event()

    def wake(self, session: Session) -> None:
        self.woken += 1
        self._is_awake.set()

    def wakes(self) -> bool:
        """Before the answer, or it is not told at all."""
        return self._is_awake.wait(10)

    def post(self, body: bytes, **headers: str) -> Answer:
        return self.site.get("/webhooks/facebook", "POST", body, **headers)

    def signed(self, body: bytes = BODY, secret: str = SECRET) -> Answer:
        return self.post(body, X_Hub_Signature_256=signature(body, secret))

    def stored(self) -> list[Hint]:
        with self.site.db.read() as session:
            return list(session.exec(select(Hint)))

    def counted(self) -> dict[str, int]:
        lines = [
            one.split() for one in self.site.get("/metrics").text.splitlines() if one.startswith("pta_bridge_webh")
        ]
        return {name.removeprefix("pta_bridge_webhooks_").removesuffix("_total"): int(number) for name, number in lines}


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


@pytest.fixture
def hooked(site: Site, serve: Serve) -> Hooked:
    made = Hooked(site)
    serve(site, Wake(heed=made.wake), fb_app_id="42", fb_app_secret=SECRET, fb_verify_token=VERIFY)
    return made


def test_the_challenge_is_the_whole_answer(hooked: Hooked) -> None:
    asked = f"?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY}"
    answer = hooked.site.get("/webhooks/facebook" + asked)
    assert (answer.status, answer.body) == (200, b"1158201444")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "?hub.mode=subscribe&hub.challenge=1",
        "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=%C3%A9%FF",
        f"?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token={VERIFY}",
        f"?hub.challenge=1&hub.verify_token={VERIFY}",
    ],
)
def test_who_does_not_know_the_verify_token_gets_no_challenge(hooked: Hooked, asked: str) -> None:
    answer = hooked.site.get("/webhooks/facebook" + asked)
    assert answer.status == 403 and answer.body.strip() != b"1"


def test_without_settings_both_doors_are_closed(site: Site) -> None:
    asked = "?hub.mode=subscribe&hub.challenge=1&hub.verify_token="
    assert site.get("/webhooks/facebook" + asked).status == 403
    body = b"{}"
    answer = site.get("/webhooks/facebook", "POST", body, X_Hub_Signature_256=signature(body, ""))
    assert answer.status == 403


def test_the_signature_is_over_the_bytes_as_they_came() -> None:
    body = rb'{"message":"caf\u00e9","u":"https:\/\/x"}'
    told = "sha256=df940668614185ecc07a4c840950a6e666597d02a64274911d97c8553a927f82"
    assert is_signed(told, "secret", body)
    assert not is_signed(told, "secret", json.dumps(json.loads(body)).encode())


def test_a_signed_parcel_is_stored_byte_for_byte_and_wakes_the_clock(hooked: Hooked) -> None:
    assert hooked.signed().status == 200
    (hint,) = hooked.stored()
    assert (hint.body, hint.digest) == (BODY, sha256(BODY).hexdigest())
    assert (hint.received_at, hint.unpacked_at) == (hooked.site.now, None)
    assert hooked.wakes() and hooked.woken == 1
    assert hooked.counted() == {"received": 1, "duplicate": 0, "refused": 0, "failed": 0}


def test_the_same_parcel_is_kept_once_however_often_it_comes(hooked: Hooked) -> None:
    assert [hooked.signed().status for _ in range(5)] == [200] * 5
    assert len(hooked.stored()) == 1
    assert hooked.counted() == {"received": 5, "duplicate": 4, "refused": 0, "failed": 0}


def test_pages_that_take_all_threads_keep_no_webhook_waiting(hooked: Hooked, stage: Stage) -> None:
    async def kept_beside_a_slow_page() -> None:
        current_default_thread_limiter().total_tokens = 1
        slow = asyncio.create_task(run_in_threadpool(ended.wait, 30))
        await asyncio.sleep(0)
        await Keeper(stage.app.state.context).keep(BODY)
        ended.set()
        assert await slow, "it took its thread all the time"

    ended = threading.Event()
    asyncio.run(kept_beside_a_slow_page())
    assert [one.body for one in hooked.stored()] == [BODY]


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[" * 100_000, b"\x00\xff", b'{"object":"user"}'])
def test_what_is_signed_is_stored_whatever_it_is(hooked: Hooked, body: bytes) -> None:
    assert hooked.signed(body).status == 200
    assert [one.body for one in hooked.stored()] == [body]


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        signature(BODY, "another secret"),
        signature(BODY + b" "),
        signature(BODY).removeprefix("sha256="),
        "sha1=" + hmac.new(SECRET.encode(), BODY, "sha1").hexdigest(),
        signature(BODY).upper(),
        "sha256=é",
    ],
)
def test_what_is_forged_is_refused_and_leaves_nothing_but_a_count(hooked: Hooked, told: str | None) -> None:
    headers = {} if told is None else {"X_Hub_Signature_256": told}
    answer = hooked.post(BODY, **headers)
    assert answer.status == 403
    assert hooked.stored() == [] and hooked.woken == 0
    assert hooked.counted() == {"received": 0, "duplicate": 0, "refused": 1, "failed": 0}


def test_a_parcel_that_was_cut_on_its_way_does_not_fit_its_signature(hooked: Hooked) -> None:
    assert hooked.post(BODY[:-20], X_Hub_Signature_256=signature(BODY)).status == 403


def test_more_than_a_megabyte_is_refused_before_it_is_read(hooked: Hooked) -> None:
    with socket.create_connection(("127.0.0.1", hooked.site.port), timeout=10) as caller:
        head = f"POST /webhooks/facebook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: {signature(b'')}\r\n"
        caller.sendall(f"{head}Content-Length: {LARGEST + 1}\r\n\r\n".encode())
        assert caller.recv(100).startswith(b"HTTP/1.1 413")
    assert hooked.stored() == []


def test_a_body_that_does_not_tell_its_length_is_cut_at_a_megabyte(hooked: Hooked) -> None:
    with socket.create_connection(("127.0.0.1", hooked.site.port), timeout=10) as caller:
        head = f"POST /webhooks/facebook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: {signature(b'')}\r\n"
        caller.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"%x\r\n%s\r\n" % (65536, b"x" * 65536)
        for _ in range(LARGEST // 65536 + 1):
            caller.sendall(piece)
        assert caller.recv(100).startswith(b"HTTP/1.1 413")


def test_a_thousand_changes_in_one_parcel_fit(hooked: Hooked) -> None:
    change = json.loads(BODY)["entry"][0]["changes"][0]
    change["value"]["message"] = "¿" * 100
    body = json.dumps({"object": "page", "entry": [{"id": "10001", "changes": [change] * 1000}]}).encode()
    assert 700_000 < len(body) <= LARGEST
    assert hooked.signed(body).status == 200


def test_parcels_that_come_at_once_share_commits_and_are_all_kept(hooked: Hooked) -> None:
    bodies = [b'{"number":%d}' % (number % 40) for number in range(80)]  # each twice
    answers: list[int] = []
    threads = [threading.Thread(target=lambda one=body: answers.append(hooked.signed(one).status)) for body in bodies]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [200] * 80
    assert {one.body for one in hooked.stored()} == set(bodies) and len(hooked.stored()) == 40
    assert hooked.counted()["duplicate"] == 40
    assert hooked.wakes() and hooked.woken < 80


def test_on_a_full_disk_facebook_is_asked_to_send_it_again_and_then_it_is_kept(hooked: Hooked) -> None:
    body = b'{"long":"%s"}' % (b"x" * 200_000)
    with hooked.site.db.engine.connect() as connection:
        held = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={held}")
    refused = hooked.signed(body)
    assert (refused.status, hooked.stored(), hooked.woken) == (503, [], 0)
    with hooked.site.db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    assert hooked.signed(body).status == 200
    assert [one.body for one in hooked.stored()] == [body]
    assert hooked.counted() == {"received": 2, "duplicate": 0, "refused": 0, "failed": 1}


def test_while_the_database_is_locked_facebook_is_answered_in_time_and_sends_it_again(hooked: Hooked) -> None:
    other = sqlite3.connect(hooked.site.folder / "bridge.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert hooked.signed().status == 503
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert hooked.signed().status == 200
    assert len(hooked.stored()) == 1


def test_it_is_kept_on_postgresql_too(postgres_url: str, site: Site, serve: Serve) -> None:
    db = Database(postgres_url).everywhere
    migrate(db)
    made = Hooked(Site(db, site.folder))
    serve(made.site, Wake(heed=made.wake), fb_app_secret=SECRET)
    try:
        assert [made.signed().status for _ in range(2)] == [200, 200]
        assert [one.body for one in made.stored()] == [BODY]
        assert made.counted()["duplicate"] == 1
    finally:
        db.close()
