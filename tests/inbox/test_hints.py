"""What a webhook says is a reason to look, and nothing else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from inbox import hints
from inbox.hints import spoken_of, unpack
from models.database import Database
from models.hint import KEPT, Hint, HintedPost, heeded, hinted_pages, keep, last_received, newest_hints
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.world import Post
from tests.models import rows

SPANISH = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"


def parcel(*changes: dict[str, Any], page: str = "10001", **more: Any) -> bytes:
    told = [{"field": "feed", "value": one} for one in changes]
    return json.dumps({"object": "page", "entry": [{"id": page, "time": 1, "changes": told, **more}]}).encode()


def comment(post: str = "10001_5551", **more: Any) -> dict[str, Any]:
    return {"item": "comment", "verb": "add", "post_id": post, "comment_id": "5551_1", **more}


def send(db: Database, body: bytes, now: datetime) -> None:
    with db.write() as session:
        keep(session, {sha256(body).hexdigest(): body}, now)


def hinted(db: Database) -> list[tuple[str, str, str]]:
    with db.read() as session:
        return sorted((one.school, one.page, one.external_id) for one in session.exec(select(HintedPost)))


# --- what is taken from a parcel


@pytest.mark.parametrize(
    ("body", "spoken"),
    [
        (parcel(comment()), [("10001", "10001_5551")]),
        (parcel(comment(verb="remove"), comment("10001_2")), [("10001", "10001_5551"), ("10001", "10001_2")]),
        (parcel({"item": "status", "verb": "add", "published": 1, "post_id": "10001_7"}), [("10001", "10001_7")]),
        (parcel({"item": "reaction", "reaction_type": "like", "verb": "add", "post_id": "10001_7"}), []),
        (parcel({"item": "share", "post_id": "10001_7"}, {"item": "like", "post_id": "10001_7"}), []),
        (parcel({"item": "something new", "verb": "add"}), [("10001", "")]),
        (parcel(changed_fields=["feed"]), [("10001", "")]),
        (parcel(changed_fields=["ratings"]), []),
        (parcel(comment("10002_5551")), [("10001", "")]),
        (parcel(comment("10001_../../me")), [("10001", "")]),
        (parcel(comment("10001_55_51")), [("10001", "")]),
        (parcel(comment(post=[])), [("10001", "")]),
        (parcel(comment(), page="../me"), []),
        (parcel(comment(), page="1" * 99), []),
        (json.dumps({"object": "user", "entry": [{"id": "7"}]}).encode(), []),
        (b'{"object":"page","entry":[{"id":"10001","messaging":[{"message":{"text":"hello"}}]}]}', []),
        (b'{"object":"page","entry":{"id":"10001"}}', []),
        (b'{"object":"page","entry":[null,1,{"id":10001,"changes":[{"field":"feed"}]},{"id":"1","changes":"x"}]}', []),
        (b'{"object":"page","entry":[{"id":"10001","changes":[{"field":"feed","value":null}]}]}', [("10001", "")]),
        (b'{"object":"page","entry":[{"id":"10001","changes":[{"field":"mention","value":{}}]}]}', []),
        (b"[]", []),
        (b"", []),
        (b"\xff\xfe\x00", []),
        (b"[" * 100_000, []),
        (b'{"object":"page","entry":[{"id":' + b"9" * 5000 + b"}]}", []),
        (parcel(comment())[:-9], []),
    ],
)
def test_a_parcel_names_pages_and_posts_and_nothing_else_is_taken_from_it(
    body: bytes, spoken: list[tuple[str, str]]
) -> None:
    assert list(spoken_of(body)) == spoken


# --- unpacking, on both databases


@pytest.fixture
def schools(any_db: Database) -> Database:
    """Maple and Oak have the same Page connected; Maple a second one; Oak one that is off."""
    with any_db.write() as session:
        session.add_all([rows.school(), rows.school("oak")])
        session.flush()
        session.add_all([rows.page(), rows.page("oak"), rows.page(slug="second", facebook_id="10002")])
        session.add(rows.page("oak", slug="gone", facebook_id="10003", off_at=rows.NOW))
    return any_db


def test_one_parcel_may_speak_of_many_pages_and_one_page_be_in_two_schools(schools: Database) -> None:
    entries = [
        {"id": page, "changes": [{"field": "feed", "value": comment(f"{page}_5551")}] * 3}
        for page in ("10001", "10002", "10003", "99999")
    ]
    send(schools, json.dumps({"object": "page", "entry": entries}).encode(), rows.NOW)
    assert unpack(schools, rows.NOW) == 1
    assert hinted(schools) == [
        ("maple", "pta-page", "10001_5551"),
        ("maple", "second", "10002_5551"),
        ("oak", "pta-page", "10001_5551"),
    ]
    with schools.read() as session:
        assert set(newest_hints(session)) == {("maple", "pta-page"), ("maple", "second"), ("oak", "pta-page")}


def test_each_parcel_is_unpacked_once_and_the_newest_time_counts(schools: Database) -> None:
    later = rows.NOW + timedelta(minutes=1)
    send(schools, parcel(comment(), time=2), later)
    assert unpack(schools, later) == 1
    send(schools, parcel(comment(), time=1), rows.NOW)  # an older one comes late
    assert (unpack(schools, later), unpack(schools, later)) == (1, 0)
    with schools.read() as session:
        assert newest_hints(session)["maple", "pta-page"] == later
        assert last_received(session) == later


def test_what_comes_while_it_looks_waits_for_the_next_look(schools: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for one itself; else a burst would be gone through in ever smaller pieces."""

    def amid_the_first_look(*given: Any) -> None:
        look_into(*given)
        if not come:
            come.append(send(schools, parcel(comment("10001_7")), rows.NOW))

    look_into, come = hints._look_into, list[None]()
    monkeypatch.setattr(hints, "_look_into", amid_the_first_look)
    monkeypatch.setattr(hints, "AT_ONCE", 2)
    send(schools, parcel(comment()), rows.NOW)
    assert (unpack(schools, rows.NOW), unpack(schools, rows.NOW), unpack(schools, rows.NOW)) == (1, 1, 0)
    for number in range(2, 7):
        send(schools, parcel(comment(), time=number), rows.NOW)
    assert unpack(schools, rows.NOW) == 5, "what was there is all looked into, however many pieces that takes"


