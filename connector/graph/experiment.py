"""Calls that only a person's experiment makes (`trial`): how a Page stands, taking down what was just made, odd ways in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from connector.errors import TryLater
from connector.graph import sentences
from connector.graph.decipher import decipher
from connector.graph.door import GraphDoor
from connector.graph.page import FacebookPage


@dataclass(frozen=True, slots=True)
class PageState:
    """`is_published` is None where Facebook does not say."""

    name: str
    is_published: bool | None


def page_state(page: FacebookPage) -> PageState:
    answer = page.door.request(f"{page.door.version}/{page.page_id}", {"fields": "id,name,is_published"})
    told = answer.get("is_published")
    return PageState(str(answer.get("name") or ""), told if isinstance(told, bool) else None)


def remove(page: FacebookPage, id: str) -> None:
    """Takes down a post or a comment. Gone when it is no longer there."""
    page.door.request(f"{page.door.version}/{id}", method="DELETE")


def unsubscribe(page: FacebookPage) -> None:
    """Undoes `FacebookPage.subscribe` for our app."""
    page.door.request(f"{page.door.version}/{page.page_id}/subscribed_apps", method="DELETE")


def subscribed_apps(page: FacebookPage) -> list[dict[str, Any]]:
    answer = page.door.request(f"{page.door.version}/{page.page_id}/subscribed_apps")
    return [app for app in answer.get("data") or () if isinstance(app, dict)]


def token_profile(door: GraphDoor, app_id: str, app_secret: str) -> str:
    """Whose a Page token is, in the words of `debug_token`; "" where it does not say."""
    answer = door.debug_access_token(door.access_token, app_id, app_secret)
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise TryLater(sentences.later("it tells nothing about the token"), subject="Facebook")
    return str(data.get("profile_id") or "")


def asked_by_header(door: GraphDoor) -> str:
    """The id of `/me` when the token stands in the Authorization header alone; SignInNeeded, NotAllowed if it is not taken."""
    reply = door.exchange_plain(f"{door.version}/me", {"Authorization": f"Bearer {door.access_token}"})
    answer = decipher(reply.status, reply.headers, reply.body, "GET", secrets=(door.access_token,))
    return str(answer.get("id") or "")
