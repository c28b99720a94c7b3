"""Control calls that play the families, the visitors, and the people who use the page by hand."""

from __future__ import annotations

from fastapi import APIRouter

from rehearsal.facebook import happenings, state
from rehearsal.facebook.links import moment
from rehearsal.facebook.wishes import Json, Mistake, Wish, needed
from rehearsal.facebook.world import Comment, Post, World


def router(world: World) -> APIRouter:
    routes = APIRouter()
    _speaking(routes, world)
    _changing(routes, world)
    return routes


def _speaking(routes: APIRouter, world: World) -> None:
    @routes.post("/posts/{post_id}/comments")
    def family_comments(post_id: str, wish: Wish) -> Json:
        with world.lock:
            return state.of_comment(world, _comment(world, _post(world, post_id), wish, _author(world, wish)))

    @routes.post("/page-comments")
    def page_comments(wish: Wish) -> Json:
        """The page answers by hand. `post`, or `comment` to answer that one; `message`."""
        with world.lock:
            parent = str(wish.get("comment") or "")
            post_id = _comment_there(world, parent).post_id if parent else needed(wish, "post")
            made = _comment(world, _post(world, post_id), {**wish, "parent": parent}, "")
            return state.of_comment(world, made)

    @routes.post("/pages/{page_id}/posts")
    def post_by_hand(page_id: str, wish: Wish) -> Json:
        with world.lock:
            if page_id not in world.pages:
                raise Mistake(f"There is no page {page_id}; make it with POST /_rehearsal/pages.")
            by_visitor = bool(wish.get("name") or wish.get("person"))
            made = happenings.add_post(
                world, page_id, str(wish.get("message") or ""),
                author_id=_author(world, wish) if by_visitor else "", link=str(wish.get("link") or ""),
                created_at=_when(wish),
            )  # fmt: skip
            return state.of_post(world, made)


def _changing(routes: APIRouter, world: World) -> None:
    @routes.post("/posts/{post_id}/{action}")
    def act_on_post(post_id: str, action: str, wish: Wish) -> Json:
        with world.lock:
            post = _post(world, post_id)
            if action == "edit":
                happenings.edit_post(world, post, needed(wish, "message"))
            elif action == "remove":
                happenings.remove_post(world, post)
            elif action == "like":
                happenings.like(world, post, _author(world, wish))
            else:
                raise Mistake(f"A post knows edit, remove and like, not {action}.")
            return state.of_post(world, post)

    @routes.post("/comments/{comment_id}/{action}")
    def act_on_comment(comment_id: str, action: str, wish: Wish) -> Json:
        with world.lock:
            comment = _comment_there(world, comment_id)
            if action == "edit":
                happenings.edit_comment(world, comment, needed(wish, "message"))
            elif action == "remove":
                happenings.remove_comment(world, comment)
            elif action in ("hide", "unhide"):
                happenings.hide_comment(world, comment, action == "hide")
            else:
                raise Mistake(f"A comment knows edit, remove, hide and unhide, not {action}.")
            return state.of_comment(world, comment)


def _post(world: World, post_id: str) -> Post:
    post = world.posts.get(post_id)
    if post is None or post.removed_at:
        raise Mistake(f"There is no post {post_id}; GET /_rehearsal/state lists them.")
    return post


def _comment_there(world: World, comment_id: str) -> Comment:
    comment = world.comment(comment_id)
    if comment is None or comment.removed_at:
        raise Mistake(f"There is no comment {comment_id}; GET /_rehearsal/state lists them.")
    return comment


def _comment(world: World, post: Post, wish: Json, author_id: str) -> Comment:
    parent, attachment = str(wish.get("parent") or ""), wish.get("attachment")
    if isinstance(attachment, dict) and "media" not in attachment:
        url = str(attachment.get("url") or f"{world.www}/_rehearsal/photos/none")
        attachment = happenings.picture(str(attachment.get("type", "photo")), url, str(attachment.get("id", "")))
    message = str(wish.get("message") or "")
    if not message and not attachment:
        raise Mistake('A comment needs a message, or an attachment like {"type": "photo"}.')
    return happenings.add_comment(
        world, post, message,
        author_id=author_id, parent=_comment_there(world, parent) if parent else None,
        attachment=attachment, tags=wish.get("tags"), created_at=_when(wish), lag=float(wish.get("lag", 0)),
    )  # fmt: skip


def _author(world: World, wish: Json) -> str:
    """`person` is an id, `name` a name; a family that nobody knows yet is made."""
    person = str(wish.get("person") or "")
    if person and person not in world.people:
        raise Mistake(f"There is no person {person}; give a name instead, and the person is made.")
    found = world.people[person] if person else world.person_named(needed(wish, "name"))
    found.private = bool(wish.get("private", found.private))
    return found.id


def _when(wish: Json) -> float | None:
    return moment(wish["created_at"], "created_at") if wish.get("created_at") else None
