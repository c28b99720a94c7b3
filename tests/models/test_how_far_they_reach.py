"""Whoever looks over all schools says so, in a few listed places; a page that does not say how far it reaches sees no school."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = (
    "calendars",
    "commands",
    "config",
    "connector",
    "inbox",
    "mirroring",
    "models",
    "outbox",
    "schedulers",
    "upkeep",
    "web",
)

# file -> how often it looks everywhere, and what for
EVERYWHERE = {
    "commands/bridge.py": (1, "a command is the operator's, who runs all schools; rounds narrow it (House.at)"),
    "inbox/glance.py": (2, "fifty pages at a time are looked at, whosever they are"),
    "models/migrate.py": (1, "which shape the database is in; it may have no wall yet"),
    "schedulers/inward.py": (1, "webhooks are unpacked for whichever pages they name"),
    "upkeep/sign_in.py": (1, "what somebody is, at each school"),
    "web/policy.py": (1, "who is signed in, and what they are at each school"),
    "web/visit.py": (1, "whose the id in an address is"),
    "web/trouble.py": (1, "which schools a page that was not found leads to"),
    "web/entrance/code_page.py": (1, "a sign-in ends at whichever school they work"),
    "web/entrance/entering.py": (1, "the same"),
    "web/entrance/invitation.py": (4, "a link does not name its school"),
    "web/entrance/outside.py": (1, "who they are to their own sign-in, at whichever school"),
    "web/entrance/sign_in.py": (2, "the same"),
    "web/families/event_pages.py": (1, "an event's code does not name its school"),
    "web/families/subscribed.py": (1, "nor does a subscribed calendar's address"),
    "web/inbox/live.py": (1, "one look for all who listen, and whether they still may"),
    "web/machines/keeper.py": (1, "webhooks are kept as they came"),
    "web/machines/watched.py": (2, "counts only, for the operator"),
    "web/machines/meta_callbacks.py": (2, "a person at Facebook is forgotten by all schools"),
}
# pages that ask without a school, of tables that lie outside the wall
NOWHERE = {
    "web/entrance/code_page.py": 1,
    "web/entrance/entering.py": 1,
    "web/entrance/outside.py": 2,
    "web/entrance/sign_in.py": 1,
    "web/machines/meta_callbacks.py": 1,
    "web/policy.py": 1,
}


def test_who_looks_everywhere_is_listed_with_the_reason() -> None:
    assert found(looks_everywhere) == {name: number for name, (number, _) in EVERYWHERE.items()}


def test_a_page_asks_its_own_schools_database() -> None:
    """`visit.db`, or `context.db.of(slug)`: by `context.db` itself nothing of any school is found."""
    assert {name: n for name, n in found(asks_of_no_school).items() if name.startswith("web/")} == NOWHERE


def test_the_check_sees_every_way_of_writing_it() -> None:
    ways = ["db.everywhere", "context.db.everywhere.read()", "with looking_everywhere(session): pass", "wall.lift(c)"]
    assert [sum(looks_everywhere(ast.parse(way))) for way in ways] == [1] * len(ways)
    closed = ["context.db.read()", "db.write()", "self._context.db.read()", "guest.context.db.write()"]
    assert [sum(asks_of_no_school(ast.parse(way))) for way in closed] == [1] * len(closed)
    told = [
        "visit.db.read()",
        "self.db.of(slug).read()",
        "context.db.of(x.school).write()",
        "self.db.everywhere.read()",
    ]
    assert [sum(asks_of_no_school(ast.parse(way))) for way in told] == [0] * len(told)


def found(kind: object) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for room in ROOMS:
        for path in (HOUSE / room).rglob("*.py"):
            name = path.relative_to(HOUSE).as_posix()
            if not name.startswith(("models/wall.py", "models/database.py", "models/migrations/")):
                counted[name] += sum(kind(ast.parse(path.read_text())))  # type: ignore[operator]
    return {name: n for name, n in counted.items() if n}


def looks_everywhere(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        yield isinstance(node, ast.Attribute) and node.attr == "everywhere"
        yield isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("looking_everywhere", "lift"))


def asks_of_no_school(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("read", "write"):
            of = ast.unparse(node.value)
            yield (of == "db" or of.endswith(".db")) and not of.endswith(("visit.db", "self.db"))
