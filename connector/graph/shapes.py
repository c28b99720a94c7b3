"""From Facebook's JSON to our values. Anything but id and created_time may be missing; unknown keys are ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from connector.graph.values import Attachment, RemoteComment, RemotePost, Tag
from connector.graph.walk import Unreadable, next_cursor


def post_from(row: Any) -> RemotePost:
    """Raises Unreadable without an id or a time, also of a comment inside: half a list shows no absence."""
    row = _dict(row)
    author = _dict(row.get("from"))
    comments = _dict(row.get("comments"))
    return RemotePost(
        id=_id(row),
        message=_text(row.get("message")),
        created_at=_created(row),
        updated_at=_time(row.get("updated_time")),
        permalink_url=_text(row.get("permalink_url")),
        author_id=_text(author.get("id")) or None,
        author_name=_text(author.get("name")) or None,
        is_published=row.get("is_published") is not False,
        comments=tuple(comment_from(one) for one in _list(comments.get("data"))),
        comments_total=_total(comments),
        more_comments=_more(comments),
    )


def comment_from(row: Any) -> RemoteComment:
    """Raises Unreadable without an id or a time."""
    row = _dict(row)
    author = _dict(row.get("from"))
    return RemoteComment(
        id=_id(row),
        message=_text(row.get("message")),
        created_at=_created(row),
        author_id=_text(author.get("id")) or None,
        author_name=_text(author.get("name")) or None,
        parent_id=_text(_dict(row.get("parent")).get("id")) or None,
        is_hidden=row.get("is_hidden") is True,
        attachment=_attachment(row.get("attachment")),
        permalink_url=_text(row.get("permalink_url")),
        tags=tuple(_tag(one) for one in _list(row.get("message_tags")) if isinstance(one, dict)),
        replies_told=_count(row.get("comment_count")),
    )


def _attachment(row: Any) -> Attachment | None:
    if not isinstance(row, dict):
        return None
    image = _dict(_dict(row.get("media")).get("image"))
    return Attachment(
        type=_text(row.get("type")),
        title=_text(row.get("title")),
        url=_text(row.get("url")),
        image_url=_text(image.get("src")),
    )


def _tag(row: dict[str, Any]) -> Tag:
    return Tag(
        id=_text(row.get("id")),
        name=_text(row.get("name")),
        type=_text(row.get("type")),
        offset=_whole(row.get("offset")),
        length=_whole(row.get("length")),
    )


def _total(comments: dict[str, Any]) -> int | None:
    return _count(_dict(comments.get("summary")).get("total_count"))


def _more(comments: dict[str, Any]) -> str | None:
    """The cursor for older comments. Where Facebook names a next page but no cursor to it, "": start from the top."""
    following = next_cursor(comments.get("paging"))
    return None if following is None else following.get("after", "")


def _id(row: dict[str, Any]) -> str:
    value = row.get("id")
    if not value:
        raise Unreadable("a row without an id")
    return str(value)


def _created(row: dict[str, Any]) -> datetime:
    moment = _time(row.get("created_time"))
    if moment is None:
        raise Unreadable("a row without a time")
    return moment


def _time(value: Any) -> datetime | None:
    """Graph writes 2026-11-23T18:31:28+0000."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
