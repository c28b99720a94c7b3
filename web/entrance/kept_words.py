"""Words that were typed when a sign-in had ended: they wait as a draft of the conversation they were for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.conversation import Conversation
from models.draft import Draft, drafts_of
from models.whose import school_of
from web.forms import Fields

_ANSWERED = re.compile(r"(/c/(co_[0-9a-z]+))(/[a-z-]+)?")


@dataclass(frozen=True, slots=True)
class Kept:
    """`page` is the conversation's, where the words belong."""

    page: str = ""
    text: str = ""


def kept_from(path: str, fields: Fields) -> Kept:
    """What of a form that came too late must not be lost: an answer, a note."""
    text = next((fields[name][-1] for name in ("text", "note") if fields.get(name)), "")
    known = _ANSWERED.fullmatch(path)
    return Kept(known[1], text) if known and text.strip() else Kept()


def keep_words(session: Session, email: str, kept: Kept, schools: Collection[str], now: datetime) -> str:
    """The words become this person's draft, where they may see that conversation. Returns where to go, or ""."""
    known = _ANSWERED.fullmatch(kept.page)
    school = school_of(session, known[2], Conversation) if known and kept.text else None
    if known is None or school not in schools or school is None:
        return ""
    row = drafts_of(session, school, known[2]).get(email)
    row = row or Draft(school=school, conversation_id=known[2], email=email, text="", updated_at=now)
    row.text, row.updated_at = kept.text, now
    session.add(row)
    return kept.page
