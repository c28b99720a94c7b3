"""`export`: all that is held of a school, or of one person, as JSON and as pages to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from commands.bridge import open_bridge
from commands.schools import the_school
from commands.telling import Json, TheSchool, say, say_json
from config.mistake import Mistake
from inbox.labelled import labelled
from models.audit import note
from models.event import events
from models.post import posts
from models.school import School
from models.staff import member, staff
from upkeep import export as exporting
from upkeep.backup import snapshot
from upkeep.export_folder import check_free, folder, in_json, write
from upkeep.whole_person import whole_person
from web.people.export_page import person_page, school_page, talks_page
from web.speech import Speech, speeches

app = typer.Typer()


@app.command("export")
def export(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder.")],
    person: Annotated[
        str,
        typer.Option("--person", metavar="EXTERNAL_ID", help="Only this person's: Facebook's id, or a conversation's."),
    ] = "",
    only_labelled: Annotated[
        bool,
        typer.Option(
            "--labelled", help="Only texts whose language a person said, as JSON lines, without names and ids."
        ),
    ] = False,
    email: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who you are: it is noted.")] = "",
    why: Annotated[str, typer.Option("--why", help="What it is for: it is noted.")] = "",
    language: Annotated[str, typer.Option("--language", metavar="en", help="Of the pages.")] = "en",
    school: TheSchool = None,
    as_json: Json = False,
) -> None:
    """Save what is held of a school, or of one person, as JSON and as pages to read and print. No secret is in it.

    That it was done stands in the audit.
    """
    check_free(out)
    if person and only_labelled:
        raise Mistake("--person and --labelled are two exports", "use one of them at a time")
    speech = speeches().get(language)
    if speech is None:
        raise Mistake(f"The pages do not speak {language}", f"use one of: {', '.join(speeches())}")
    bridge = open_bridge()
    now = bridge.clock()
    with bridge.db.write() as session:  # before: nobody gets the files without it
        home = the_school(session, school)
        _check(session, home, email)
        subject = whole_person(session, home.slug, person).subject if person else home.slug
        what = "export labelled" if only_labelled else "export person" if person else "export"
        note(session, home.slug, now, email, what, subject, why)
    saved = _labelled if only_labelled else _person if person else _school
    with snapshot(bridge.db) as connection, Session(bind=connection) as session, folder(out) as half:
        counts = saved(session, home, half, speech, now, person)
    _tell(out, counts, as_json)


def _person(session: Session, school: School, half: Path, speech: Speech, now: datetime, asked: str) -> dict[str, int]:
    held = exporting.of_person(session, whole_person(session, school.slug, asked))
    write(half / "export.json", in_json(_head(school, now, held), ()))
    write(half / "index.html", person_page(speech, school, now, held))
    talks = held["conversations"]
    return {"conversation": len(talks), "message": sum(len(one["messages"]) for one in talks)}


def _school(session: Session, school: School, half: Path, speech: Speech, now: datetime, _: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    write(half / "export.json", in_json(_head(school, now, {}), _counted(session, school, counts)))
    files: list[tuple[str, int]] = []
    for number, talks in enumerate(exporting.batches(session, school.slug), start=1):
        files.append((f"conversations-{number:04}.html", len(talks)))
        write(half / files[-1][0], talks_page(speech, school, now, talks, number))
    shown: dict[str, Any] = {
        "people": staff(session, school.slug), "events": events(session, school.slug), "posts": posts(session, school.slug),
    }  # fmt: skip
    write(half / "index.html", school_page(speech, school, now, talks=files, counts=counts, **shown))
    return counts


def _labelled(session: Session, school: School, half: Path, speech: Speech, now: datetime, _: str) -> dict[str, int]:
    rows = [one.json for one in labelled(session, school.slug)]
    write(half / "labelled.jsonl", (json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return {"labelled": len(rows)}


def _counted(
    session: Session, school: School, counts: dict[str, int]
) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    def rows(name: str, given: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        counts[name] = 0
        for row in given:
            counts[name] += 1
            yield row

    for name, given in exporting.tables(session, school.slug):
        yield name, rows(name, given)


def _head(school: School, now: datetime, held: Mapping[str, Any]) -> dict[str, Any]:
    return {"school": school.slug, "name": school.name, "made_at": now.isoformat(), **held}


def _check(session: Session, school: School, email: str) -> None:
    person = member(session, school.slug, email) if email else None
    if email and (person is None or person.role != "owner"):
        raise Mistake(f"{email} may not export what {school.slug} holds", "ask an owner of the school")


def _tell(out: Path, counts: Mapping[str, int], as_json: bool) -> None:
    if as_json:
        say_json({"out": str(out), "counts": dict(counts)})
        return
    if "labelled" in counts:
        say(f"{out}: {counts['labelled']:,} texts with their languages, in labelled.jsonl.")
        say("A family's own words may name somebody: look through it before you give it away.")
        return
    talks, said = counts.get("conversation", 0), counts.get("message", 0)
    say(f"{out}: {talks:,} conversations with {said:,} messages, in export.json and index.html.")
    say("It holds what families wrote: keep it where only you can read it, and delete it when it is no longer needed.")
