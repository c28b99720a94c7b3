"""How far a whole installation has come, for who watches it from the command line. Over all schools, numbers and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.conversation import Message
from models.delivery import Delivery
from models.page import Page
from models.post import Post


@dataclass(frozen=True, slots=True)
class Progress:
    """`read`: pages whose comments were read at least once. `owed`: deliveries that still have to happen."""

    read: int
    posts: int
    owed: int


def progress(session: Session) -> Progress:
    """Of all schools together."""
    read = select(func.count()).select_from(Page).where(col(Page.read_at).is_not(None))
    sent = select(func.count()).select_from(Post).where(Post.state == "sent")
    owed = select(func.count()).select_from(Delivery).where(col(Delivery.state).in_(("due", "sending", "unsure")))
    return Progress(session.exec(read).one(), session.exec(sent).one(), session.exec(owed).one())


def arrivals(session: Session, since: datetime) -> list[tuple[str, datetime]]:
    """Families' comments of all schools that were first read since then: Facebook's id, and when we saw it."""
    query = select(Message.external_id, Message.seen_at).where(
        Message.direction == "received", col(Message.seen_at) >= since
    )
    return [(str(id), seen) for id, seen in session.exec(query) if seen is not None]
