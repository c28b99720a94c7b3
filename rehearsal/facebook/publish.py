"""Writes about posts and photos: as the Page, with its own token, the task CREATE_CONTENT and the scopes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from rehearsal.facebook import happenings
from rehearsal.facebook.calls import Asking
from rehearsal.facebook.links import moment
from rehearsal.facebook.post_nodes import POST
from rehearsal.facebook.problems import (
    MISSING_POST_SCOPES,
    GraphProblem,
    duplicate_post,
    parameter,
    permissions_error,
)
from rehearsal.facebook.rendering import Json, node, wanted
from rehearsal.facebook.world import Page, Photo, Post

LONGEST_MESSAGE = 63_206
LARGEST_PHOTO = 4 * 1024 * 1024
SOONEST_SCHEDULE = 10 * 60
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}


def publish(asking: Asking, page: Page) -> Json:
    """`POST /{page}/feed`: a post with a text, a link or uploaded photos."""
    call, world = asking.call, asking.world
    _need_publisher(asking, page.id)
    message, link = call.text("message"), call.text("link")
    photos = _attached(asking)
    _check_content(message, link, photos)
    published, scheduled_at = _schedule(asking)
    if published and world.switches.refuse_duplicates and _same_as_last(asking, page, message, link, photos):
        raise duplicate_post()
    post = happenings.add_post(
        world, page.id, message,
        link=link, app_id=asking.token.app_id, photos=photos,
        published=published, scheduled_at=scheduled_at, lag=asking.lag(),
    )  # fmt: skip
    world.writes["posts"] += 1
    return _made(asking, post)


def add_photo(asking: Asking, page: Page) -> Json:
    """`POST /{page}/photos`: a photo with its own post, or kept for a later one (`published=false`)."""
    call, world = asking.call, asking.world
    _need_publisher(asking, page.id)
    photo = store_photo(asking, page.id)
    photo.caption, photo.alt_text = call.text("caption") or call.text("message"), call.text("alt_text_custom")
    photo.published, scheduled_at = _schedule(asking)
    world.writes["photos"] += 1
    if not photo.published and not scheduled_at:
        world.changed()
        return {"id": photo.id}
    post = happenings.add_post(
        world, page.id, photo.caption,
        app_id=asking.token.app_id, photos=[photo.id],
        published=photo.published, scheduled_at=scheduled_at, lag=asking.lag(),
    )  # fmt: skip
    return {"id": photo.id, "post_id": post.id}


def store_photo(asking: Asking, page_id: str) -> Photo:
    """The uploaded part `source`, or the address `url` (never fetched here), as a photo of the page."""
    world, upload = asking.world, asking.call.files.get("source")
    url = asking.call.text("url") or asking.call.text("attachment_url")
    if upload is None and not url:
        raise parameter("Missing or invalid image file")
    photo = Photo(world.number("photo", 33001), page_id, "", url)
    if upload is not None:
        kind = next((kind for start, kind in PICTURES.items() if upload.content.startswith(start)), "")
        if not kind or len(upload.content) > LARGEST_PHOTO:
            raise parameter("Photos should be smaller than 4 MB and saved as JPG, PNG, GIF or TIFF", subcode=1366046)
        photo.content, photo.content_type = upload.content, kind
        photo.url = f"{asking.call.base}/_rehearsal/photos/{photo.id}"
    world.photos[photo.id] = photo
    return photo


def update(asking: Asking, post: Post) -> Json:
    """`POST /{post}`: text, hiding, pinning, publishing. Only posts that the same app made."""
    call, world = asking.call, asking.world
    _need_publisher(asking, post.page_id)
    if not post.by_page or post.app_id != asking.token.app_id:
        raise permissions_error("You can only edit posts that were created by your app")
    _apply_schedule(asking, post)
    if call.params.get("message") is not None:
        message = call.text("message")
        _check_content(message, post.link, post.photos)
        happenings.edit_post(world, post, message)
    post.hidden, post.pinned = call.truth("is_hidden", post.hidden), call.truth("is_pinned", post.pinned)
    world.writes["post edits"] += 1
    world.changed()
    return {"success": True}


def delete(asking: Asking, post: Post) -> Json:
    _need_publisher(asking, post.page_id)
    happenings.remove_post(asking.world, post)
    asking.world.writes["post removals"] += 1
    return {"success": True}


def _need_publisher(asking: Asking, page_id: str) -> None:
    """With a person's token an unpublished post has its own refusal; all others say the long sentence about scopes."""
    refusal = GraphProblem(200, MISSING_POST_SCOPES)
    if asking.token.kind.startswith("user") and not asking.call.truth("published", True):
        refusal = permissions_error("Unpublished posts must be posted to a page as the page itself.")
    asking.need_as_page(page_id, "CREATE_CONTENT", "pages_manage_posts", "pages_read_engagement", refusal=refusal)


def _check_content(message: str, link: str, photos: list[str]) -> None:
    if not message and not link and not photos:
        raise parameter("Missing message or attachment.")
    if len(message) > LONGEST_MESSAGE:
        raise parameter(f"The message may not be longer than {LONGEST_MESSAGE} characters")
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).netloc):
        raise parameter("The link is not a valid URL")


def _attached(asking: Asking) -> list[str]:
    media: Any = asking.call.structure("attached_media") or []
    if not isinstance(media, list) or not all(isinstance(one, dict) and one.get("media_fbid") for one in media):
        raise parameter("Param attached_media must be an array of objects with media_fbid")
    photos = [str(one["media_fbid"]) for one in media]
    for photo in photos:
        if photo not in asking.world.photos:
            raise parameter(f"Invalid media_fbid {photo}")
    return photos


def _schedule(asking: Asking) -> tuple[bool, float]:
    """Whether the post goes on the wall at once, and when otherwise (0.0: a draft)."""
    published = asking.call.truth("published", True)
    if not asking.call.text("scheduled_publish_time"):
        return published, 0.0
    if published:
        raise parameter("You cannot specify a scheduled publish time on a published post")
    return False, _scheduled_time(asking)


def _scheduled_time(asking: Asking) -> float:
    at = moment(asking.call.params["scheduled_publish_time"], "scheduled_publish_time")
    ahead = at - asking.world.now()
    if not SOONEST_SCHEDULE <= ahead <= asking.world.switches.schedule_days * 86400:
        raise parameter("The specified scheduled publish time is invalid.")
    return at


def _apply_schedule(asking: Asking, post: Post) -> None:
    if asking.call.text("scheduled_publish_time") and not post.published:
        post.scheduled_at = _scheduled_time(asking)
        asking.world.scheduled.add(post.id)
    if asking.call.truth("is_published", False) and not post.published:
        happenings.publish_post(asking.world, post, asking.world.now())


def _same_as_last(asking: Asking, page: Page, message: str, link: str, photos: list[str]) -> bool:
    own = [
        post for post in asking.world.posts.under(page.id) if post.by_page and post.published and not post.removed_at
    ]
    if not own or photos:
        return False
    last = max(own, key=lambda post: (post.created_at, int(post.number)))
    return last.message == message if message else last.link == link


def _made(asking: Asking, post: Post) -> Json:
    """Only the id, or the wanted fields where `fields` was given (read after write)."""
    fields = "" if asking.world.is_unlike("bare-create") else asking.call.text("fields")
    return node(asking, POST, post, wanted(fields).inner) if fields else {"id": post.id}
