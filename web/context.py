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


@dataclass(frozen=True, slots=True)
class Context:
    """`clock` gives the time now, aware."""

    db: Database
    settings: Settings
    wordings: Mapping[str, Wording]
    clock: Callable[[], datetime]
    templates: Environment = field(default_factory=environment)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> HTMLResponse:
        """A template as an answer. Without a Cache-Control in `headers` it is not kept by anybody (web.headers)."""
        text = self.templates.get_template(template).render(**values)
        return HTMLResponse(text, status_code=status, headers=dict(headers or {}))
