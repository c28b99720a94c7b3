"""Under which posts nobody wrote in a language that the school speaks, while others did. A question to the school: did they
get it, could they read it? No words of families. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from config.languages import wider_tags
from connector.graph.page import identity
from models.conversation import Message
from models.event import Event
from models.page import Page, PagePost
from models.post import Post
from models.routing_rule import Partner, partners
from models.school import School
from models.staff import StaffMember, staff

WEEKS = 8
_UNSURE = "und"
_ANSWERS = ("owner", "staff")
_TITLE = 90  # characters
_Key = tuple[str, str]  # page, the part of Facebook's id that tells posts apart


@dataclass(frozen=True, slots=True)
class StandingPost:
    """A post of a Page. `languages`: base tags in which it was said; None for one made by hand, of which nobody knows."""

    page: str
    title: str
    at: datetime
    permalink: str
    languages: frozenset[str] | None

    def was_said_in(self, language: str) -> bool | None:
        return None if self.languages is None else language in self.languages


@dataclass(frozen=True, slots=True)
class Unheard:
    """One language. `heard` of `spoken_under` posts drew words in it; `silent`: the others, the newest first."""

    language: str
    spoken_under: int
    silent: tuple[StandingPost, ...]
    speakers: tuple[str, ...]  # names of those who answer in it
    partners: tuple[Partner, ...]

    @property
    def heard(self) -> int:
        return self.spoken_under - len(self.silent)

    def silent_and_said(self, said: bool | None) -> int:
        """How many of the silent ones were said in this language (True), were not (False), or nobody knows (None)."""
        return sum(1 for one in self.silent if one.was_said_in(wider_tags(self.language)[-1]) is said)


@dataclass(frozen=True, slots=True)
class Silence:
    """`posts`: all of the time; `without_words`: those under which nobody wrote in any language that could be told.
    `languages`: the quietest first.
    """

    weeks: int
    since: datetime
    posts: int
    without_words: int
    languages: tuple[Unheard, ...]


def silence(session: Session, school: School, now: datetime, weeks: int = WEEKS) -> Silence:
    since = now - timedelta(weeks=weeks)
    posts = _posts(session, school.slug, since)
    heard = _heard(session, school.slug, since)
    spoken = {key: one for key, one in posts.items() if heard.get(key)}
    people, helpers = staff(session, school.slug), partners(session, school.slug)
    found = [_unheard(language, spoken, heard, people, helpers) for language in school.languages]
    found.sort(key=lambda one: -len(one.silent))
    return Silence(weeks, since, len(posts), len(posts) - len(spoken), tuple(found))


def _unheard(
    language: str, spoken: Mapping[_Key, StandingPost], heard: Mapping[_Key, set[str]], people: Sequence[StaffMember],
    helpers: Sequence[Partner],
) -> Unheard:  # fmt: skip
    base = wider_tags(language)[-1]
    silent = sorted(
        (one for key, one in spoken.items() if base not in heard[key]), key=lambda one: one.at, reverse=True
    )
    return Unheard(
        language, len(spoken), tuple(silent),
        tuple(one.name for one in people if one.role in _ANSWERS and base in _bases(one.languages)),
        tuple(one for one in helpers if base in _bases(one.languages)),
    )  # fmt: skip


def _bases(tags: Collection[str]) -> frozenset[str]:
    return frozenset(wider_tags(tag)[-1] for tag in tags)


def _posts(session: Session, school: str, since: datetime) -> dict[_Key, StandingPost]:
    """What the Pages themselves said since then, and is not gone."""
    query = select(PagePost).join(Page, (col(Page.school) == PagePost.school) & (col(Page.slug) == PagePost.page))
    query = query.where(
        PagePost.school == school, PagePost.created_at >= since, col(PagePost.gone_at).is_(None),
        PagePost.author_external_id == Page.facebook_id,
    )  # fmt: skip
    ours = _ours(session, school, since)
    return {key: _standing(row, *ours.get(key, ("", None))) for row in session.exec(query) if (key := _key(row))}


def _key(row: PagePost) -> _Key:
    return row.page, identity(row.external_id)


def _standing(row: PagePost, title: str, languages: frozenset[str] | None) -> StandingPost:
    words = title or row.message.strip().partition("\n")[0]
    short = words if len(words) <= _TITLE else words[: _TITLE - 1].rstrip() + "…"
    return StandingPost(row.page, short, row.created_at, row.permalink, languages)


def _ours(session: Session, school: str, since: datetime) -> dict[_Key, tuple[str, frozenset[str] | None]]:
    """Title of its event, and languages, of each post that we made. One that we took for ours was made by hand."""
    query = select(Post, Event.title).outerjoin(
        Event, (col(Event.school) == Post.school) & (col(Event.id) == Post.event_id)
    )
    query = query.where(Post.school == school, col(Post.external_id).is_not(None), col(Post.under).is_(None))
    return {
        (row.page, identity(row.external_id or "")): (title or "", None if row.adopted_at else _bases(row.languages))
        for row, title in session.exec(query.where(col(Post.sent_at) >= since - timedelta(days=1)))
    }


def _heard(session: Session, school: str, since: datetime) -> dict[_Key, set[str]]:
    """post -> the languages in which families wrote under it, as far as they could be told."""
    query = select(Message.page, Message.post_external_id, Message.language).distinct()
    query = query.where(Message.school == school, Message.direction == "received", Message.language != _UNSURE)
    found: dict[_Key, set[str]] = defaultdict(set)
    for page, post, language in session.exec(query.where(Message.created_at >= since)):
        found[page, identity(post)].add(wider_tags(language)[-1])
    return found
