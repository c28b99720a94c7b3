"""How a page's comments are read: at what pace, and what Facebook counts but does not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from connector.graph import sentences
from connector.graph.usage import next_reading
from models.conversation import unseen_comments
from models.page import Page, pages
from upkeep.findings import Finding, note

_POSTS_NAMED = 5


def examine(session: Session, school: str, now: datetime) -> Iterator[Finding]:
    """Notes only: none of this is anybody's fault."""
    unseen = {post: count for post, (_, count) in unseen_comments(session, school).items() if count}
    for row in pages(session, school):
        yield from of_pace(row, now)
        yield from of_unseen(row, {post: count for (page, post), count in unseen.items() if page == row.slug})


def of_pace(row: Page, now: datetime) -> Iterator[Finding]:
    rest = next_reading(row.usage)
    if rest and rest[0] > now:
        mend = "Nothing needs to be done: Facebook counts anew as time passes; answers are sent all the same."
        yield note(f"{row.school}: comments of {row.slug}", sentences.pace(row.slug, *rest), mend)


def of_unseen(row: Page, posts: Mapping[str, int]) -> Iterator[Finding]:
    """`posts`: external id -> how many comments."""
    if not posts:
        return
    count = sum(posts.values())
    comments = "1 comment" if count == 1 else f"{count} comments"
    named = ", ".join(f"{post}: {number}" for post, number in sorted(posts.items())[:_POSTS_NAMED])
    more = ", …" if len(posts) > _POSTS_NAMED else ""
    yield note(
        f"{row.school}: comments of {row.slug}",
        f"Facebook counts {comments} that we may not see (by post {named}{more}).",
        "Look at these posts on Facebook: who hides from apps is seen there only; the census looks again each day.",
    )
