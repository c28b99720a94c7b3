"""All that can happen on a page, by the Graph, by hand or by a family: one place, so that everybody hears of it alike."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.facebook import changes
from rehearsal.facebook.world import Comment, Edit, Photo, Post, World


def add_post(
    world: World,
    page_id: str,
    message: str,
    *,
    author_id: str = "",
    link: str = "",
    app_id: str = "",
    photos: list[str] | None = None,
    published: bool = True,
    scheduled_at: float = 0.0,
    created_at: float | None = None,
    lag: float = 0.0,
) -> Post:
    """A post by the page, or by the person `author_id` (a visitor). `lag`: seconds during which reads don't find it."""
    now = world.now()
    post = Post(
        id=f"{page_id}_{world.number('post', 5551)}",
        page_id=page_id,
        author_id=author_id or page_id,
        author_name=name_of(world, author_id or page_id),
        message=_kept(world, message),
        link=link,
        created_at=now if created_at is None else created_at,
        updated_at=now if created_at is None else created_at,
        app_id=app_id,
        published=published,
        scheduled_at=scheduled_at,
        photos=list(photos or []),
        shows_at=now + lag,
    )
    world.posts[post.id] = post
    if scheduled_at:
        world.scheduled.add(post.id)
    for photo in post.photos:
        world.photos[photo].post_id = post.id
    _tell_post(world, post, "add")
    return post


def edit_post(world: World, post: Post, message: str) -> None:
    post.edits.append(Edit(world.now(), post.message))
    post.message, post.updated_at = _kept(world, message), world.now()
    _tell_post(world, post, "edited")


def publish_post(world: World, post: Post, at: float) -> None:
    post.published, post.scheduled_at = True, 0.0
    post.created_at = post.updated_at = at
    _tell_post(world, post, "add")


def publish_due(world: World) -> None:
    """Posts whose scheduled time has come go on the wall; looked at with every call, so that nothing has to tick."""
    for post in [world.posts[post_id] for post_id in world.scheduled]:
        if post.published or post.removed_at or not post.scheduled_at:
            world.scheduled.discard(post.id)
        elif post.scheduled_at <= world.now():
            publish_post(world, post, post.scheduled_at)


def remove_post(world: World, post: Post) -> None:
    post.removed_at = world.now()
    for comment in world.comments.under(post.id):
        if not comment.removed_at:
            comment.removed_at = world.now()
    _tell_post(world, post, "remove")


def add_comment(
    world: World,
    post: Post,
    message: str,
    *,
    author_id: str = "",
    parent: Comment | None = None,
    attachment: dict[str, Any] | None = None,
    tags: list[dict[str, Any]] | None = None,
    app_id: str = "",
    created_at: float | None = None,
    lag: float = 0.0,
) -> Comment:
    """A comment by the page, or by the person `author_id`. Replies are kept on two levels: a reply to a reply joins it."""
    now = world.now()
    top = (parent.parent_id or parent.id) if parent else ""
    if parent and world.is_unlike("deep-replies"):
        top = parent.id
    comment = Comment(
        id=f"{post.number}_{world.number('comment', 9001)}",
        post_id=post.id,
        page_id=post.page_id,
        parent_id=top,
        author_id=author_id or post.page_id,
        author_name=name_of(world, author_id or post.page_id),
        message=_kept(world, message),
        created_at=now if created_at is None else created_at,
        app_id=app_id,
        attachment=attachment,
        tags=list(tags or []),
        shows_at=now + lag,
    )
    world.comments[comment.id.rpartition("_")[2]] = comment
    post.updated_at = max(post.updated_at, comment.created_at)
    _tell_comment(world, comment, "add")
    return comment


def edit_comment(world: World, comment: Comment, message: str) -> None:
    comment.edits.append(Edit(world.now(), comment.message))
    comment.message = message
    _tell_comment(world, comment, "edited")


def hide_comment(world: World, comment: Comment, hidden: bool) -> None:
    comment.hidden = hidden
    _tell_comment(world, comment, "hide" if hidden else "unhide")


def remove_comment(world: World, comment: Comment) -> None:
    """The replies under a removed comment go with it, unless `unlike` says otherwise."""
    for other in world.comments.under(comment.post_id):
        if other.parent_id == comment.id and not other.removed_at and not world.is_unlike("orphans"):
            other.removed_at = world.now()
    comment.removed_at = world.now()
    _tell_comment(world, comment, "remove")


def like(world: World, liked: Post | Comment, who: str, on: bool = True) -> None:
    liked.likes = [other for other in liked.likes if other != who] + ([who] if on else [])
    if on and isinstance(liked, Post) and world.listener:
        for app_id in world.pages[liked.page_id].subscribed:
            value = changes.of_reaction(world, liked, who, name_of(world, who), app_id)
            world.listener(app_id, liked.page_id, value)
    world.changed()


def photo_attachment(photo: Photo, url: str) -> dict[str, Any]:
    return picture("photo", url, photo.id)


def picture(kind: str, url: str, target: str = "") -> dict[str, Any]:
    """The attachment of a photo or sticker comment."""
    media = {"image": {"src": url, "height": 720, "width": 720}}
    return {"type": kind, "url": url, "media": media, "target": {"id": target, "url": url}}


def name_of(world: World, author_id: str) -> str:
    known = world.pages.get(author_id) or world.people.get(author_id)
    return known.name if known else "Facebook user"


def _kept(world: World, message: str) -> str:
    """A text as it is kept: as it came, unless a switch says that something becomes of it."""
    if world.is_unlike("shortened-links"):
        message = re.sub(r"https?://\S+", "https://fb.example/short", message)
    if world.is_unlike("tidied-texts"):
        message = "".join(char for char in message if ord(char) < 0x10000 and not 0x200B <= ord(char) <= 0x200F)
    return message


def _tell_post(world: World, post: Post, verb: str) -> None:
    if world.listener:
        for app_id in world.pages[post.page_id].subscribed:
            world.listener(app_id, post.page_id, changes.of_post(world, post, verb, app_id))
    world.changed()


def _tell_comment(world: World, comment: Comment, verb: str) -> None:
    if world.listener:
        for app_id in world.pages[comment.page_id].subscribed:
            world.listener(app_id, comment.page_id, changes.of_comment(world, comment, verb, app_id))
    world.changed()
