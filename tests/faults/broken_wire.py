"""A wire to the pretend Facebook that breaks where a test says: before, during or after the body of a POST."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from types import TracebackType
from typing import Literal
from urllib.parse import urlsplit

Where = Literal["before", "during", "after", ""]


class BrokenWire:
    """`url` to talk to; each of the next `times` POSTs breaks at `where`, everything else passes."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._target = (address.hostname or "", address.port or 80)
        self.where: Where = ""
        self.times = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def breaks(self, where: Where, times: int = 1) -> None:
        self.where, self.times = where, times

    def __enter__(self) -> BrokenWire:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # closing alone leaves a thread that waits in accept() one more
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, suppress(OSError, ValueError):
            head, body = _request(client)
            breaks = head.startswith(b"POST") and self.times > 0
            self.times -= breaks
            with socket.create_connection(self._target) as server:
                if breaks and self.where != "after":
                    server.sendall(head + body[: len(body) // 2] if self.where == "during" else b"")
                    _reset(client)
                    return
                server.sendall(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1) + body)
                answer = b"".join(iter(lambda: server.recv(65536), b""))
            if breaks:
                _reset(client)
                return
            client.sendall(answer)


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    """Head with its empty line, and the whole body."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = client.recv(65536)
        if not piece:
            raise ValueError("nothing was asked")
        head += piece
    head, _, body = head.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    while len(body) < int(lengths[0] if lengths else 0):
        body += client.recv(65536)
    return b"\r\n".join(lines) + b"\r\n\r\n", body


def _reset(client: socket.socket) -> None:
    """RST, not FIN."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
