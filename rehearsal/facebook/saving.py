"""Keeps the world in a JSON file, so that a rehearsal that is started again still has its posts."""

from __future__ import annotations

import base64
import json
import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rehearsal.facebook.world import App, Comment, Edit, Page, Person, Photo, Post, Switches, Token, World

NOUNS: dict[str, Any] = {
    "apps": App,
    "people": Person,
    "pages": Page,
    "tokens": Token,
    "posts": Post,
    "comments": Comment,
    "photos": Photo,
}


def keep_in(world: World, path: Path) -> None:
    """Reads what the file holds into the world, and from now on writes every change into it."""
    if path.exists():
        load(world, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    world.keeper = lambda changed: dump(changed, path)
    world.changed()


def dump(world: World, path: Path) -> None:
    """The whole file anew, then in one step in place of the old one."""
    kept: dict[str, Any] = {noun: [asdict(one) for one in getattr(world, noun).values()] for noun in NOUNS}
    for photo in kept["photos"]:
        photo["content"] = base64.b64encode(photo["content"]).decode()
    kept |= {"switches": asdict(world.switches), "counters": world.counters, "writes": world.writes}
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(beside, path)


def load(world: World, path: Path) -> None:
    """ValueError, one sentence, when the file is not one that `dump` wrote."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        for noun, make in NOUNS.items():
            things = [_made(make, values) for values in kept[noun]]
            getattr(world, noun).update({_key(thing): thing for thing in things})
        world.scheduled |= {post.id for post in world.posts.values() if post.scheduled_at}
        world.switches = Switches(**kept["switches"])
        world.counters, world.writes = Counter(kept["counters"]), Counter(kept["writes"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} holds no rehearsal; name another file, or remove this one to start anew.") from error


def _made(make: Any, values: dict[str, Any]) -> Any:
    if "edits" in values:
        values["edits"] = [Edit(**edit) for edit in values["edits"]]
    if make is Photo:
        values["content"] = base64.b64decode(values["content"])
    return make(**values)


def _key(thing: Any) -> str:
    if isinstance(thing, Token):
        return thing.value
    return thing.id.rpartition("_")[2] if isinstance(thing, Comment) else str(thing.id)
