"""Whose token it is and whether it lives: access tokens, app secret proofs, `debug_token`."""

from __future__ import annotations

import hashlib
import hmac

from rehearsal.facebook.calls import Call
from rehearsal.facebook.problems import GraphProblem, dead_token
from rehearsal.facebook.rendering import Json
from rehearsal.facebook.world import App, Token, World

DATA_ACCESS_SECONDS = 90 * 24 * 3600


def authenticate(world: World, call: Call) -> Token:
    """The living token of a call, its proof checked; GraphProblem 104, 190 or 100 otherwise."""
    value = call.text("access_token")
    if not value:
        raise GraphProblem(104, "An access token is required to request this resource.")
    token = _app_token(world, value) or world.tokens.get(value)
    problem = fault_of(world, token)
    if token is None or problem:
        raise problem or dead_token(None, "", expired_at=0, now=0)
    check_proof(world, call, token)
    return token


def fault_of(world: World, token: Token | None) -> GraphProblem | None:
    """Why a token is dead, or None. It dies with the token it was made from."""
    if token is None:
        return dead_token(None, "", expired_at=0, now=world.now())
    now = world.now()
    if token.revoked is not None:
        expired_at = token.expires_at or now
        return dead_token(token.revoked or None, token.app_id, expired_at=expired_at, now=now)
    if token.expires_at and token.expires_at <= now:
        return dead_token(463, token.app_id, expired_at=token.expires_at, now=now)
    parent = world.tokens.get(token.parent)
    if parent is not None and (parent.revoked is not None or parent.kind == "user-short"):
        return fault_of(world, parent)
    return None


def check_proof(world: World, call: Call, token: Token) -> None:
    given, app = call.text("appsecret_proof"), world.apps.get(token.app_id)
    if not given and not world.switches.require_proof:
        return
    if not given:
        message = "API calls from the server require an appsecret_proof argument"
        raise GraphProblem(100, message, kind="GraphMethodException")
    if app is None or not hmac.compare_digest(given.encode(), proof(app.secret, token.value).encode()):
        message = "Invalid appsecret_proof provided in the API argument"
        raise GraphProblem(100, message, kind="GraphMethodException")


def proof(secret: str, token: str) -> str:
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def debug(world: World, call: Call, asker: Token) -> Json:
    """`GET /debug_token`: a dead token is told inside `data`, with HTTP 200."""
    if asker.kind == "page" and asker.value != call.text("input_token"):
        raise GraphProblem(100, "(#100) You must provide an app access token, or a user access token that is an owner")
    value = call.text("input_token")
    token = _app_token(world, value) or world.tokens.get(value)
    problem = fault_of(world, token)
    if token is None or token.app_id != asker.app_id:
        problem = problem or GraphProblem(100, "(#100) The App_id in the input_token did not match the Viewing App")
        return {"data": {"error": _inner(problem), "is_valid": False, "scopes": []}}
    if problem:
        return {"data": _described(world, token) | {"error": _inner(problem), "is_valid": False, "scopes": []}}
    return {"data": _described(world, token) | {"is_valid": True, "scopes": list(token.scopes)}}


def _described(world: World, token: Token) -> Json:
    app = world.apps[token.app_id]
    kind = {"page": "PAGE", "app": "APP"}.get(token.kind, "USER")
    shown: Json = {"app_id": app.id, "type": kind, "application": app.name, "expires_at": int(token.expires_at)}
    if token.kind == "app":
        return shown
    person = world.people.get(token.person_id)
    targets = [token.page_id] if token.page_id else (person.ticked.get(app.id, []) if person else [])
    shown |= {
        "data_access_expires_at": int(token.issued_at + DATA_ACCESS_SECONDS),
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in token.scopes],
        "user_id": token.person_id,
    }
    if token.kind != "user-short":
        shown["issued_at"] = int(token.issued_at)
    if token.page_id:
        other = world.is_unlike("profile-as-owner")
        shown["profile_id"] = world.pages[token.page_id].profile if other else token.page_id
    return shown


def _inner(problem: GraphProblem) -> Json:
    shown: Json = {"code": problem.code, "message": problem.message}
    return shown | ({"subcode": problem.subcode} if problem.subcode else {})


def _app_token(world: World, value: str) -> Token | None:
    app_id, _, secret = value.partition("|")
    app = world.apps.get(app_id)
    return Token(value, "app", app_id) if app and right_secret(app, secret) else None


def right_secret(app: App, secret: str) -> bool:
    return hmac.compare_digest(app.secret.encode(), secret.encode())
