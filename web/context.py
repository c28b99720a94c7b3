"""What every answer is made with: built once, handed to each group of addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jinja2 import Environment
from starlette.responses import HTMLResponse

from config.settings import Settings
from config.wording import Wording
from models.database import Database
from web.templating import environment


@dataclass(slots=True)
class WebhookCounts:
    """What came from Facebook since this process started. Refused ones leave no other trace."""

    received: int = 0  # signed
    duplicate: int = 0
    refused: int = 0
    failed: int = 0  # signed, and not stored: Facebook sends them again


@dataclass(frozen=True, slots=True)
class Context:
    """`clock` gives the time now, aware. `wake`, called from any thread, tells whoever reads that a webhook came."""

    db: Database
    settings: Settings
    wordings: Mapping[str, Wording]
    clock: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None
    hooks: WebhookCounts = field(default_factory=WebhookCounts)
    templates: Environment = field(default_factory=environment)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> HTMLResponse:
        """A template as an answer. Without a Cache-Control in `headers` it is not kept by anybody (web.headers)."""
        text = self.templates.get_template(template).render(**values)
        return HTMLResponse(text, status_code=status, headers=dict(headers or {}))
