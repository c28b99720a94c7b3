"""A page that listens to /live, by a plain socket."""

from __future__ import annotations

import socket
import time


class Ear:
    """One client that listens."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.sendall(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: session={token}\r\n\r\n".encode())
        self.heard = b""
        self.until(b"event: listening")

    def until(self, word: bytes) -> None:
        """Waits for this word, and forgets what came up to it."""
        ends = time.monotonic() + 30  # pings go on for ever
        while word not in self.heard:
            assert time.monotonic() < ends, f"nothing but {self.heard!r}"
            piece = self.socket.recv(65536)
            assert piece, f"ended without {word!r}: {self.heard!r}"
            self.heard += piece
        self.heard = self.heard.partition(word)[2]

    def rest(self) -> bytes:
        """All that comes until the stream ends."""
        ends = time.monotonic() + 30
        while not self.heard.endswith(b"0\r\n\r\n"):
            assert time.monotonic() < ends, "it goes on"
            piece = self.socket.recv(65536)
            if not piece:
                break
            self.heard += piece
        return self.heard

    def close(self) -> None:
        self.socket.close()
