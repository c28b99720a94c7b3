"""A look at many pages in one call: which of them show something new. Those, and no others, are worth collecting.

A page is quiet where it shows the same as when collecting left nothing to do (Page.quiet), and nothing else waits that
collecting would see to. Whatever else there is about a page is a reason to collect: to be quiet has to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import JSON, Select, bindparam, func, literal, or_, select, tuple_, update
from sqlmodel import Session

from connector.doors import Doors
from connector.errors import Throttled
from connector.graph.batch import Glimpse
from connector.graph.usage import kept, next_reading
from inbox.collect import is_census_due, is_proven, what_is_known
from inbox.held import WINDOW
from inbox.pace import next_look
from inbox.routing.decide import ANSWERING_ROLES
from models.conversation import Conversation
from models.database import Database, table
from models.delivery import Delivery
from models.hint import HintedPost
from models.page import OfPage, Page
from models.school import School
from models.staff import StaffMember
from models.vault import KeyUnusable, Vault

OURS = timedelta(minutes=10)  # what we owe a page since then may be about a post that its newest do not show
COLLECTING = timedelta(minutes=2)  # until a page whose collecting was asked for is looked at again
_UNSETTLED = ("due", "sending", "unsure", "needs-person")
_COLUMNS = (
    "school", "slug", "facebook_id", "token_sealed", "token_kind", "data_access_expires_at", "dead_since", "parked_until",
    "problem", "usage", "read_at", "census_at", "spoken_at", "told_at", "quiet",
)  # fmt: skip
Verdict = Literal["quiet", "news", "left"]
Ask = Callable[[Session, Sequence[OfPage]], object]


@dataclass(frozen=True, slots=True)
class Glanced:
    """What came of a look. `news`: to be collected. `quiet`: as they were. `left`: not asked, or not to be asked now."""

    news: tuple[OfPage, ...] = ()
    quiet: tuple[OfPage, ...] = ()
    left: tuple[OfPage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """One page after the look. `page` is a row of our question, with the columns of a Page that it names."""

    page: Any
    verdict: Verdict
    glimpse: Glimpse | None = None


def glance(
    db: Database, doors: Doors, vault: Vault, wanted: Sequence[OfPage], now: datetime,
    ask: Ask = lambda session, news: None,
) -> Glanced:  # fmt: skip
    """At most 50 pages. `ask` is called for those with news, in the transaction that notes what was found."""
    with db.everywhere.read() as session:
        rows = session.execute(_standing(wanted)).all()
    found = _looked_at(doors, vault, [_Found(row, _before(row, now)) for row in rows], now)
    with db.everywhere.write() as session:
        _note(session, found, now)
        if news := _named(found, "news"):
            ask(session, news)
    return Glanced(news, _named(found, "quiet"), _named(found, "left"))


def _named(found: Sequence[_Found], verdict: Verdict) -> tuple[OfPage, ...]:
    return tuple((one.page.school, one.page.slug) for one in found if one.verdict == verdict)


# --- what our rows tell


def _standing(wanted: Sequence[OfPage]) -> Select[Any]:
    """The pages, and whether something waits there that no look at Facebook tells of; one statement for all schools."""
    page, school = table(Page), table(School)
    return (
        select(
            *(page.c[name] for name in _COLUMNS),
            or_(_hinted(), _unsettled(), _left_behind()).label("waits"), _last_owed().label("owed_at"),
        )
        .join(school, school.c.slug == page.c.school)
        .where(tuple_(page.c.school, page.c.slug).in_(list(wanted)), page.c.off_at.is_(None), school.c.off_at.is_(None))
        .order_by(page.c.school, page.c.slug)
    )  # fmt: skip


def _hinted() -> Any:
    page, hint = table(Page).c, table(HintedPost).c
    return select(1).where(hint.school == page.school, hint.page == page.slug).exists()


def _unsettled() -> Any:
    page, owed = table(Page).c, table(Delivery).c
    return select(1).where(owed.school == page.school, owed.lane == _lane(), owed.state.in_(_UNSETTLED)).exists()


def _last_owed() -> Any:
    """An answer of ours under a post of long ago makes that one of today, though the page's newest do not show it."""
    page, owed = table(Page).c, table(Delivery).c
    return select(func.max(owed.created_at)).where(owed.school == page.school, owed.lane == _lane()).scalar_subquery()


