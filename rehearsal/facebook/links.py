"""Ids, times and permalinks as Facebook writes them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import lru_cache

from rehearsal.facebook.problems import parameter
from rehearsal.facebook.world import Comment, Page, Post, World

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def written(at: float) -> str:
    """`2026-11-23T18:31:28+0000`: no colon in the offset."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def moment(text: object, name: str) -> float:
    """A time parameter: UNIX seconds or ISO 8601. GraphProblem 100 for anything else."""
    given = str(text).strip()
    if given.isdecimal():
        return float(given)
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise parameter(f"Param {name} must be a UNIX time or an ISO 8601 date") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


@lru_cache(maxsize=100_000)
def pfbid(object_id: str) -> str:
    number = int.from_bytes(hashlib.sha256(object_id.encode()).digest(), "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits += BASE58[digit]
    return "pfbid0" + digits


def post_link(world: World, post: Post) -> str:
    profile = world.pages[post.page_id].profile
    return f"{world.www}/permalink.php?story_fbid={pfbid(post.id)}&id={profile}"


def comment_link(world: World, comment: Comment) -> str:
    profile = world.pages[comment.page_id].profile
    number = comment.id.rpartition("_")[2]
    return f"{world.www}/{profile}/posts/{pfbid(comment.post_id)}?comment_id={number}"


def page_link(world: World, page: Page) -> str:
    return f"{world.www}/{page.profile}"


def may_name(world: World, page: Page, app_id: str, author_id: str) -> bool:
    """Whether an app sees who wrote: the Page itself always; people with a role on the app; others with Advanced Access."""
    if author_id == page.id:
        return True
    person = world.people.get(author_id)
    if person is None or person.private:
        return False
    app = world.apps.get(app_id)
    return bool(app and author_id in app.roles) or world.switches.names or page.access == "advanced"
