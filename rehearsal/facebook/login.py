"""Facebook Login: what the dialog grants, and codes and tokens in exchange for one another."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from rehearsal.facebook.calls import Call
from rehearsal.facebook.problems import GraphProblem
from rehearsal.facebook.rendering import Json
from rehearsal.facebook.tokens import fault_of, right_secret
from rehearsal.facebook.towns import new_token
from rehearsal.facebook.world import KNOWN_SCOPES, SCOPES, App, Token, World

SHORT_LIFE = 2 * 3600
LONG_LIFE = 60 * 24 * 3600
CODE_LIFE = 600


def asked_scopes(scope: str, config_id: str) -> tuple[list[str], list[str]]:
    """The scopes a dialog address asks for, and those among them that do not exist. `config_id`: Login for Business."""
    if config_id and not scope:
        return list(SCOPES), []
    asked = [name for name in scope.replace(" ", ",").split(",") if name]
    return asked, [name for name in asked if name not in KNOWN_SCOPES]


def allow(
    world: World,
    app: App,
    person_id: str,
    *,
    asked: Sequence[str],
    ticked_scopes: Sequence[str],
    ticked_pages: Sequence[str],
    redirect_uri: str,
    state: str,
) -> str:
    """The person says yes: remembers what was ticked, and where the browser goes next, with a single-use code."""
    person = world.people[person_id]
    person.grants[app.id] = {name: "granted" if name in ticked_scopes else "declined" for name in asked}
    person.ticked[app.id] = [page for page in ticked_pages if page in person.tasks]
    code = "AQ" + secrets.token_urlsafe(24)
    world.codes[code] = {
        "app": app.id,
        "person": person_id,
        "redirect_uri": redirect_uri,
        "scopes": [name for name in asked if name in ticked_scopes],
        "until": world.now() + CODE_LIFE,
    }
    world.changed()
    return _back(redirect_uri, {"code": code, "state": state})


def deny(redirect_uri: str, state: str) -> str:
    refused = {
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
    }
    return _back(redirect_uri, refused | {"state": state})


def _back(redirect_uri: str, params: dict[str, str]) -> str:
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(params)}#_=_"


def access_token(world: World, call: Call) -> Json:
    """`/oauth/access_token` in its three forms: a code, a token for a longer one, or the app's own."""
    app = _app(world, call)
    grant = call.text("grant_type")
    if grant == "client_credentials":
        return {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
    if grant == "fb_exchange_token":
        return _exchanged(world, call, app)
    return _for_code(world, call, app)


def _app(world: World, call: Call) -> App:
    app = world.apps.get(call.text("client_id"))
    if app is None:
        raise GraphProblem(101, "Error validating application. Cannot get application info due to a system error.")
    if not right_secret(app, call.text("client_secret")):
        raise GraphProblem(1, "Error validating client secret.", status=400)
    return app


def _for_code(world: World, call: Call, app: App) -> Json:
    granted = world.codes.pop(call.text("code"), None)
    if granted is None or granted["app"] != app.id or granted["until"] < world.now():
        raise GraphProblem(100, "This authorization code has expired or been used.", subcode=36009)
    if granted["redirect_uri"] != call.text("redirect_uri"):
        message = (
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
            "in the OAuth dialog request"
        )
        raise GraphProblem(100, message, subcode=36008)
    made = new_token(
        world, "user-short", app.id, granted["person"], scopes=granted["scopes"], lifetime=SHORT_LIFE
    )  # fmt: skip
    world.changed()
    return _shown(world, made)


def _exchanged(world: World, call: Call, app: App) -> Json:
    short = world.tokens.get(call.text("fb_exchange_token"))
    problem = fault_of(world, short)
    if short is None or problem or short.app_id != app.id or not short.kind.startswith("user"):
        raise problem or GraphProblem(190, "Invalid OAuth access token.")
    made = new_token(world, "user-long", app.id, short.person_id, scopes=short.scopes, lifetime=LONG_LIFE)
    world.changed()
    return _shown(world, made)


def _shown(world: World, token: Token) -> Json:
    shown: Json = {"access_token": token.value, "token_type": "bearer"}
    if world.switches.expires_in:
        shown["expires_in"] = int(token.expires_at - world.now()) if token.expires_at else 0
    return shown
