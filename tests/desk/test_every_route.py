"""Who may use which address: every route says so, and whoever may not finds no such page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route

from tests.desk.conftest import PEOPLE, Desk
from tests.web.conftest import Stage
from web.policy import PUBLIC, Allow


def allowed(route: BaseRoute) -> frozenset[str] | None:
    """The roles of a route, None where it asks for nobody."""
    if not isinstance(route, APIRoute):
        return None
    found = [one.call.roles for one in route.dependant.dependencies if isinstance(one.call, Allow)]
    return found[0] if found else None


def every_route(app: FastAPI) -> list[tuple[str, str, frozenset[str] | None]]:
    """(method, path, roles)"""
    found = []
    for route in walk(app.routes):
        methods = (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
        found += [(method, route.path, allowed(route)) for method in sorted(methods)]
    return sorted(found, key=lambda one: (one[1], one[0]))


def walk(routes: list[BaseRoute]) -> Iterator[Route | Mount | APIRoute]:
    """Also of routers that were included as they are."""
    for route in routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if inner is not None:
            yield from walk(inner.routes)
        else:
            yield route  # type: ignore[misc]


def test_every_route_says_who_may_use_it(desk: Desk, stage: Stage) -> None:
    unclassified = [
        f"{method} {path}" for method, path, roles in every_route(stage.app) if roles is None and path not in PUBLIC
    ]
    assert unclassified == []


def test_what_is_public_exists_and_asks_for_nobody(desk: Desk, stage: Stage) -> None:
    open_ones = {path for _, path, roles in every_route(stage.app) if roles is None}
    assert set(PUBLIC) - open_ones == set()


def test_nobody_gets_in_without_signing_in(desk: Desk, stage: Stage) -> None:
    for method, path, roles in every_route(stage.app):
        if roles is None:
            continue
        body = b"x=1" if method != "GET" else None
        kind = {"Content_Type": "application/x-www-form-urlencoded"} if body else {}
        answer = desk.site.get(filled(path), method, body, **kind)
        assert answer.status == (303 if method == "GET" else 401), (method, path)


@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_another_role_and_another_school_find_no_such_page(desk: Desk, stage: Stage, who: str) -> None:
    """Ids of the matrix are of Maple, or of nothing: whoever may not is told the same for both."""
    client, role = desk.as_(who), PEOPLE[who].role
    for method, path, roles in every_route(stage.app):
        if roles is None:
            continue
        foreign = "{" in path
        if role in roles and not foreign:
            continue
        answer = client.get(filled(path)) if method == "GET" else client.post(filled(path))
        assert answer.status in ((404,) if role not in roles else (404, 422, 303)), (who, method, path, answer.status)


def filled(path: str) -> str:
    """With an id that nothing has."""
    while "{" in path:
        begin, _, rest = path.partition("{")
        path = begin + "co_0000000000000000" + rest.partition("}")[2]
    return path


def table(app: FastAPI) -> str:
    """The policy as people read it; `python -m tests.desk` prints it."""
    return "\n".join(
        f"{method:5} {path:45} {', '.join(sorted(roles)) if roles else PUBLIC.get(path, '?')}"
        for method, path, roles in every_route(app)
    )
