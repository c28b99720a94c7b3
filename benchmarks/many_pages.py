"""A pretend Facebook for thousands of pages, in a process of its own: every page shows the same, each under its own ids.

The rehearsal's knows all that can happen and is too slow for this; `same_shape` holds the two against each other. It
answers a while after each request, as one does who is far away: `one` seconds after a single read, and after a batch of
n parts `one` again, or n times `one`.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

POSTS, COMMENTS = 10, 3  # of each page, of each post
_SINGLE = re.compile(rb"/(\d+)/feed\?")
_PARTS = re.compile(rb"%22(\d+)%2Ffeed")
_LENGTH = re.compile(rb"(?i)content-length: *(\d+)")
_ID = "31415926535"


@dataclass(frozen=True, slots=True)
class Stub:
    """`url` to ask; `calls()` gives how many requests and how many parts came so far."""

    url: str

    def calls(self) -> tuple[int, int]:
        with urlopen(f"{self.url}/calls", timeout=10) as answer:
            requests, parts = json.load(answer)
            return requests, parts


@contextmanager
def many_pages(one: float, *, each_part: bool = False) -> Iterator[Stub]:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        child = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(listening, one, each_part), daemon=True
        )
        child.start()
        try:
            yield Stub(f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            child.kill()
            child.join()


def page_shown(page_id: str) -> dict[str, Any]:
    """What `/feed` shows of a page, as the Graph writes it."""
    now = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return {"data": [_post(page_id, number, now - timedelta(days=number)) for number in range(POSTS)]}


def _post(page_id: str, number: int, at: datetime) -> dict[str, Any]:
    when, post = at.strftime("%Y-%m-%dT%H:%M:%S+0000"), f"{page_id}_{5551 + number}"
    comments = [_comment(page_id, post, f"{5551 + number}_{9001 + n}", when) for n in range(COMMENTS)]
    return {
        "id": post, "message": "Fall Festival on Friday at five, in the gym. Everybody is welcome! " * 3,
        "created_time": when, "updated_time": when, "permalink_url": f"https://www.facebook.com/{post}",
        "is_published": True, "from": {"id": page_id, "name": "Maple Street PTA"},
        "comments": {"data": comments, "summary": {"order": "reverse_chronological", "total_count": COMMENTS,
                                                   "can_comment": True}},
    }  # fmt: skip


def _comment(page_id: str, post: str, name: str, when: str) -> dict[str, Any]:
    return {
        "id": name, "message": "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?", "created_time": when,
        "is_hidden": False, "permalink_url": f"https://www.facebook.com/{post}?comment_id={name}", "comment_count": 0,
    }  # fmt: skip


def same_shape(ours: Any, theirs: Any) -> bool:
    """Whether everything that stands in `ours` stands in `theirs`, in the same kind."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(name in theirs and same_shape(value, theirs[name]) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return not ours or (bool(theirs) and same_shape(ours[0], theirs[0]))
    return type(ours) is type(theirs)


# --- the server


def _serve(listening: socket.socket, one: float, each_part: bool) -> None:
    asyncio.run(_Server(one, each_part).run(listening))


class _Server:
    def __init__(self, one: float, each_part: bool) -> None:
        self.one, self.each_part = one, each_part
        self.requests = self.parts = 0
        shown = json.dumps(page_shown(_ID), separators=(",", ":"))
        self.single = shown.encode()
        headers = [{"name": "Content-Type", "value": "application/json; charset=UTF-8"}]
        self.part = json.dumps({"code": 200, "headers": headers, "body": shown}, separators=(",", ":")).encode()

    async def run(self, listening: socket.socket) -> None:
        server = await asyncio.start_server(self.serve, sock=listening, limit=2**20)
        await server.serve_forever()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length.group(1))) if length else b""
                answer = await self.answer(head.split(b"\r\n", 1)[0], body)
                top = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(top.encode() + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, line: bytes, body: bytes) -> bytes:
        if b"/calls" in line:
            return json.dumps([self.requests, self.parts]).encode()
        ids = _PARTS.findall(body) if body else _SINGLE.findall(line)
        self.requests += 1
        self.parts += len(ids)
        await asyncio.sleep(self.one * (len(ids) if self.each_part else 1))
        if not body:
            return self.single.replace(_ID.encode(), ids[0])
        return b"[" + b",".join(self.part.replace(_ID.encode(), one) for one in ids) + b"]"
