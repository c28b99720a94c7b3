"""What every answer is made with: built once, handed to each group of addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from jinja2 import Environment
from sqlmodel import Session
from starlette.responses import HTMLResponse

from config.settings import Settings
from config.wording import Wording
from models.database import Database
from models.vault import Vault
from web.headers import DESK_POLICY
from web.moments import Moments
from web.readiness import Readiness
from web.speech import Speech, speeches
from web.templating import desk_environments, environment

if TYPE_CHECKING:
    from connector.oidc import OpenId


@dataclass(slots=True)
class WebhookCounts:
    """What came from Facebook since this process started. Refused ones leave no other trace."""

    received: int = 0  # signed
    duplicate: int = 0
    refused: int = 0
    failed: int = 0  # signed, and not stored: Facebook sends them again


@dataclass(frozen=True, slots=True)
class Wake:
    """Asks, in a session's transaction, for what is done after its commit. What is owed to a page or center asks by itself."""

    heed: Callable[[Session], None] = lambda session: None  # webhooks came
    round: Callable[[Session, str], None] = lambda session, school: None  # a person decided something


@dataclass(frozen=True, slots=True)
class Context:
    """`db` shows no school: a page asks its visit's (web.visit), or says of which school, or that it is of all.
    `clock` gives the time now, aware. `wake` tells whoever runs the jobs what there is to do. `vault` seals what
    the pages are told in secret. `openid` is the school's own sign-in, where it has one. `mails`: links reach each
    person by their own mail address. `readiness`: what this process needs besides a database.
    """

    db: Database
    settings: Settings
    wordings: Mapping[str, Wording]
    clock: Callable[[], datetime]
    wake: Wake = field(default_factory=Wake)
    hooks: WebhookCounts = field(default_factory=WebhookCounts)
    templates: Environment = field(default_factory=environment)
    vault: Vault = field(default_factory=lambda: Vault(""))
    openid: OpenId | None = None
    mails: bool = False
    readiness: Readiness = field(default_factory=Readiness)
    desk: Mapping[str, Environment] = field(default_factory=lambda: desk_environments(speeches()))

    @property
    def https(self) -> bool:
        return self.settings.public_url.startswith("https:")

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> HTMLResponse:
        """A template as an answer. Without a Cache-Control in `headers` it is not kept by anybody (web.headers)."""
        text = self.templates.get_template(template).render(**values)
        return HTMLResponse(text, status_code=status, headers=dict(headers or {}))

    def desk_page(
        self, template: str, speech: Speech, moments: Moments, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """A page for people who work here, in their language. It may run our own scripts, and nobody else's."""
        text = self.desk[speech.tag].get_template(template).render(speech=speech, moments=moments, **values)
        headers = {"Content-Security-Policy": DESK_POLICY, "Content-Language": speech.tag}
        return HTMLResponse(text, status_code=status, headers=headers)
