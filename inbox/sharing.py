""" "You said, we did": what became of a closed conversation, in two sentences for everybody that a colleague writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from config.languages import language_tag
from inbox.nameless import not_for_all
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from models import audit
from models.conversation import messages
from models.post import post
from models.shared import Shared, shared_of, these
from models.staff import StaffMember

LONGEST = 280  # characters of one sentence


def share(
    session: Session, school: str, conversation_id: str, language: str, you_said: str, we_did: str, email: str,
    now: datetime,
) -> Shared:  # fmt: skip
    """Both sentences in `language`. Written anew, those in other languages go: they told something else."""
    person = _who(session, school, email)
    talk = the_conversation(session, school, conversation_id)
    if talk.state != "closed":
        raise NotPossible("This conversation is not closed yet: close it first, then tell what became of it.")
    said, did = _checked(session, school, talk.id, you_said, we_did)
    row = shared_of(session, school, talk.id) or Shared(
        school=school, conversation_id=talk.id, language="", you_said="", we_did="", by="", at=now
    )
    _must_be_free(session, row)
    row.language, row.you_said, row.we_did, row.in_others = language_tag(language), said, did, {}
    row.by, row.at, row.off_at, row.told_in = person.email, now, None, ""
    session.add(row)
    audit.note(session, school, now, person.email, "share", talk.id)
    return row


def say_in(
    session: Session, school: str, id: str, language: str, you_said: str, we_did: str, email: str, now: datetime
) -> Shared:
    """The same two sentences in another language, as a person who knows it writes them."""
    person, row, tag = _who(session, school, email), _the_shared(session, school, id), language_tag(language)
    _must_be_free(session, row)
    if tag == row.language:
        raise NotPossible("The two sentences are in this language already: choose another one.")
    said, did = _checked(session, school, row.conversation_id, you_said, we_did)
    row.in_others = {**row.in_others, tag: [said, did]}
    session.add(row)
    audit.note(session, school, now, person.email, "share in a language", row.conversation_id, language=tag)
    return row


def take_back(session: Session, school: str, id: str, email: str, now: datetime) -> Shared:
    """It is not told after all. Its words stay, for whoever changes their mind."""
    person, row = _who(session, school, email), _the_shared(session, school, id)
    _must_be_free(session, row)
    row.off_at = now
    session.add(row)
    audit.note(session, school, now, person.email, "take words back", row.conversation_id)
    return row


def _who(session: Session, school: str, email: str) -> StaffMember:
    return one_who_answers(session, school, email, "write what became of a conversation")


def _the_shared(session: Session, school: str, id: str) -> Shared:
    found = these(session, school, [id])
    if not found or found[0].off_at is not None:
        raise NotPossible("These words were taken back: write them anew in the conversation.")
    return found[0]


def _must_be_free(session: Session, row: Shared) -> None:
    standing = post(session, row.school, row.told_in) if row.told_in else None
    if standing is not None and standing.state == "sent":
        raise NotPossible("This is told on the page already, and stays as it is.")
    if standing is not None and standing.state != "withdrawn":
        raise NotPossible("This stands in a post that waits to go out: say no to that post first.")


def _checked(session: Session, school: str, conversation_id: str, *sentences: str) -> Iterable[str]:
    known = [
        one for one in messages(session, school, [conversation_id])[conversation_id] if one.direction == "received"
    ]
    names, theirs = {one.author for one in known}, [one.text for one in known]
    for text in sentences:
        text = " ".join(text.split())
        if not text:
            raise NotPossible("One of the two sentences is empty: write both.")
        if len(text) > LONGEST:
            raise NotPossible(f"A sentence has {len(text)} characters, more than {LONGEST}: shorten it.")
        if wrong := not_for_all(text, names, theirs):
            raise NotPossible(wrong)
        yield text
