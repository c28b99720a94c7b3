"""Writes about comments: answer, edit, hide, remove, like, reply privately."""

from __future__ import annotations

import logging
from typing import Any

from rehearsal.facebook import happenings
from rehearsal.facebook.calls import Asking
from rehearsal.facebook.comment_nodes import COMMENT, hideable, private_reply_open
from rehearsal.facebook.problems import GraphProblem, not_there, parameter, permissions_error
from rehearsal.facebook.publish import store_photo
from rehearsal.facebook.rendering import Json, node, visible, wanted
from rehearsal.facebook.world import Comment, Page, Post

LOG = logging.getLogger(__name__)


def answer(asking: Asking, target: Post | Comment) -> Json:
    """`POST /{post or comment}/comments`: a comment or a reply, written as the Page."""
    _need_moderator(asking, target.page_id)
    message, attachment = asking.call.text("message"), _attachment(asking, target.page_id)
    if not message and not attachment:
        raise parameter("Comment can't be empty: message or attachment is required")
    parent = target if isinstance(target, Comment) else None
    post = asking.world.posts[target.post_id] if isinstance(target, Comment) else target
    comment = happenings.add_comment(
        asking.world, post, message,
        parent=parent, attachment=attachment, app_id=asking.token.app_id, lag=asking.lag(),
    )  # fmt: skip
    asking.world.writes["comments"] += 1
    fields = asking.call.text("fields")
    return node(asking, COMMENT, comment, wanted(fields).inner) if fields else {"id": comment.id}


def change(asking: Asking, comment: Comment) -> Json:
    """`POST /{comment}`: hides or shows it, or EDITS its text - also when somebody meant to answer."""
    _need_moderator(asking, comment.page_id)
    if asking.call.params.get("is_hidden") is not None:
        return _hide(asking, comment, asking.call.truth("is_hidden", False))
    asking.need_scope("pages_read_engagement")
    if not asking.call.text("message"):
        raise parameter("Comment can't be empty: message is required")
    if not comment.by_page:
        _overwrite(asking, comment)
    happenings.edit_comment(asking.world, comment, asking.call.text("message"))
    asking.world.writes["comment edits"] += 1
    return {"success": True}


def remove(asking: Asking, comment: Comment) -> Json:
    own = ("pages_read_engagement",) if comment.by_page else ("pages_read_user_content",)
    asking.need_as_page(comment.page_id, "MODERATE", "pages_manage_engagement", *own)
    happenings.remove_comment(asking.world, comment)
    asking.world.writes["comment removals"] += 1
    return {"success": True}


def like(asking: Asking, target: Post | Comment) -> Json:
    _need_moderator(asking, target.page_id)
    happenings.like(asking.world, target, target.page_id, on=asking.call.method == "POST")
    asking.world.writes["likes"] += 1
    return {"success": True}


def private_reply(asking: Asking, page: Page) -> Json:
    """`POST /{page}/messages` to the author of a comment or a visitor's post: once, within seven days."""
    asking.need_as_page(page.id, "MESSAGING", "pages_messaging")
    recipient, message = asking.call.structure("recipient") or {}, asking.call.structure("message") or {}
    text = str(message.get("text") or "") if isinstance(message, dict) else ""
    target = _recipient(asking, page, recipient if isinstance(recipient, dict) else {})
    if not text:
        raise parameter("Message cannot be empty, must provide valid attachment or text")
    _check_recipient(asking, page, target)
    target.private_reply = text
    made: Json = {"recipient_id": f"9{target.author_id}", "message_id": f"m_{asking.world.number('message', 1)}"}
    asking.world.messages.append({**made, "page": page.id, "to": target.id, "text": text})
    asking.world.writes["private replies"] += 1
    asking.world.changed()
    return made


def _recipient(asking: Asking, page: Page, recipient: dict[str, Any]) -> Post | Comment:
    wanted_id = str(recipient.get("comment_id") or recipient.get("post_id") or "")
    target = asking.world.comment(wanted_id) or asking.world.posts.get(wanted_id)
    if target is None or target.page_id != page.id or not visible(asking, target):
        raise not_there(wanted_id, "post")
    return target


def _check_recipient(asking: Asking, page: Page, target: Post | Comment) -> None:
    app = asking.world.apps[asking.token.app_id]
    if target.private_reply:
        raise GraphProblem(10900, "(#10900) Activity already replied to")
    if target.by_page:
        raise permissions_error("Private replies cannot be sent to a Page")
    if not private_reply_open(asking, target):
        raise GraphProblem(10, "(#10) This message is sent outside of allowed window.", subcode=2018278)
    if page.access == "standard" and target.author_id not in app.roles:
        raise GraphProblem(551, "(#551) This person isn't available right now.", subcode=1545041)


def _hide(asking: Asking, comment: Comment, hidden: bool) -> Json:
    if not hideable(asking, comment):
        raise permissions_error("This comment cannot be hidden")
    happenings.hide_comment(asking.world, comment, hidden)
    asking.world.writes["comment hides"] += 1
    return {"success": True}


def _overwrite(asking: Asking, comment: Comment) -> None:
    """Somebody else's words: refused, or done and written down loudly, as the switch says."""
    if asking.world.switches.foreign_comment_edit == "refuse":
        raise permissions_error("You cannot edit a comment that somebody else wrote")
    told = (
        f"OVERWRITE: the text of comment {comment.id} by {comment.author_name} was replaced; "
        "an answer goes to /{comment}/comments"
    )
    asking.world.overwrites.append(told)
    LOG.warning(told)


def _attachment(asking: Asking, page_id: str) -> Json | None:
    call = asking.call
    if call.text("attachment_share_url"):
        url = call.text("attachment_share_url")
        return {"type": "share", "url": url, "title": url, "target": {"url": url}}
    if call.text("attachment_id"):
        photo = asking.world.photos.get(call.text("attachment_id"))
        if photo is None:
            raise parameter("Invalid attachment_id")
        return happenings.photo_attachment(photo, photo.url)
    if call.files.get("source") or call.text("attachment_url"):
        photo = store_photo(asking, page_id)
        return happenings.photo_attachment(photo, photo.url)
    return None


def _need_moderator(asking: Asking, page_id: str) -> None:
    asking.need_as_page(page_id, "MODERATE", "pages_manage_engagement")
