"""Pages and people as Graph nodes, with the edges of posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.facebook.calls import Asking
from rehearsal.facebook.fields import Field
from rehearsal.facebook.links import moment, page_link
from rehearsal.facebook.post_nodes import POST
from rehearsal.facebook.rendering import Edge, Json, Kind, between, edge, visible
from rehearsal.facebook.towns import new_token
from rehearsal.facebook.world import Page, Person, Post, Token

LARGEST_PAGE_OF_POSTS = 100
RANKED_POSTS = 600


def posts(wanted: Callable[[Post], bool], *scopes: str, ranked: int | None = None) -> Edge:
    """An edge of a Page's posts, newest first: those that `wanted` picks, for tokens with `scopes`."""

    def found(asking: Asking, page: Page, item: Field, params: Mapping[str, Any], path: str) -> Json:
        asking.need_page(page)
        asking.need_scope(*scopes)
        standing = [post for post in asking.world.posts.under(page.id) if visible(asking, post) and wanted(post)]
        since = moment(params["since"], "since") if params.get("since") else None
        until = moment(params["until"], "until") if params.get("until") else None
        standing = between(asking, standing, since, until)
        standing.sort(key=lambda post: (post.created_at, int(post.number)), reverse=True)
        return edge(asking, POST, standing[:ranked], item, params, path, largest=LARGEST_PAGE_OF_POSTS)

    return found


def subscribed_apps(asking: Asking, page: Page, item: Field, params: Mapping[str, Any], path: str) -> Json:
    asking.need_page(page)
    asking.need_scope("pages_manage_metadata")
    apps = [asking.world.apps[app_id] for app_id in page.subscribed if app_id in asking.world.apps]
    told = not asking.world.is_unlike("bare-subscriptions")
    return {
        "data": [
            {"category": "Business", "link": asking.world.www + "/", "name": app.name, "id": app.id}
            | ({"subscribed_fields": page.subscribed[app.id]} if told else {})
            for app in apps
        ]
    }


def nothing(*scopes: str) -> Edge:
    """An edge that exists and is empty here (events, ratings)."""

    def found(asking: Asking, page: Page, item: Field, params: Mapping[str, Any], path: str) -> Json:
        asking.need_page(page)
        asking.need_scope(*scopes)
        return {"data": []}

    return found


def accounts(asking: Asking, person: Person, item: Field, params: Mapping[str, Any], path: str) -> Json:
    """The Pages of a person; the switch `accounts` makes it empty or leaves the tokens out, as real logins can."""
    asking.need_scope("pages_show_list")
    ticked = person.ticked.get(asking.token.app_id, [])
    empty = asking.world.switches.accounts == "empty"
    pages = [
        page for page in asking.world.pages.values() if page.id in person.tasks and page.id in ticked and not empty
    ]
    return edge(asking, ACCOUNT, pages, item, params, path)


def permissions(asking: Asking, person: Person, item: Field, params: Mapping[str, Any], path: str) -> Json:
    grants = person.grants.get(asking.token.app_id, {})
    return {"data": [{"permission": scope, "status": status} for scope, status in grants.items()]}


def page_access_token(asking: Asking, page: Page, item: Field) -> str | None:
    """The Page's token for the person who asks: the one that stands, or a new one of the person's scopes."""
    person = asking.world.people.get(asking.token.person_id)
    if asking.token.kind == "page":
        return asking.token.value if asking.page_token(page.id) else None
    if person is None or page.id not in person.tasks or page.id not in person.ticked.get(asking.token.app_id, []):
        return None
    return (_standing_token(asking, page, person) or _new_token(asking, page, person)).value


def _standing_token(asking: Asking, page: Page, person: Person) -> Token | None:
    short = asking.token.kind == "user-short"
    for token in asking.world.tokens.values():
        same_owner = (token.page_id, token.person_id, token.app_id) == (page.id, person.id, asking.token.app_id)
        same_rights = set(token.scopes) == set(asking.token.scopes) and token.tasks == person.tasks[page.id]
        same_life = token.parent == asking.token.value if short else token.parent in ("", asking.token.value)
        if token.kind == "page" and token.revoked is None and same_owner and same_rights and same_life:
            return token
    return None


def _new_token(asking: Asking, page: Page, person: Person) -> Token:
    made = new_token(
        asking.world, "page", asking.token.app_id, person.id,
        page_id=page.id, scopes=asking.token.scopes, tasks=person.tasks[page.id], parent=asking.token.value,
    )  # fmt: skip
    if asking.token.kind == "user-short":
        made.expires_at = asking.token.expires_at
    asking.world.changed()
    return made


def _account_token(asking: Asking, page: Page, item: Field) -> str | None:
    return None if asking.world.switches.accounts == "no-token" else page_access_token(asking, page, item)


def _tasks(asking: Asking, page: Page, item: Field) -> list[str] | None:
    person = asking.world.people.get(asking.token.person_id)
    return person.tasks.get(page.id) if person and asking.token.kind != "page" else None


PAGE_FIELDS: dict[str, Any] = {
    "id": lambda asking, page, item: page.id,
    "name": lambda asking, page, item: page.name,
    "category": lambda asking, page, item: page.category,
    "link": lambda asking, page, item: page_link(asking.world, page),
    "access_token": page_access_token,
    "tasks": _tasks,
    "is_published": lambda asking, page, item: page.published,
    "can_post": lambda asking, page, item: True,
    "fan_count": lambda asking, page, item: page.engaged,
    "followers_count": lambda asking, page, item: page.engaged,
}
PAGE = Kind(
    "Page",
    ("name", "id"),
    PAGE_FIELDS,
    {
        "published_posts": posts(lambda post: post.by_page and post.published, "pages_read_engagement"),
        "posts": posts(lambda post: post.by_page and post.published, "pages_read_engagement"),
        "feed": posts(lambda post: True, "pages_read_engagement", "pages_read_user_content", ranked=RANKED_POSTS),
        "visitor_posts": posts(lambda post: not post.by_page, "pages_read_engagement", "pages_read_user_content"),
        "tagged": posts(lambda post: False, "pages_read_engagement", "pages_read_user_content"),
        "scheduled_posts": posts(
            lambda post: post.by_page and not post.published and post.scheduled_at > 0, "pages_read_engagement"
        ),
        "subscribed_apps": subscribed_apps,
        "ratings": nothing("pages_read_user_content"),
        "events": nothing("pages_read_engagement"),
    },
    frozenset({"about", "username", "website", "phone", "emails", "location", "picture", "category_list", "business"}),
)
ACCOUNT = Kind(
    "Page",
    ("access_token", "category", "name", "id", "tasks"),
    PAGE_FIELDS | {"access_token": _account_token},
    {},
    PAGE.silent,
)
PERSON = Kind(
    "User",
    ("name", "id"),
    {"id": lambda asking, person, item: person.id, "name": lambda asking, person, item: person.name},
    {"accounts": accounts, "permissions": permissions},
    frozenset({"email", "first_name", "last_name", "picture"}),
)
