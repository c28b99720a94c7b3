"""The matrix of `test_another_school`, on PostgreSQL, with every question about the school taken out of the program.

What is left is the second wall alone. To see that the question was really taken out, the wall is taken away as well: then
the same addresses must show what is another school's, or nothing would have been shown at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import BindParameter, Column, Delete, Select, Update, event, text, true
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.visitors import replacement_traverse

from models.wall import ROLE
from tests.desk.conftest import Client, Desk
from tests.desk.test_another_school import UNKNOWN, everything, ids_of_maple, told
from tests.desk.test_every_route import every_route
from tests.web.conftest import Stage
from web.visit import Visit

OF_MAPLE = ("Rosa", "Maria Ortiz", "Winter concert", "East African Center", "pta-page", "maple")


def is_about_the_school(one: Any) -> bool:
    return isinstance(one, Column) and (one.name == "school" or (one.table.name == "school" and one.name == "slug"))


def without_school(one: Any, **_: Any) -> Any:
    """True in place of `school = …`, on whichever side the value stands."""
    if isinstance(one, BinaryExpression):
        sides = one.left, one.right
        if any(map(is_about_the_school, sides)) and any(isinstance(side, BindParameter) for side in sides):
            return true()
    return None


@contextmanager
def filter_taken_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Also what finds out whose an id is, before anything is looked for."""
    taken: list[str] = []

    def take(_connection: Any, statement: Any, many: Any, params: Any, _options: Any) -> Any:
        if isinstance(statement, Select | Update | Delete):
            without = replacement_traverse(statement, {}, without_school)
            if str(without) != str(statement):
                taken.append(str(statement))
            return without, many, params
        return statement, many, params

    monkeypatch.setattr(Visit, "to", lambda self, id, *models: self)
    event.listen(desk.db.engine, "before_execute", take, retval=True)
    try:
        yield taken
    finally:
        event.remove(desk.db.engine, "before_execute", take)
        monkeypatch.undo()


@contextmanager
def no_wall(desk: Desk) -> Iterator[None]:
    with desk.db.engine.begin() as connection:
        connection.execute(text(f"ALTER ROLE {ROLE} BYPASSRLS"))
    try:
        yield
    finally:
        with desk.db.engine.begin() as connection:
            connection.execute(text(f"ALTER ROLE {ROLE} NOBYPASSRLS"))


def other_answers(zoe: Client, stage: Stage, ids: dict[str, str]) -> tuple[int, list[str]]:
    """How many addresses were tried, and those at which an id of Maple is answered otherwise than one that is nobody's."""
    found, tried = [], 0
    for method, path, roles in every_route(stage.app):
        if roles is None or "{" not in path or "owner" not in roles:
            continue
        begin, _, rest = path.partition("{")
        end, tried = rest.partition("}")[2], tried + 1
        foreign, unknown = (answer(zoe, method, begin, id, end) for id in (ids[begin], UNKNOWN))
        if foreign != unknown:
            found.append(f"{method} {path}")
    return tried, found


def answer(zoe: Client, method: str, begin: str, id: str, end: str) -> tuple[int, str]:
    status, then = told(zoe, method, begin + id + end)
    return status, then.replace(id, "{id}")


def shown_elsewhere(zoe: Client, stage: Stage, ids: dict[str, str]) -> list[str]:
    """Pages without an id on which words or ids of Maple stand."""
    words = [*OF_MAPLE, *(one for one in ids.values() if "_" in one)]
    found = []
    for method, path, roles in every_route(stage.app):
        if method == "GET" and roles and "owner" in roles and "{" not in path and path != "/live":
            page = zoe.get(path).text
            found += [path] if any(word in page for word in words) else []
    return found


def test_the_second_wall_holds_alone(
    state_desk: Desk, stage: Stage, wordings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ids_of_maple(state_desk, wordings)
    before, zoe = everything(state_desk), state_desk.as_("zoe")
    with filter_taken_away(state_desk, monkeypatch) as taken:
        tried, answered = other_answers(zoe, stage, ids)
        shown = shown_elsewhere(zoe, stage, ids)
        questions = len(set(taken))
    assert everything(state_desk) == before
    assert (answered, shown) == ([], [])
    assert tried > 30 and questions > 50

    with filter_taken_away(state_desk, monkeypatch), no_wall(state_desk):
        shown = shown_elsewhere(zoe, stage, ids)
        _, answered = other_answers(zoe, stage, ids)
    assert len(answered) > tried / 2 and len(shown) > 10
    assert everything(state_desk) != before
