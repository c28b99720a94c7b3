"""The lists of the inbox: who waits for us, in which order, fifty at a time. Plain rows, not objects.

What is owed comes first: open conversations by the day they are due. All others: the one that changed last first.
What is owed can also be told language by language, the smallest voice first (upkeep.heard_order).
Each list walks along one index of `models.conversation`; a test and a benchmark hold it to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, bindparam, func, literal_column, or_, select, text, tuple_
from sqlalchemy.sql import ColumnElement
from sqlmodel import Session

from models.conversation import OWED, Conversation
from models.database import table
from models.paging import Place
from models.search import found_in
from models.words import asked

View = Literal["mine", "languages", "waiting", "promised", "unsure", "all"]
VIEWS: tuple[View, ...] = ("mine", "languages", "waiting", "promised", "unsure", "all")
COUNTED: tuple[View, ...] = ("mine", "languages", "waiting", "promised", "unsure")
STATES = ("open", "waiting", "closed")
NOBODY = "nobody"
PAGE = 50
LONGEST = "5s"  # of a search, on PostgreSQL: of a school with 40,000 messages it takes a twentieth of a second
MANY = 100  # a count stops here: "99+"
FIRST = 20  # urgent ones above a list; were there more, they stand in the list itself

_row = table(Conversation).c
_UNSURE = literal_column("language") == literal_column("'und'")
_OPEN = literal_column("state") == literal_column("'open'")  # literally, so that the partial indexes are seen to fit
_ALARMS = literal_column("urgent") != literal_column("''")
_owed: ColumnElement[Any] = literal_column(OWED, _row.due_at.type)
_SHOWN = (
    _row.id, _row.page, _row.post_external_id, _row.comment_external_id, _row.author_name, _row.language, _row.state,
    _row.closed_reason, _row.assignee, _row.reason, _row.due_at, _row.opened_at, _row.updated_at, _row.snoozed_until,
    _row.taken_by, _row.taken_at, _row.promised_for, _row.handed_back_at, _row.urgent, _row.urgent_at, _row.urgent_seen_by,
    _row.urgent_seen_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One list as somebody asks for it. `reader` is their email, `speaks` the languages they answer in.

    `person` is who has it, or NOBODY; `before` leaves out who began to wait after it; `text` is looked for in all messages.
    `voices`: what is owed goes language by language, in this order; none but these are shown. () = all, by the day it is due.
    """

    view: View = "mine"
    reader: str = ""
    speaks: tuple[str, ...] = ()
    language: str = ""
    page: str = ""
    state: str = ""
    person: str = ""
    before: datetime | None = None
    text: str = ""
    without: tuple[str, ...] = ()  # ids that stand elsewhere on the page
    voices: tuple[str, ...] = ()

    @property
    def is_by_voice(self) -> bool:
        return self.order == "owed" and bool(self.voices)

    @property
    def order(self) -> Literal["owed", "promised", "newest"]:
        if self.view == "promised":
            return "promised"
        is_open = self.view in ("mine", "languages", "unsure") or (self.view == "all" and self.state == "open")
        return "owed" if is_open else "newest"

    @property
    def is_narrowed(self) -> bool:
        """Is there more to it than the view?"""
        return bool(self.language or self.page or self.state or self.person or self.before or self.text)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list. `before` and `after` lead to the pages beside it, None where there is none."""

    rows: tuple[Mapping[str, Any], ...] = field(default=())
    before: Place | None = None
    after: Place | None = None


def urgent_first(session: Session, school: str) -> list[Mapping[str, Any]]:
    """What stands above every list, the longest known first; also what was put off."""
    rows: list[Any] = list(session.connection().execute(urgent_query(school)).mappings())
    return rows


def urgent_query(school: str) -> Select[Any]:
    """Along its own small index."""
    query = select(*_SHOWN).where(_row.school == school, _OPEN, _ALARMS)
    return query.order_by(_row.urgent_at, _row.id).limit(FIRST)


def listed(session: Session, school: str, wanted: Wanted, now: datetime, place: Place | None = None) -> Listed:
    """The page that begins after `place`, or ends before it; None: the first one. A search may not take for ever."""
    if wanted.text and session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text(f"SET LOCAL statement_timeout = '{LONGEST}'"))
    rows = _rows(session, school, wanted, now, place)
    more, rows = len(rows) > PAGE, rows[:PAGE]
    back = place is not None and place.back
    if back:
        rows.reverse()
    return Listed(
        tuple(rows),
        before=_place(wanted, rows[0], back=True) if rows and (more if back else place is not None) else None,
        after=_place(wanted, rows[-1]) if rows and (more or back) else None,
    )


def _rows(session: Session, school: str, wanted: Wanted, now: datetime, place: Place | None) -> list[Any]:
    dialect, rows = session.get_bind().dialect.name, list[Any]()
    for part, begin in _parts(wanted, place):
        query = list_query(dialect, school, part, now, begin).limit(PAGE + 1 - len(rows))
        rows += session.connection().execute(query).mappings()
        if len(rows) > PAGE:
            break
    return rows


def _parts(wanted: Wanted, place: Place | None) -> Iterator[tuple[Wanted, Place | None]]:
    """The list whole; or language by language from that of `place` on, and where in each to begin."""
    if not wanted.is_by_voice:
        yield wanted, place
        return
    voices = (wanted.language,) if wanted.language else wanted.voices
    back = place is not None and place.back
    order = voices[::-1] if back else voices
    begun = order.index(place.part) if place is not None and place.part in order else 0
    for tag in order[begun:]:
        begin = place if place is not None and place.part == tag else _THE_END if back else None
        yield replace(wanted, language=tag), begin


_THE_END = Place(datetime.max.replace(tzinfo=UTC), "", back=True)


def list_query(dialect: str, school: str, wanted: Wanted, now: datetime, place: Place | None) -> Select[Any]:
    """One row more than a page has, to know whether it goes on."""
    at, rising = _ORDER[wanted.order]
    if wanted.text:  # what was found is sorted: it is a thousand rows at most, and the list may be very long
        at = func.coalesce(at, at)
    if place is not None and place.back:
        rising = not rising
    query = select(*_SHOWN).where(*_where(dialect, school, wanted, now))
    if place is not None:
        here = tuple_(bindparam(None, place.at, type_=at.type), bindparam(None, place.id))
        query = query.where(tuple_(at, _row.id) > here if rising else tuple_(at, _row.id) < here)
    ordered = (at.asc(), _row.id.asc()) if rising else (at.desc(), _row.id.desc())
    return query.order_by(*ordered).limit(PAGE + 1)


def counts(session: Session, school: str, reader: str, speaks: tuple[str, ...], now: datetime) -> dict[str, int]:
    """view -> how many are in it, at most MANY, without looking at more than that. One question for all."""
    found = session.connection().execute(counts_query(school, reader, speaks, now)).one()
    return dict(zip(COUNTED, found, strict=True))


def counts_query(school: str, reader: str, speaks: tuple[str, ...], now: datetime) -> Select[Any]:
    dialect = ""  # no text is looked for
    views = [Wanted(view, reader, speaks) for view in COUNTED]
    some: list[Select[Any]] = [
        select(literal_column("1"))
        .select_from(table(Conversation))
        .where(*_where(dialect, school, one, now))
        .order_by(_ORDER[one.order][0])  # along the same index as the list itself
        .limit(MANY)
        for one in views
    ]
    return select(*(select(func.count()).select_from(one.subquery()).scalar_subquery() for one in some))


_ORDER: Mapping[str, tuple[ColumnElement[Any], bool]] = {
    "owed": (_owed, True),
    "promised": (_row.promised_for, True),
    "newest": (_row.updated_at, False),
}


def _where(dialect: str, school: str, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_row.school == school, *_of_view(wanted, now)]
    if wanted.language:
        found.append(_row.language == wanted.language)
    if wanted.page:
        found.append(_row.page == wanted.page)
    if wanted.state and wanted.view in ("all", "promised"):
        found.append(_OPEN if wanted.state == "open" else _row.state == wanted.state)
    if wanted.person:
        found.append(_row.assignee.is_(None) if wanted.person == NOBODY else _row.assignee == wanted.person)
    if wanted.before is not None:
        found.append(_row.opened_at <= wanted.before)
    if wanted.text:
        found.append(_with_words(dialect, school, wanted.text))
    if wanted.without:
        found.append(_row.id.not_in(wanted.without))
    return found


def _of_view(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    """What was put off is out of sight where somebody looks for their own work, and nowhere else."""
    awake = or_(_row.snoozed_until.is_(None), _row.snoozed_until <= now)
    views: dict[str, list[ColumnElement[bool]]] = {
        "mine": [_OPEN, _row.assignee == wanted.reader, awake],
        "languages": [_OPEN, _row.language.in_(sorted(wanted.speaks)), awake],
        "waiting": [_row.state == "waiting"],
        "promised": [_row.promised_for.is_not(None)],
        "unsure": [_OPEN, _UNSURE],
        "all": [],
    }
    return views[wanted.view]


def _with_words(dialect: str, school: str, text: str) -> ColumnElement[bool]:
    words = asked(text)
    if not words:  # nothing but signs: nothing can be found by them
        return and_(literal_column("1") == literal_column("0"))
    return _row.id.in_(found_in(dialect, school, words))


def _place(wanted: Wanted, row: Mapping[str, Any], back: bool = False) -> Place:
    at = {"owed": row["due_at"] or row["opened_at"], "promised": row["promised_for"], "newest": row["updated_at"]}
    return Place(at[wanted.order], row["id"], back, row["language"] if wanted.is_by_voice else "")
