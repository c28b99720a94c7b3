"""The town's families come to the page and comment, as they would on a phone."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.facebook.happenings import add_comment, picture
from rehearsal.facebook.world import Comment as Stands
from rehearsal.facebook.world import Person, Post, World
from rehearsal.town.families import FAMILIES, Comment, comments


@dataclass(frozen=True, slots=True)
class Said:
    """A sample comment and the id under which it stands."""

    comment: Comment
    id: str


def families_comment(world: World, page_id: str) -> list[Said]:
    """Every sample comment, each under the post that it is about (else the newest). Needs one post on the page at least."""
    with world.lock:
        for family in FAMILIES:
            world.people.setdefault(family.external_id, Person(family.external_id, family.name))
        posts = [post for post in world.posts.values() if post.page_id == page_id and not post.removed_at]
        stands: list[Stands] = []
        for comment in comments():
            stands.append(_say(world, posts, comment, stands))
    return [Said(comment, one.id) for comment, one in zip(comments(), stands, strict=True)]


def _say(world: World, posts: list[Post], comment: Comment, before: list[Stands]) -> Stands:
    parent = before[comment.reply_to] if comment.reply_to is not None else None
    about = (post for post in posts if comment.about and comment.about in post.message)
    post = world.posts[parent.post_id] if parent else next(about, posts[-1])
    return add_comment(
        world,
        post,
        comment.text,
        author_id=comment.family.external_id,
        parent=parent,
        attachment=picture("photo", "https://scontent.example/photo.jpg") if comment.attachment else None,
        tags=[tag.as_json() for tag in comment.tags],
    )
