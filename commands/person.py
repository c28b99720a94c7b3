"""`person`: people who sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from commands.bridge import open_bridge
from commands.schools import the_school
from commands.telling import Json, TheSchool, aside, say, say_json
from config import site_checks as check
from config.languages import language_tag
from models.staff import StaffMember
from upkeep import people
from upkeep.passwords import made_password

app = typer.Typer()
_person = typer.Typer(help="People who sign in: add, off, password.", no_args_is_help=True)
app.add_typer(_person, name="person")

Email = Annotated[str, typer.Argument(metavar="EMAIL")]
Password = Annotated[
    str | None, typer.Option("--password", help="Without it one is made, and shown this one time.", show_default=False)
]


@_person.command("add")
def add(
    email: Email,
    role: Annotated[str, typer.Option("--role", help="owner, volunteer, staff or center.")],
    name: Annotated[str, typer.Option("--name", help="Without it, the email.")] = "",
    languages: Annotated[str, typer.Option("--languages", metavar="en,es", help="What they answer in.")] = "",
    hours: Annotated[str, typer.Option("--hours", help='Like "Mon-Fri 08:00-16:00"; the school\'s by default.')] = "",
    daily_limit: Annotated[int, typer.Option("--daily-limit", min=1, help="Comments a day.")] = 20,
    center: Annotated[str, typer.Option("--center", metavar="SLUG", help="For role center.")] = "",
    password: Password = None,
    school: TheSchool = None,
    as_json: Json = False,
) -> None:
    """Add somebody who signs in, or switch somebody on again."""
    spoken = tuple(language_tag(one) for one in languages.split(",") if one.strip())
    address = check.email(email)
    given = password or made_password()
    bridge = open_bridge()
    with bridge.db.write() as session:
        home = the_school(session, school)
        new = people.NewPerson(
            email=address,
            name=check.optional(check.plain)(name),
            role=check.one_of(*people.ROLES)(role),
            languages=spoken or tuple(home.languages[:1]),
            hours=check.optional(check.hours)(hours),
            daily_limit=daily_limit,
            center=center,
        )
        row = people.add(session, home.slug, new, bridge.clock())
        people.set_password(session, home.slug, new.email, given, bridge.clock())
    _tell(row, "added", None if password else given, as_json)


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


def _tell(row: StaffMember, how: str, made: str | None, as_json: bool) -> None:
    if as_json:
        shown = {"school": row.school, "email": row.email, "name": row.name, "role": row.role, "how": how}
        say_json({**shown, "password": made} if made else shown)
        return
    say(f"{row.email} ({row.role} at {row.school}): {how}.")
    if made:
        say(f"Password, shown only now: {made}")
