"""The world a rehearsal starts with, and how more pages and tokens come into it."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from rehearsal.facebook.world import SCOPES, TASKS, App, Page, Person, Switches, Token, TokenKind, World

APP_ID = "4242"
APP_SECRET = "rehearsal-app-secret"
VERIFY_TOKEN = "rehearsal-verify"
PAGE_ID = "10001"
PAGE_TOKEN = "PAGE-10001-REHEARSAL"
USER_TOKEN = "USER-7-REHEARSAL"
ADMIN_ID = "7"


def furnish(world: World) -> World:
    """Puts the app, the page "Maple Street PTA", its admin and both tokens into an empty world."""
    world.apps[APP_ID] = App(APP_ID, "PTA Bridge (rehearsal)", APP_SECRET, VERIFY_TOKEN, roles=[ADMIN_ID])
    world.people[ADMIN_ID] = Person(ADMIN_ID, "Riley Admin", grants={APP_ID: dict.fromkeys(SCOPES, "granted")})
    world.tokens[USER_TOKEN] = Token(
        USER_TOKEN, "user-long", APP_ID, ADMIN_ID, scopes=list(SCOPES), issued_at=world.now()
    )
    add_page(world, PAGE_ID, "Maple Street PTA", token=PAGE_TOKEN)
    return world


def reset(world: World, *, only_posts: bool = False) -> None:
    """Back to the start; `only_posts` keeps apps, people, pages and tokens."""
    content: list[dict[str, Any]] = [world.posts, world.comments, world.photos, world.codes]
    logs: list[Any] = [
        world.messages,
        world.overwrites,
        world.faults,
        world.calls,
        world.hook_log,
        world.writes,
        world.scheduled,
    ]
    for remembered in [*content, *logs]:
        remembered.clear()
    world.app_calls = 0
    for page in world.pages.values():
        page.calls, page.throttled_until = [], 0.0
    if not only_posts:
        actors: list[dict[str, Any]] = [world.apps, world.people, world.pages, world.tokens]
        for acting in actors:
            acting.clear()
        world.counters = Counter()
        world.switches = Switches()
        furnish(world)
    world.changed()


def add_page(
    world: World,
    page_id: str,
    name: str,
    *,
    token: str = "",
    scopes: Sequence[str] = SCOPES,
    tasks: Sequence[str] = TASKS,
    person_id: str = ADMIN_ID,
    app_id: str = APP_ID,
) -> tuple[Page, Token]:
    """A page with its admin and a page token that does not expire by date."""
    page = world.pages.get(page_id) or Page(page_id, name, profile="6155" + page_id.rjust(10, "0"))
    page.name = name
    world.pages[page_id] = page
    admin = world.people.setdefault(person_id, Person(person_id, f"Person {person_id}"))
    admin.tasks[page_id] = list(tasks)
    admin.ticked.setdefault(app_id, []).append(page_id)
    made = new_token(world, "page", app_id, person_id, value=token, page_id=page_id, scopes=scopes, tasks=tasks)
    world.changed()
    return page, made


def new_token(
    world: World,
    kind: TokenKind,
    app_id: str,
    person_id: str,
    *,
    value: str = "",
    page_id: str = "",
    scopes: Sequence[str] = SCOPES,
    tasks: Sequence[str] = (),
    lifetime: float = 0.0,
    parent: str = "",
    fresh: Callable[[int], str] = secrets.token_hex,
) -> Token:
    """A token of a kind; `lifetime` in seconds, 0 = for ever."""
    value = value or f"EAAR{kind[0].upper()}{fresh(20)}"
    now = world.now()
    made = Token(value, kind, app_id, person_id, page_id, list(scopes), list(tasks), now, parent=parent)
    made.expires_at = now + lifetime if lifetime else 0.0
    world.tokens[value] = made
    return made
