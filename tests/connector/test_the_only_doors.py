"""Connections are opened in a few listed files only: a new call site would forget what the others have learned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = [
    "calendars",
    "commands",
    "config",
    "connector",
    "inbox",
    "mirroring",
    "models",
    "outbox",
    "schedulers",
    "upkeep",
    "web",
]
OPENERS = {
    "requests", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request", "socket", "ssl", "smtplib", "ftplib", "poplib",
    "imaplib", "telnetlib", "xmlrpc", "asyncio.streams", "facebook", "apprise", "authlib",
}  # fmt: skip

# file -> what it may use, and what for
DOORS: dict[str, set[str]] = {
    "connector/addresses.py": {"socket"},  # inet_aton: how a resolver reads 127.1; opens nothing
    "connector/bodies.py": {"requests", "urllib3"},  # reads an answer
    "connector/fetch.py": {"requests"},  # the one fetch function
    "connector/gate.py": {"socket"},  # vets, then connects
    "connector/transport.py": {"requests", "urllib3", "http.client", "socket", "ssl"},  # carries
    "connector/trip.py": {"requests"},  # names errors
    "connector/graph/door.py": {"facebook"},  # the SDK, over our own wire
    "connector/graph/wire.py": {"requests", "urllib3", "http.client", "socket"},  # Facebook's address only
    "connector/oidc.py": {"requests", "authlib"},  # a school's own sign-in, over our own fetcher
    "connector/notices.py": {"apprise"},  # the operator's own mail server and the like
    "connector/channels.py": {"apprise"},  # reads a person's own address; opens nothing
    "commands/serving.py": {"socket"},  # listens
    "commands/serve.py": {"socket"},  # listens
}


def test_nothing_else_in_the_house_can_open_a_connection() -> None:
    found = {name: used for name in files() if (used := openers((HOUSE / name).read_text()))}
    assert {name: used - DOORS.get(name, set()) for name, used in found.items() if used - DOORS.get(name, set())} == {}


def test_the_list_of_doors_names_none_that_is_not_one() -> None:
    standing = {name: allowed for name, allowed in DOORS.items() if (HOUSE / name).exists()}
    assert {name: allowed - openers((HOUSE / name).read_text()) for name, allowed in standing.items()} == {
        name: set() for name in standing
    }


def test_the_rehearsal_is_no_way_out_for_the_house() -> None:
    for name in files():
        used = {name for name in imported(ast.parse((HOUSE / name).read_text())) if name.split(".")[0] == "rehearsal"}
        assert not used or name.startswith("commands/"), name


def test_the_check_sees_every_way_of_writing_it() -> None:
    ways = [
        "import requests", "import requests as r", "from requests import get", "import urllib.request", 
        "from urllib import request",
        "import http.client as c", "from http import client", "from urllib3.util import retry", "import socket, os",
        "from socket import create_connection", "def f():\n    import httpx", "__import__('requests')",
        "import importlib\nimportlib.import_module('urllib.request')", "import asyncio\nasyncio.open_connection('h', 1)",
        "from asyncio import open_connection", "from urllib.request import urlopen",
    ]  # fmt: skip
    assert [way for way in ways if not openers(way)] == []
    assert (
        openers("from urllib.parse import urlsplit\nimport http\nfrom http import HTTPStatus\nimport asyncio") == set()
    )


def files() -> list[str]:
    found = [path for room in ROOMS for path in (HOUSE / room).rglob("*.py")]
    return sorted(str(path.relative_to(HOUSE)) for path in [*found, HOUSE / "run.py"])


def openers(source: str) -> set[str]:
    tree = ast.parse(source)
    names = [*imported(tree), *called(tree)]
    return {opener for opener in OPENERS for name in names if name == opener or name.startswith(f"{opener}.")}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            if node.module == "asyncio" and {alias.name for alias in node.names} & CONNECTS:
                yield "asyncio.streams"


CONNECTS = {"open_connection", "open_unix_connection", "create_connection", "create_datagram_endpoint", "sock_connect"}


def called(tree: ast.AST) -> Iterator[str]:
    """Modules named in a string where they are imported by a call, and asyncio's own ways out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CONNECTS and ast.unparse(node.value) != "socket":
            yield "asyncio.streams"
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("__import__", "import_module")):
            yield from (one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
