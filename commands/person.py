"""`person`: people who sign in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from commands.bridge import Bridge, open_bridge
from commands.schools import the_school
from commands.telling import Json, TheSchool, aside, say, say_json
from config import site_checks as check
from config.languages import language_tag
from config.mistake import Mistake
from models import audit
from models.school import School
from models.staff import StaffMember, member
from upkeep import people, second_step, sign_in
from upkeep.invitations import LASTS
from upkeep.invitations import invite as make_link
from upkeep.passwords import made_password

app = typer.Typer()
_person = typer.Typer(help="People who sign in: add, invite, off, password, second-step.", no_args_is_help=True)
app.add_typer(_person, name="person")

Email = Annotated[str, typer.Argument(metavar="EMAIL")]
Password = Annotated[
    str | None, typer.Option("--password", help="Without it one is made, and shown this one time.", show_default=False)
]
Name = Annotated[str, typer.Option("--name", help="Without it, the email.")]
Languages = Annotated[str, typer.Option("--languages", metavar="en,es", help="What they answer in.")]
Hours = Annotated[str, typer.Option("--hours", help='Like "Mon-Fri 08:00-16:00"; the school\'s by default.')]
Limit = Annotated[int, typer.Option("--daily-limit", min=1, help="Comments a day.")]
Center = Annotated[str, typer.Option("--center", metavar="SLUG", help="For role center.")]
Until = Annotated[str, typer.Option("--until", metavar="2027-06-30", help="Their last day; without it, for good.")]


@_person.command("add")
def add(
    email: Email,
    role: Annotated[str, typer.Option("--role", help="owner, volunteer, staff or center.")],
    name: Name = "",
    languages: Languages = "",
    hours: Hours = "",
    daily_limit: Limit = 20,
    center: Center = "",
    until: Until = "",
    password: Password = None,
    school: TheSchool = None,
    as_json: Json = False,
) -> None:
    """Add somebody who signs in, or switch somebody on again."""
    given = password or made_password()
    bridge = open_bridge()
    now = bridge.clock()
    with bridge.db.write() as session:
        home = the_school(session, school)
        new = _new(home, email, role, name, languages, hours, daily_limit, center, until, now)
        row = people.add(session, home.slug, new, now)
        people.set_password(session, home.slug, new.email, given, now)
    _tell(row, "added", None if password else given, as_json)


@_person.command("invite")
def invite(
    email: Email,
    role: Annotated[str, typer.Option("--role", help="For somebody new: owner, volunteer, staff or center.")] = "",
    name: Name = "",
    languages: Languages = "",
    hours: Hours = "",
    daily_limit: Limit = 20,
    center: Center = "",
    until: Until = "",
    school: TheSchool = None,
    as_json: Json = False,
) -> None:
    """Make a link by which somebody chooses their own password: for somebody new, or who lost theirs.

    It is good once, for three days. With a mail server in BRIDGE_NOTIFY_URL the next round also mails it to them.
    """
    bridge = open_bridge()
    now, mails = bridge.clock(), _mails(bridge)
    with bridge.db.write() as session:
        home = the_school(session, school)
        row = member(session, home.slug, check.email(email))
        if row is None:
            if not role:
                raise Mistake(f"Nobody at {home.slug} signs in as {email}", "give --role to invite somebody new")
            row = people.add(
                session,
                home.slug,
                _new(home, email, role, name, languages, hours, daily_limit, center, until, now),
                now,
            )
            session.flush()
        token = make_link(session, row, "", now, letter=bridge.vault if mails else None)
    _tell_link(row, f"{bridge.settings.public_url}/invitation/{token}", now + LASTS, mails, as_json)


@_person.command("off")
def off(email: Email, school: TheSchool = None, as_json: Json = False) -> None:
    """Switch somebody off: no sign-in, no new comments. Nothing they wrote is lost."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        row = people.off(session, the_school(session, school).slug, email, bridge.clock())
        notes = people.consequences(session, row)
    _tell(row, "switched off", None, as_json)
    for sentence in notes:
        aside(sentence)


@_person.command("password")
def password(email: Email, password: Password = None, school: TheSchool = None, as_json: Json = False) -> None:
    """Give somebody a new password."""
    given = password or made_password()
    bridge = open_bridge()
    with bridge.db.write() as session:
        row = people.set_password(session, the_school(session, school).slug, email, given, bridge.clock())
    _tell(row, "has a new password", None if password else given, as_json)


@_person.command("second-step")
def take_off(
    email: Email,
    off: Annotated[bool, typer.Option("--off", help="Take it off: for somebody who lost their phone and their codes.")],
    school: TheSchool = None,
    as_json: Json = False,
) -> None:
    """Take the second step off somebody's account. Be sure that it is them who ask: their password is enough then."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        home = the_school(session, school).slug
        row = member(session, home, email)
        if row is None or not off:
            raise Mistake(f"Nobody at {home} signs in as {email}", "check the email, and say --off")
        people.account_of(session, row.email, bridge.clock())
        second_step.turn_off(session, row.email)
        sign_in.end(session, row.email, bridge.clock())
        audit.note(session, home, bridge.clock(), "", "turn off second step", row.email)
    _tell(row, "has no second step now, and is signed out", None, as_json)


def _new(
    home: School, email: str, role: str, name: str, languages: str, hours: str, daily_limit: int, center: str, until: str,
    now: datetime,
) -> people.NewPerson:  # fmt: skip
    spoken = tuple(language_tag(one) for one in languages.split(",") if one.strip())
    return people.NewPerson(
        email=check.email(email),
        name=check.optional(check.plain)(name),
        role=check.one_of(*people.ROLES)(role),
        languages=spoken or tuple(home.languages[:1]),
        hours=check.optional(check.hours)(hours),
        daily_limit=daily_limit,
        center=center,
        ends_at=_ends_at(until, home, now),
    )


def _ends_at(until: str, home: School, now: datetime) -> datetime | None:
    try:
        ends_at = people.end_of(date.fromisoformat(until), home.timezone) if until else None
    except ValueError:
        raise Mistake(f'"{until[:20]}" is no day', 'write it as "2027-06-30"') from None
    if ends_at is not None and ends_at <= now:
        raise Mistake(f"{until} is over already", "give a later last day")
    return ends_at


def _mails(bridge: Bridge) -> bool:
    """Can links be mailed to each person alone?"""
    if not bridge.settings.notify_url:
        return False
    from connector.notices import Notifier  # noqa: PLC0415 - Apprise takes a while, and only this asks it

    return Notifier(bridge.settings.notify_url).personal


def _tell_link(row: StaffMember, link: str, until: datetime, mails: bool, as_json: bool) -> None:
    if as_json:
        shown = {"school": row.school, "email": row.email, "name": row.name, "role": row.role, "how": "invited"}
        say_json({**shown, "link": link, "expires_at": until.isoformat(), "mailed": mails})
        return
    say(
        f"{row.email} ({row.role} at {row.school}): invited. The link is good once, for three days, and shown only now:"
    )
    say(link)
    if mails:
        aside("The next round mails it to them, too.")


def _tell(row: StaffMember, how: str, made: str | None, as_json: bool) -> None:
    if as_json:
        shown = {"school": row.school, "email": row.email, "name": row.name, "role": row.role, "how": how}
        say_json({**shown, "password": made} if made else shown)
        return
    say(f"{row.email} ({row.role} at {row.school}): {how}.")
    if made:
        say(f"Password, shown only now: {made}")
