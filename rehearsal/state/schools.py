"""The schools of the pretend state, and what each connects: the same seed and numbers give the same state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_FIRST = (
    "Maple",
    "Cedar",
    "River",
    "Lincoln",
    "Prairie",
    "Sunset",
    "Harbor",
    "Juniper",
    "Franklin",
    "Oak",
    "Meadow",
    "Summit",
)
_SECOND = ("Street", "Grove", "Hill", "Park", "Creek", "View", "Valley", "Ridge", "Lake", "Point")
_KINDS = ("Elementary", "Middle School", "High School", "Academy", "Community School")
_GROUPS = (
    ("pta", "pta", "PTA"), ("families", "parent-support", "Families Together"), ("team", "leadership-team", "Leadership Team"),
    ("coalition", "coalition", "Coalition"),
)  # fmt: skip
LANGUAGES = ("en", "es", "vi", "so", "ar", "fr", "pt", "ru", "ht", "zh")
_FIRST_PAGE = 20_001


@dataclass(frozen=True, slots=True)
class StatePage:
    """`id` on the pretend Facebook; `group` is the slug of who speaks on it."""

    id: str
    slug: str
    name: str
    token: str
    group: str


@dataclass(frozen=True, slots=True)
class StateSchool:
    """`languages`: the first is the school's own. `first_event_in`: days until the first event of its calendar."""

    number: int
    slug: str
    name: str
    languages: tuple[str, ...]
    pages: tuple[StatePage, ...]
    first_event_in: int

    @property
    def office(self) -> str:
        return f"office@{self.slug}.example"


def state_schools(schools: int, pages: int, seed: int = 7) -> tuple[StateSchool, ...]:
    """`pages` spread over `schools`: each has at least one, some have twice as many as others."""
    if not 1 <= schools <= pages:
        raise ValueError("Each school has at least one page: give more pages, or fewer schools.")
    chance = Random(seed)
    shares = _shares(chance, schools, pages)
    first = _FIRST_PAGE
    made = []
    for number, share in enumerate(shares):
        made.append(_school(chance, number, range(first, first + share)))
        first += share
    return tuple(made)


def _shares(chance: Random, schools: int, pages: int) -> list[int]:
    shares = [1] * schools
    for _ in range(pages - schools):
        shares[min(chance.randrange(schools), chance.randrange(schools))] += 1
    return shares


def _school(chance: Random, number: int, ids: Sequence[int]) -> StateSchool:
    name = f"{_FIRST[number % 12]} {_SECOND[number // 12 % 10]} {_KINDS[number // 120 % 5]} {number + 1}"
    others = chance.sample(LANGUAGES[1:], chance.randrange(1, 5))
    pages = tuple(_page(name, turn, id) for turn, id in enumerate(ids))
    # One school in a dozen has an event in the coming fortnight; the first one always.
    return StateSchool(number, f"school-{number + 1:04}", name, ("en", *others), pages, 3 + number * 37 % 150)


def _page(school: str, turn: int, id: int) -> StatePage:
    group, _, words = _GROUPS[turn % len(_GROUPS)]
    return StatePage(str(id), f"page-{turn + 1}", f"{school} {words}", f"PAGE-{id}-STATE", group)


def site_file(school: StateSchool, feed: str, *, every: str) -> str:
    """The site file of one school. `feed` is its calendar's address, read anew `every` so often ("5m")."""
    groups = [one for one in _GROUPS if one[0] in {page.group for page in school.pages}]
    return "\n".join([
        _SCHOOL.format(school=school, languages=_list(school.languages)),
        *(f'[[groups]]\nslug = "{slug}"\nkind = "{kind}"\nname = "{school.name} {words}"\n' for slug, kind, words in groups),
        _SOURCE.format(feed=feed, every=every, group=groups[0][0]),
        *(_PAGE.format(page=page, languages=_list(school.languages[:2])) for page in school.pages),
        *(_STAFF.format(school=school, language=language) for language in school.languages[1:]),
        _OFFICE.format(school=school),
    ])  # fmt: skip


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"


_SCHOOL = """\
[school]
slug = "{school.slug}"
name = "{school.name}"
timezone = "America/Chicago"
languages = {languages}
hours = "Mon-Sun 00:00-23:59"
"""

_SOURCE = """\
[[sources]]
slug = "calendar"
kind = "ics"
url = "{feed}"
every = "{every}"
group = "{group}"
"""

_PAGE = """\
[[pages]]
slug = "{page.slug}"
group = "{page.group}"
facebook_id = "{page.id}"
token = "{page.token}"
languages = {languages}
announce = "14d"
remind = []
approval = "auto"
quiet_hours = ""
"""

_STAFF = """\
[[staff]]
email = "{language}@{school.slug}.example"
name = "{language} speaker"
role = "staff"
languages = ["{language}", "en"]
"""

_OFFICE = """\
[[staff]]
email = "{school.office}"
name = "School office"
role = "owner"
languages = ["en"]

[routing]
respond_within = "1d"
fallback = "{school.office}"
"""
