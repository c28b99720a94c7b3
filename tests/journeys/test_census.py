"""A comment that Facebook hides from one reading: told, then found, and standing once. `-s` prints what people see."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from models.database import Database
from models.page import Page, PagePost
from rehearsal.facebook import faults
from rehearsal.facebook.happenings import add_comment
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import Comment
from tests.journeys.town import Town, settle_in

HIDDEN = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"


def test_what_facebook_hides_from_one_reading_is_told_then_found_and_stands_once(tmp_path: Path) -> None:
    with PretendFacebook() as facebook:
        town = settle_in(tmp_path, facebook)
        _show(town, "sync")
        small, large = _comments(town, 3), _comments(town, 70)
        print(f"\nFamilies wrote 3 and 70 comments. Facebook hides {small.id} and {large.id}, and counts them.")
        _hide(town, small, large)
        told = _show(town, "sync")
        assert "Facebook counts 2 comments that we may not see, under 2 posts" in told
        assert _unseen(town) == {small.post_id: (3, 1), large.post_id: (70, 1)}
        assert "Facebook counts 2 comments that we may not see" in _show(town, "doctor", only="comments of", expect=1)
        with facebook.world.lock:
            facebook.world.faults.clear()
        print("\nFrom now on Facebook shows them. The next round finds what is among the newest 50 of a post.")
        _show(town, "sync")
        assert _unseen(town) == {small.post_id: (3, 0), large.post_id: (70, 1)}
        print("\nA day later the census finds the other.")
        _a_day_passes(town)
        _show(town, "sync")
        assert _unseen(town) == {small.post_id: (3, 0), large.post_id: (70, 0)}
        assert "may not see" not in town.run("doctor", expect=1)  # nobody there speaks Arabic
        _each_stands_once(town, small, large)


def _comments(town: Town, count: int) -> Comment:
    """So many comments under a post of ours that has none yet; the oldest of them."""
    world = town.facebook.world
    with world.lock:
        taken = {one.post_id for one in world.comments.values()}
        post = next(one for one in world.posts.values() if one.by_page and one.id not in taken)
        ana = world.person_named("Ana").id
        first = add_comment(world, post, HIDDEN, author_id=ana)
        for number in range(count - 1):
            add_comment(world, post, f"{number}: Where do we park?", author_id=ana)
        return first


def _hide(town: Town, *comments: Comment) -> None:
    with town.facebook.world.lock:
        faults.add(town.facebook.world, {"kind": "hidden-from-read", "ids": [one.id for one in comments]})


def _show(town: Town, command: str, only: str = "", expect: int = 0) -> str:
    out = town.run(command, expect=expect)
    lines = [line for line in out.splitlines() if only in line]
    print(f"\n$ python run.py {command}", *lines, sep="\n")
    return out


def _unseen(town: Town) -> dict[str, tuple[int, int]]:
    posts = [one for one in town.rows("posts") if one["comments_told"]]
    print("\n$ python run.py posts --json")
    for one in posts:
        print({name: one[name] for name in ("id", "external_id", "comments_told", "comments_unseen")})
    return {one["external_id"]: (one["comments_told"], one["comments_unseen"]) for one in posts}


def _a_day_passes(town: Town) -> None:
    db = Database(f"sqlite:///{town.folder / 'data' / 'bridge.db'}")
    with db.write() as session:
        for row in [*session.exec(select(Page)), *session.exec(select(PagePost))]:
            row.census_at = row.census_at - timedelta(days=1) if row.census_at else None
            session.add(row)
    db.close()


def _each_stands_once(town: Town, *found: Comment) -> None:
    held = [message["external_id"] for talk in town.rows("conversations") for message in talk["messages"]]
    with town.facebook.world.lock:
        there = [one.id for one in town.facebook.world.comments.values()]
    assert sorted(held) == sorted(there)
    print("\nIn the inbox:", {one.id: held.count(one.id) for one in found}, f"of {len(held)} comments, each once.")
