"""What a webhook says about one change: the `value` of a `feed` change, shaped as the captures show it."""

from __future__ import annotations

from typing import Any

from rehearsal.facebook.links import may_name, post_link, written
from rehearsal.facebook.world import Comment, Post, World

Value = dict[str, Any]


def of_comment(world: World, comment: Comment, verb: str, app_id: str) -> Value:
    """`created_time` is the time of the change, not of the comment; a `remove` has neither message nor post block."""
    value: Value = {
        **_author(world, comment.page_id, app_id, comment.author_id, comment.author_name),
        "post_id": comment.post_id,
        "comment_id": comment.id,
        "created_time": int(world.now()),
        "item": "comment",
        "parent_id": comment.parent_id or comment.post_id,
        "verb": verb,
    }
    if verb == "remove":
        return value
    value["post"] = _post_block(world, world.posts[comment.post_id])
    if comment.message:
        value["message"] = comment.message
    if comment.attachment and comment.attachment.get("type") == "photo":
        value["photo"] = comment.attachment["media"]["image"]["src"]
    return value


def of_post(world: World, post: Post, verb: str, app_id: str) -> Value:
    value: Value = {
        **_author(world, post.page_id, app_id, post.author_id, post.author_name),
        "post_id": post.id,
        "created_time": int(world.now()),
        "verb": verb,
    }
    if verb == "remove":
        return value | {"item": "post", "recipient_id": post.page_id}
    value |= {"item": "status", "published": int(post.published), "message": post.message}
    if post.link:
        value["link"] = post.link
    if len(post.photos) == 1:
        value |= {"item": "photo", "photo_id": post.photos[0], "link": world.photos[post.photos[0]].url}
    elif post.photos:
        value["photos"] = [world.photos[photo].url for photo in post.photos]
    return value


def of_reaction(world: World, post: Post, person_id: str, name: str, app_id: str) -> Value:
    return {
        **_author(world, post.page_id, app_id, person_id, name),
        "post_id": post.id,
        "created_time": int(world.now()),
        "item": "reaction",
        "reaction_type": "like",
        "parent_id": post.id,
        "verb": "add",
    }


def _author(world: World, page_id: str, app_id: str, author_id: str, name: str) -> Value:
    if not may_name(world, world.pages[page_id], app_id, author_id):
        return {}
    return {"from": {"id": author_id, "name": name}}


def _post_block(world: World, post: Post) -> Value:
    return {
        "status_type": status_type(post),
        "is_published": post.published,
        "updated_time": written(post.updated_at),
        "permalink_url": post_link(world, post),
        "promotion_status": "inactive",
        "id": post.id,
    }


def status_type(post: Post) -> str:
    if post.photos:
        return "added_photos"
    return "shared_story" if post.link else "mobile_status_update"
