"""The body of an answer, read whole or not at all: unpacked, within a cap, and certain to have reached its end."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import requests
from urllib3.exceptions import HTTPError

from connector.errors import OutsideError, Refused, TryLater
from connector.trip import Trip

_PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_UNWANTED = frozenset({"br", "zstd", "deflate", "compress", "x-compress"})


def read_whole(response: requests.Response, trip: Trip) -> bytes:
    """The decoded body. Refused if it is larger than the trip allows, TryLater if it ends early or its gzip is broken."""
    unpack, at_end = _unpacking(response.headers.get("Content-Encoding", ""), trip)
    found, begun = bytearray(), False
    try:
        for piece in response.raw.stream(_PIECE, decode_content=False):
            begun = True
            while piece:
                plain, piece = unpack(piece)
                found += plain
                if len(found) > trip.max_bytes:
                    raise trip.too_large()
    except zlib.error as error:
        raise trip.error(TryLater, "sends data whose packing is broken (gzip): it is tried again later") from error
    except (OutsideError, OSError, HTTPError, ValueError) as error:
        raise trip.failure(error) from None
    if begun and not at_end():
        raise trip.truncated()
    return bytes(found)


Unpack = Callable[[bytes], tuple[bytes, bytes]]


def _unpacking(encoding: str, trip: Trip) -> tuple[Unpack, Callable[[], bool]]:
    """How to take a piece apart (what it yields, what is left of it), and whether the packing has come to its end."""
    names = [name.strip().lower() for name in encoding.split(",")]
    packed = [name for name in names if name in ("gzip", "x-gzip")]
    if _UNWANTED.intersection(names) or len(packed) > 1:
        raise trip.error(Refused, "packs its data in a way nobody asked for: ask its keeper to offer it plain")
    if not packed:
        return (lambda piece: (piece, b"")), (lambda: True)
    members = _Members()
    return members.unpack, lambda: members.current.eof


class _Members:
    """Gzip data: one member after another, then perhaps padding. Never yields more than a piece at a time."""

    def __init__(self) -> None:
        self.current = zlib.decompressobj(_GZIP)

    def unpack(self, piece: bytes) -> tuple[bytes, bytes]:
        if self.current.eof:
            if not piece.startswith(b"\x1f"):
                return b"", b""
            self.current = zlib.decompressobj(_GZIP)
        plain = self.current.decompress(piece, _PIECE)
        return plain, self.current.unused_data if self.current.eof else self.current.unconsumed_tail
