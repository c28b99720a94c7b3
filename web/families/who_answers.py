"""/s/{school}/who-answers: how a comment finds its reader, in plain words for families.

Nobody is named, not even by a first name: the page can be read by anybody, people change, and a family asks the school
and not a person. How many answer in a language is told, since that is what a family wants to know. Nor are the school's
own reasons for its rules: they are written for colleagues, and name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale, UnknownLocaleError
from fastapi import APIRouter, HTTPException, Request
from sqlmodel import Session
from starlette.responses import Response

from config.durations import parse_duration
from config.languages import language_name
from config.topics import topic_name
from config.wording import Wording, wording_for
from config.wording.who_answers import WhoAnswers, load_who_answers
from inbox.language.tags import UNSURE, base
from inbox.routing.decide import ANSWERING_ROLES, Helper, helpers_in
from inbox.routing.roster import all_rules, helpers
from inbox.routing.rules import SchoolRule
from mirroring.blocks import Voice
from models.page import pages
from models.school import School, groups, schools
from models.staff import staff
from web.context import Context
from web.families.hours_told import hours_told
from web.families.languages import chosen, links, voices

_KEPT = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One language of the families: `own` is how its speakers call it, `said` how many answer in it."""

    tag: str
    own: str
    name: str
    said: str
    helpers: tuple[Helper, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """What the page is called, for a link from another page, and in which language that is."""

    lang: str
    title: str


def title_in(texts: Mapping[str, WhoAnswers], tag: str) -> Title:
    lang = base(tag) if base(tag) in texts else "en"
    return Title(lang, texts[lang].title)


def who_answers_routes(context: Context) -> APIRouter:
    router = APIRouter()
    texts = load_who_answers(context.settings.data / "wording")

    @router.api_route("/s/{slug}/who-answers", methods=["GET", "HEAD"])
    def who_answers(slug: str, request: Request) -> Response:
        with context.db.of(slug).read() as session:
            found = schools(session, slug) if slug.isprintable() else []
            if not found:
                raise HTTPException(404)
            school, voice, offered = found[0], *_voice(context, request, found[0], texts)
            words = texts[base(voice.tag)]
            spoken = _spoken(session, school, voice, words, context.wordings)
            own = _own(session, school, voice, words)
        return context.page(
            "who_answers.html",
            headers={"Cache-Control": _KEPT, "Vary": "Accept-Language", "Content-Language": voice.tag},
            school=school, voice=voice, words=words, page_words=voice.wording.page, links=links(offered, voice),
            how=[line.format(school=school.name) for line in words.how.lines], hours=_hours(school, voice, words),
            spoken=spoken, own=own,
        )  # fmt: skip

    return router


def _voice(
    context: Context, request: Request, school: School, texts: Mapping[str, WhoAnswers]
) -> tuple[Voice, list[Voice]]:
    """In the reader's language where somebody wrote the page in it; the school's own languages first."""
    wanted = [base(tag) for tag in (*school.languages, *texts) if base(tag) in texts]
    offered = voices(dict.fromkeys(wanted), context.wordings)
    return chosen(request, offered), offered


def _hours(school: School, voice: Voice, words: WhoAnswers) -> list[str]:
    within = parse_duration(school.respond_within)
    days, hours = within // timedelta(days=1), max(1, round(within / timedelta(hours=1)))
    return [
        words.hours.open.format(hours=hours_told(school.hours, voice.tag), zone=_zone(school.timezone)),
        words.hours.days.of(days) if days and not within % timedelta(days=1) else words.hours.hours.of(hours),
        words.hours.after,
    ]


def _zone(timezone: str) -> str:
    """ "America/Chicago" is Chicago, in every language well enough."""
    return timezone.rpartition("/")[2].replace("_", " ")


def _spoken(
    session: Session, school: School, voice: Voice, words: WhoAnswers, wordings: Mapping[str, Wording]
) -> list[Spoken]:
    people = [one for one in staff(session, school.slug) if one.role in ANSWERING_ROLES]
    known = helpers(session, school.slug)
    counts = {tag: sum(base(tag) in map(base, one.languages) for one in people) for tag in school.languages}
    return [
        Spoken(
            tag, own_name(tag, wordings), name_in(tag, voice.tag),
            words.languages.spoken.of(n) if n else words.languages.unspoken, () if n else helpers_in(known, tag),
        )
        for tag, n in counts.items()
    ]  # fmt: skip


def _own(session: Session, school: School, voice: Voice, words: WhoAnswers) -> list[str]:
    """The school's rules as sentences; those of nobody who is here are not told. A page is called as its group is."""
    known = groups(session, school.slug)
    names = {one.slug: known[one.group].name for one in pages(session, school.slug) if one.group in known}
    here = {one.email for one in staff(session, school.slug) if one.role in ANSWERING_ROLES}
    rules = [(rule, len(here & set(rule.people))) for rule in all_rules(session, school).own]
    told = [
        words.own.goes.of(count, what=_what(rule, names.get(rule.page, rule.page), voice, words))
        for rule, count in rules
        if count
    ]
    return [one[:1].upper() + one[1:] for one in told]


def _what(rule: SchoolRule, page: str, voice: Voice, words: WhoAnswers) -> str:
    own = words.own
    names = [own.unsure if tag == UNSURE else name_in(tag, voice.tag) for tag in rule.languages]
    parts = [
        own.languages.format(names=_either(names, own.either)) if names else "",
        own.page.format(name=page) if page else "",
        own.group.format(name=rule.group_name or rule.group) if rule.group else "",
        own.topic.format(name=topic_name(rule.topic, voice.tag)) if rule.topic else "",
        own.event.format(names=_either(rule.event_words, own.either)) if rule.event_words else "",
    ]
    said = " ".join(filter(None, parts))
    return f"{own.comments} {said}" if said else own.all


def _either(names: Sequence[str], word: str) -> str:
    return f" {word} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def name_in(tag: str, reader: str) -> str:
    """What readers of `reader` call a language; its English name where nobody knows."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(Locale.parse(reader, sep="-")) or language_name(tag)
    except (ValueError, UnknownLocaleError):
        return language_name(tag)


def own_name(tag: str, wordings: Mapping[str, Wording]) -> str:
    """What its speakers call it, so that they find it on a page in another language; as our wording has it, if any."""
    known = wording_for(tag, wordings)
    return known.name if known else name_in(tag, tag)
