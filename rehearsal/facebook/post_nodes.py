"""Posts and photos as Graph nodes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from rehearsal.facebook.calls import Asking
from rehearsal.facebook.changes import status_type
from rehearsal.facebook.comment_nodes import author, comments, likes, picked, private_reply_open
from rehearsal.facebook.fields import Field
from rehearsal.facebook.happenings import photo_attachment
from rehearsal.facebook.links import page_link, post_link, written
from rehearsal.facebook.rendering import Json, Kind
from rehearsal.facebook.world import Photo, Post

GONE_SINCE_3_3 = dict.fromkeys(("link", "name", "caption", "description", "object_id", "source", "type"), "v3.3")
SILENT = frozenset(
    (
        *("admin_creator", "allowed_advertising_objectives", "backdated_time", "call_to_action", "child_attachments"),
        *("coordinates", "event", "expanded_height", "expanded_width", "feed_targeting", "height", "icon"),
        *("instagram_eligibility", "is_app_share", "is_expired", "is_inline_created", "is_instagram_eligible"),
        *("is_popular", "is_spherical", "message_tags", "multi_share_end_card", "multi_share_optimized", "parent_id"),
        *("picture", "place", "privacy", "promotable_id", "properties", "sponsor_tags", "story", "story_tags"),
        *("subscribed", "target", "targeting", "timeline_visibility", "via", "video_buying_eligibility", "width"),
    )
)


def _application(asking: Asking, post: Post, item: Field) -> Json | None:
    app = asking.world.apps.get(post.app_id)
    return picked({"name": app.name, "id": app.id}, item) if app else None


def _scheduled(asking: Asking, post: Post, item: Field) -> int | None:
    return int(post.scheduled_at) or None


def _attachments(asking: Asking, post: Post, item: Field) -> Json | None:
    """`url` of a link is Facebook's redirect; the plain address is `unshimmed_url`."""
    found: list[Json] = []
    if post.link:
        shim = "https://l.facebook.com/l.php?u=" + quote(post.link, safe="")
        found.append({"type": "share", "title": post.link, "url": shim, "unshimmed_url": post.link})
        found[0]["target"] = {"url": shim}
    photos = [asking.world.photos[photo] for photo in post.photos]
    found += [photo_attachment(photo, photo.url) for photo in photos]
    default = {name: Field(name) for name in ("description", "media", "target", "title", "type", "url")}
    asked = item if item.inner else Field("attachments", {}, tuple(default.values()))
    return {"data": [picked(one, asked) for one in found]} if found else None


def _full_picture(asking: Asking, post: Post, item: Field) -> str | None:
    return asking.world.photos[post.photos[0]].url if post.photos else None


def _to(asking: Asking, post: Post, item: Field) -> Json | None:
    page = asking.world.pages[post.page_id]
    return None if post.by_page else {"data": [{"name": page.name, "id": page.id}]}


POST = Kind(
    "Post",
    ("created_time", "message", "story", "id"),
    {
        "id": lambda asking, post, item: post.id,
        "created_time": lambda asking, post, item: written(post.created_at),
        "updated_time": lambda asking, post, item: written(post.updated_at),
        "message": lambda asking, post, item: post.message or None,
        "from": author,
        "to": _to,
        "permalink_url": lambda asking, post, item: post_link(asking.world, post),
        "is_published": lambda asking, post, item: post.published,
        "is_hidden": lambda asking, post, item: post.hidden,
        "is_eligible_for_promotion": lambda asking, post, item: False,
        "scheduled_publish_time": _scheduled,
        "status_type": lambda asking, post, item: status_type(post),
        "promotion_status": lambda asking, post, item: "inactive",
        "application": _application,
        "attachments": _attachments,
        "full_picture": _full_picture,
        "shares": lambda asking, post, item: None,
        "actions": lambda asking, post, item: None,
        "can_reply_privately": lambda asking, post, item: private_reply_open(asking, post),
    },
    {"comments": comments, "likes": likes, "reactions": likes},
    SILENT,
    GONE_SINCE_3_3,
)


def _images(asking: Asking, photo: Photo, item: Field) -> list[Json]:
    return [{"source": photo.url, "height": 720, "width": 720}]


def _photo_page(asking: Asking, photo: Photo, item: Field) -> Json:
    page = asking.world.pages[photo.page_id]
    return {"name": page.name, "id": page.id}


def _story(asking: Asking, photo: Photo, item: Field) -> Any:
    return f"{photo.page_id}_{photo.post_id.partition('_')[2]}" if photo.post_id else None


PHOTO = Kind(
    "Photo",
    ("created_time", "id"),
    {
        "id": lambda asking, photo, item: photo.id,
        "created_time": lambda asking, photo, item: written(asking.world.now()),
        "name": lambda asking, photo, item: photo.caption or None,
        "alt_text_custom": lambda asking, photo, item: photo.alt_text or None,
        "images": _images,
        "picture": lambda asking, photo, item: photo.url,
        "from": _photo_page,
        "link": lambda asking, photo, item: page_link(asking.world, asking.world.pages[photo.page_id]),
        "page_story_id": _story,
    },
    {},
    frozenset({"album", "height", "width", "updated_time", "place", "target"}),
)
