"""Erases again, in a database of an older state, who was erased since. Before anything else is done with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import and_, not_
from sqlmodel import Session, col, select

from connector.graph.page import identity
from models.audit import note
from models.conversation import Conversation, Message, Visitor
from models.erasure import Erasure, digest
from models.page import PagePost
from models.school import School
from upkeep.erased_list import Line, known_lines
from upkeep.erasing import REASON, erase_rows, in_parts
from upkeep.whole_person import NAMELESS, Person

Spoken = dict[str, list[tuple[str, datetime]]]  # digest of a comment -> (conversation, when)


def erase_known(session: Session, data: Path, now: datetime) -> int:
    """Who stands in the list beside the database."""
    lines = known_lines(session, data)
    return erase_again(session, lines, now) if lines else 0


def erase_again(session: Session, lines: Sequence[Line], now: datetime) -> int:
    """How many of these had something here again. Every line becomes a row, so that what stands on Facebook stays out."""
    schools = set(session.exec(select(School.slug)))
    lines, found = [one for one in lines if one.school in schools], 0
    spoken = _spoken(session, lines)
    for line in lines:
        counts: dict[str, int] = defaultdict(int)
        for person in _people(session, line, spoken):
            for name, count in erase_rows(session, person, line.key, now).items():
                counts[name] += count
        row = session.get(Erasure, line.id) or Erasure(
            id=line.id, school=line.school, person=line.person, asked_by="", asked_at=line.at, confirmed_by=""
        )
        row.person, row.done_at, row.key, row.comments = line.person, line.at, line.key, list(line.comments)
        row.refused_at, row.refused_by = None, ""
        session.add(row)
        if counts:
            row.counts, row.cleaned_at, found = dict(counts), None, found + 1
            note(session, line.school, now, "", "erase again", line.id, "an older state was put back", **counts)
    session.flush()
    return found


def _people(session: Session, line: Line, spoken: Spoken) -> Iterator[Person]:
    """The one of the line by their id; and whoever wrote a comment of it, where Facebook told no name."""
    known = {
        author
        for author in _authors(session, line.school)
        if digest(line.key, line.school, "person", author) == line.person
    }
    if known:
        yield from (_before(session, line, author) for author in known)
    ids = _conversations(session, line, spoken)
    if ids:
        yield _talks(session, line.school, ids)


def _authors(session: Session, school: str) -> set[str]:
    wanted = (
        (Visitor.external_id, Visitor.school),
        (Conversation.author_external_id, Conversation.school),
        (Message.author_external_id, Message.school),
        (PagePost.author_external_id, PagePost.school),
    )
    return {
        str(one) for column, of in wanted for one in session.exec(select(column).where(of == school).distinct()) if one
    }


def _before(session: Session, line: Line, author: str) -> Person:
    """What they wrote up to their erasure; somebody who wrote again since stays known as who wrote that."""
    talks = session.exec(
        select(Conversation).where(Conversation.school == line.school, Conversation.author_external_id == author)
    ).all()
    old = [one for one in talks if one.opened_at <= line.at]
    said = _said(session, line.school, [one.id for one in old])
    kept = {one.id for one in said}
    words = select(Message).where(
        Message.school == line.school, Message.author_external_id == author, Message.created_at <= line.at
    )
    posts = select(PagePost).where(
        PagePost.school == line.school, PagePost.author_external_id == author, PagePost.created_at <= line.at
    )
    visitors = select(Visitor).where(Visitor.school == line.school, Visitor.external_id == author)
    gone = list(session.exec(visitors)) if len(old) == len(talks) else []
    stray = [one for one in session.exec(words) if one.id not in kept]
    return Person(line.school, author, tuple(gone), tuple(old), tuple(said), tuple(stray), tuple(session.exec(posts)))


def _spoken(session: Session, lines: Sequence[Line]) -> Spoken:
    """Where the comments of these lines stand in this state. One walk through the messages, however many lines."""
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        wanted[line.school, line.key].update(line.comments)
    found: Spoken = defaultdict(list)
    empty = and_(col(Message.text) == "", col(Message.permalink) == "", col(Message.author_external_id) == "")
    for (school, key), digests in wanted.items():
        query = select(Message.conversation_id, Message.external_id, Message.created_at).where(
            Message.school == school, col(Message.external_id).is_not(None), not_(empty)
        )
        for id, external_id, at in session.exec(query.execution_options(yield_per=1000)):
            told = digest(key, school, "comment", identity(str(external_id)))
            if told in digests:
                found[told].append((id, at))
    return found


def _conversations(session: Session, line: Line, spoken: Spoken) -> list[str]:
    """Those that are not erased yet."""
    ids = {id for one in line.comments for id, at in spoken.get(one, ()) if at <= line.at}
    return [
        id
        for some in in_parts(ids)
        for id in session.exec(
            select(Conversation.id).where(
                Conversation.school == line.school, col(Conversation.id).in_(some), Conversation.closed_reason != REASON
            )
        )
    ]


def _talks(session: Session, school: str, ids: Collection[str]) -> Person:
    talks = [
        row
        for some in in_parts(ids)
        for row in session.exec(
            select(Conversation).where(Conversation.school == school, col(Conversation.id).in_(some))
        )
    ]
    said = _said(session, school, ids)
    own = {one.external_id for one in said if one.external_id == one.post_external_id and one.direction == "received"}
    posts = session.exec(select(PagePost).where(PagePost.school == school, col(PagePost.external_id).in_(own)))
    return Person(school, NAMELESS + talks[0].id, (), tuple(talks), tuple(said), (), tuple(posts))


def _said(session: Session, school: str, ids: Collection[str]) -> list[Message]:
    return [
        row
        for some in in_parts(ids)
        for row in session.exec(select(Message).where(Message.school == school, col(Message.conversation_id).in_(some)))
    ]
