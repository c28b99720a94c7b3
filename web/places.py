"""The places of the desk, and who goes there: what the menu shows."""

from __future__ import annotations

from dataclasses import dataclass

from web.roles import ANSWERS, EVERYBODY, OWNS, PLANS


@dataclass(frozen=True, slots=True)
class Place:
    """`name` is in English: templates say it in the reader's language."""

    path: str
    name: str
    roles: frozenset[str]

    def holds(self, here: str) -> bool:
        """Is the page `here` one of this place's?"""
        return here == self.path or (self.path != "/" and here.startswith(f"{self.path}/"))


def _(text: str) -> str:
    """Marks a name for the catalogues."""
    return text


PLACES = (
    Place("/", _("Inbox"), frozenset(ANSWERS)),
    Place("/posts", _("Posts"), frozenset(PLANS)),
    Place("/center", _("My center"), frozenset({"center"})),
    Place("/needs-you", _("Needs you"), frozenset(ANSWERS) | frozenset(PLANS)),
    Place("/promises", _("Promises"), frozenset(ANSWERS)),
    Place("/events", _("Events"), frozenset(ANSWERS) | frozenset(PLANS)),
    Place("/heard", _("Who is heard"), frozenset(ANSWERS) | frozenset(PLANS)),
    Place("/voices", _("What families say"), frozenset(ANSWERS) | frozenset(PLANS)),
    Place("/calendars", _("Calendars"), frozenset(PLANS)),
    Place("/people", _("People"), frozenset(OWNS)),
    Place("/settings", _("Settings"), frozenset(OWNS)),
    Place("/doctor", _("Health"), frozenset(PLANS)),
    Place("/you", _("You"), frozenset(EVERYBODY)),
)


def places_for(role: str) -> list[Place]:
    return [one for one in PLACES if role in one.roles]


def first_place(role: str) -> str:
    """Where somebody of this role begins."""
    return places_for(role)[0].path
