"""What a school switched on, told plainly: who hears a first word, and which words leave the house. Nobody is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlmodel import Session

from config.languages import language_name, wider_tags
from config.settings import Settings
from connector.errors import OutsideError
from connector.translate import LABELS, check_address, server_of
from models.school import School
from models.switched_on import SwitchedOn, first_words, switched_on
from models.vault import KeyUnusable, Vault
from upkeep.findings import Finding, note, problem


def of_switched_on(session: Session, school: School, vault: Vault, settings: Settings) -> Iterator[Finding]:
    on = switched_on(session, school.slug)
    if on is not None and on.acknowledges_since is not None:
        yield _first_words(session, school)
    if on is not None and on.translates_with:
        yield _translation(school, on, vault, settings)


def _first_words(session: Session, school: School) -> Finding:
    what, words = f"{school.slug}: first word", first_words(session, school.slug)
    silent = [tag for tag in school.languages if not any(one in words for one in wider_tags(tag))]
    said = f"Families get a first word in {_named(words)}." if words else "Switched on, and no words are approved."
    mend = f"Somebody who reads {_named(silent)} can approve the words at /settings/first-word." if silent else ""
    return note(what, said, mend)


def _translation(school: School, on: SwitchedOn, vault: Vault, settings: Settings) -> Finding:
    what, label = f"{school.slug}: translation", LABELS[on.translates_with]
    try:
        key = vault.open(on.translate_key_sealed)
        check_address(on.translates_with, on.translate_url, settings.allow_hosts)
    except (KeyUnusable, OutsideError) as wrong:
        return problem(what, str(wrong), "An owner looks at /settings/translation.")
    server = server_of(on.translates_with, on.translate_url, key)
    said = f"Words leave the house: of a comment or an answer, to {label} ({server}), when somebody here asks for it."
    return note(what, f"{said} Switched on by {on.changed_by}.")


def _named(tags: Iterable[str]) -> str:
    return ", ".join(language_name(tag) for tag in sorted(tags))
