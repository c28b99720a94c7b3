"""A month of comments at one school, small enough to count by hand. It is Tuesday, December 1, 2026, 9:00 in Chicago.

The school answers from Monday to Friday, 8:00 to 16:00; Thursday and Friday of Thanksgiving it is closed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.conversation import Conversation, Message
from models.correction import Correction
from models.promise import Promise
from models.school import School

ZONE = ZoneInfo("America/Chicago")
LANGUAGES = ["en", "es", "so", "hmn"]
CLOSED = ["2026-11-26/2026-11-27"]
MARIA = "maria@maple.example"

# language, when they wrote, when somebody answered ("" = nobody), working hours between
COMMENTS = [
    ("en", "11-09 09:00", "11-09 11:00", 2),
    ("en", "11-13 15:00", "11-16 09:00", 2),  # over a weekend
    ("en", "11-14 20:00", "11-16 11:00", 3),  # on a Saturday: counts in the week that ends on Sunday
    ("en", "11-18 10:00", "11-18 14:00", 4),
    ("en", "11-19 19:00", "11-19 20:00", 0),  # in the evening, and answered at once
    ("en", "11-25 15:00", "11-30 09:00", 2),  # over Thanksgiving
    ("en", "12-01 08:30", "", None),  # not late yet
    ("es", "11-10 08:00", "11-10 12:00", 4),  # came in as unsure
    ("es", "11-16 14:00", "11-17 08:30", 2.5),
    ("es", "11-20 15:00", "11-23 09:30", 2.5),
    ("es", "11-24 10:00", "11-24 11:00", 1),
    ("es", "11-24 12:00", "", None),  # closed: no answer needed
    ("es", "11-25 13:00", "11-30 09:30", 4.5),
    ("so", "11-11 08:00", "11-12 10:00", 10),
    ("so", "11-17 15:00", "11-18 10:00", 3),
    ("so", "11-19 08:00", "", 49),  # nobody answered so far
    ("so", "11-20 16:30", "11-24 12:00", 12),  # came in as unsure
    ("so", "11-23 08:00", "", 4),  # closed as settled elsewhere at noon
    ("so", "11-25 14:00", "11-30 10:00", 4),
    ("und", "11-24 08:00", "", 25),  # a photo that nobody answered so far
]
CLOSINGS = {"11-24 12:00": ("no-answer-needed", "11-24 13:00"), "11-23 08:00": ("elsewhere", "11-23 12:00")}
UNSURE_AT_FIRST = ("11-10 08:00", "11-20 16:30")
# language, due on, kept at, let go at
PROMISES = [
    ("en", "11-12", "11-12 23:00", ""),
    ("en", "11-20", "11-23 08:00", ""),  # kept, but late
    ("en", "12-04", "", ""),  # still to come
    ("es", "11-30", "11-25 08:00", ""),
    ("so", "11-24", "", "11-23 12:00"),  # let go in time
    ("so", "11-24", "", ""),
]


def at(local: str) -> datetime:
    return datetime.strptime(f"2026-{local}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def a_month(session: Session, school: str = "maple", page: str = "pta-page") -> None:
    """Lays it into a school that has that page."""
    row = session.get_one(School, school)
    row.languages, row.closed = LANGUAGES, CLOSED
    talks: dict[str, Conversation] = {}
    for language, wrote, answered, _ in COMMENTS:
        reason, closed = CLOSINGS.get(wrote, ("", ""))
        talk = talks[language] = conversation(
            session, school, page, language, wrote, closed_reason=reason, closed_at=at(closed) if closed else None
        )
        said = message(session, talk, wrote)
        if wrote in UNSURE_AT_FIRST:
            session.add(
                Correction(
                    school=school, conversation_id=talk.id, message_id=said.id, guessed="und", confidence=0.4,
                    said=language, by=MARIA, at=at(wrote),
                )
            )  # fmt: skip
        if answered:
            message(session, talk, answered, direction="sent", state="sent", owed=False)
    for language, due, kept, dropped in PROMISES:
        session.add(
            Promise(
                school=school, conversation_id=talks[language].id, what="Ask", due_on=date.fromisoformat(f"2026-{due}"),
                owner=MARIA, made_by=MARIA, made_at=at("11-09 12:00"), kept_at=at(kept) if kept else None,
                dropped_at=at(dropped) if dropped else None,
            )
        )  # fmt: skip
    session.flush()


def conversation(session: Session, school: str, page: str, language: str, wrote: str, **more: Any) -> Conversation:
    post = f"10001_{school}"
    talk = Conversation(
        **{
            "school": school, "page": page, "post_external_id": post, "language": language, "state": "open",
            "comment_external_id": f"{post}_{language}{wrote}", "opened_at": at(wrote), "updated_at": at(wrote), **more,
        }
    )  # fmt: skip
    session.add(talk)
    session.flush()
    return talk


def message(session: Session, talk: Conversation, when: str, **more: Any) -> Message:
    said = Message(
        **{
            "school": talk.school, "page": talk.page, "conversation_id": talk.id, "direction": "received", "text": "…",
            "owed": True, "language": talk.language, "created_at": at(when), **more,
        }
    )  # fmt: skip
    session.add(said)
    session.flush()
    return said
