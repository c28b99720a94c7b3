"""How templates are filled: everything escaped, nothing missing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def environment() -> Environment:
    """A blank that nobody filled is an error, not an empty line."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The digest in the address lets browsers keep the sheet for long and still see a new one at once.
    made.globals["style"] = f"/static/site.css?v={sha256((STATIC / 'site.css').read_bytes()).hexdigest()[:10]}"
    return made
