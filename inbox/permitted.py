"""Who may do something with a conversation, and which one is meant. What cannot be done is told in one sentence."""

from __future__ import annotations

from sqlmodel import Session

from inbox.routing.decide import ANSWERING_ROLES
from models.conversation import Conversation, conversation
from models.staff import StaffMember, member


class NotPossible(Exception):
    """A person asked for something that cannot be done. The message is one sentence with the mend."""


def one_who_answers(session: Session, school: str, email: str, what: str) -> StaffMember:
    """The owner or member of staff of this address. `what` they want to do stands in the sentence of a refusal."""
    person = member(session, school, email)
    if person is None:
        raise NotPossible(f"Nobody at {school} signs in as {email}: use the address of an owner or of staff there.")
    if person.role not in ANSWERING_ROLES:
        raise NotPossible(f"{person.name} is a {person.role} at {school}, and only owners and staff may {what}.")
    return person


def an_owner(session: Session, school: str, email: str, what: str) -> StaffMember:
    """The owner of this address. `what` they want to do stands in the sentence of a refusal."""
    person = member(session, school, email)
    if person is None or person.role != "owner":
        raise NotPossible(f"Only an owner of {school} may {what}: ask one of them.")
    return person


def the_conversation(session: Session, school: str, conversation_id: str, *, only_look: bool = False) -> Conversation:
    """To do something with it, or `only_look`: nobody is left to answer where a family was erased."""
    row = conversation(session, school, conversation_id)
    if row is None:
        raise NotPossible(f"{school} has no conversation {conversation_id}: `conversations` lists them.")
    if row.closed_reason == "erased" and not only_look:
        raise NotPossible("This family asked to be forgotten, and was erased: nothing can be done here any more.")
    return row
