"""What a control call may ask for, and how it is told that it cannot be granted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body

from rehearsal.facebook.world import Token, World

Json = dict[str, Any]
Wish = Annotated[Json, Body(default_factory=dict)]


class Mistake(Exception):
    """A wish that cannot be granted; one sentence with the mend."""


def needed(wish: Json, name: str) -> str:
    if not wish.get(name):
        raise Mistake(f"Please give {name}.")
    return str(wish[name])


def known_token(world: World, token: str) -> Token:
    found = world.tokens.get(token)
    if found is None:
        raise Mistake("There is no such token; make one with POST /_rehearsal/tokens.")
    return found
