"""Letters with links that somebody asked for, or that an owner did: sent by the round, never from a page.

At least once: a program that dies between the sending and the note of it sends the same link again.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

import structlog
from sqlmodel import Session, col, select

from connector.errors import OutsideError, TryLater
from models.account import Account, Invitation
from models.database import Database
from models.school import School
from models.vault import KeyUnusable, Vault
from upkeep.invitations import member_of, state_of
from upkeep.notices import Failed, again, waits
from upkeep.ways import Telling

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to be sent; `link_sealed` is what it was made from."""

    id: str
    email: str
    title: str
    body: str
    link_sealed: str


def send_links(
    db: Database, notifier: Telling, vault: Vault, school: School, public_url: str, now: datetime, failed: Failed
) -> list[str]:
    """All that are owed at this school; none where others would read them. Returns a sentence for each that failed."""
    if not notifier.personal:
        return []
    with db.read() as session:
        owed = _owed(session, school, vault, public_url, now)
    wrong: list[str] = []
    for letter in owed:
        if waits(failed, letter.id, now):
            continue
        try:
            notifier.send(letter.title, letter.body, to=[letter.email], reference=letter.id)
        except OutsideError as error:
            failed[letter.id] = again(failed.get(letter.id), now)
            log.warning("a link was not sent", invitation=letter.id, tries=failed[letter.id].count)
            wrong += [error.message] if error.message not in wrong else []
            if isinstance(error, TryLater):
                break  # the next would wait for the same server
            continue
        failed.pop(letter.id, None)
        _sent(db, letter)
        log.info("a link was sent", invitation=letter.id)
    return wrong


def _owed(session: Session, school: School, vault: Vault, public_url: str, now: datetime) -> list[Letter]:
    query = select(Invitation).where(Invitation.school == school.slug, Invitation.link_sealed != "")
    rows = session.exec(query.order_by(col(Invitation.made_at), col(Invitation.id)))
    made = [_letter(session, row, school, vault, public_url, now) for row in rows if state_of(row, now) == "open"]
    return [one for one in made if one is not None]


def _letter(
    session: Session, row: Invitation, school: School, vault: Vault, public_url: str, now: datetime
) -> Letter | None:
    found = member_of(session, row, now)
    if found is None:
        return None
    try:
        link = f"{public_url}/invitation/{vault.open(row.link_sealed)}"
    except KeyUnusable:
        return None  # doctor tells; a new link can be asked for once the key is back
    known = session.get(Account, row.email)
    words = letters_in((known.language if known else "") or (school.languages or ["en"])[0])[row.kind]
    blanks = {"name": found[0].name, "school": school.name, "link": link}
    return Letter(
        row.id, row.email, words["title"].format(**blanks), words["body"].strip().format(**blanks) + "\n", row.link_sealed
    )  # fmt: skip


@cache
def letters_in(language: str) -> dict[str, dict[str, str]]:
    """kind -> its title and body; in English where there are none in this language."""
    folder = files("config.link_letters")
    there = [tag for tag in (language, language.split("-")[0], "en") if folder.joinpath(f"{tag}.toml").is_file()]
    return tomllib.loads(folder.joinpath(f"{there[0]}.toml").read_text("utf-8"))


def _sent(db: Database, letter: Letter) -> None:
    """Only if it is still that link: a newer one may have been made meanwhile."""
    with db.write() as session:
        row = session.get_one(Invitation, letter.id)
        if row.link_sealed == letter.link_sealed:
            row.link_sealed = ""
