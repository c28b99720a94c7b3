"""Turns what the world holds into Graph JSON: nodes with the wanted fields, edges with their paging."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.facebook.calls import Asking
from rehearsal.facebook.fields import Field, parse
from rehearsal.facebook.paging import Slice, address, cursor, cut, limit_of
from rehearsal.facebook.problems import GraphProblem, nonexisting_field, too_much_data
from rehearsal.facebook.world import Comment, Fault, Person, Photo, Post

Json = dict[str, Any]
Getter = Callable[[Asking, Any, Field], Any]
Edge = Callable[[Asking, Any, Field, Mapping[str, Any], str], Json]


@dataclass(frozen=True, slots=True)
class Kind:
    """A node type. A getter that gives None leaves its field out. `silent` fields exist and are never there."""

    name: str
    default: tuple[str, ...]
    fields: Mapping[str, Getter]
    edges: Mapping[str, Edge]
    silent: frozenset[str] = frozenset()
    gone: Mapping[str, str] | None = None  # field → version that took it away


def node(asking: Asking, kind: Kind, thing: Any, wanted: Sequence[Field]) -> Json:
    """The node with the wanted fields (its default ones when none are named), always with its id."""
    shown: Json = {}
    for item in wanted or tuple(Field(name) for name in kind.default):
        value = _value(asking, kind, thing, item)
        if value is not None:
            shown[item.name] = value
    if "id" in shown or "id" not in kind.fields:
        return shown
    own_id = kind.fields["id"](asking, thing, Field("id"))
    return shown | ({"id": own_id} if own_id is not None else {})


def _value(asking: Asking, kind: Kind, thing: Any, item: Field) -> Any:
    if item.name in kind.fields:
        return kind.fields[item.name](asking, thing, item)
    if item.name in kind.edges:
        found = kind.edges[item.name](asking, thing, item, item.arguments, f"{thing.id}/{item.name}")
        return found if found["data"] or "summary" in found else None
    if kind.gone and item.name in kind.gone:
        message = f"(#12) {item.name} field is deprecated for versions {kind.gone[item.name]} and higher"
        raise GraphProblem(12, message)
    if item.name not in kind.silent:
        raise nonexisting_field(item.name, kind.name)
    return None


def edge(
    asking: Asking,
    kind: Kind,
    things: Sequence[Any],
    item: Field,
    params: Mapping[str, Any],
    path: str,
    *,
    largest: int | None = None,
) -> Json:
    """One page of `things` under `path`, bent by the faults that name this edge."""
    limit = limit_of(params, largest)
    _refuse_large(asking, limit, item)
    shown = [thing for thing in things if thing.id not in _hidden(asking)]
    ids = [thing.id for thing in shown]
    part = cut(ids, params, limit)
    bending = _bending(asking, path)
    if bending and bending.kind == "short-page":
        stop = min(part.stop, part.start + int(bending.details.get("size", 1)))
        part = Slice(part.start, stop, part.more_before, part.more_after or stop < part.stop)
    data = [node(asking, kind, thing, item.inner) for thing in shown[part.start : part.stop]]
    found: Json = {"data": data}
    if data:
        found["paging"] = _paging(asking, path, _kept(asking, item, params, path), ids, part)
    return _bent(asking, found, bending, path, _kept(asking, item, params, path), ids[part.start : part.stop])


def wanted(text: str) -> Field:
    """The `fields` parameter of a call, as the inside of an unnamed field."""
    return Field("", {}, parse(text), text)


def _paging(asking: Asking, path: str, params: Mapping[str, Any], ids: Sequence[str], part: Slice) -> Json:
    before, after = cursor(ids[part.start]), cursor(ids[part.stop - 1])
    paging: Json = {"cursors": {"before": before, "after": after}}
    if part.more_after or asking.world.is_unlike("endless-paging"):
        paging["next"] = address(asking.root, path, params, after=after)
    if part.more_before:
        paging["previous"] = address(asking.root, path, params, before=before)
    return paging


def _kept(asking: Asking, item: Field, params: Mapping[str, Any], path: str) -> Json:
    """What the address of the next page repeats: token, fields, limit, filter …"""
    kept = {name: value for name, value in params.items() if name not in ("fields", "access_token", "ids")}
    if item.inner_text:
        kept["fields"] = item.inner_text
    kept.setdefault("limit", limit_of(params, None))
    return {"access_token": asking.token.value, **kept}


def _hidden(asking: Asking) -> set[str]:
    hidden = [fault for fault in asking.faults if fault.kind == "hidden-from-read"]
    return {str(object_id) for fault in hidden for object_id in fault.details.get("ids", [])}


def _bending(asking: Asking, path: str) -> Fault | None:
    kinds = ("short-page", "empty-page-with-next", "repeated-cursor", "paging-missing", "empty")
    for fault in asking.faults:
        named = str(fault.details.get("edge") or asking.call.path.rpartition("/")[2])
        if fault.kind in kinds and path.endswith("/" + named):
            return fault
    return None


def _bent(
    asking: Asking, found: Json, fault: Fault | None, path: str, params: Mapping[str, Any], ids: Sequence[str]
) -> Json:
    if fault is None or fault.kind == "short-page" or not found["data"]:
        return found
    if fault.kind == "empty":
        return {"data": []}
    if fault.kind == "paging-missing":
        return {"data": found["data"]}
    again = cursor(ids[0], starts_here=True)
    found["paging"] = {
        "cursors": {"before": cursor(ids[0]), "after": again},
        "next": address(asking.root, path, params, after=again),
    }
    return found | ({"data": []} if fault.kind == "empty-page-with-next" else {})


def _refuse_large(asking: Asking, limit: int, item: Field) -> None:
    """Very large reads get code 1 and the advice to ask for less, as the real one gives."""
    inner = sum(limit_of(part.arguments, None) for part in item.inner if _plural(part.name))
    if limit * max(1, inner) > asking.world.switches.largest_read:
        raise too_much_data()


def _plural(name: str) -> bool:
    return name in ("comments", "likes", "reactions", "feed", "posts", "published_posts")


def visible(asking: Asking, thing: Post | Comment) -> bool:
    return not thing.removed_at and thing.shows_at <= asking.world.now()


def between(asking: Asking, things: Sequence[Any], since: float | None, until: float | None) -> list[Any]:
    low, high = since or 0.0, until or float("inf")
    return [thing for thing in things if low <= thing.created_at <= high]


Thing = Post | Comment | Person | Photo
