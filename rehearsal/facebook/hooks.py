"""Sends webhooks: signed, escaped as Facebook escapes them, again and again until somebody answers 200; or in odd order."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from rehearsal.facebook.links import written
from rehearsal.facebook.world import App, World

ANSWER_SECONDS = 5.0
MOST_WAYS = 32
IN_ORDER_PAUSE = 0.3  # how long a change is held so that another one can overtake it


@dataclass(slots=True)
class Change:
    app_id: str
    page_id: str
    value: dict[str, Any]
    due: float


@dataclass(slots=True)
class Parcel:
    """One POST on its way. `first_failed` and `due` are monotonic seconds."""

    app_id: str
    pages: list[str]
    body: bytes
    due: float
    attempt: int = 0
    first_failed: float = 0.0


class HookSender:
    """One quiet thread: it sleeps until something changed or a repetition is due, and starts with the first change."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.changes: list[Change] = []
        self.parcels: list[Parcel] = []
        self.wake = threading.Condition()
        self.under_way = 0
        self.ways = ThreadPoolExecutor(1)
        self.many = 1
        self.ended = False
        self.thread: threading.Thread | None = None
        self.pool = urllib3.PoolManager(retries=False, timeout=ANSWER_SECONDS, maxsize=MOST_WAYS)

    def notice(self, app_id: str, page_id: str, value: dict[str, Any]) -> None:
        """Takes a change in; never blocks. Nothing happens while the app has no callback for `feed`."""
        app = self.world.apps.get(app_id)
        if app is None or not app.callback_url or "feed" not in app.callback_fields:
            return
        switches = self.world.switches
        held = max(switches.webhook_group, IN_ORDER_PAUSE if switches.webhook_reorder else 0.0)
        with self.wake:
            self.changes.append(Change(app_id, page_id, value, time.monotonic() + held))
            if self.thread is None and not self.ended:
                self.thread = threading.Thread(target=self._run, name="rehearsal-webhooks", daemon=True)
                self.thread.start()
            self.wake.notify_all()

    def settle(self, seconds: float) -> bool:
        """Waits until everything is sent, or given up; False when that took longer than `seconds`."""
        with self.wake:
            return self.wake.wait_for(lambda: not (self.changes or self.parcels or self.under_way), seconds)

    def forget(self) -> None:
        """Drops what is still to be sent or repeated."""
        with self.wake:
            self.changes, self.parcels = [], []
            self.wake.notify_all()

    def stop(self) -> None:
        with self.wake:
            self.ended = True
            self.wake.notify_all()
        if self.thread is not None:
            self.thread.join(ANSWER_SECONDS + 1)
        self.ways.shutdown(cancel_futures=True)
        self.pool.clear()

    def _run(self) -> None:
        while True:
            with self.wake:
                while not self.ended and self._soonest() > time.monotonic():
                    self.wake.wait(self._patience())
                if self.ended:
                    return
                due = self._taken()
                self.under_way += len(due)
            for parcel in due:
                self._ways().submit(self._send_off, parcel)

    def _ways(self) -> ThreadPoolExecutor:
        """As many at once as the switch says now; one after the other keeps the order."""
        wanted = max(1, min(MOST_WAYS, self.world.switches.webhook_ways))
        if wanted != self.many:
            self.ways.shutdown(wait=False)
            self.ways, self.many = ThreadPoolExecutor(wanted), wanted
        return self.ways

    def _send_off(self, parcel: Parcel) -> None:
        try:
            self._send(parcel)
        finally:
            with self.wake:
                self.under_way -= 1
                self.wake.notify_all()

    def _soonest(self) -> float:
        waiting: list[Change | Parcel] = [*self.changes, *self.parcels]
        return min((one.due for one in waiting), default=float("inf"))

    def _patience(self) -> float | None:
        soonest = self._soonest()
        return None if soonest == float("inf") else max(0.0, soonest - time.monotonic())

    def _taken(self) -> list[Parcel]:
        """Due parcels, and new ones packed from the changes that have waited long enough."""
        now = time.monotonic()
        if any(change.due <= now for change in self.changes):
            fresh, self.changes = self.changes, []
            self.parcels += self._packed(fresh)
        due = [parcel for parcel in self.parcels if parcel.due <= now]
        self.parcels = [parcel for parcel in self.parcels if parcel.due > now]
        return due

    def _packed(self, fresh: list[Change]) -> list[Parcel]:
        switches = self.world.switches
        if switches.webhook_reorder:
            fresh = fresh[::-1]
        groups: dict[Any, list[Change]] = defaultdict(list)
        for position, change in enumerate(fresh):
            groups[change.app_id if switches.webhook_group else (change.app_id, position)].append(change)
        parcels: list[Parcel] = []
        for group in groups.values():
            app = self.world.apps[group[0].app_id]
            body = packed_body(app, group, self.world.now())
            pages = sorted({change.page_id for change in group})
            parcels += [Parcel(app.id, pages, body, 0.0) for _ in range(1 + switches.webhook_duplicates)]
        return parcels

    def _send(self, parcel: Parcel) -> None:
        app = self.world.apps.get(parcel.app_id)
        if app is None or not app.callback_url:
            return
        status = self._posted(app, parcel.body)
        sent = {"at": written(self.world.now()), "url": app.callback_url, "status": status}
        with self.world.lock:
            self.world.hook_log.append(sent | {"attempt": parcel.attempt + 1, "body": json.loads(parcel.body)})
        if not 200 <= status < 300:
            self._again(parcel)

    def _posted(self, app: App, body: bytes) -> int:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature": "sha1=" + hmac.new(app.secret.encode(), body, hashlib.sha1).hexdigest(),
            "X-Hub-Signature-256": signature(app.secret, body),
        }
        try:
            reply = self.pool.request("POST", app.callback_url, body=body, headers=headers, redirect=False)
        except urllib3.exceptions.HTTPError:
            return 0
        return reply.status

    def _again(self, parcel: Parcel) -> None:
        """At once, then later and later, then never; an app that fails for too long hears of its pages no more."""
        now, switches = time.monotonic(), self.world.switches
        parcel.first_failed = parcel.first_failed or now
        if now - parcel.first_failed >= switches.webhook_unsubscribe_after:
            with self.world.lock:
                for page_id in parcel.pages:
                    self.world.pages[page_id].subscribed.pop(parcel.app_id, None)
            return
        if parcel.attempt < len(switches.webhook_retries):
            parcel.due = now + switches.webhook_retries[parcel.attempt]
            parcel.attempt += 1
            with self.wake:
                self.parcels.append(parcel)


