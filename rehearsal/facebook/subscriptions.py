"""Who hears of changes: the app's callback and its verification, pages that installed the app."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import urllib3

from rehearsal.facebook import tokens
from rehearsal.facebook.calls import Asking, Call
from rehearsal.facebook.problems import GraphProblem, parameter
from rehearsal.facebook.rendering import Json
from rehearsal.facebook.world import App, Page, World

KNOWN_FIELDS = ("feed", "mention", "messages", "ratings")
VERIFY_SECONDS = 5.0


def subscribe_page(asking: Asking, page: Page) -> Json:
    """`POST /{page}/subscribed_apps`: from now on the app hears of the page's `subscribed_fields`."""
    asking.need_as_page(page.id, "MANAGE", "pages_manage_metadata")
    fields = _fields(asking.call, "subscribed_fields")
    page.subscribed[asking.token.app_id] = fields
    asking.world.writes["subscriptions"] += 1
    asking.world.changed()
    return {"success": True}


def unsubscribe_page(asking: Asking, page: Page) -> Json:
    asking.need_as_page(page.id, "MANAGE", "pages_manage_metadata")
    page.subscribed.pop(asking.token.app_id, None)
    asking.world.writes["subscriptions"] += 1
    asking.world.changed()
    return {"success": True}


def verify(world: World, call: Call) -> None:
    """Asks the callback whether it knows the verify token; GraphProblem 2200 when it does not answer the challenge."""
    with world.lock:
        if tokens.authenticate(world, call).kind != "app":
            return
    refusal = ask_callback(call.text("callback_url"), call.text("verify_token"))
    if refusal:
        message = f"(#2200) Callback verification failed with the following errors: {refusal}"
        raise GraphProblem(2200, message)


def ask_callback(url: str, verify_token: str) -> str:
    """The verification GET; "" when the challenge came back as the whole body, else what was wrong."""
    challenge = str(secrets.randbelow(2_000_000_000))
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    if not url.startswith(("http://", "https://")):
        return "The callback URL must be absolute"
    joiner = "&" if "?" in url else "?"
    try:
        with urllib3.PoolManager(retries=False, timeout=VERIFY_SECONDS) as pool:
            reply = pool.request("GET", f"{url}{joiner}{urlencode(asked)}", redirect=False)
    except urllib3.exceptions.HTTPError as error:
        return f"Connection failed ({type(error).__name__})"
    if reply.status != 200:
        return f"HTTP Status Code = {reply.status}"
    return "" if reply.data == challenge.encode() else "The challenge was not answered"


def of_app(asking: Asking, app_id: str) -> Json:
    """`/{app}/subscriptions`, with the app token: list, set (already verified), take away."""
    if asking.token.kind != "app" or asking.token.app_id != app_id:
        raise GraphProblem(15, "(#15) This method must be called with an app access_token.")
    app = asking.world.apps[app_id]
    if asking.call.method == "GET":
        return {"data": [_listed(app)] if app.callback_url else []}
    if asking.call.method == "DELETE":
        app.callback_url, app.callback_fields = "", []
    elif asking.call.text("object") != "page":
        raise parameter("Param object must be one of {page}")
    else:
        app.callback_url, app.verify_token = asking.call.text("callback_url"), asking.call.text("verify_token")
        app.callback_fields = _fields(asking.call, "fields")
        app.include_values = asking.call.truth("include_values", False)
    asking.world.changed()
    return {"success": True}


def _listed(app: App) -> Json:
    fields = [{"name": name, "version": "v26.0"} for name in app.callback_fields]
    return {"object": "page", "callback_url": app.callback_url, "active": True, "fields": fields}


def _fields(call: Call, name: str) -> list[str]:
    given = call.params.get(name)
    text = call.text(name)
    names = [str(one) for one in given] if isinstance(given, list) else text.strip("[]").replace('"', "").split(",")
    found = [one.strip() for one in names if one.strip()]
    unknown = [one for one in found if one not in KNOWN_FIELDS]
    if unknown or not found:
        raise parameter(f"Param {name} must be one of {{{', '.join(KNOWN_FIELDS)}}} - got {', '.join(unknown)!r}")
    return found
