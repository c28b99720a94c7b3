"""That a form came from our own page: a word that only the page of this very browser knows."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from markupsafe import Markup
from starlette.requests import Request

FIELD, HEADER = "csrf", "x-csrf"


class Forged(Exception):
    """The request did not come from one of our pages as this browser got it."""


def proof_of(token: str) -> str:
    """The word for a browser that holds this token: nobody finds the token by it."""
    return hmac.digest(token.encode(), b"forms", sha256).hex()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def must_be_ours(request: Request, token: str, given: str) -> None:
    """Raises Forged. `given` is the form's word; pieces that a script sends have it in a header."""
    word = given or request.headers.get(HEADER, "")
    if not token or not hmac.compare_digest(word.encode(), proof_of(token).encode()):
        raise Forged
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise Forged
    origin = request.headers.get("origin")
    if site is None and origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        raise Forged


def form_keys(proof: str) -> Markup:
    """What every form carries unseen: that it is ours, and a key by which it acts once."""
    fields = Markup('<input type="hidden" name="{}" value="{}"><input type="hidden" name="once" value="{}">')
    return fields.format(FIELD, proof, secrets.token_urlsafe(16))
