"""What reading a Facebook Page yields. Times are aware and UTC; ids are Facebook's own, compared by `page.identity`.

Facebook leaves things out as it likes: an unknown author is None, an absent text or address is "".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from connector.errors import OutsideError


@dataclass(frozen=True, slots=True)
class Tag:
    """A name marked inside a comment's text. `type` is user, page or group; places count in code points."""

    id: str
    name: str
    type: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, sticker, video or link under a comment. `image_url` is a signed address that expires."""

    type: str
    title: str
    url: str
    image_url: str


@dataclass(frozen=True, slots=True)
class RemoteComment:
    """A comment or a reply as it stands. Only replies have a `parent_id`; the Page's own have its id as `author_id`.

    `replies_told` is Facebook's own count of the replies under it; None where it does not tell.
    """

    id: str
    message: str
    created_at: datetime
    author_id: str | None
    author_name: str | None
    parent_id: str | None
    is_hidden: bool
    attachment: Attachment | None
    permalink_url: str
    tags: tuple[Tag, ...]
    replies_told: int | None = None


@dataclass(frozen=True, slots=True)
class RemotePost:
    """A post as it stands, with its newest comments of all levels, newest first.

    `comments_total` is Facebook's own count, which may be larger than what can be read. `more_comments` is the cursor
    to give to `FacebookPage.comments(…, after=)` for the older ones; None when these are all.
    """

    id: str
    message: str
    created_at: datetime
    updated_at: datetime | None
    permalink_url: str
    author_id: str | None
    author_name: str | None
    is_published: bool
    comments: tuple[RemoteComment, ...]
    comments_total: int | None
    more_comments: str | None


@dataclass(frozen=True, slots=True)
class PageReading:
    """Posts, newest first. Only a complete reading may show that something is absent.

    `complete` is False when the walk ended before `until` and before the end, or rows could not be read; `problem` is
    the error behind it, if it was one (None: Facebook repeated itself). `to_the_end`: there are no older posts.
    `seal`: the same again while the same stands there (connector.graph.seal); "" where one call did not show it all.
    """

    posts: tuple[RemotePost, ...]
    complete: bool
    problem: OutsideError | None = None
    to_the_end: bool = False
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A post that now stands."""

    id: str
    permalink_url: str


@dataclass(frozen=True, slots=True)
class TokenReport:
    """What a token is good for. `problem` holds sentences with the mend, None when all is well.

    `scopes` is None where nobody could tell (no app id and secret); `missing` then is empty. Without `expires_at` the
    token has no date of expiry, or nobody could tell. `user_id`: the person who connected the Page, as the app knows
    them; "" where nobody could tell.
    """

    kind: Literal["page", "user", "app", "unknown"]
    valid: bool
    page_id: str | None
    scopes: tuple[str, ...] | None
    missing: tuple[str, ...]
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    problem: str | None
    user_id: str = ""
