"""Posts without a word in a language that the school speaks, counted by hand; and the topics that come back."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlmodel import Session

from models.conversation import Conversation, Message
from models.database import Database
from models.page import PagePost
from models.post import Post
from models.routing_rule import Partner
from models.school import School
from models.staff import StaffMember
from tests.models import rows
from upkeep.recurring import Told, recurring
from upkeep.silence import silence

NOW = rows.NOW
_numbers = count(1)


@pytest.fixture
def school(any_db: Database) -> School:
    with any_db.write() as session:
        session.add(rows.school(languages=["en", "es", "so"]))
        session.add(rows.school("oak", languages=["en"]))
        session.flush()
        session.add_all([rows.page(), rows.page("oak", slug="oak-page", facebook_id="20002"), rows.source()])
        session.flush()
        session.add(rows.event(id="ev_1"))
        session.add_all(
            StaffMember(school="maple", email=f"{name.split()[0].lower()}@maple.example", name=name, role=role,
                        languages=languages, made_by="site")
            for name, role, languages in (("Maria Ortiz", "staff", ["es"]), ("Pat Lee", "volunteer", ["so"]))
        )  # fmt: skip
        session.add(
            Partner(
                school="maple", name="Somali House", languages=["so"], contact="555-0100", made_by="site", made_at=NOW
            )
        )
    with any_db.read() as session:
        return session.get_one(School, "maple")


def post(session: Session, id: str, weeks: float = 1, *, author: str = "10001", said: str = "", **more: Any) -> None:
    """`said`: the languages of a post of ours; "" = made by hand."""
    at = NOW - timedelta(weeks=weeks)
    session.add(PagePost(**{"school": "maple", "page": "pta-page", "external_id": f"10001_{id}", "created_at": at,
                            "message": f"Post {id}\nMore", "author_external_id": author, **more}))  # fmt: skip
    if said:
        session.add(Post(school="maple", page="pta-page", kind="announcement", event_id="ev_1", purpose=id, state="sent",
                         languages=said.split(), text="x", fingerprint="x", external_id=id, created_at=at, due_at=at,
                         sent_at=at))  # fmt: skip


def write(
    session: Session, post: str, language: str, *, school: str = "maple", page: str = "pta-page", **more: Any
) -> None:
    n, at = next(_numbers), NOW - timedelta(days=2)
    talk = Conversation(**{"school": school, "page": page, "post_external_id": f"10001_{post}",
                           "comment_external_id": f"c{n}", "language": language, "state": "open", "opened_at": at,
                           "updated_at": at, **more})  # fmt: skip
    session.add(talk)
    session.flush()
    session.add(Message(school=school, page=page, conversation_id=talk.id, direction="received", text="x", language=language,
                        external_id=f"c{n}", post_external_id=f"10001_{post}", created_at=at))  # fmt: skip


def test_posts_without_a_word_in_a_language_are_counted_by_language(any_db: Database, school: School) -> None:
    with any_db.write() as session:
        post(session, "1", 1, said="en es so")
        post(session, "2", 2, said="en es")
        post(session, "3", 3)  # by hand
        post(session, "4", 4, said="en so")  # nobody wrote
        post(session, "5", 5, said="en so")  # only a heart
        post(session, "6", 9, said="en so")  # too old
        post(session, "7", 1, author="")  # a family's own
        post(session, "8", 1, gone_at=NOW)
        for id in ("1", "2", "3", "6", "7", "8"):
            write(session, id, "en")
        write(session, "1", "es-MX")
        write(session, "5", "und")
    with any_db.read() as session:
        found = silence(session, school, NOW)
    assert (found.weeks, found.posts, found.without_words) == (8, 5, 2)
    assert [(one.language, one.heard, len(one.silent), one.spoken_under) for one in found.languages] == [
        ("so", 0, 3, 3), ("es", 1, 2, 3), ("en", 3, 0, 3),
    ]  # fmt: skip
    somali, spanish, _ = found.languages
    assert [one.title for one in somali.silent] == ["Book fair", "Book fair", "Post 3"], "the newest first"
    assert [somali.silent_and_said(said) for said in (True, False, None)] == [1, 1, 1]
    assert [spanish.silent_and_said(said) for said in (True, False, None)] == [1, 0, 1]
    assert (somali.speakers, [one.name for one in somali.partners]) == ((), ["Somali House"]), (
        "a volunteer does not answer"
    )
    assert (spanish.speakers, spanish.partners) == (("Maria Ortiz",), ())
    with any_db.read() as session:
        longer = silence(session, school, NOW, weeks=13)
        theirs = silence(session, session.get_one(School, "oak"), NOW)
    assert (longer.posts, len(longer.languages[0].silent)) == (6, 4)
    assert (theirs.posts, [len(one.silent) for one in theirs.languages]) == (0, [0])


def test_topics_are_told_from_five_conversations_on_and_small_numbers_are_not(any_db: Database, school: School) -> None:
    said = {
        ("bus", "en"): 9, ("bus", "es"): 6, ("bus", "so"): 3, ("food", "en"): 5, ("food", "es-MX"): 5, ("food", "es"): 1,
        ("money", "en"): 4, ("health", "so"): 2, ("health", "und"): 3, ("", "en"): 2,
    }  # fmt: skip
    with any_db.write() as session:
        session.add(PagePost(school="maple", page="pta-page", external_id="10001_1", created_at=NOW))
        for (topic, language), number in said.items():
            for _ in range(number):
                write(session, "1", language, topic=topic)
        write(session, "1", "es", topic="bus", closed_reason="spam", state="closed")
        write(session, "1", "es", topic="bus", opened_at=NOW - timedelta(weeks=14))
        write(session, "1", "en", topic="bus", school="oak", page="oak-page")
    with any_db.read() as session:
        found = recurring(session, school, NOW)
    assert found.languages == ("en", "es", "so", "und")
    assert found.all_of == {"en": Told(20), "es": Told(12), "so": Told(5), "und": Told(None)}
    assert [(one.topic, one.at_least, one.is_exact) for one in found.rows] == [
        ("bus", 16, False), ("food", 11, True), ("health", 5, False),
    ]  # fmt: skip
    bus, food, health = (one.by_language for one in found.rows)
    assert bus == {"en": Told(9, 0.45), "es": Told(6, 0.5), "so": Told(None), "und": Told(0)}
    assert food == {"en": Told(5, 0.25), "es": Told(6, 0.5), "so": Told(0, 0.0), "und": Told(0)}
    assert health == {"en": Told(0, 0.0), "es": Told(0, 0.0), "so": Told(None), "und": Told(None)}
