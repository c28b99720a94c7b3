"""The Graph API itself: from a call to its answer. Versions, tokens, quota, faults, and which function does the work."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from rehearsal.facebook import batch, commenting, faults, login, publish, subscriptions, tokens, usage
from rehearsal.facebook.calls import Answer, Asking, Call, redacted
from rehearsal.facebook.comment_nodes import COMMENT
from rehearsal.facebook.happenings import publish_due
from rehearsal.facebook.links import written
from rehearsal.facebook.page_nodes import PAGE, PERSON
from rehearsal.facebook.post_nodes import PHOTO, POST
from rehearsal.facebook.problems import GraphProblem, nonexisting_field, not_there, parameter, unknown_path
from rehearsal.facebook.rendering import Json, Kind, node, visible, wanted
from rehearsal.facebook.world import Comment, Fault, Page, Person, Photo, Post, Token, World

NEWEST, OLDEST_ALIVE = 26, 21
FIRST_EVER = 1
VERSION = re.compile(r"^v(\d+)\.(\d+)$")
KINDS: dict[type, Kind] = {Page: PAGE, Post: POST, Comment: COMMENT, Photo: PHOTO, Person: PERSON}
MOST_IDS = 50

Work = Callable[[Asking, Any], Any]
WRITES: dict[tuple[str, type, str], Work] = {
    ("POST", Page, "feed"): publish.publish,
    ("POST", Page, "photos"): publish.add_photo,
    ("POST", Page, "messages"): commenting.private_reply,
    ("POST", Page, "subscribed_apps"): subscriptions.subscribe_page,
    ("DELETE", Page, "subscribed_apps"): subscriptions.unsubscribe_page,
    ("POST", Post, ""): publish.update,
    ("DELETE", Post, ""): publish.delete,
    ("POST", Post, "comments"): commenting.answer,
    ("POST", Post, "likes"): commenting.like,
    ("DELETE", Post, "likes"): commenting.like,
    ("POST", Comment, ""): commenting.change,
    ("DELETE", Comment, ""): commenting.remove,
    ("POST", Comment, "comments"): commenting.answer,
    ("POST", Comment, "likes"): commenting.like,
    ("DELETE", Comment, "likes"): commenting.like,
}


def answer(world: World, call: Call, *, in_batch: bool = False) -> Answer:
    """The answer to one call whose path may begin with a version. Blocks while a callback is verified, or when told to."""
    served, path = _version(call.path)
    if call.method == "POST" and call.text("method").upper() in ("GET", "DELETE", "POST"):
        call = Call(call.text("method").upper(), call.path, call.params, call.files, call.base)
    call = Call(call.method, path, call.params, call.files, call.base)
    with world.lock:
        publish_due(world)
        page_id = _page_of(world, call)
        met = faults.meeting(world, call.method, path, page_id)
    if wait := faults.wait_before(met):
        time.sleep(wait)
    trace = secrets.token_urlsafe(8)
    found = faults.answered(met, page_id, trace, lambda: _carried_out(world, call, served, met, trace))
    with world.lock:
        _log(world, call, page_id, found, met, in_batch)
        used = usage.headers(world, world.tokens.get(call.text("access_token")))
        told = f"v{OLDEST_ALIVE}.0" if world.is_unlike("old-version") else served
        found.headers = _headers(told, trace, found) | used | found.headers
    return found


def _version(path: str) -> tuple[str, str]:
    """The version that serves, and the rest of the path. A retired version is served by the oldest one alive."""
    first, _, rest = path.strip("/").partition("/")
    found = VERSION.match(first)
    if not found:
        return f"v{NEWEST}.0", path.strip("/")
    major = int(found.group(1))
    if not FIRST_EVER <= major <= NEWEST:
        return "", path.strip("/")
    return f"v{max(major, OLDEST_ALIVE)}.0", rest.strip("/")


def _carried_out(world: World, call: Call, served: str, met: list[Fault], trace: str) -> Answer:
    try:
        if not served:
            raise unknown_path("/" + call.path)
        if call.method == "POST" and call.path.endswith("/subscriptions"):
            subscriptions.verify(world, call)  # calls the neighbour: never while the lock is held
        with world.lock:
            body = _result(world, call, served, met)
    except GraphProblem as problem:
        return Answer(problem.status, problem.body(trace), usage.challenge(problem))
    return Answer(200, body)


def _result(world: World, call: Call, served: str, met: list[Fault]) -> Any:
    if call.path == "oauth/access_token":
        return login.access_token(world, call)
    if call.path == "" and call.method == "POST":
        return batch.run(world, call, served, answer)
    token = tokens.authenticate(world, call)
    ids = [one for one in call.text("ids").split(",") if one]
    if len(ids) > MOST_IDS:
        raise parameter(f"Too many IDs. Maximum: {MOST_IDS}. Provided: {len(ids)}.")
    usage.count(world, token, _page_of(world, call), max(1, len(ids)))
    asking = Asking(world, call, token, served, met)
    if call.path == "debug_token":
        return tokens.debug(world, call, token)
    if ids and call.method == "GET":
        return {one: _read(asking, one, call.path, many=True) for one in ids}
    return _node_or_edge(asking)


def _node_or_edge(asking: Asking) -> Any:
    call = asking.call
    object_id, _, edge = call.path.partition("/")
    if not object_id or "/" in edge:
        raise unknown_path("/" + call.path)
    if edge == "subscriptions":
        return subscriptions.of_app(asking, object_id)
    if call.method == "GET":
        return _read(asking, object_id, edge)
    thing = _thing(asking, object_id)
    work = WRITES.get((call.method, type(thing), edge))
    if work is None:
        raise not_there(object_id, call.method)
    return work(asking, thing)


def _read(asking: Asking, object_id: str, edge: str, *, many: bool = False) -> Json:
    try:
        thing = _thing(asking, object_id)
    except GraphProblem as problem:
        if many and problem.subcode == 33:
            message = f"(#803) Some of the aliases you requested do not exist: {object_id}"
            raise GraphProblem(803, message) from None
        raise
    kind, item = KINDS[type(thing)], wanted(asking.call.text("fields"))
    if not edge:
        return node(asking, kind, thing, item.inner)
    if edge not in kind.edges:
        raise nonexisting_field(edge, kind.name)
    return kind.edges[edge](asking, thing, item, asking.call.params, f"{thing.id}/{edge}")


def _thing(asking: Asking, object_id: str) -> Page | Person | Post | Comment | Photo:
    """The object, when it stands and this token may see it; GraphProblem 100/33 otherwise, without telling which."""
    world, token = asking.world, asking.token
    if object_id == "me":
        found = world.pages.get(token.page_id) or world.people.get(token.person_id)
        if token.kind == "app" or found is None:
            message = "An active access token must be used to query information about the current user."
            raise GraphProblem(2500, message)
        return found
    if object_id in world.pages:
        return _own_page(asking, object_id)
    if object_id == token.person_id and object_id in world.people:
        return world.people[object_id]
    content = world.posts.get(object_id) or world.comment(object_id)
    if content is not None and visible(asking, content) and asking.sees(content.page_id):
        return content
    photo = world.photos.get(object_id)
    if photo is not None and asking.sees(photo.page_id):
        return photo
    if any(post.number == object_id for post in world.posts.values()):
        raise GraphProblem(12, "(#12) singular statuses API is deprecated for versions v2.4 and higher")
    if asking.world.is_unlike("gone-as-mistake"):
        raise parameter("Invalid object id")
    raise not_there(object_id, asking.call.method)


def _own_page(asking: Asking, page_id: str) -> Page:
    page = asking.world.pages[page_id]
    if asking.call.method == "GET":
        asking.need_page(page)
    return page


def _page_of(world: World, call: Call) -> str:
    found = world.page_of(call.path.partition("/")[0])
    token: Token | None = world.tokens.get(call.text("access_token"))
    return found or (token.page_id if token else "")


def _headers(served: str, trace: str, found: Answer) -> dict[str, str]:
    return {
        "facebook-api-version": served or f"v{NEWEST}.0",
        "x-fb-trace-id": trace,
        "x-fb-rev": "1000000",
        "X-FB-Debug": trace,
        "ETag": f'"{hash(found.content()) & 0xFFFFFFFF:08x}"',
        "Pragma": "no-cache",
        "Cache-Control": "private, no-cache, no-store, must-revalidate",
        "Expires": "Sat, 01 Jan 2000 00:00:00 GMT",
        "Access-Control-Allow-Origin": "*",
    }


def _log(world: World, call: Call, page_id: str, found: Answer, met: list[Fault], in_batch: bool) -> None:
    world.calls.append({
        "at": written(world.now()),
        "time": world.now(),
        "method": call.method,
        "path": "/" + call.path,
        "params": redacted(call.params),
        "page": page_id,
        "status": 0 if found.cut else found.status,
        "faults": [fault.kind for fault in met],
        "in_batch": in_batch,
    })  # fmt: skip
