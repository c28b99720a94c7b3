"""How commands speak: JSON lines for programs, tables for people; standard error for everything beside the answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
OfSchool = Annotated[str | None, typer.Option("--school", metavar="SLUG", help="Only this school.")]
TheSchool = Annotated[
    str | None, typer.Option("--school", metavar="SLUG", help="The school; not needed where there is only one.")
]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who you are.")]

_NARROW = 100  # columns of a table that does not go to a terminal


def out() -> Console:
    """Standard output as it is now, for people."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.is_terminal else Console(highlight=False, width=_NARROW)


def say(sentence: str) -> None:
    """An answer in plain words, on standard output."""
    typer.echo(sentence)


def aside(sentence: str) -> None:
    """Progress, hints, warnings: on standard error."""
    typer.echo(sentence, err=True)


def say_json(value: Mapping[str, Any]) -> None:
    """One object on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def said_in_json(sentence: str) -> None:
    """An answer in plain words, for programs."""
    say_json({"said": sentence})


def say_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, none: str) -> None:
    """A list: one JSON object a line, or a table of `columns`; `none` is the sentence for people when it is empty."""
    if as_json:
        for row in rows:
            say_json(row)
        return
    found = list(rows)
    if found:
        out().print(table(found, columns))
    else:
        aside(none)


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], title: str | None = None) -> Table:
    drawn = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=SIMPLE_HEAD, pad_edge=False
    )
    for name in columns:
        drawn.add_column(name.removesuffix("_at").replace("_", " "), overflow="fold", no_wrap=name == "id")
    for row in rows:
        drawn.add_row(*(_when(row.get(name)) if name.endswith("_at") else cell(row.get(name)) for name in columns))
    return drawn


def _when(moment: str | None) -> str:
    """ "2026-12-08T18:00:00-06:00" as "2026-12-08 18:00 -06:00"."""
    return f"{moment[:10]} {moment[11:16]} {moment[-6:]}" if moment else ""


def cell(value: Any) -> str:
    """Text of anybody's, safe from being read as markup or as commands to the terminal."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {one}" for key, one in value.items())
    return escape(plain(str(value)))


def plain(text: str) -> str:
    """Without control characters; line breaks become spaces."""
    return "".join(char if char.isprintable() else " " for char in text)
