"""One call to the Graph and its answer, and what a call knows while it is being answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.facebook.problems import GraphProblem, parameter, permissions_error, scope_missing
from rehearsal.facebook.world import Fault, Page, Token, World

SECRET_PARAMETERS = (
    "access_token", "appsecret_proof", "client_secret", "fb_exchange_token", "input_token", "code", "batch",
    "verify_token", "relative_url",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Call:
    """`path` without the leading slash; `params` from query and body, the body winning; `base` like `http://host:port`."""

    method: str
    path: str
    params: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)
    base: str = "https://graph.facebook.com"

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name)
        return default if value is None else str(value)

    def truth(self, name: str, default: bool) -> bool:
        value = self.params.get(name)
        if value is None or value == "":
            return default
        if str(value).lower() not in ("true", "false", "1", "0"):
            raise parameter(f"Param {name} must be a boolean")
        return str(value).lower() in ("true", "1")

    def structure(self, name: str) -> Any:
        """A list or object, as JSON text in forms or as it is in JSON bodies; None when it was not given."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise parameter(f"Param {name} must be valid JSON") from None


@dataclass(slots=True)
class Answer:
    """`cut`: close the connection instead of answering. `delay`: seconds to wait first."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=UTF-8"
    raw: bytes | None = None
    cut: bool = False
    delay: float = 0.0

    def content(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return json.dumps(self.body, separators=(",", ":")).encode()


@dataclass(slots=True)
class Asking:
    """One authenticated call. `faults` are those that bend reads or writes while they are made."""

    world: World
    call: Call
    token: Token
    version: str
    faults: list[Fault] = field(default_factory=list)

    @property
    def root(self) -> str:
        return f"{self.call.base}/{self.version}"

    def lag(self) -> float:
        return next((float(fault.details.get("seconds", 60)) for fault in self.faults if fault.kind == "lag"), 0.0)

    def page_token(self, page_id: str) -> bool:
        return self.token.kind == "page" and self.token.page_id == page_id

    def sees(self, page_id: str) -> bool:
        """Whether this token may look at anything of the page: its own token, or a person's who has a role there."""
        person = self.world.people.get(self.token.person_id)
        return self.page_token(page_id) or (
            self.token.kind.startswith("user") and bool(person and page_id in person.tasks)
        )

    def need_scope(self, *scopes: str) -> None:
        for scope in scopes:
            if scope not in self.token.scopes:
                raise scope_missing(scope)

    def need_page(self, page: Page) -> None:
        if not self.sees(page.id):
            raise scope_missing("pages_read_engagement")

    def need_as_page(self, page_id: str, task: str, *scopes: str, refusal: GraphProblem | None = None) -> None:
        """A write as the page: its own token, the task and the scopes; else code 200."""
        has_scopes = all(scope in self.token.scopes for scope in scopes)
        if not self.page_token(page_id) or task not in self.token.tasks or not has_scopes:
            raise refusal or permissions_error()


def redacted(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters for the log: never a token, a secret or a code."""
    return {name: "…" if name in SECRET_PARAMETERS else value for name, value in params.items()}
