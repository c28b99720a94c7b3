"""/people: owners see who is here, and invite somebody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session
from starlette.responses import Response

from config import site_checks as check
from config.languages import language_tag
from config.mistake import Mistake
from models.account import account
from models.center import centers
from models.school import School
from models.staff import StaffMember
from upkeep import people, staffing
from upkeep.invitations import invite, may_be_handed_over
from upkeep.people import NewPerson
from web.context import Context
from web.forms import Shape
from web.policy import OWNS, allow
from web.roles import ROLE_MEANINGS
from web.visit import Visit

LIST, INVITE = "/people", "/people/invite"


class Typed(Shape):
    """What the form about one person asks. `email` only where it is somebody new."""

    email: str = ""
    name: str = ""
    role: str
    languages: list[str] = Field(default_factory=list)
    more_languages: str = ""
    hours: str = ""
    daily_limit: int = Field(20, ge=1, le=1000)
    center: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The form as it stands: what was typed, or what is known."""

    email: str = ""
    name: str = ""
    role: str = "staff"
    languages: list[str] = field(default_factory=list)
    more_languages: str = ""
    hours: str = ""
    daily_limit: int = 20
    center: str = ""
    last_day: str = ""


def people_routes(context: Context) -> APIRouter:
    router = APIRouter()

    @router.get(LIST)
    def everybody(visit: Visit = allow(*OWNS)) -> Response:
        with visit.db.read() as session:
            known = staffing.everybody(session, visit.school.slug, visit.now)
        here, gone = [one for one in known if one.here], [one for one in known if not one.here]
        return visit.page("people.html", here_now=here, gone=gone, last_day=people.last_day)

    @router.get(INVITE)
    def asked(visit: Visit = allow(*OWNS)) -> Response:
        visit.must_be_proven()
        return invite_page(visit, Shown(languages=visit.school.languages[:1]))

    @router.post(INVITE)
    def given(visit: Visit = allow(*OWNS)) -> Response:
        typed = visit.read(Typed)
        visit.must_be_proven()
        try:
            new = person_of(typed, check.email(typed.email), visit.school, visit.now)
            with visit.write(LIST) as session:
                row = people.add(session, visit.school.slug, new, visit.now, by=visit.email)
                session.flush()
                link = link_for(visit, session, row)
        except Mistake as wrong:
            return invite_page(visit, Shown(**typed.model_dump()), wrong=f"{wrong}.", status=422)
        return tell_link(visit, row, link)

    return router


def invite_page(visit: Visit, shown: Shown, *, wrong: str = "", status: int = 200) -> Response:
    return visit.page("people_invite.html", status=status, wrong=wrong, typed=shown, **choices(visit))


def choices(visit: Visit) -> dict[str, object]:
    """What the form about a person offers."""
    with visit.db.read() as session:
        known = centers(session, visit.school.slug)
    return {"roles": ROLE_MEANINGS, "known_centers": known}


def person_of(typed: Typed, email: str, school: School, now: datetime) -> NewPerson:
    """Raises Mistake."""
    spoken = [*typed.languages, *(one for one in typed.more_languages.split(",") if one.strip())]
    ends_at = people.end_of(day_of(typed.last_day), school.timezone) if typed.last_day else None
    staffing.check_last_day(ends_at, now)
    role = check.one_of(*people.ROLES)(typed.role)
    return NewPerson(
        email=email, name=check.optional(check.plain)(typed.name), role=role,
        languages=tuple(dict.fromkeys(language_tag(one) for one in spoken)) or tuple(school.languages[:1]),
        hours=check.optional(check.hours)(typed.hours), daily_limit=typed.daily_limit,
        center=typed.center if role == "center" else "", ends_at=ends_at,
    )  # fmt: skip


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f'"{text[:20]}" is no day', 'write it as "2027-06-30"') from None


def link_for(visit: Visit, session: Session, row: StaffMember) -> str:
    """The link's token for whoever has no way in yet; "" where they have one, and need none."""
    known = account(session, row.email)
    if known and (known.password_hash or known.outside):
        return ""
    return new_link(visit, session, row)


def new_link(visit: Visit, session: Session, row: StaffMember) -> str:
    """The link's token. Where letters reach people, one is owed, and sent by the school's next round."""
    if not visit.context.mails:
        return invite(session, row, visit.email, visit.now, letter=None)
    visit.context.wake.round(session, row.school)
    return invite(session, row, visit.email, visit.now, letter=visit.context.vault)


def tell_link(visit: Visit, row: StaffMember, token: str) -> Response:
    """That a letter goes out; where none can, the link itself, if this owner owns all that it opens."""
    back = f"{LIST}/{staffing.id_of(row)}"
    if not token:
        told = visit.speech.say("{name} is here now, and signs in as they do already.", name=row.name)
        return visit.go(back, told)
    if visit.context.mails:
        return visit.go(back, visit.speech.say("A letter with a link is on its way to {email}.", email=row.email))
    with visit.db.read() as session:
        may_see = may_be_handed_over(session, visit.email, row.email, visit.now)
    if not may_see:
        told = visit.speech.say(
            "{name} is at another school, too, so only whoever runs pta-bridge can make them a link.", name=row.name
        )
        return visit.go(back, told, "wrong")
    link = f"{visit.context.settings.public_url}/invitation/{token}"
    return visit.page("link_shown.html", link=link, one=row, back=back)
