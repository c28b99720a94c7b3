"""`/_rehearsal/…`: JSON for tests and the demo to set the stage, play the families, and see what happened."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from rehearsal.facebook import faults, happenings, hooks, playing, staging, state, towns
from rehearsal.facebook.problems import GraphProblem
from rehearsal.facebook.wishes import Json, Mistake, Wish, known_token
from rehearsal.facebook.world import World

APP_SETTINGS = ("callback_url", "callback_fields", "verify_token", "include_values", "roles", "deauthorize_url",
                "deletion_url")  # fmt: skip


def router(world: World, sender: hooks.HookSender) -> APIRouter:
    routes = APIRouter(prefix="/_rehearsal")
    _watching(routes, world)
    routes.include_router(staging.router(world, sender))
    _breaking(routes, world)
    _revoking(routes, world)
    routes.include_router(playing.router(world))
    _calling_back(routes, world, sender)
    return routes


def mistaken(request: Request, error: Exception) -> Response:
    """The answer to a Mistake, also to a time that cannot be read."""
    message = error.message if isinstance(error, GraphProblem) else str(error)
    return JSONResponse({"error": message}, status_code=400)


def _watching(routes: APIRouter, world: World) -> None:
    @routes.get("/state")
    def state_of_everything() -> Json:
        with world.lock:
            happenings.publish_due(world)
            return state.of_world(world)

    @routes.get("/calls")
    def calls() -> list[Json]:
        with world.lock:
            return list(world.calls)

    @routes.get("/webhooks")
    def webhooks() -> list[Json]:
        with world.lock:
            return list(world.hook_log)

    @routes.get("/photos/{photo_id}")
    def photo(photo_id: str) -> Response:
        found = world.photos.get(photo_id)
        if found is None or not found.content:
            return Response(status_code=404)
        return Response(found.content, media_type=found.content_type)


def _breaking(routes: APIRouter, world: World) -> None:
    @routes.get("/faults")
    def standing_faults() -> list[Json]:
        with world.lock:
            return [asdict(fault) for fault in world.faults]

    @routes.post("/faults")
    def add_fault(wish: Wish) -> Json:
        with world.lock:
            try:
                return asdict(faults.add(world, wish))
            except (ValueError, TypeError, AttributeError) as error:
                raise Mistake(str(error)) from error

    @routes.delete("/faults")
    def take_faults_away() -> Json:
        with world.lock:
            world.faults.clear()
            for page in world.pages.values():
                page.calls, page.throttled_until = [], 0.0
        return {"done": True}


def _revoking(routes: APIRouter, world: World) -> None:
    @routes.post("/tokens/{token}/revoke")
    def revoke(token: str, wish: Wish) -> Json:
        """`subcode` says why; with `all` every token of that person for the app dies, as after a new password."""
        with world.lock:
            found = known_token(world, token)
            dying = (
                [one for one in world.tokens.values() if one.person_id == found.person_id] if wish.get("all") else []
            )
            for one in [found, *dying]:
                one.revoked = int(wish.get("subcode") or 0)
            world.changed()
        return {"done": True}

    @routes.post("/tokens/{token}/restore")
    def restore(token: str) -> Json:
        with world.lock:
            found = known_token(world, token)
            found.revoked, found.expires_at = None, 0.0
            world.changed()
        return {"done": True}


def _calling_back(routes: APIRouter, world: World, sender: hooks.HookSender) -> None:
    @routes.post("/apps/{app_id}")
    def change_app(app_id: str, wish: Wish) -> Json:
        """Sets what the dashboard would; no verification call is made."""
        with world.lock:
            app = world.apps.get(app_id)
            if app is None or set(wish) - set(APP_SETTINGS):
                raise Mistake(f"Known are the apps {', '.join(world.apps)} with {', '.join(APP_SETTINGS)}.")
            for name, value in wish.items():
                setattr(app, name, value)
            if wish.get("callback_url") and not app.callback_fields:
                app.callback_fields = ["feed"]
            world.changed()
            return {name: getattr(app, name) for name in APP_SETTINGS}

    @routes.post("/webhooks/settle")
    def settle(wish: Wish) -> Json:
        return {"settled": sender.settle(float(wish.get("seconds", 10)))}

    @routes.post("/signed-request")
    def signed_request(wish: Wish) -> Json:
        kind = str(wish.get("kind", "deauthorize"))
        app = world.apps.get(str(wish.get("app", towns.APP_ID)))
        if app is None or kind not in ("deauthorize", "deletion"):
            raise Mistake("A signed request needs a known app, and kind deauthorize or deletion.")
        url = str(wish.get("url") or (app.deauthorize_url if kind == "deauthorize" else app.deletion_url))
        user = str(wish.get("user_id", towns.ADMIN_ID))
        if not url:
            raise Mistake("Give a url, or set deauthorize_url and deletion_url with POST /_rehearsal/apps/{id}.")
        return hooks.send_signed_request(world, app, kind, user, url)
