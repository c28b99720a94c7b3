"""Reads what stands under one post, as deep as it takes, and finds what no longer stands.

A comment counts as gone only where a reading by the Page's own token should have shown it, Facebook's count does not
hold it any more, and Facebook does not know its id. What Facebook counts and never showed is looked for elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.errors import OutsideError
from connector.graph.page import FacebookPage, identity
from connector.graph.values import RemoteComment, RemotePost
from inbox.held import Held, unseen
from inbox.threads import compare, missing, visitors_post
from models.conversation import Message
from models.page import PagePost

CENSUS = timedelta(days=1)  # how often everything is read, however deep
ASKED_ONE_BY_ONE = 10  # posts, or comments of one post, in one round


@dataclass(frozen=True, slots=True)
class Aim:
    """What a reading is for. `silence_counts`: the token is proven to be the Page's own."""

    now: datetime
    census: bool
    silence_counts: bool


@dataclass(frozen=True, slots=True)
class PostReading:
    """One post as it stands. `counted`: its comments are known down to what we had. `whole`: to the very last.

    `said` is what is a message to us: the comments, and the post itself where a visitor wrote it.
    """

    post: RemotePost
    said: tuple[RemoteComment, ...]
    gone: tuple[str, ...] = ()  # ids of message rows that no longer stand
    counted: bool = True
    whole: bool = True


def read_post(door: FacebookPage, post: RemotePost, held: Held, aim: Aim) -> tuple[PostReading, OutsideError | None]:
    """An error on the way keeps what was read."""
    row, known = held.posts.get(identity(post.id)), held.under(post.id)
    comments, whole, problem = _comments(door, post, row, known, aim)
    if problem is None and aim.census and aim.silence_counts and unseen(row, known):
        comments, problem = _elsewhere(door, post, comments)
    said = _with_visitors(post, comments, door.page_id, aim)
    if problem is not None:
        return PostReading(post, said, counted=False, whole=False), problem
    try:
        gone = tuple(one.id for one in _gone(door, post, row, comments, known, whole, aim))
    except OutsideError as wrong:
        return PostReading(post, said, counted=False, whole=False), wrong
    return PostReading(post, said, gone, counted=aim.silence_counts, whole=whole), None


def read_no_further(post: RemotePost, page_id: str, aim: Aim) -> PostReading:
    """What is known of a post without another call: its newest comments. Nothing is concluded from what is not there."""
    return PostReading(post, _with_visitors(post, post.comments, page_id, aim), counted=False, whole=False)


def _with_visitors(
    post: RemotePost, comments: tuple[RemoteComment, ...], page_id: str, aim: Aim
) -> tuple[RemoteComment, ...]:
    """Without the Page's own token nobody's name is told, and its own posts would look like a visitor's."""
    visitors = visitors_post(post, page_id) if aim.silence_counts else None
    return (visitors, *comments) if visitors else comments


# --- the comments


def _comments(
    door: FacebookPage, post: RemotePost, row: PagePost | None, known: Sequence[Message], aim: Aim
) -> tuple[tuple[RemoteComment, ...], bool, OutsideError | None]:
    if post.more_comments is None:
        return post.comments, True, None
    whole = aim.census or row is None or row.census_at is None or aim.now - row.census_at >= CENSUS
    comments = list(post.comments)
    if not whole and _reaches_known(post.comments, known) and _explained(post, row, comments, known):
        return post.comments, False, None
    walk = door.comments(post.id, after=post.more_comments or None)
    try:
        for batch in walk:
            comments += batch
            if not whole and _reaches_known(batch, known) and _explained(post, row, comments, known):
                return _once(comments), False, None
    except OutsideError as wrong:
        return _once(comments), False, wrong
    return _once(comments), walk.complete, None


def _reaches_known(batch: Sequence[RemoteComment], known: Sequence[Message]) -> bool:
    """Its oldest comment is one that we hold: what is new lies above it."""
    return bool(batch) and not compare(batch[-1:], known).new


def _explained(
    post: RemotePost, row: PagePost | None, comments: Sequence[RemoteComment], known: Sequence[Message]
) -> bool:
    """Facebook's count moved by just as much as we see come and go."""
    lost = _lost_to_the_count(post, row, comments, known)
    if lost is None:
        return post.comments_total is None
    return lost == len(missing(comments, known, whole=False))


def _lost_to_the_count(
    post: RemotePost, row: PagePost | None, comments: Sequence[RemoteComment], known: Sequence[Message]
) -> int | None:
    """How many fewer Facebook counts than it did, given what came since; None where that cannot be told."""
    if row is None or row.comments_told is None or post.comments_total is None:
        return None
    difference = compare(comments, known)
    met = sum(1 for _, comment in difference.met if comment.permalink_url)
    come = len(difference.new) + len(difference.returned) + met
    return come - (post.comments_total - row.comments_told)


def _elsewhere(
    door: FacebookPage, post: RemotePost, comments: tuple[RemoteComment, ...]
) -> tuple[tuple[RemoteComment, ...], OutsideError | None]:
    """Facebook counts more than it showed: the same from the other end, and the replies of each comment that has more."""
    found = list(comments)
    try:
        for batch in door.comments(post.id, oldest_first=True):
            found += batch
        for comment in _with_more_replies(_once(found))[:ASKED_ONE_BY_ONE]:
            found += door.replies(comment.id)[0]
    except OutsideError as wrong:
        return _once(found), wrong
    return _once(found), None


def _with_more_replies(comments: Sequence[RemoteComment]) -> list[RemoteComment]:
    parents = [identity(one.parent_id) for one in comments if one.parent_id]
    return [one for one in comments if (one.replies_told or 0) > parents.count(identity(one.id))]


def _once(comments: Sequence[RemoteComment]) -> tuple[RemoteComment, ...]:
    return tuple({identity(one.id): one for one in comments}.values())


# --- what is gone


def _gone(
    door: FacebookPage, post: RemotePost, row: PagePost | None, comments: Sequence[RemoteComment],
    known: Sequence[Message], whole: bool, aim: Aim,
) -> list[Message]:  # fmt: skip
    """Each is asked for by its id; of many only some, where Facebook's count agrees that the rest are gone, too."""
    lost = [one for one in missing(comments, known, whole=whole) if _was_seen(one)] if aim.silence_counts else []
    if not lost or not (aim.census or _count_fell(post, row, comments, known)):
        return []
    asked = sorted(lost, key=lambda one: one.created_at, reverse=True)[:ASKED_ONE_BY_ONE]
    gone = [one for one in asked if not door.comment_exists(str(one.external_id))]
    counted = post.comments_total is not None and post.comments_total <= len(comments)
    return lost if whole and counted and len(gone) == len(asked) else gone


def _count_fell(
    post: RemotePost, row: PagePost | None, comments: Sequence[RemoteComment], known: Sequence[Message]
) -> bool:
    """A comment that is not shown and still counted stands: it is not asked for at every reading."""
    lost = _lost_to_the_count(post, row, comments, known)
    if lost is None:
        return (None if row is None else row.comments_told) != post.comments_total
    return lost > 0


def _was_seen(row: Message) -> bool:
    """Facebook may not show yet what we have just sent: only what was once read can be missing."""
    return row.direction == "received" or not row.author or bool(row.permalink)
