"""The whole world as JSON for people and tests: what stands on which page, how it came, what was changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rehearsal.facebook.links import comment_link, post_link, written
from rehearsal.facebook.world import Comment, Edit, Page, Post, World

Json = dict[str, Any]


def of_world(world: World) -> Json:
    """Pages with their posts (oldest first) and comments, removed ones too, marked by `removed_at`; tokens are not shown."""
    return {
        "now": written(world.now()),
        "pages": [of_page(world, page) for page in world.pages.values()],
        "writes": sum(world.writes.values()),
        "writes_by_kind": dict(world.writes),
        "messages": list(world.messages),
        "overwrites": list(world.overwrites),
        "faults": [asdict(fault) for fault in world.faults],
        "switches": asdict(world.switches),
        "calls": len(world.calls),
        "webhooks": len(world.hook_log),
    }


def of_page(world: World, page: Page) -> Json:
    shown = {
        "id": page.id,
        "name": page.name,
        "access": page.access,
        "published": page.published,
        "subscribed": dict(page.subscribed),
        "calls_in_24_hours": len(page.calls),
    }
    return shown | {"posts": [of_post(world, post) for post in world.posts.under(page.id)]}


def of_post(world: World, post: Post) -> Json:
    found = world.comments.under(post.id)
    return {
        "id": post.id,
        "page": post.page_id,
        "author": {"id": post.author_id, "name": post.author_name},
        "by_page": post.by_page,
        "by_app": post.app_id or None,
        "text": post.message,
        "link": post.link,
        "photos": list(post.photos),
        "permalink": post_link(world, post),
        "created_at": written(post.created_at),
        "updated_at": written(post.updated_at),
        "published": post.published,
        "scheduled_at": written(post.scheduled_at) if post.scheduled_at else None,
        "hidden": post.hidden,
        "likes": len(post.likes),
        "edits": _edits(post.edits),
        "removed_at": written(post.removed_at) if post.removed_at else None,
        "comments": [of_comment(world, comment) for comment in found],
    }


def of_comment(world: World, comment: Comment) -> Json:
    return {
        "id": comment.id,
        "post": comment.post_id,
        "parent": comment.parent_id or None,
        "author": {"id": comment.author_id, "name": comment.author_name},
        "by_page": comment.by_page,
        "by_app": comment.app_id or None,
        "text": comment.message,
        "attachment": comment.attachment,
        "tags": comment.tags,
        "permalink": comment_link(world, comment),
        "created_at": written(comment.created_at),
        "hidden": comment.hidden,
        "likes": len(comment.likes),
        "edits": _edits(comment.edits),
        "removed_at": written(comment.removed_at) if comment.removed_at else None,
        "private_reply": comment.private_reply or None,
    }


def _edits(edits: list[Edit]) -> list[Json]:
    """The texts that stood before, oldest first."""
    return [{"at": written(edit.at), "before": edit.message} for edit in edits]