def _lane() -> Any:
    return literal("page:") + table(Page).c.slug


def _left_behind() -> Any:
    """As inbox.routing.assign finds them: open, and their person is not there or does not answer."""
    page, talk, person = table(Page).c, table(Conversation).c, table(StaffMember).c
    there = select(1).where(
        person.school == talk.school, person.email == talk.assignee, person.off_at.is_(None),
        person.role.in_(ANSWERING_ROLES),
    )  # fmt: skip
    return (
        select(1)
        .where(talk.school == page.school, talk.page == page.slug, talk.state == "open", ~there.exists())
        .exists()
    )


def _before(row: Any, now: datetime) -> Verdict:
    """Before anybody was asked. "quiet" is still to be shown."""
    rest = next_reading(row.usage)
    if row.dead_since or (row.parked_until and row.parked_until > now) or (rest and rest[0] > now):
        return "left"
    owed = row.owed_at is not None and row.owed_at > row.read_at - OURS
    waits = row.waits or owed or row.problem or is_census_due(row, now)
    return "quiet" if row.quiet and is_proven(row, now) and not waits else "news"


# --- what Facebook shows


def _looked_at(doors: Doors, vault: Vault, found: Sequence[_Found], now: datetime) -> list[_Found]:
    """Each page that may be quiet, after a look at all of them."""
    ready = [(one, token) for one in found if one.verdict == "quiet" and (token := _token(one.page, vault))]
    glimpses = doors.glimpse([(one.page.facebook_id, token) for one, token in ready], now - WINDOW)
    seen = {id(one): glimpse for (one, _), glimpse in zip(ready, glimpses, strict=True)}
    return [replace(one, verdict=_after(one, seen.get(id(one))), glimpse=seen.get(id(one))) for one in found]


def _token(row: Any, vault: Vault) -> str:
    """ "" where our key does not open it: the school's round tells so."""
    try:
        return vault.open(row.token_sealed)
    except KeyUnusable:
        return ""


def _after(one: _Found, glimpse: Glimpse | None) -> Verdict:
    if one.verdict != "quiet":
        return one.verdict
    if glimpse is None or isinstance(glimpse.problem, Throttled):
        return "left"
    return "quiet" if glimpse.seal == one.page.quiet else "news"


# --- what is noted


def _note(session: Session, found: Sequence[_Found], now: datetime) -> None:
    """One statement for all: when each is looked at next, and of those that were looked at how it went.

    A page that somebody collected meanwhile is left as that found it.
    """
    page = table(Page)
    statement = (
        update(page)
        .where(page.c.school == bindparam("of"), page.c.slug == bindparam("named"), page.c.quiet == bindparam("seal"))
        .values(
            poll_at=bindparam("next"), read_at=_or_as_it_was("read_at"), parked_until=_or_as_it_was("parked_until"),
            usage=func.coalesce(bindparam("new_usage", type_=JSON(none_as_null=True)), page.c.usage),
        )
    )  # fmt: skip
    if found:
        session.connection().execute(statement, [_noted(one, now) for one in found])


def _or_as_it_was(name: str) -> Any:
    column = table(Page).c[name]
    return func.coalesce(bindparam(f"new_{name}", type_=column.type), column)


def _noted(one: _Found, now: datetime) -> dict[str, Any]:
    row, glimpse = one.page, one.glimpse or Glimpse()
    usage = kept(glimpse.usage, now) if glimpse.usage else None
    parked = now + glimpse.problem.pause if isinstance(glimpse.problem, Throttled) else None
    known = replace(what_is_known(row), usage=usage or row.usage, parked_until=parked or row.parked_until)
    return {
        "of": row.school, "named": row.slug, "seal": row.quiet, "new_usage": usage, "new_parked_until": parked,
        "new_read_at": now if one.verdict == "quiet" else None,
        "next": now + COLLECTING if one.verdict == "news" else next_look(known, now),
    }  # fmt: skip
