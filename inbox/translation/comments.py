"""A family's words in another language, by a machine, for whoever reads the conversation: asked once, kept beside them.

Three steps, so that no transaction is open while words travel: `ask` writes down what is asked, `put` asks the service,
`keep` writes down what came. What is erased meanwhile stays erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, select

from config.languages import language_tag
from connector.errors import OutsideError
from connector.translate import Translated, Translator
from inbox.language.tags import UNSURE, base
from inbox.permitted import NotPossible, one_who_answers, the_conversation
from models import audit
from models.conversation import Conversation, Message
from models.switched_on import SwitchedOn, switched_on
from models.translation import Translation

SURE = 0.9  # of a guessed language: less than that, and the service finds it out itself
STALE = timedelta(seconds=30)  # an asking that nobody ended by then died on its way
OFF = "Translation is switched off here: an owner switches it on in the settings."


@dataclass(frozen=True, slots=True)
class Question:
    """What goes to the service. `id`: the row that waits for the answer."""

    id: str
    school: str
    text: str
    target: str
    source: str | None


def ask_for_message(
    session: Session, school: str, conversation_id: str, message_id: str, target: str, email: str, now: datetime
) -> Question | None:
    """None where these very words are translated already."""
    one_who_answers(session, school, email, "have comments translated")
    the_conversation(session, school, conversation_id)
    query = select(Message).where(
        Message.school == school, Message.conversation_id == conversation_id, Message.id == message_id
    )
    one = session.exec(query).one_or_none()
    if one is None or not may_be_translated(one, target):
        raise NotPossible(
            "There is nothing to translate: the comment was removed, has no words, or is in that language."
        )
    sure = one.language != UNSURE and (one.language_by or one.confidence >= SURE)
    return _ask(session, one, one.text, target, one.language if sure else None, email, now)


def ask_for_answer(
    session: Session, school: str, conversation_id: str, text: str, target: str, email: str, now: datetime
) -> tuple[Translation, Question | None]:
    """The row of an answer that is being written, and the question, where it was not asked before."""
    one_who_answers(session, school, email, "answer families")
    row = the_conversation(session, school, conversation_id)
    if not text.strip():
        raise NotPossible("There is nothing to translate yet: write your answer first.")
    here = Message(
        school=school, page=row.page, conversation_id=row.id, id="", direction="sent", text="", created_at=now
    )
    question = _ask(session, here, text.strip(), target, None, email, now)
    known = _known(session, here, text.strip(), language_tag(target), _on(session, school).translates_with)
    assert known is not None, "asked just now, or before"
    return known, question


def may_be_translated(one: Message, target: str) -> bool:
    """Is there something in it that a reader of `target` may not be able to read? Notes are for colleagues and never leave; of
    what a machine made the writer's own words stand there. Pure."""
    leaves = one.direction != "note" and one.removed_at is None and bool(one.text.strip())
    return leaves and not one.machine and base(one.language) != base(target)


def put(translator: Translator, question: Question) -> Translated | OutsideError:
    """Outside of any transaction."""
    try:
        return translator.translate(question.text, question.target, question.source)
    except OutsideError as wrong:
        return wrong


def keep(session: Session, question: Question, came: Translated | OutsideError, now: datetime) -> None:
    query = select(Translation).where(Translation.school == question.school, Translation.id == question.id)
    row = session.exec(query).one_or_none()
    if row is None:
        return  # the family was erased while the words were on their way
    if isinstance(came, OutsideError):
        row.state, row.problem = "failed", came.message
    else:
        row.state, row.text, row.source, row.made_at, row.problem = "made", came.text, came.detected, now, ""


def digest(text: str) -> str:
    return sha256(text.strip().encode()).hexdigest()


def _ask(
    session: Session, about: Message, text: str, target: str, source: str | None, email: str, now: datetime
) -> Question | None:
    """`about`: the message, or one without an id for an answer that is being written."""
    on, tag = _on(session, about.school), language_tag(target)
    here = select(Conversation.id).where(Conversation.school == about.school, Conversation.id == about.conversation_id)
    session.exec(here.with_for_update()).one()  # of two who ask at the same moment one waits, and finds the other's row
    row = _known(session, about, text, tag, on.translates_with)
    if row is not None and row.state == "made":
        return None
    if row is not None and row.state == "asked" and now - row.asked_at < STALE:
        raise NotPossible("It is being translated just now: look again in a few seconds.")
    row = row or Translation(
        school=about.school, conversation_id=about.conversation_id, message_id=about.id, digest=digest(text), source="",
        target=tag, provider=on.translates_with, state="", asked_by="", asked_at=now,
    )  # fmt: skip
    row.state, row.problem, row.asked_by, row.asked_at = "asked", "", email, now
    session.add(row)
    what = "translate message" if about.id else "translate answer"
    audit.note(
        session, about.school, now, email, what, about.conversation_id, message=about.id, into=tag, service=on.translates_with
    )  # fmt: skip
    return Question(row.id, about.school, text, tag, source)


def _on(session: Session, school: str) -> SwitchedOn:
    on = switched_on(session, school)
    if on is None or not on.translates_with:
        raise NotPossible(OFF)
    return on


def _known(session: Session, about: Message, text: str, target: str, provider: str) -> Translation | None:
    query = select(Translation).where(
        Translation.school == about.school, Translation.conversation_id == about.conversation_id,
        Translation.message_id == about.id, Translation.digest == digest(text), Translation.target == target,
        Translation.provider == provider,
    )  # fmt: skip
    return session.exec(query).one_or_none()
