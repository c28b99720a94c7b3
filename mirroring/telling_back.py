"""Makes a draft of "you said, we did" for one page, which waits for a yes like every post. Rows only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from config.mistake import Mistake
from mirroring.compose import LIMIT
from mirroring.forgotten import Forgotten
from mirroring.plain_text import length
from mirroring.publish import Voice
from mirroring.you_said import Chosen, spoken, text_of
from models.audit import note
from models.columns import stable_id
from models.page import Page
from models.post import Post
from models.shared import Shared, untold

KIND = "you-said"


def draft(session: Session, page: Page, voice: Voice, ids: Sequence[str], email: str, now: datetime) -> Post:
    """A post of those of `ids` that are not told yet. Raises Mistake."""
    rows = _chosen(session, page, ids)
    chosen = [chosen_of(row) for row in rows]
    told = spoken(chosen, voice.languages, voice.wordings)
    if not told:
        raise Mistake(
            "There is no language of this page in which all of these have words",
            "write the words that lack, or choose fewer",
        )
    row = _post(session, page, rows, now)
    row.link, row.languages = voice.link(row.code), told
    row.text = text_of(chosen, voice.languages, voice.wordings, voice.group_name, row.link)
    if length(row.text) > LIMIT:
        raise Mistake(f"This is longer than the {LIMIT:,} letters of a post", "choose fewer")
    row.said = {"words": {tag: [one.in_(tag) for one in chosen] for tag in told}}
    row.fingerprint = sha256(row.text.encode()).hexdigest()
    session.add(row)
    for one in rows:
        one.told_in = row.id
        session.add(one)
    note(session, page.school, now, email, "draft you said", row.id, page=page.slug, things=len(rows))
    return row


def chosen_of(row: Shared) -> Chosen:
    typed = {tag: (said, did) for tag, (said, did) in row.in_others.items()}
    return Chosen({**typed, row.language: (row.you_said, row.we_did)})


def _chosen(session: Session, page: Page, ids: Sequence[str]) -> list[Shared]:
    """Oldest first."""
    if page.off_at is not None:
        raise Mistake(f"The page {page.slug} is switched off", "choose another one")
    query = select(Shared.id).where(Shared.school == page.school, col(Shared.id).in_(ids)).order_by(Shared.id)
    session.exec(
        query.with_for_update()
    ).all()  # of two who draft at the same time, the second sees what the first took
    free = {row.id: row for row in untold(session, page.school)}
    if not ids or any(id not in free for id in ids):
        raise Mistake(
            "Nothing was chosen, or some of it stands in a post already",
            "look at the list again, and choose what is left",
        )
    return sorted((free[id] for id in dict.fromkeys(ids)), key=lambda one: (one.at, one.id))


def _post(session: Session, page: Page, rows: Sequence[Shared], now: datetime) -> Post:
    """Its id and code follow from what it tells, as with every post: a restored database knows by them what stands already."""
    told = sha256("\n".join(sorted(one.conversation_id for one in rows)).encode()).hexdigest()[:16]
    purpose = f"{KIND}:{told}"
    query = select(Post).where(Post.school == page.school, Post.page == page.slug, Post.purpose == purpose)
    row = session.exec(query).one_or_none() or Post(
        id=stable_id("po", page.school, page.slug, purpose), school=page.school, page=page.slug, kind=KIND,
        purpose=purpose, code=Forgotten(session, page.school, page.slug).code(purpose), text="", fingerprint="",
        state="waiting", created_at=now, due_at=now,
    )  # fmt: skip
    row.state, row.due_at, row.withdrawn_at, row.withdrawn_by = "waiting", now, None, ""
    row.approved_at, row.approved_by, row.reason = None, "", "written by people here"
    return row
