"""`reply`, `close`, `assign`: what people do with a conversation. Sent by the next `sync`, or the running clock."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlmodel import Session

from commands import shapes
from commands.bridge import open_bridge
from commands.complaints import NotHere
from commands.telling import As, Json, say, say_json
from inbox import replies
from models.conversation import Conversation, conversation, messages
from models.whose import school_of

app = typer.Typer()
Id = Annotated[str, typer.Argument(metavar="ID", help="The conversation's.")]


@app.command("reply")
def reply(
    conversation_id: Id,
    email: As,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What the family will read.")],
    as_json: Json = False,
) -> None:
    """Answer a family, under their newest message. Sent by the next sync or the running clock."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = _school(session, conversation_id)
        replies.reply(session, school, conversation_id, email, text, bridge.clock())
        _tell(
            session, school, conversation_id, "The answer is written; the next `sync`, or the clock, sends it.", as_json
        )


@app.command("close")
def close(
    conversation_id: Id,
    email: As,
    reason: Annotated[str, typer.Option("--reason", help=f"{', '.join(replies.CLOSE_REASONS)}.")] = "answered",
    as_json: Json = False,
) -> None:
    """Close a conversation. A new message from the family opens it again."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = _school(session, conversation_id)
        replies.close(session, school, conversation_id, email, bridge.clock(), reason)
        _tell(session, school, conversation_id, f"Closed: {reason}.", as_json)


@app.command("assign")
def assign(
    conversation_id: Id,
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="Who shall answer.")],
    email: As,
    as_json: Json = False,
) -> None:
    """Hand a conversation over to somebody."""
    bridge = open_bridge()
    with bridge.db.write() as session:
        school = _school(session, conversation_id)
        row = replies.assign(session, school, conversation_id, to, email, bridge.clock())
        _tell(session, school, conversation_id, row.reason, as_json)


def _school(session: Session, conversation_id: str) -> str:
    school = school_of(session, conversation_id, Conversation)
    if school is None:
        raise NotHere(f"There is no conversation {conversation_id}: see their ids with `conversations`.")
    return school


def _tell(session: Session, school: str, conversation_id: str, sentence: str, as_json: bool) -> None:
    """In JSON the conversation as it now is."""
    if not as_json:
        say(sentence)
        return
    row = conversation(session, school, conversation_id)
    assert row is not None
    say_json(shapes.conversation(row, messages(session, school, [row.id])[row.id]))
