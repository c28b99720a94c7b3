"""Control calls that set the stage: start anew, pages, people, tokens, switches."""

from __future__ import annotations

from dataclasses import asdict, fields

from fastapi import APIRouter

from rehearsal.facebook import state, towns
from rehearsal.facebook.hooks import HookSender
from rehearsal.facebook.wishes import Json, Mistake, Wish, known_token, needed
from rehearsal.facebook.world import UNLIKE, Switches, Token, World

TOKEN_KINDS = ("user-short", "user-long", "page")
CHOICES = {"foreign_comment_edit": ("refuse", "overwrite"), "accounts": ("full", "empty", "no-token")}


def router(world: World, sender: HookSender) -> APIRouter:
    routes = APIRouter()
    _stage(routes, world, sender)
    _tokens_and_switches(routes, world)
    return routes


def _stage(routes: APIRouter, world: World, sender: HookSender) -> None:
    @routes.post("/reset")
    def reset(wish: Wish) -> Json:
        with world.lock:
            towns.reset(world, only_posts=bool(wish.get("only_posts")))
        sender.forget()
        return {"done": True}

    @routes.post("/pages")
    def add_page(wish: Wish) -> Json:
        with world.lock:
            return _page(world, wish)

    @routes.post("/people")
    def add_person(wish: Wish) -> Json:
        with world.lock:
            person = world.person_named(needed(wish, "name"))
            person.private = bool(wish.get("private", person.private))
            person.tasks |= dict(wish.get("tasks") or {})
            for app in world.apps.values():
                app.roles += [person.id] if wish.get("role") and person.id not in app.roles else []
            return asdict(person)


def _tokens_and_switches(routes: APIRouter, world: World) -> None:
    @routes.post("/tokens")
    def add_token(wish: Wish) -> Json:
        with world.lock:
            return asdict(_token(world, wish))

    @routes.post("/tokens/{token}")
    def change_token(token: str, wish: Wish) -> Json:
        with world.lock:
            found = known_token(world, token)
            found.scopes = list(wish.get("scopes", found.scopes))
            found.tasks = list(wish.get("tasks", found.tasks))
            if "expires_in" in wish:
                found.expires_at = world.now() + float(wish["expires_in"])
            return asdict(found)

    @routes.post("/switches")
    def switch(wish: Wish) -> Json:
        with world.lock:
            _check_switches(world, wish)
            for name, value in wish.items():
                setattr(world.switches, name, value)
            world.changed()
            return asdict(world.switches)


def _check_switches(world: World, wish: Json) -> None:
    """Unknown names and values of another kind are refused before any is changed."""
    known = [one.name for one in fields(Switches)]
    for name, value in wish.items():
        if name not in known:
            raise Mistake(f"No switch is called {name}; there are: {', '.join(known)}.")
        kind = type(getattr(world.switches, name))
        fits = isinstance(value, (int, float) if kind is float else kind) and isinstance(value, bool) == (kind is bool)
        if not fits or value not in CHOICES.get(name, (value,)):
            meant = " or ".join(CHOICES.get(name, (f"of kind {kind.__name__}",)))
            raise Mistake(f"The switch {name} is {meant}, not {value!r}.")
    if not set(wish.get("unlike", ())) <= set(UNLIKE):
        raise Mistake(f"The switch unlike holds some of {', '.join(UNLIKE)}.")


def _page(world: World, wish: Json) -> Json:
    page, token = towns.add_page(
        world, needed(wish, "id"), str(wish.get("name") or f"Page {wish['id']}"),
        token=str(wish.get("token") or ""),
        scopes=wish.get("scopes", towns.SCOPES), tasks=wish.get("tasks", towns.TASKS),
    )  # fmt: skip
    page.access = "advanced" if wish.get("access") == "advanced" else "standard"
    page.published = bool(wish.get("published", page.published))
    page.engaged = int(wish.get("engaged", page.engaged))
    return state.of_page(world, page) | {"token": token.value}


def _token(world: World, wish: Json) -> Token:
    kind = str(wish.get("kind", "page"))
    if kind not in TOKEN_KINDS:
        raise Mistake(f"A token is of kind {', '.join(TOKEN_KINDS)}, not {kind}.")
    return towns.new_token(
        world, kind, str(wish.get("app", towns.APP_ID)), str(wish.get("person", towns.ADMIN_ID)),  # type: ignore[arg-type]
        value=str(wish.get("token") or ""), page_id=str(wish.get("page") or ""),
        scopes=wish.get("scopes", towns.SCOPES), tasks=wish.get("tasks", towns.TASKS if kind == "page" else ()),
        lifetime=float(wish.get("expires_in", 0)),
    )  # fmt: skip
