"""The urgent words as one school has them: what ships, its own phrases, and what it switched off."""

from __future__ import annotations

import re
from datetime import datetime

from sqlmodel import Session

from config.mistake import Mistake
from config.urgent import KINDS, LANGUAGES, urgent_lists
from inbox.urgent.look import UrgentWords, urgent_words
from models import audit
from models.urgent_word import UrgentWord
from models.urgent_word import urgent_words as changed_words

LONGEST_PHRASE = 80  # characters
MOST_OWN = 200
_PLAIN = re.compile(r"[^\W_]+\*?(?: [^\W_]+\*?)*")


def words_of(session: Session, school: str) -> UrgentWords:
    changed = changed_words(session, school)
    return urgent_words(tuple((one.language, one.phrase, one.kind, one.is_on) for one in changed))


def ships(language: str, phrase: str) -> bool:
    given = urgent_lists().get(language)
    return given is not None and any(phrase in phrases for phrases in given.phrases.values())


def add_phrase(
    session: Session, school: str, language: str, phrase: str, kind: str, email: str, now: datetime
) -> UrgentWord:
    """A phrase of the school's own. Mistake where it would alarm at everything, or cannot be one."""
    phrase = " ".join(re.sub(r"[^\w*]+", " ", phrase.replace("’", "").replace("'", "")).casefold().split())
    _check(language, phrase, kind)
    if len(changed_words(session, school)) >= MOST_OWN:
        raise Mistake(f"There are {MOST_OWN} changes already", "take away some that are no longer needed")
    row = UrgentWord(school=school, language=language, phrase=phrase, kind=kind, changed_by=email, changed_at=now)
    row = session.merge(row)
    audit.note(session, school, now, email, "add urgent phrase", f"{language} {phrase}", kind=kind)
    return row


def remove_phrase(session: Session, school: str, language: str, phrase: str, email: str, now: datetime) -> None:
    """A phrase of the school's own, or that a shipped one was switched off."""
    row = session.get(UrgentWord, (school, language, phrase))
    if row is not None:
        session.delete(row)
        what = "remove urgent phrase" if row.is_on else "switch on urgent phrase"
        audit.note(session, school, now, email, what, f"{language} {phrase}")


def switch_off(session: Session, school: str, language: str, phrase: str, email: str, now: datetime) -> None:
    """A shipped one that this school does not want. Mistake where none is written like that."""
    given = urgent_lists().get(language)
    kind = next((kind for kind, some in given.phrases.items() if phrase in some), "") if given else ""
    if not kind:
        raise Mistake("That phrase is not in the list", "open the page again")
    session.merge(
        UrgentWord(
            school=school, language=language, phrase=phrase, kind=kind, is_on=False, changed_by=email, changed_at=now
        )
    )
    audit.note(session, school, now, email, "switch off urgent phrase", f"{language} {phrase}")


def _check(language: str, phrase: str, kind: str) -> None:
    if language not in LANGUAGES:
        raise Mistake("Urgent words are looked for in English and Spanish only", "choose one of the two")
    if kind not in KINDS:
        raise Mistake("That is no kind of urgency", f"use one of {', '.join(KINDS)}")
    if not _PLAIN.fullmatch(phrase) or len(phrase) > LONGEST_PHRASE:
        raise Mistake(
            "That is not a phrase", f"write words, {LONGEST_PHRASE} letters at most; a * ends a word that may go on"
        )
    if len(phrase.replace("*", "").replace(" ", "")) < 4 or any(len(one) < 4 for one in phrase.split() if "*" in one):
        raise Mistake("That is too short: it would be in half of all comments", "write more of it")
