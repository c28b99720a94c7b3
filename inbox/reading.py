"""Reads one page with as few calls as will do: one when nothing changed, more only where something is unknown.

A comment counts as gone only where a reading by the Page's own token should have shown it; where Facebook counts more
comments than it shows, each one that is missing is asked for by its id first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.errors import NotAllowed, OutsideError, Refused
from connector.graph.page import FacebookPage, identity
from connector.graph.values import PageReading, RemoteComment, RemotePost
from inbox.held import WINDOW, Held
from inbox.threads import compare, missing, visitors_post
from models.conversation import Message
from models.page import PagePost

CENSUS = timedelta(days=1)  # how often everything is read, however deep
BACK = timedelta(days=365)  # how far a census looks for old posts that still draw comments
ASKED_ONE_BY_ONE = 10  # posts, or comments of one post, in one round


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


@dataclass(slots=True)
class Reading:
    """What one round read. `problem` ended it early, or None. `census`: old posts were looked for, too.

    `heeded`: the posts named by hints that were read, whatever came of it.
    """

    posts: list[PostReading] = field(default_factory=list)
    gone_posts: list[str] = field(default_factory=list)
    problem: OutsideError | None = None
    census: bool = False
    heeded: list[str] = field(default_factory=list)


def read_page(
    door: FacebookPage, held: Held, now: datetime, *, census: bool, silence_counts: bool, hinted: Sequence[str] = ()
) -> Reading:
    """`silence_counts`: the token is proven to be the Page's own. `hinted`: posts to be read in any case ("" = the page).

    Raises OutsideError when nothing could be read.
    """
    first = door.read(now - (BACK if census else WINDOW))
    reading = Reading(problem=first.problem, census=census and first.complete)
    try:
        for post in first.posts:
            if _counts(post, held, now):
                _take(reading, _read_post(door, post, held, now, silence_counts))
        if first.complete and silence_counts:
            _ask_for_absent(door, held, first, reading, now)
        _ask_for_hinted(door, held, first, reading, now, hinted, silence_counts)
    except OutsideError as wrong:
        reading.problem = wrong
    return reading


def _counts(post: RemotePost, held: Held, now: datetime) -> bool:
    """Of the last 60 days, still drawing comments, or known to us."""
    since = now - WINDOW
    recent = post.created_at >= since or any(one.created_at >= since for one in post.comments)
    return post.is_published and (recent or bool(held.under(post.id)))


def _take(reading: Reading, found: tuple[PostReading, OutsideError | None]) -> None:
    reading.posts.append(found[0])
    if found[1] is not None:
        raise found[1]


def _ask_for_absent(door: FacebookPage, held: Held, first: PageReading, reading: Reading, now: datetime) -> None:
    """Known posts that the page's feed does not show: old ones that draw comments, or gone ones. Asked for by id."""
    shown = {identity(post.id) for post in first.posts}
    absent = [
        row
        for name, row in held.posts.items()
        if name not in shown and row.gone_at is None
        if row.created_at >= now - WINDOW or held.is_drawing(row.external_id, now)
    ]
    for row in sorted(absent, key=lambda one: one.created_at, reverse=True)[:ASKED_ONE_BY_ONE]:
        post = door.post(row.external_id)
        if post is None:
            reading.gone_posts.append(row.external_id)
        else:
            _take(reading, _read_post(door, post, held, now, True))


def _ask_for_hinted(
    door: FacebookPage,
    held: Held,
    first: PageReading,
    reading: Reading,
    now: datetime,
    hinted: Sequence[str],
    silence_counts: bool,
) -> None:
    """Posts that a webhook named and that nothing showed yet, by id. No hint may spoil the reading of its page."""
    seen = {identity(one.id) for one in first.posts} | {identity(one.post.id) for one in reading.posts}
    seen |= {identity(one) for one in reading.gone_posts}
    if first.problem is None:
        reading.heeded += [one for one in hinted if not one or identity(one) in seen]
    asked = [one for one in hinted if one and identity(one) not in seen]
    for post_id in asked[:ASKED_ONE_BY_ONE]:
        try:
            post = door.post(post_id)
        except (NotAllowed, Refused):
            post = None
        if post is not None and _counts(post, held, now):
            _take(reading, _read_post(door, post, held, now, silence_counts))
        reading.heeded.append(post_id)


def _read_post(
    door: FacebookPage, post: RemotePost, held: Held, now: datetime, silence_counts: bool
) -> tuple[PostReading, OutsideError | None]:
    """As deep as it takes. An error on the way keeps what was read."""
    row, known = held.posts.get(identity(post.id)), held.under(post.id)
    comments, whole, problem = _comments(door, post, row, known, now)
    said = _with_visitors(post, comments, door.page_id) if silence_counts else comments
    if problem is not None:
        return PostReading(post, said, counted=False, whole=False), problem
    lost = [one for one in missing(comments, known, whole=whole) if _was_seen(one)] if silence_counts else []
    try:
        gone = tuple(one.id for one in _confirmed(door, post, comments, lost, whole))
    except OutsideError as wrong:
        return PostReading(post, said, counted=False, whole=False), wrong
    return PostReading(post, said, gone, whole=whole), None


def _with_visitors(post: RemotePost, comments: tuple[RemoteComment, ...], page_id: str) -> tuple[RemoteComment, ...]:
    """Without the Page's own token nobody's name is told, and its own posts would look like a visitor's."""
    visitors = visitors_post(post, page_id)
    return (visitors, *comments) if visitors else comments


def _comments(
    door: FacebookPage, post: RemotePost, row: PagePost | None, known: Sequence[Message], now: datetime
) -> tuple[tuple[RemoteComment, ...], bool, OutsideError | None]:
    if post.more_comments is None:
        return post.comments, True, None
    whole = row is None or row.census_at is None or now - row.census_at >= CENSUS
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
    if row is None or row.comments_told is None or post.comments_total is None:
        return post.comments_total is None
    difference = compare(comments, known)
    come = len(difference.new) + len(difference.returned)
    return post.comments_total - row.comments_told == come - len(missing(comments, known, whole=False))


def _confirmed(
    door: FacebookPage, post: RemotePost, comments: Sequence[RemoteComment], lost: Sequence[Message], whole: bool
) -> list[Message]:
    if whole and (post.comments_total is None or post.comments_total <= len(comments)):
        return list(lost)
    return [one for one in lost[:ASKED_ONE_BY_ONE] if not door.comment_exists(str(one.external_id))]


def _was_seen(row: Message) -> bool:
    """Facebook may not show yet what we have just sent: only what was once read can be missing."""
    return row.direction == "received" or not row.author or bool(row.permalink)


def _once(comments: Sequence[RemoteComment]) -> tuple[RemoteComment, ...]:
    return tuple({identity(one.id): one for one in comments}.values())
