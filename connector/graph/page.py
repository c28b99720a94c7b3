"""A Facebook Page: reading what stands on it, and writing to it as the Page.

Reads are few and wide, since a quiet Page has a tiny quota. Writes are sent once; the caller settles what is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connector.errors import Gone, NotAllowed, OutcomeUnknown, OutsideError, Refused, TooMuchData, TryLater
from connector.graph import sentences
from connector.graph.app import FacebookApp
from connector.graph.door import GraphDoor
from connector.graph.needs import TO_ANSWER, TO_POST, TO_WRITE_PRIVATELY, needing
from connector.graph.seal import seal
from connector.graph.shapes import comment_from, post_from
from connector.graph.values import PageReading, Published, RemoteComment, RemotePost
from connector.graph.walk import Unreadable, Walk

_COMMENT_FIELDS = (
    "id,from,message,created_time,parent{id},attachment,is_hidden,message_tags,permalink_url,comment_count"
)
_POST_FIELDS = "id,from,message,created_time,updated_time,permalink_url,is_published"
_OWN_POST_FIELDS = "id,message,created_time,permalink_url"
_SLIM_POST_FIELDS = "id,created_time,updated_time,is_published"
_SMALLEST = 5
_EVER = datetime.min.replace(tzinfo=UTC)
_CALM = 50  # reads that went well before more is asked for again


def identity(id: str) -> str:
    """What tells posts and comments apart: the part after the last "_"; what stands before it varies."""
    return id.rpartition("_")[2]


class FacebookPage:
    """One Page behind a door with that Page's own token. Ids given and returned are Facebook's.

    `page_limit` posts and `comment_limit` comments are read at once; where Facebook finds that too much, less, until
    many reads went well.
    """

    def __init__(self, door: GraphDoor, page_id: str, *, page_limit: int = 30, comment_limit: int = 50) -> None:
        self.door = door
        self.page_id = page_id
        self.page_limit = page_limit
        self.comment_limit = comment_limit
        self._wished = (page_limit, comment_limit)
        self._went_well = 0
        self.app: FacebookApp | None = None  # where webhooks are received

    def read(self, until: datetime) -> PageReading:
        """Everybody's posts back to `until` with their newest comments: one call, where that many fit in one."""
        return self._posts("feed", self._expanded, until)

    def first_ask(self) -> tuple[str, dict[str, Any]]:
        """What `read` asks for first, path and arguments, for who asks it of many pages together."""
        return f"{self.page_id}/feed", self._page_of(self._expanded(), {}, slim=False)

    def seal_of(self, answer: Any, until: datetime) -> str:
        """The seal that `read` would give, were this its first answer: "" where that is not enough. OutsideError for none."""
        return self._gone_through(lambda cursor: None if cursor else answer, until).seal

    def every_post(self) -> PageReading:
        """Everybody's posts back to the very first, only when each was made and last moved: many in one call."""
        return self._posts("feed", lambda: _SLIM_POST_FIELDS, _EVER, slim=True)

    def is_published(self) -> bool:
        """Whether the Page is open to the public, as Facebook says; True where it says nothing."""
        answer = self._ask(self.page_id, lambda: {"fields": "id,is_published"})
        return not (isinstance(answer, dict) and answer.get("is_published") is False)

    def own_posts(self, until: datetime) -> PageReading:
        """The Page's own posts back to `until`, without comments: where a post of unknown outcome is looked for."""
        return self._posts("published_posts", lambda: _OWN_POST_FIELDS, until)

    def post(self, post_id: str) -> RemotePost | None:
        """One post with its newest comments; None when Facebook does not show it, which proves no deletion."""
        try:
            return post_from(self._ask(post_id, lambda: {"fields": self._expanded()}, posts=False))
        except Gone:
            return None
        except Unreadable:
            raise TryLater(sentences.later("a post without an id or a time"), subject="Facebook") from None

    def comments(self, post_id: str, *, after: str | None = None, oldest_first: bool = False) -> Walk[RemoteComment]:
        """An iterator over pages of a post's comments of all levels, newest first; see Walk for its `complete`."""
        return self._comments(post_id, "chronological" if oldest_first else "reverse_chronological", after)

    def replies(self, comment_id: str) -> tuple[tuple[RemoteComment, ...], bool]:
        """All replies under a comment, oldest first, and whether these are all."""
        walk = self._comments(comment_id, "chronological", None)
        found = tuple(reply for batch in walk for reply in batch)
        return found, walk.complete

    def comment_exists(self, comment_id: str) -> bool:
        """False when Facebook does not show it, which proves no deletion."""
        try:
            self._ask(comment_id, lambda: {"fields": "id"})
        except Gone:
            return False
        return True

    def publish(self, message: str, link: str | None) -> Published:
        """A new post. OutcomeUnknown when Facebook does not say its id."""
        wanted = {"fields": "id,permalink_url"}
        with needing(TO_POST):
            answer = self.door.request(self._path(self.page_id, "feed"), wanted, {"message": message, "link": link})
        return Published(_made(answer), str(answer.get("permalink_url") or ""))

    def revise(self, post_id: str, message: str) -> None:
        """Replaces a post's text. Facebook lets only the app that made a post do so."""
        with needing(TO_POST):
            self.door.request(self._path(post_id), post_args={"message": message})

    def comment(self, parent_id: str, message: str) -> str:
        """The id of a new comment under a post, or of a reply under a comment, written as the Page."""
        with needing(TO_ANSWER):
            answer = self.door.request(self._path(parent_id, "comments"), post_args={"message": message})
        if not answer.get("id") and answer.get("success"):
            raise Refused(sentences.EDITED, subject="Facebook")
        made = _made(answer)
        if identity(made) == identity(parent_id):
            raise Refused(sentences.EDITED, subject="Facebook")
        return made

    def hide(self, comment_id: str, hidden: bool) -> None:
        """Hides a comment, or shows it again."""
        with needing(TO_ANSWER):
            self.door.request(self._path(comment_id), post_args={"is_hidden": hidden})

    def is_hidden(self, comment_id: str) -> bool:
        """Whether a comment is hidden from all but its writer and their friends. Raises Gone."""
        return self._ask(comment_id, lambda: {"fields": "id,is_hidden"}, posts=False).get("is_hidden") is True

    def private_reply(self, to: str, message: str, *, post: bool = False) -> str:
        """A message that only the writer of a comment (or of a visitor's `post`) sees; Facebook's id of it.

        Facebook takes one for each, within seven days. No read tells afterwards whether it was sent.
        """
        fields = {"recipient": {"post_id" if post else "comment_id": to}, "message": {"text": message}}
        with needing(TO_WRITE_PRIVATELY):
            answer = self.door.request(self._path(self.page_id, "messages"), post_args=fields)
        return _made(answer, "message_id")

    def subscribe(self, fields: tuple[str, ...] = ("feed",)) -> None:
        """Asks Facebook to send this Page's changes to the app's webhook."""
        self.door.request(
            self._path(self.page_id, "subscribed_apps"), post_args={"subscribed_fields": ",".join(fields)}
        )

    def subscription(self) -> tuple[str, ...]:
        """The fields that Facebook sends for this Page; empty when nothing is subscribed.

        An app that is listed without its fields counts as subscribed to feed, all that we ever ask for.
        """
        answer = self.door.request(self._path(self.page_id, "subscribed_apps"))
        apps = [app for app in answer.get("data") or () if isinstance(app, dict)]
        return tuple(dict.fromkeys(str(field) for app in apps for field in app.get("subscribed_fields", ["feed"])))

    def _posts(self, edge: str, fields: Callable[[], str], until: datetime, *, slim: bool = False) -> PageReading:
        def ask(cursor: dict[str, str]) -> Any:
            return self._ask(f"{self.page_id}/{edge}", lambda: self._page_of(fields(), cursor, slim))

        return self._gone_through(ask, until)

    def _gone_through(self, ask: Callable[[dict[str, str]], Any], until: datetime) -> PageReading:
        """An error after the first page keeps what was read: the oldest page must not hide the newest."""
        walk = Walk(ask, post_from)
        posts: list[RemotePost] = []
        reached, problem = False, None
        try:
            for batch in walk:
                posts += batch
                # The last one counts, not the oldest: an old post may be pinned to the top.
                reached = bool(batch) and batch[-1].created_at < until
                if reached:
                    break
        except OutsideError as wrong:
            if not posts:
                raise
            problem = wrong
        if walk.skipped and problem is None:
            problem = NotAllowed(sentences.LEFT_OUT, subject="Facebook")
        whole = not walk.skipped and problem is None
        complete = (reached or walk.ended) and whole
        sealed = seal(self.door.access_token, self.page_id, posts) if complete and walk.pages == 1 else ""
        return PageReading(tuple(posts), complete, problem, to_the_end=walk.ended and whole, seal=sealed)

    def _page_of(self, fields: str, cursor: dict[str, str], slim: bool) -> dict[str, Any]:
        return {"fields": fields, "limit": self.page_limit * (3 if slim else 1), **cursor}

    def _comments(self, parent_id: str, order: str, after: str | None) -> Walk[RemoteComment]:
        def ask(cursor: dict[str, str]) -> Any:
            wanted = {"filter": "stream", "order": order, "fields": _COMMENT_FIELDS, **cursor}
            return self._ask(f"{parent_id}/comments", lambda: {**wanted, "limit": self.comment_limit}, posts=False)

        return Walk(ask, comment_from, after=after)

    def _expanded(self) -> str:
        newest = f"comments.filter(stream).order(reverse_chronological).limit({self.comment_limit}).summary(true)"
        return f"{_POST_FIELDS},{newest}{{{_COMMENT_FIELDS}}}"

    def _ask(self, path: str, args: Callable[[], dict[str, Any]], *, posts: bool = True) -> Any:
        while True:
            try:
                answer = self.door.request(self._path(path), args())
            except TooMuchData:
                self._went_well = 0
                if not self._ask_less(posts):
                    raise
            else:
                self._ask_more()
                return answer

    def _ask_less(self, posts: bool) -> bool:
        """Halves what is read at once, posts first; False when it cannot get smaller."""
        if posts and self.page_limit > _SMALLEST:
            self.page_limit = max(_SMALLEST, self.page_limit // 2)
        elif self.comment_limit > _SMALLEST:
            self.comment_limit = max(_SMALLEST, self.comment_limit // 2)
        else:
            return False
        return True

    def _ask_more(self) -> None:
        """Doubles what is read at once, up to what was wished for, when many reads in a row went well."""
        if (self.page_limit, self.comment_limit) == self._wished:
            return
        self._went_well += 1
        if self._went_well >= _CALM:
            self._went_well = 0
            self.page_limit = min(self._wished[0], self.page_limit * 2)
            self.comment_limit = min(self._wished[1], self.comment_limit * 2)

    def _path(self, *parts: str) -> str:
        return "/".join((self.door.version, *parts))


def _made(answer: Any, name: str = "id") -> str:
    made = answer.get(name) if isinstance(answer, dict) else None
    if not made:
        raise OutcomeUnknown(sentences.unknown("an answer without an id"), subject="Facebook")
    return str(made)
