"""Every command that a page tells people to type exists, with the options named there."""

from __future__ import annotations

import re
from typing import Any

import pytest

from commands.main import TABLE, _load
from tests.program import ROOT

PAGES = [ROOT / "README.md", ROOT / "deploy" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TYPED = re.compile(r"(?:run\.py|sudo pta-bridge|backup\.sh) ([a-z][a-z-]+)((?: [^`\n#;|]*)?)")


def typed() -> list[tuple[str, str, str]]:
    """(page, command, what follows it)"""
    return sorted({(page.name, *found) for page in PAGES for found in TYPED.findall(page.read_text(encoding="utf-8"))})


def options_of(command: Any) -> set[str]:
    return {name for one in command.params for name in (*one.opts, *one.secondary_opts) if name.startswith("-")}


@pytest.mark.parametrize(("page", "name", "rest"), typed())
def test_what_a_page_says_can_be_typed(page: str, name: str, rest: str) -> None:
    assert name in TABLE, f"{page} names `run.py {name}`"
    command, words = _load(name), rest.split()
    while words and getattr(command, "commands", None) and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    wanted = {word.strip("(),.`") for word in words if re.match(r"\(?--[a-z]", word)} - {"--help"}
    assert wanted <= options_of(command), f"{page}: `run.py {name}{rest}`"


def test_the_pages_name_most_commands_there_are() -> None:
    assert len({name for _, name, _ in typed()}) > 20