def packed_body(app: App, group: list[Change], now: float) -> bytes:
    """The bytes that are sent and signed: compact JSON, `\\u00e4` in lower case, `\\/` for a slash."""
    pages: dict[str, list[Change]] = defaultdict(list)
    for change in group:
        pages[change.page_id].append(change)
    entries = [{"id": page_id, "time": int(now)} | _told(app, changes) for page_id, changes in pages.items()]
    text = json.dumps({"object": "page", "entry": entries}, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def _told(app: App, changes: list[Change]) -> dict[str, Any]:
    if not app.include_values:
        return {"changed_fields": ["feed"]}
    return {"changes": [{"field": "feed", "value": change.value} for change in changes]}


def signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed_request(secret: str, payload: dict[str, Any]) -> str:
    """`<signature>.<payload>`, both base64url without padding; the signature is over the encoded payload's text."""
    body = _unpadded(json.dumps({"algorithm": "HMAC-SHA256", **payload}).encode())
    return _unpadded(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()) + "." + body


def _unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def send_signed_request(world: World, app: App, kind: str, user_id: str, url: str) -> dict[str, Any]:
    """Tells a callback that a person removed the app (`deauthorize`) or asked for deletion; says what was wrong with the answer."""
    now = int(world.now())
    payload = {"user_id": user_id, "issued_at": now, "expires": now + 3600}
    form = urlencode({"signed_request": signed_request(app.secret, payload)})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        with urllib3.PoolManager(retries=False, timeout=ANSWER_SECONDS) as pool:
            reply = pool.request("POST", url, body=form, headers=headers, redirect=False)
            problems = [] if reply.status == 200 else [f"answered {reply.status} instead of 200"]
            if kind == "deletion" and not problems:
                problems = _deletion_problems(pool, reply.data)
    except urllib3.exceptions.HTTPError as error:
        return {"status": 0, "body": "", "problems": [f"could not be reached ({type(error).__name__})"]}
    return {"status": reply.status, "body": reply.data.decode("utf-8", "replace"), "problems": problems}


def _deletion_problems(pool: urllib3.PoolManager, data: bytes) -> list[str]:
    try:
        told = json.loads(data)
    except ValueError:
        return ["the answer is not JSON"]
    told = told if isinstance(told, dict) else {}
    missing = [key for key in ("url", "confirmation_code") if not told.get(key)]
    if missing:
        return [f"the answer lacks {key}" for key in missing]
    problems = [] if str(told["confirmation_code"]).isalnum() else ["the confirmation code is not alphanumeric"]
    status = pool.request("GET", str(told["url"]), redirect=False).status
    return problems + ([] if status == 200 else [f"the status page answers {status}"])
