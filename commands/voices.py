"""`silence` and `topics`: what families say, all together. No words of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import these_schools
from commands.shapes import Shape
from commands.telling import Json, OfSchool, say_rows
from config.languages import language_name
from config.topics import topic_name
from models.school import School
from upkeep import recurring as topics_of
from upkeep import silence as silence_of
from upkeep.recurring import Recurring
from upkeep.silence import Silence

app = typer.Typer()
Weeks = Annotated[int, typer.Option("--weeks", metavar="N", min=1, max=260, help="So many weeks back.")]


@app.command("silence")
def silence(weeks: Weeks = silence_of.WEEKS, school: OfSchool = None, as_json: Json = False) -> None:
    """Tell under how many posts nobody wrote in a language that the school speaks, while others did.

    Of those `silent`, so many were said in that language, were not, or nobody knows (made by hand).
    """
    bridge = open_bridge()
    with bridge.db.read() as session:
        schools = these_schools(session, school)
        found = [(one, silence_of.silence(session, one, bridge.clock(), weeks)) for one in schools]
    rows = [row for one, told in found for row in _silent(one, told)]
    columns = ("school", "language", "silent", "spoken_under", "said_in_it", "not_said_in_it", "unknown")
    say_rows(rows, columns, as_json=as_json, none="No school speaks any language here.")


@app.command("topics")
def topics(weeks: Weeks = topics_of.WEEKS, school: OfSchool = None, as_json: Json = False) -> None:
    """Tell which topics come back in which languages, from five conversations on.

    A number below five is null with --json, so that no family is recognised; `at_least` is the sum.
    """
    bridge = open_bridge()
    with bridge.db.read() as session:
        schools = these_schools(session, school)
        found = [(one, topics_of.recurring(session, one, bridge.clock(), weeks)) for one in schools]
    rows = [row for one, told in found for row in _topics(one, told)]
    columns = ("school", "name", "at_least", "by_language")
    say_rows(rows, columns, as_json=as_json, none="No topic has come up in five conversations.")


def _silent(school: School, found: Silence) -> Iterator[Shape]:
    for one in found.languages:
        yield {
            "school": school.slug, "language": one.language, "name": language_name(one.language), "weeks": found.weeks,
            "posts": found.posts, "spoken_under": one.spoken_under, "heard": one.heard, "silent": len(one.silent),
            "said_in_it": one.silent_and_said(True), "not_said_in_it": one.silent_and_said(False),
            "unknown": one.silent_and_said(None), "speakers": list(one.speakers),
            "partners": [partner.name for partner in one.partners], "permalinks": [post.permalink for post in one.silent],
        }  # fmt: skip


def _topics(school: School, found: Recurring) -> Iterator[Shape]:
    for row in found.rows:
        yield {
            "school": school.slug, "topic": row.topic, "name": topic_name(row.topic, "en"), "weeks": found.weeks,
            "at_least": row.at_least, "is_exact": row.is_exact,
            "by_language": {tag: told.number for tag, told in row.by_language.items()},
        }  # fmt: skip
