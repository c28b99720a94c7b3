"""What a row of the inbox shows: who, what it was about, the family's newest words, and what was promised.

The rows come from `models.inbox`; all that belongs to them is asked for fifty at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, func, select
from sqlmodel import Session

from models.conversation import Conversation, Message
from models.database import table
from models.event import Event
from models.page import PagePost
from models.post import Post
from models.promise import Promise

WORDS = 180  # characters of a family's words in a row
ABOUT = 80
UNSURE = "und"


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in a list. Texts are the family's or a post's own: `words` may be "" (a photo, or all removed)."""

    id: str
    name: str  # "" for a family that Facebook does not name
    language: str
    state: str
    closed_reason: str
    assignee: str  # email, "" = nobody
    due_at: datetime | None
    since: datetime
    changed_at: datetime
    snoozed_until: datetime | None
    taken_by: str
    taken_at: datetime | None
    handed_back_at: datetime | None
    promised_for: date | None
    promised_by: str
    words: str
    words_language: str
    is_photo: bool  # they sent something to look at, and no words
    about: str
    is_own_post: bool  # they wrote on the page itself, under no post of ours
    guesses: tuple[str, ...]  # the best guesses of a language that is unsure, best first
    urgent: str  # a kind of config.urgent, "" = not, or not any more
    urgent_seen_by: str
    urgent_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    language: str
    guess: Mapping[str, Any]
    has_attachment: bool


def rows_of(session: Session, school: str, found: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The rows of a page, as they were found, with all that they show."""
    if not found:
        return []
    said = _newest_words(session, school, [one["id"] for one in found])
    about = _about(session, school, found)
    promised = _promised(session, school, [one["id"] for one in found if one["promised_for"]])
    return [_row(one, said.get(one["id"], _SILENT), about, promised.get(one["id"], "")) for one in found]


_SILENT = _Said("", "und", {}, False)
_Posts = Mapping[tuple[str, str], str]


def _row(one: Mapping[str, Any], said: _Said, about: _Posts, promised_by: str) -> Row:
    text = " ".join(said.text.split())
    return Row(
        id=one["id"], name=one["author_name"], language=one["language"], state=one["state"],
        closed_reason=one["closed_reason"], assignee=one["assignee"] or "", due_at=one["due_at"], since=one["opened_at"],
        changed_at=one["updated_at"], snoozed_until=one["snoozed_until"], taken_by=one["taken_by"], taken_at=one["taken_at"],
        handed_back_at=one["handed_back_at"], promised_for=one["promised_for"], promised_by=promised_by,
        words=_shortened(text, WORDS), words_language=said.language, is_photo=not text and said.has_attachment,
        about=about.get((one["page"], one["post_external_id"]), ""),
        is_own_post=one["post_external_id"] == one["comment_external_id"], guesses=_guesses(one, said),
        urgent=one["urgent"] if one["state"] != "closed" else "", urgent_seen_by=one["urgent_seen_by"],
        urgent_seen_at=one["urgent_seen_at"],
    )  # fmt: skip


def _shortened(text: str, most: int) -> str:
    """At a space, where there is one near the end."""
    if len(text) <= most:
        return text
    cut = text[:most].rstrip()
    word = cut.rpartition(" ")[0]
    return (word if len(word) > most * 0.7 else cut) + "…"


def _guesses(one: Mapping[str, Any], said: _Said) -> tuple[str, ...]:
    if one["language"] != UNSURE:
        return ()
    return tuple(str(tag) for tag, *_ in said.guess.get("candidates", ())[:2])


def _newest_words(session: Session, school: str, ids: Sequence[str]) -> dict[str, _Said]:
    """conversation id -> what the family said last, of what still stands. A thread of thousands costs no more than a short one."""
    connection = session.connection()
    newest = [one for one in connection.execute(_newest_query(), {"school": school, "ids": list(ids)}).scalars() if one]
    found = connection.execute(_said_query(), {"school": school, "ids": newest})
    return {id: _Said(text, language, guess or {}, bool(attachment)) for id, text, language, guess, attachment in found}


def _about(session: Session, school: str, found: Sequence[Mapping[str, Any]]) -> _Posts:
    """(page, post's external id) -> the title of its event, else its first words."""
    asked = {
        "school": school,
        "pages": sorted({one["page"] for one in found}),
        "ids": sorted({one["post_external_id"] for one in found}),
    }
    titles, words = _about_queries()
    told = {(page, id): _first_line(said) for page, id, said in session.connection().execute(words, asked)}
    told |= {(page, id): _shortened(title, ABOUT) for page, id, title in session.connection().execute(titles, asked)}
    return told


# Questions are put together once: for a list of fifty that takes as long as the database needs to answer them.


@cache
def _newest_query() -> Select[Any]:
    """Only which. Their words in one question with this would cost PostgreSQL a walk through all messages of the school:
    behind the wall (models.wall) it looks nothing up by what a subquery says."""
    newest, here = table(Message).alias("newest"), table(Conversation)
    last = (
        select(newest.c.id)
        .where(
            newest.c.school == here.c.school, newest.c.conversation_id == here.c.id, newest.c.direction == "received",
            newest.c.removed_at.is_(None),
        )
        .order_by(newest.c.created_at.desc(), newest.c.id.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    return select(last).where(here.c.school == bindparam("school"), here.c.id.in_(bindparam("ids", expanding=True)))


@cache
def _said_query() -> Select[Any]:
    told = table(Message).c
    text = func.substr(told.text, 1, 3 * WORDS).label("text")
    return select(told.conversation_id, text, told.language, told.guess, told.attachment).where(
        told.school == bindparam("school"), told.id.in_(bindparam("ids", expanding=True))
    )


@cache
def _about_queries() -> tuple[Select[Any], Select[Any]]:
    """Titles of events, and first words of posts."""
    post, event, standing = table(Post).c, table(Event), table(PagePost).c
    school: BindParameter[str] = bindparam("school")
    pages: BindParameter[str] = bindparam("pages", expanding=True)
    ids: BindParameter[str] = bindparam("ids", expanding=True)
    titles = (
        select(post.page, post.external_id, event.c.title)
        .join(event, and_(event.c.school == post.school, event.c.id == post.event_id))
        .where(post.school == school, post.page.in_(pages), post.external_id.in_(ids))
    )
    words = select(standing.page, standing.external_id, func.substr(standing.message, 1, 3 * ABOUT)).where(
        standing.school == school, standing.page.in_(pages), standing.external_id.in_(ids)
    )
    return titles, words


def _first_line(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return _shortened(next((line for line in lines if line), ""), ABOUT)


def _promised(session: Session, school: str, ids: Sequence[str]) -> dict[str, str]:
    """conversation id -> who promised what is due first."""
    if not ids:
        return {}
    one = table(Promise).c
    query = select(one.conversation_id, one.owner).where(
        one.school == school, one.conversation_id.in_(ids), one.kept_at.is_(None), one.dropped_at.is_(None)
    )
    found: dict[str, str] = {}
    for id, owner in session.connection().execute(query.order_by(one.due_on, one.id)):
        found.setdefault(id, owner)
    return found
