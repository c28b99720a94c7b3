"""A small translation server that takes requests as strictly as LibreTranslate, DeepL and Google do, started for real.

It translates by marking: "¡Hola!" into English is "[en] ¡Hola!", unless `says` holds something better.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LIBRE = ("en", "es", "ar", "so", "zh-Hans", "zh-Hant", "pt", "pt-BR", "vi")
DEEPL_SOURCES = ("AR", "DE", "EN", "ES", "FR", "PT", "RU", "UK", "VI", "ZH", "NB")
DEEPL_TARGETS = (
    "AR",
    "DE",
    "EN-US",
    "EN-GB",
    "ES",
    "FR",
    "PT-BR",
    "PT-PT",
    "RU",
    "UK",
    "VI",
    "ZH-HANS",
    "ZH-HANT",
    "NB",
)
GOOGLE = ("en", "es", "ar", "so", "zh-CN", "zh-TW", "pt", "pt-PT", "tl", "fa", "fa-AF", "hmn", "vi")


class NotTaken(Exception):
    """What the real one would refuse: status and its body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class PretendTranslators:
    """`asked` holds what came in: (path, headers in small letters, body). `fault`: what every question gets instead.

    A fault is (status, body); body None: the connection is taken and nothing is ever answered.
    """

    key: str = "k3y:fx"
    keyless: bool = False  # LibreTranslate on a school's own server asks for none
    says: dict[tuple[str, str], str] = field(default_factory=dict)  # (text, target) -> translation
    detects: str = "es"
    fault: tuple[int, bytes | None] | None = None
    libre_codes: tuple[str, ...] = LIBRE
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None  # called while whoever asks waits
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> PretendTranslators:
        handler = type("Handler", (_Handler,), {"here": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def allow_hosts(self) -> str:
        return f"127.0.0.1:{self.port}"

    def reset(self) -> None:
        self.fault, self.keyless, self.detects, self.libre_codes = None, False, "es", LIBRE
        self.meanwhile = lambda: None
        self.asked.clear()
        self.says.clear()

    def wait(self) -> None:
        """As a server does that is too busy to answer."""
        self._over.wait(30)

    def made(self, text: str, target: str) -> str:
        return self.says.get((text, target), f"[{target}] {text}")

    def answer(self, method: str, path: str, headers: dict[str, str], body: Any) -> Any:
        where = urlsplit(path)
        match method, where.path:
            case "GET", "/languages":
                return [{"code": one, "name": one, "targets": list(self.libre_codes)} for one in self.libre_codes]
            case "POST", "/translate":
                return self._libre(body)
            case "POST", "/v2/translate":
                return self._deepl(where.query, headers, body)
            case "POST", "/language/translate/v2":
                return self._google(dict(parse_qsl(where.query)), body)
        raise NotTaken(404, {"error": "Not found"})

    def _libre(self, body: Any) -> Any:
        _only_fields(body, {"q", "source", "target", "format", "api_key"}, {"q", "source", "target"})
        if not self.keyless and body.get("api_key") != self.key:
            raise NotTaken(403, {"error": "Invalid API key"})
        _must(isinstance(body["q"], str) and body["format"] == "text", {"error": "Invalid request"})
        for name in (body["source"], body["target"]):
            _must(name in (*self.libre_codes, "auto"), {"error": f"{name} is not supported"})
        found = {"detectedLanguage": {"confidence": 92, "language": self.detects}} if body["source"] == "auto" else {}
        return {"translatedText": self.made(body["q"], body["target"]), **found}

    def _deepl(self, query: str, headers: dict[str, str], body: Any) -> Any:
        _must("auth_key" not in query, {"message": "Use header-based authentication"}, 403)
        if headers.get("authorization") != f"DeepL-Auth-Key {self.key}":
            raise NotTaken(403, b"")
        _only_fields(body, {"text", "target_lang", "source_lang"}, {"text", "target_lang"})
        _must(isinstance(body["text"], list), {"message": "Bad request. Reason: 'text' must be a list."})
        _must(body["target_lang"] in DEEPL_TARGETS, {"message": "Value for 'target_lang' not supported."})
        source = body.get("source_lang", self.detects.upper())
        _must(source in DEEPL_SOURCES, {"message": "Value for 'source_lang' not supported."})
        target = body["target_lang"]
        return {
            "translations": [
                {"detected_source_language": source, "text": self.made(one, target)} for one in body["text"]
            ]
        }

    def _google(self, query: dict[str, str], body: Any) -> Any:
        if query.get("key") != self.key:
            raise NotTaken(400, _google_wrong(400, "API key not valid. Please pass a valid API key."))
        _only_fields(body, {"q", "target", "source", "format"}, {"q", "target"})
        _must(isinstance(body["q"], list) and body.get("format") == "text", _google_wrong(400, "Bad Request"))
        for name in (body["target"], body.get("source", body["target"])):
            _must(name in GOOGLE, _google_wrong(400, "Invalid Value"))
        found = {} if "source" in body else {"detectedSourceLanguage": self.detects}
        made = [{"translatedText": self.made(one, body["target"]), **found} for one in body["q"]]
        return {"data": {"translations": made}}


def _must(held: bool, otherwise: Any, status: int = 400) -> None:
    if not held:
        raise NotTaken(status, otherwise)


def _only_fields(body: Any, known: set[str], needed: set[str]) -> None:
    given = set(body) if isinstance(body, dict) else set()
    _must(needed <= given <= known, {"error": f"Invalid request: {sorted(given ^ known)}"})


def _google_wrong(code: int, message: str) -> Any:
    return {"error": {"code": code, "message": message, "errors": [{"message": message, "reason": "invalid"}]}}


class _Handler(BaseHTTPRequestHandler):
    here: PretendTranslators
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if method == "POST" and headers.get("content-type") != "application/json":
            return self._send(415, {"error": "Unsupported media type"})
        body = json.loads(raw) if raw else None
        self.here.asked.append((self.path, headers, body))
        self.here.meanwhile()
        if self.here.fault is not None:
            status, said = self.here.fault
            return self.here.wait() if said is None else self._send(status, said)
        try:
            return self._send(200, self.here.answer(method, self.path, headers, body))
        except NotTaken as wrong:
            return self._send(wrong.status, wrong.body)

    def _send(self, status: int, said: Any) -> None:
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Quiet."""