def test_pages_that_are_hinted_at_are_found_in_one_question(schools: Database) -> None:
    with schools.write() as session:
        session.add_all([rows.page(slug=f"p{number}", facebook_id=f"2{number}") for number in range(9)])
    asked: list[str] = []
    for number in range(9):
        send(schools, parcel(comment(f"2{number}_1"), page=f"2{number}"), rows.NOW)
    unpack(schools, rows.NOW)
    with schools.read() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *told: asked.append(told[2]))
        found = hinted_pages(session)
    assert {(row.slug, at) for row, at in found} == {(f"p{number}", rows.NOW) for number in range(9)}
    assert len(asked) == 1


def test_what_cannot_be_read_is_kept_marked_and_without_effect(schools: Database) -> None:
    send(schools, b"no JSON at all", rows.NOW)
    assert unpack(schools, rows.NOW) == 1
    assert hinted(schools) == []
    with schools.read() as session:
        (hint,) = session.exec(select(Hint)).all()
    assert (hint.body, hint.unpacked_at) == (b"no JSON at all", rows.NOW)


def test_a_hint_that_comes_while_its_post_is_read_stays(schools: Database) -> None:
    send(schools, parcel(comment()), rows.NOW + timedelta(seconds=1))
    unpack(schools, rows.NOW + timedelta(seconds=2))
    with schools.write() as session:
        heeded(session, "maple", "pta-page", ["10001_5551"], rows.NOW)
    assert ("maple", "pta-page", "10001_5551") in hinted(schools)
    with schools.write() as session:
        heeded(session, "maple", "pta-page", ["10001_5551"], rows.NOW + timedelta(seconds=3))
    assert hinted(schools) == [("oak", "pta-page", "10001_5551")]


def test_parcels_go_two_weeks_after_they_were_unpacked_once_a_day(schools: Database) -> None:
    moments = [rows.NOW + timedelta(hours=hours) for hours in (0, 20, 40)]
    for moment in moments:
        send(schools, parcel(comment(), time=moment.timestamp()), moment)
        unpack(schools, moment)

    def left(now: datetime) -> int:
        unpack(schools, now)
        with schools.read() as session:
            return len(session.exec(select(Hint)).all())

    assert left(rows.NOW + KEPT + timedelta(hours=23)) == 3  # a day's worth is not gathered yet
    assert left(rows.NOW + KEPT + timedelta(hours=25)) == 1  # the two that are old enough, at once
    assert left(rows.NOW + KEPT + timedelta(hours=41)) == 1


def test_parcels_that_nobody_unpacked_are_never_purged(schools: Database) -> None:
    for number in range(120):
        send(schools, parcel(comment(), time=number), rows.NOW)
    assert unpack(schools, rows.NOW + timedelta(days=90)) == 120


