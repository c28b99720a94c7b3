"""The same thing standing twice: told to a person as a card, with both links. Nothing is ever taken away by itself."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from connector.graph.page import identity
from models.card import Card, close_card, open_card, show_card
from models.conversation import Message
from models.delivery import Delivery
from models.page import Page, PagePost
from models.post import Post, post

KIND = "duplicate"
_BACK = timedelta(days=60)  # as far as pages are read
_CODE = re.compile(r"/e/([0-9a-z]{10})\b")
Seen = dict[str, tuple[datetime, str, bool]]  # identity -> (when, link, does it stand)


def show_twins(session: Session, row: Delivery, first: str, others: Sequence[str], now: datetime) -> None:
    """`first` and `others` are links or ids; "" for the one that the delivery is known to stand under."""
    ours = post(session, row.school, row.target)
    known = ours.permalink if ours is not None else ""
    links = [_link(one) for one in dict.fromkeys((first or known or row.external_id or "", *others))]
    text = ours.text if ours is not None else _answer(session, row)
    show_card(session, row.school, KIND, row.target, _sentence(text, row.lane.partition(":")[2], links), now)


def scan_for_duplicates(session: Session, school: str, now: datetime) -> list[str]:
    """Looks for one marker of ours on two posts, or two comments, of a page, among the rows of what was read there.

    Shows a card for each, unless a person closed that very one, and closes those that somebody took away since. Returns
    the sentences of what stands twice. Asks nobody outside.
    """
    found: dict[tuple[str, str, bool], Seen] = defaultdict(dict)
    for page, under, id, text, at, link, gone in _read(session, school, now - _BACK):
        for code in set(_CODE.findall(text)):
            found[page, code, under][identity(id)] = (at, link or id, not gone)
    told: list[str] = []
    suspect = {code for (_, code, _), seen in found.items() if seen}
    for ours in session.exec(select(Post).where(Post.school == school, col(Post.code).in_(suspect))):
        seen = found.get((ours.page, ours.code, ours.under is not None), {})
        if ours.external_id:
            seen.setdefault(identity(ours.external_id), (ours.sent_at or now, ours.permalink or ours.external_id, True))
        told += _judge(session, ours, seen, now)
    return told


def _judge(session: Session, ours: Post, seen: Seen, now: datetime) -> Iterator[str]:
    standing = [link for _, link, stands in sorted(seen.values()) if stands]
    if len(standing) > 1:
        sentence = _sentence(ours.text, ours.page, [_link(one) for one in standing])
        if not _closed_by_a_person(session, ours, sentence):
            show_card(session, ours.school, KIND, ours.id, sentence, now)
            yield sentence
    elif len(seen) > 1 and open_card(session, ours.school, KIND, ours.id) is not None:
        close_card(session, ours.school, KIND, ours.id, now)


def _read(session: Session, school: str, since: datetime) -> Iterator[tuple[str, bool, str, str, datetime, str, bool]]:
    """(page, is it a comment, id, text, when, link, is it gone) of all that the Pages themselves say with a link of ours."""
    posts = select(PagePost).join(Page, (col(Page.school) == PagePost.school) & (col(Page.slug) == PagePost.page)).where(
        PagePost.school == school, PagePost.created_at >= since, col(PagePost.message).contains("/e/"),
        PagePost.author_external_id == Page.facebook_id,
    )  # fmt: skip
    for row in session.exec(posts):
        yield row.page, False, row.external_id, row.message, row.created_at, row.permalink, row.gone_at is not None
    comments = select(Message).where(
        Message.school == school, Message.created_at >= since, col(Message.text).contains("/e/"),
        Message.direction == "sent", Message.author == "", Message.parent_external_id == Message.post_external_id,
    )  # fmt: skip
    for said in session.exec(comments):
        id = said.external_id or said.id
        yield said.page, True, id, said.text, said.created_at, said.permalink, said.removed_at is not None


def _closed_by_a_person(session: Session, ours: Post, sentence: str) -> bool:
    query = select(Card.id).where(
        Card.school == ours.school, Card.kind == KIND, Card.subject == ours.id, Card.message == sentence,
        Card.closed_by != "",
    )  # fmt: skip
    return session.exec(query.limit(1)).first() is not None


def _sentence(text: str, page: str, links: Sequence[str]) -> str:
    first_line = text.strip().partition("\n")[0][:60]
    return f"“{first_line}” stands more than once on {page}: take all but one away on Facebook: {' and '.join(links)}"


def _answer(session: Session, row: Delivery) -> str:
    query = select(Message.text).where(Message.school == row.school, Message.id == row.target)
    return session.exec(query).first() or row.kind


def _link(one: str) -> str:
    return one if one.startswith("http") else f"https://www.facebook.com/{one}"
