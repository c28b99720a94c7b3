"""The questions that are asked of posts, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.database import Database
from models.event import Event
from models.page import Page
from models.post import Post, PostFilter, coming_posts, count_posts, newest_posts, posts_between
from models.school import School
from models.source import Source

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
SENT, COMING = PostFilter(("sent",)), PostFilter(("draft", "waiting", "due"))


def filled(db: Database) -> None:
    """Two schools with the same posts: five sent, two of them at the same moment, and one that waits on each of two pages."""
    with db.write() as session:
        for school in ("maple", "oak"):
            session.add(School(slug=school, name=school, timezone="UTC", fallback="", languages=["en"], loaded_at=NOW))
            session.flush()
            session.add(Source(school=school, slug="s", kind="ics", address="/x"))
            session.add_all(
                Page(school=school, slug=slug, facebook_id=slug, token_sealed="", connected_at=NOW)
                for slug in ("a", "b")
            )
            session.flush()
            session.add(
                Event(id=f"ev_{school}", school=school, source="s", uid="1", title="Gala", starts_at=NOW, ends_at=NOW,
                      timezone="UTC", status="confirmed", fingerprint="1", first_seen_at=NOW, last_at=NOW)
            )  # fmt: skip
            session.flush()
            session.add_all(post(school, f"{n}", "a", "sent", NOW - timedelta(hours=max(n, 1))) for n in range(5))
            session.add_all(post(school, slug, slug, "waiting", NOW + timedelta(days=1)) for slug in ("a", "b"))


def post(school: str, name: str, page: str, state: str, at: datetime) -> Post:
    return Post(
        id=f"po_{school}_{name}", school=school, page=page, kind="announcement", event_id=f"ev_{school}", purpose=name, text="",
        fingerprint="", state=state, created_at=NOW, due_at=at,
    )  # fmt: skip


def names(rows: list[Post]) -> list[str]:
    return [one.id.removeprefix("po_maple_") for one in rows]


def test_pages_of_a_list_hold_every_post_once_also_those_of_one_moment(any_db: Database) -> None:
    filled(any_db)
    with any_db.read() as session:
        first = newest_posts(session, "maple", SENT, "", 1)
        rest = newest_posts(session, "maple", SENT, first[-1].id, 9)
        assert names(first + rest) == ["1", "0", "2", "3", "4"]
        assert (
            newest_posts(session, "maple", SENT, "po_oak_2", 9)[0].id == first[0].id
        )  # another school's is no place here


def test_what_comes_is_of_this_school_and_of_the_page_that_is_asked_for(any_db: Database) -> None:
    filled(any_db)
    with any_db.read() as session:
        assert names(coming_posts(session, "maple", COMING, 9)) == ["a", "b"]
        assert names(coming_posts(session, "maple", PostFilter(("waiting",), "b"), 9)) == ["b"]
        assert count_posts(session, "maple", "waiting") == 2
        between = posts_between(session, "maple", SENT, NOW - timedelta(hours=2), NOW)
        assert names(between) == ["2", "0", "1"]
