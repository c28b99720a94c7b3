"""`detect`: guesses languages, line by line, in order, as they come."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from commands.telling import Json, aside, say_json
from config.languages import language_tag
from inbox.language.detect import NotAText, detect_line
from inbox.language.guess import Guesser
from inbox.language.tags import ALL_LANGUAGES

app = typer.Typer()

_UNREAD: dict[str, Any] = {"language": "und", "confidence": 0.0, "mixed_with": None, "candidates": []}


@app.command("detect")
def detect(
    languages: Annotated[
        str, typer.Option("--languages", metavar="en,es", help="Those enabled; without it all that ship.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Guess the language of JSON lines {"text": …} from standard input.

    Prints one JSON object a line, in the same order, with or without --json. A line that cannot be read gets one, too
    (with its error), so that lines stay side by side; the command then ends with 1.
    """
    tags = tuple(language_tag(one) for one in languages.split(",") if one.strip()) or ALL_LANGUAGES
    guesser, bad = Guesser(), 0
    for number, line in enumerate(sys.stdin.buffer if sys.stdin else (), start=1):
        if line.strip():
            answer = _answer(line, number, guesser, tags)
            bad += "error" in answer
            say_json(answer)
    if bad:
        raise typer.Exit(1)


def _answer(line: bytes, number: int, guesser: Guesser, tags: Sequence[str]) -> dict[str, Any]:
    try:
        return detect_line(line.decode("utf-8-sig"), guesser, tags)
    except UnicodeDecodeError:
        wrong = "This line is not UTF-8: save the input as UTF-8."
    except NotAText as refused:
        wrong = str(refused)
    aside(f"Line {number}: {wrong}")
    return {**_UNREAD, "error": wrong}