# --- what reading makes of them


def hint_at(town: Any, post: Post, **more: Any) -> None:
    send(town.db, parcel(comment(post.id), time=town.now.timestamp(), **more), town.now)
    unpack(town.db, town.now)


def by_id(town: Any, post: Post) -> int:
    return sum(one["path"] == f"/{post.id}" for one in town.facebook.world.calls)


def old_post_beyond_the_first_read(town: Any) -> Post:
    """A read of everything since 60 days ago ends before it."""
    fill(town)
    return town.post("Last winter's fair", ago=timedelta(days=200))


def fill(town: Any) -> None:
    for number in range(40):
        town.post(f"Post {number}", ago=timedelta(days=59 if number < 5 else 70, minutes=number))


def test_a_comment_on_an_old_post_is_found_by_its_hint_and_not_before_the_census_without(town: Any) -> None:
    old = old_post_beyond_the_first_read(town)
    town.collect()
    town.change_page(census_at=town.now)
    said = town.say(old, SPANISH)
    town.collect()
    assert said.id not in [one.external_id for one in town.messages()]
    hint_at(town, old)
    town.collect()
    assert said.id in [one.external_id for one in town.messages()]
    assert hinted(town.db) == []


def test_a_post_that_the_ordinary_read_shows_is_not_asked_for_again(town: Any) -> None:
    post = town.post()
    town.collect()
    town.say(post, SPANISH)
    hint_at(town, post)
    before = town.calls()
    town.collect()
    assert (town.calls() - before, hinted(town.db)) == (1, [])
    assert len(town.messages()) == 1


def test_nothing_that_a_forged_author_says_is_believed(town: Any) -> None:
    """Even signed: words "by the Page" in a webhook are no answer of ours, and no message at all."""
    post = town.post()
    town.collect()
    told = {"from": {"id": towns.PAGE_ID, "name": "Maple Street PTA"}, "message": "Answered!", "parent_id": post.id}
    send(town.db, parcel(comment(post.id, **told)), town.now)
    unpack(town.db, town.now)
    town.collect()
    assert town.messages() == [] and town.conversations() == []


def test_a_hint_at_a_post_that_is_not_there_ends_with_one_look(town: Any) -> None:
    town.post()
    for number in ("999", "998"):
        send(town.db, parcel(comment(f"10001_{number}")), town.now)
    unpack(town.db, town.now)
    assert town.collect().problem == ""
    assert hinted(town.db) == []


def test_a_hint_never_spoils_the_reading_of_its_page(town: Any) -> None:
    old = old_post_beyond_the_first_read(town)
    town.fault("error", code=200, match={"path": f"^{old.id}$"}, times=None)
    hint_at(town, old)
    assert town.collect().problem == ""
    assert (town.page().token_problem, hinted(town.db)) == ("", [])


def test_hints_of_a_page_that_cannot_be_read_are_kept_until_it_can(town: Any) -> None:
    old = old_post_beyond_the_first_read(town)
    town.collect()
    town.change_page(census_at=town.now)
    said = town.say(old, SPANISH)
    hint_at(town, old)
    town.change_page(token_problem="The token is dead.", dead_since=town.now)
    town.collect()
    town.change_page(token_problem="", dead_since=None, parked_until=town.now + timedelta(minutes=10))
    town.collect()
    town.change_page(parked_until=None)
    town.fault("error", code=2, http=500, match={"path": f"^{old.id}$"})
    assert town.collect().problem != ""
    assert hinted(town.db) == [("maple", "pta", old.id)]
    town.collect()
    assert hinted(town.db) == [] and said.id in [one.external_id for one in town.messages()]


def test_many_old_posts_are_asked_for_a_few_at_a_time(town: Any) -> None:
    fill(town)
    olds = [town.post(f"Old {day}", ago=timedelta(days=200 + day)) for day in range(15)]
    town.change_page(census_at=town.now)
    for old in olds:
        hint_at(town, old)
    town.collect()
    assert len(hinted(town.db)) == 5
    town.collect()
    assert hinted(town.db) == [] and all(by_id(town, old) == 1 for old in olds)


def test_our_own_words_come_back_as_a_hint_and_change_nothing(town: Any) -> None:
    post = town.post()
    town.say(post, SPANISH)
    town.answer_by_hand(post, "A las cinco.")
    town.collect()
    before = town.everything()
    hint_at(town, post)
    town.collect()
    assert town.everything() == before
    happenings.edit_post(town.facebook.world, post, "Fall Festival, now at six")
    hint_at(town, post)
    assert town.collect().problem == ""
