"""Reads a request's body, and no more of it than allowed."""

from __future__ import annotations

from fastapi import Request


class TooLarge(Exception):
    """There is more than allowed; the rest was not read."""


async def read_body(request: Request, largest: int) -> bytes:
    """The body's bytes. TooLarge before a byte is read where the length is told."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > largest:
        raise TooLarge
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            raise TooLarge
    return bytes(body)
