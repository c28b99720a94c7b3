"""Comments as Graph nodes, and the edges `/comments`, `/likes`, `/reactions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.facebook.calls import Asking
from rehearsal.facebook.fields import Field
from rehearsal.facebook.happenings import name_of
from rehearsal.facebook.links import comment_link, may_name, moment, written
from rehearsal.facebook.problems import parameter
from rehearsal.facebook.rendering import Json, Kind, between, edge, node, visible
from rehearsal.facebook.world import Comment, Person, Post

PRIVATE_REPLY_SECONDS = 7 * 24 * 3600


def author(asking: Asking, thing: Post | Comment, item: Field) -> Json | None:
    """Nobody's name without the Page's own token; strangers' only with Advanced Access. The Page's own always."""
    page = asking.world.pages[thing.page_id]
    if not asking.page_token(page.id) or not may_name(asking.world, page, asking.token.app_id, thing.author_id):
        return None
    shown = {"name": name_of(asking.world, thing.author_id), "id": thing.author_id}
    if thing.author_id == page.id and asking.world.is_unlike("profile-as-author"):
        shown["id"] = page.profile
    chosen = {part.name for part in item.inner} | {"id"}
    return {name: value for name, value in shown.items() if not item.inner or name in chosen}


def comments(asking: Asking, thing: Post | Comment, item: Field, params: Mapping[str, Any], path: str) -> Json:
    """A person's token gets an empty list and no error: that is how the real one is silent."""
    page = asking.world.pages[thing.page_id]
    found = _standing(asking, thing, params)
    if not asking.page_token(page.id):
        shown: Json = {"data": []}
    else:
        asking.need_scope("pages_read_engagement", "pages_read_user_content")
        shown = edge(asking, COMMENT, found, item, params, path)
    if str(params.get("summary", "")).lower() in ("true", "1", "total_count"):
        order = params.get("order") or "chronological"
        counted = [one for one in found if not one.parent_id] if asking.world.is_unlike("count-toplevel") else found
        shown["summary"] = {"order": order, "total_count": len(counted), "can_comment": True}
    return shown


def _standing(asking: Asking, thing: Post | Comment, params: Mapping[str, Any]) -> list[Comment]:
    chosen, order = str(params.get("filter") or "toplevel"), str(params.get("order") or "chronological")
    if chosen not in ("toplevel", "stream"):
        raise parameter("Param filter must be one of {toplevel, stream}")
    if order not in ("chronological", "reverse_chronological"):
        raise parameter("Param order must be one of {chronological, reverse_chronological}")
    found = [
        comment
        for comment in asking.world.comments.under(thing.id if isinstance(thing, Post) else thing.post_id)
        if visible(asking, comment)
        and (
            comment.parent_id == thing.id if isinstance(thing, Comment) else chosen == "stream" or not comment.parent_id
        )
    ]
    if params.get("since"):
        found = between(asking, found, moment(params["since"], "since"), None)
    found.sort(key=lambda comment: (comment.created_at, int(comment.id.rpartition("_")[2])))
    newest_first = order == "reverse_chronological" and not asking.world.is_unlike("oldest-first")
    return found[::-1] if newest_first else found


def likes(asking: Asking, thing: Post | Comment, item: Field, params: Mapping[str, Any], path: str) -> Json:
    people = [Person(who, name_of(asking.world, who)) for who in thing.likes]
    nameable = [person for person in people if author(asking, _as_author(thing, person), Field("from"))]
    shown = edge(asking, LIKER, nameable, item, params, path)
    if params.get("summary"):
        shown["summary"] = {"total_count": len(people)}
    return shown


def _as_author(thing: Post | Comment, person: Person) -> Comment:
    return Comment("", "", thing.page_id, "", person.id, person.name, "", 0.0)


def _id(asking: Asking, comment: Comment, item: Field) -> str | None:
    """Without the task MODERATE comment ids are withheld."""
    return comment.id if not asking.page_token(comment.page_id) or "MODERATE" in asking.token.tasks else None


def _parent(asking: Asking, comment: Comment, item: Field) -> Json | None:
    parent = asking.world.comment(comment.parent_id) if comment.parent_id else None
    return node(asking, COMMENT, parent, item.inner) if parent else None


def _attachment(asking: Asking, comment: Comment, item: Field) -> Json | None:
    return picked(comment.attachment, item) if comment.attachment else None


def picked(whole: Json, item: Field) -> Json:
    """Only the named parts of a plain value, as deep as the braces go."""
    if not item.inner:
        return dict(whole)
    found = {part.name: whole[part.name] for part in item.inner if part.name in whole}
    deeper = {part.name: part for part in item.inner if part.inner}
    return {name: picked(value, deeper[name]) if name in deeper else value for name, value in found.items()}


def _can_hide(asking: Asking, comment: Comment, item: Field) -> bool:
    return asking.page_token(comment.page_id) and hideable(asking, comment)


def hideable(asking: Asking, comment: Comment) -> bool:
    """Not the Page's own words or its admins', and nothing under a visitor's post."""
    admin = asking.world.people.get(comment.author_id)
    by_admin = bool(admin and comment.page_id in admin.tasks)
    return not comment.by_page and not by_admin and asking.world.posts[comment.post_id].by_page


def private_reply_open(asking: Asking, thing: Post | Comment) -> bool:
    recent = asking.world.now() - thing.created_at < PRIVATE_REPLY_SECONDS
    return recent and not thing.by_page and not thing.private_reply


def _count(asking: Asking, comment: Comment, item: Field) -> int:
    return len(_standing(asking, comment, {}))


def _object(asking: Asking, comment: Comment, item: Field) -> Json:
    post = asking.world.posts[comment.post_id]
    return {"created_time": written(post.created_at), "message": post.message, "id": post.id}


COMMENT = Kind(
    "Comment",
    ("created_time", "from", "message", "id"),
    {
        "id": _id,
        "created_time": lambda asking, comment, item: written(comment.created_at),
        "from": author,
        "message": lambda asking, comment, item: comment.message,
        "message_tags": lambda asking, comment, item: comment.tags or None,
        "attachment": _attachment,
        "parent": _parent,
        "object": _object,
        "is_hidden": lambda asking, comment, item: comment.hidden,
        "is_private": lambda asking, comment, item: False,
        "can_hide": _can_hide,
        "can_comment": lambda asking, comment, item: True,
        "can_like": lambda asking, comment, item: True,
        "can_remove": lambda asking, comment, item: asking.page_token(comment.page_id),
        "can_reply_privately": lambda asking, comment, item: private_reply_open(asking, comment),
        "comment_count": _count,
        "like_count": lambda asking, comment, item: len(comment.likes),
        "user_likes": lambda asking, comment, item: comment.page_id in comment.likes,
        "permalink_url": lambda asking, comment, item: comment_link(asking.world, comment),
    },
    {"comments": comments, "likes": likes, "reactions": likes},
    frozenset({"admin_creator", "application", "live_broadcast_timestamp", "private_reply_conversation"}),
)

LIKER = Kind(
    "Profile",
    ("id", "name"),
    {
        "id": lambda asking, person, item: person.id,
        "name": lambda asking, person, item: person.name,
        "type": lambda asking, person, item: "LIKE",
    },
    {},
)
