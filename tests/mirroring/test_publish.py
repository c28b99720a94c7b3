"""A page's plan as rows: posts with their words, what is owed for them, and what is called off. A real database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from config.wording import Wording, load_wordings
from mirroring.decide import approve
from mirroring.gather import gather
from mirroring.plan import plan
from mirroring.publish import Publisher, voice_of
from models.database import Database
from models.delivery import Delivery, of_target
from models.event import Event, EventText, Occurrence
from models.page import Page
from models.post import Post, posts
from models.school import School
from models.staff import StaffMember
from tests.models import rows

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)  # noon in Chicago
START = NOW + timedelta(days=7)
PUBLIC = "https://maple.example"


@dataclass
class Desk:
    """One page of one school, planned and written round by round."""

    db: Database
    wordings: Mapping[str, Wording]
    now: datetime = NOW

    def add_event(self, start: datetime = START, **changes: Any) -> Event:
        end = start + timedelta(hours=2)
        with self.db.write() as session:
            row = rows.event(
                starts_at=start,
                ends_at=end,
                last_at=end,
                location="Gym",
                first_seen_at=NOW - timedelta(days=30),
                **changes,
            )
            session.add(row)
            session.flush()
            session.add(EventText(school="maple", event_id=row.id, language="en", title=row.title, status="original"))
            given: dict[str, Any] = {"original_at": start, "starts_at": start, "ends_at": end, "status": row.status}
            session.add(Occurrence(school="maple", series=row.id, event_id=row.id, **given))
        return row

    def change(self, event: Event, start: datetime | None = None, **changes: Any) -> None:
        with self.db.write() as session:
            row = session.exec(select(Event).where(Event.id == event.id)).one()
            date = session.exec(select(Occurrence).where(Occurrence.series == event.id)).one()
            for name, value in changes.items():
                setattr(row, name, value)
            if start:
                end = start + timedelta(hours=2)
                row.starts_at, row.ends_at, row.last_at = start, end, end
                date.original_at, date.starts_at, date.ends_at = start, start, end
            date.status = row.status if row.status != "missing" else "confirmed"

    def rules(self, **changes: Any) -> None:
        with self.db.write() as session:
            row = session.exec(select(Page)).one()
            for name, value in changes.items():
                setattr(row, name, value)

    def round(self, later: timedelta = timedelta(minutes=1)) -> list[str]:
        self.now += later
        with self.db.write() as session:
            school, page = session.exec(select(School)).one(), session.exec(select(Page)).one()
            gathered = gather(session, school, page, "", self.now)
            actions = plan(gathered.rules, gathered.events, gathered.standing, self.now)
            voice = voice_of(school, page, "Maple PTA", self.wordings, PUBLIC)
            Publisher(session, school, page, voice, self.now).write(actions)
        return [f"{one.action} {one.kind}" for one in actions]

    def posts(self) -> list[Post]:
        with self.db.read() as session:
            return posts(session, "maple")

    def post(self, kind: str = "announcement") -> Post:
        return next(one for one in self.posts() if one.kind == kind)

    def owed(self, post: Post) -> list[tuple[str, str]]:
        with self.db.read() as session:
            return [(one.kind, one.state) for one in of_target(session, "maple", post.id)]

    def delivery(self, post: Post) -> Delivery:
        with self.db.read() as session:
            return of_target(session, "maple", post.id)[-1]

    def send(self, *kinds: str) -> None:
        """What the outbox does when all goes well, for deliveries of these kinds that are due."""
        with self.db.write() as session:
            for one in session.exec(select(Delivery).where(Delivery.state == "due")):
                if one.kind in kinds and one.next_at <= self.now:
                    one.state = "sent"
                    post = session.exec(select(Post).where(Post.id == one.target)).one()
                    if one.kind != "revise":
                        post.state, post.external_id, post.sent_at = "sent", "10001_1", self.now

    def forget(self, *kinds: str) -> None:
        """Rows of posts are gone, as in a restored backup; all of them, or those of `kinds`."""
        with self.db.write() as session:
            for one in session.exec(select(Post).order_by(col(Post.under).is_(None))).all():
                if not kinds or one.kind in kinds:
                    for owed in of_target(session, "maple", one.id):
                        session.delete(owed)
                    session.delete(one)
                    session.flush()

    def found(self, post: Post, external_id: str, *, text: str = "", under: str = "") -> None:
        """It was read back on the page."""
        told = {
            "external_id": external_id,
            "permalink": None,
            "created_at": post.created_at.isoformat(),
            "under": under,
        }
        with self.db.write() as session:
            page = session.exec(select(Page)).one()
            page.standing = {**page.standing, post.code: {**told, "text": text or post.text}}

    def believes(self, event: Event, start: datetime | None = None, **facts: Any) -> None:
        """What the post's row tells is what the backup knew."""
        with self.db.write() as session:
            row = session.exec(select(Post).where(Post.kind == "announcement")).one()
            told = dict(facts)
            if start:
                told |= {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
            row.said = {**row.said, "facts": {**row.said["facts"], **told}}

    def pause(self) -> None:
        with self.db.write() as session:
            session.exec(select(School)).one().paused_at = self.now

    def standing(self) -> dict[str, Any]:
        with self.db.read() as session:
            return session.exec(select(Page)).one().standing


@pytest.fixture(scope="module")
def wordings() -> Mapping[str, Wording]:
    return load_wordings()


@pytest.fixture
def desk(db: Database, wordings: Mapping[str, Wording]) -> Desk:
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.source())
        session.add(rows.page(approval="auto", remind=["1d"]))
        session.add(
            StaffMember(school="maple", email="pat@maple.example", name="Pat", role="volunteer", made_by="site")
        )
    return Desk(db, wordings)


@pytest.fixture
def standing(desk: Desk) -> Event:
    """An event whose announcement stands on the page."""
    event = desk.add_event()
    desk.round()
    desk.send("publish")
    return event


def test_an_announcement_is_written_and_owed_once(desk: Desk) -> None:
    desk.add_event()
    assert desk.round() == ["publish announcement"]
    post = desk.post()
    assert (post.state, post.languages, desk.owed(post)) == ("due", ["en", "es"], [("publish", "due")])
    assert post.text.count(post.link) == 1
    assert post.link == f"{PUBLIC}/e/{post.code}"
    assert "Book fair" in post.text
    assert "Gym" in post.text
    assert desk.round() == []
    assert len(desk.posts()) == 1


def test_a_reminder_follows_its_announcement(desk: Desk, standing: Event) -> None:
    assert desk.round(timedelta(days=6)) == ["publish reminder"]
    post = desk.post("reminder")
    assert (post.occurrence_at, post.expires_at) == (START, START)
    assert post.text.count(post.link) == 1
    assert desk.owed(post) == [("publish", "due")]


def test_a_move_edits_the_post_and_is_told_in_one_comment(desk: Desk, standing: Event) -> None:
    desk.change(standing, START + timedelta(days=1))
    assert desk.round() == ["revise change"]
    post, comment = desk.post(), desk.post("change")
    assert desk.owed(post) == [("publish", "sent"), ("revise", "due")]
    assert desk.owed(comment) == [("comment", "due")]
    assert (comment.under, comment.event_id) == (post.id, standing.id)
    assert post.text.count(post.link) == comment.text.count(comment.link) == 1
    assert comment.code != post.code
    assert desk.round() == []


def test_a_cancellation_edits_the_post_and_says_so_beneath(desk: Desk, standing: Event) -> None:
    desk.change(standing, status="cancelled")
    assert desk.round() == ["revise cancellation"]
    comment = desk.post("cancellation")
    assert comment.text.count(comment.link) == 1
    assert desk.owed(comment) == [("comment", "due")]
    desk.send("revise", "comment")
    assert desk.round() == []


def test_a_move_back_before_the_comment_was_sent_withdraws_it(desk: Desk, standing: Event) -> None:
    text = desk.post().text
    desk.change(standing, START + timedelta(days=1))
    desk.round()
    desk.change(standing, START)
    desk.round()
    assert desk.post("change").state == "withdrawn"
    assert desk.owed(desk.post("change")) == [("comment", "superseded")]
    assert desk.owed(desk.post()) == [("publish", "sent"), ("revise", "superseded"), ("revise", "due")]
    assert text.split("\n")[-1] in desk.post().text
    assert sum(1 for one in desk.posts() if one.kind == "change" and one.state == "due") == 0


def test_of_two_edits_only_the_newest_is_sent_and_one_comment_tells_both(desk: Desk, standing: Event) -> None:
    desk.change(standing, START + timedelta(days=1))
    desk.round()
    desk.change(standing, location="Library")
    desk.round()
    assert desk.owed(desk.post()) == [("publish", "sent"), ("revise", "superseded"), ("revise", "due")]
    [alive] = [one for one in desk.posts() if one.kind == "change" and one.state == "due"]
    assert "Library" in alive.text
    assert "9" in alive.text  # the new day, which the first comment would have told
    assert "Library" in desk.post().text


def test_an_edit_back_to_an_older_text_is_an_edit(desk: Desk, standing: Event) -> None:
    for place in ("Library", "Gym", "Library"):
        desk.change(standing, location=place)
        desk.round()
        desk.send("revise", "comment")
    assert desk.owed(desk.post())[1:] == [("revise", "sent")] * 3
    assert sum(1 for one in desk.posts() if one.kind == "change" and one.state == "sent") == 3


def test_a_better_description_is_edited_without_a_comment(desk: Desk, standing: Event) -> None:
    with desk.db.write() as session:
        session.exec(select(EventText)).one().description = "Bring a bag."
    desk.change(standing, description="Bring a bag.")
    desk.round()
    assert [one.kind for one in desk.posts()] == ["announcement"]
    assert desk.owed(desk.post())[-1] == ("revise", "due")
    assert "Bring a bag." in desk.post().text


def test_what_is_cancelled_before_it_was_sent_is_withdrawn(desk: Desk) -> None:
    event = desk.add_event()
    desk.round()
    desk.change(event, status="cancelled")
    desk.round()
    assert desk.post().state == "withdrawn"
    assert desk.owed(desk.post()) == [("publish", "superseded")]


def test_what_was_withdrawn_and_is_wanted_again_is_the_same_post_owed_once(desk: Desk) -> None:
    event = desk.add_event()
    desk.round()
    first = desk.post()
    desk.change(event, status="cancelled")
    desk.round()
    desk.change(event, start=START + timedelta(days=3), status="confirmed")
    desk.round()
    [again] = desk.posts()
    assert (again.id, again.code, again.state, again.withdrawn_at) == (first.id, first.code, "due", None)
    assert desk.owed(again) == [("publish", "due")]
    assert desk.delivery(again).expires_at == START + timedelta(days=3, hours=2)


def test_what_waits_for_a_yes_is_owed_only_after_it(desk: Desk) -> None:
    desk.rules(approval="person")
    desk.add_event()
    assert desk.round() == ["hold announcement"]
    assert (desk.post().state, desk.owed(desk.post())) == ("waiting", [])
    with desk.db.write() as session:
        approve(session, "maple", desk.post().id, "pat@maple.example", desk.now)
    assert desk.round() == ["publish announcement"]
    assert (desk.post().state, desk.owed(desk.post())) == ("due", [("publish", "due")])


def test_a_change_of_an_approved_post_needs_no_second_yes(desk: Desk) -> None:
    desk.rules(approval="person")
    event = desk.add_event()
    desk.round()
    with desk.db.write() as session:
        approve(session, "maple", desk.post().id, "pat@maple.example", desk.now)
    desk.round()
    desk.send("publish")
    desk.change(event, START + timedelta(days=1))
    desk.round()
    assert desk.owed(desk.post("change")) == [("comment", "due")]


def test_a_missing_event_changes_nothing_that_stands(desk: Desk, standing: Event) -> None:
    desk.change(standing, status="missing")
    assert [one for one in desk.round() if not one.startswith("hold")] == []
    assert desk.owed(desk.post()) == [("publish", "sent")]


def test_a_comment_in_quiet_hours_waits_and_the_edit_does_not(desk: Desk, standing: Event) -> None:
    desk.now = NOW + timedelta(hours=11)  # eleven at night
    desk.change(standing, location="Library")
    desk.round()
    assert desk.delivery(desk.post()).next_at == desk.now
    assert desk.delivery(desk.post("change")).next_at == datetime(2026, 12, 2, 13, 0, tzinfo=UTC)


def test_a_late_change_is_urgent(desk: Desk, standing: Event) -> None:
    desk.now = START - timedelta(hours=5)
    desk.change(standing, location="Library")
    desk.round()
    assert desk.delivery(desk.post()).urgent
    assert desk.delivery(desk.post("change")).urgent


# --- a restored database, that has forgotten what it posted


def test_codes_and_ids_are_the_same_again_in_a_database_with_the_same_salt(desk: Desk) -> None:
    event = desk.add_event()
    desk.round()
    first = desk.post()
    desk.forget()
    desk.round()
    assert (desk.post().id, desk.post().code, desk.post().event_id) == (first.id, first.code, event.id)


def test_what_stands_already_is_adopted_and_not_owed(desk: Desk) -> None:
    desk.add_event()
    desk.round()
    desk.found(first := desk.post(), "10001_7")
    desk.forget()
    desk.round()
    post = desk.post()
    assert (post.state, post.external_id, post.text) == ("sent", "10001_7", first.text)
    assert desk.owed(post) == [] and desk.standing() == {}


def test_what_stands_in_other_words_is_adopted_and_edited(desk: Desk) -> None:
    desk.add_event()
    desk.round()
    desk.found(desk.post(), "10001_7", text="Book fair, one week later")
    desk.forget()
    desk.round()
    assert desk.owed(desk.post()) == [("revise", "due")]


def test_what_waits_for_a_yes_and_stands_already_needs_none(desk: Desk) -> None:
    desk.rules(approval="person")
    desk.add_event()
    desk.round()
    desk.found(desk.post(), "10001_7")
    desk.forget()
    desk.round()
    assert desk.post().state == "sent"


def test_what_must_wait_for_tomorrow_and_stands_already_is_adopted_today(desk: Desk) -> None:
    desk.add_event()
    desk.round()
    desk.found(desk.post(), "10001_7")
    desk.forget()
    desk.rules(daily_limit=0)
    desk.round()
    assert desk.post().state == "sent"


def test_a_change_that_was_told_is_not_told_again(desk: Desk, standing: Event) -> None:
    desk.change(standing, location="Library")
    desk.round()
    comment = desk.post("change")
    desk.found(comment, "10001_1_8", under="10001_1")
    desk.forget("change")
    desk.believes(standing, location="Gym")
    desk.round()
    again = desk.post("change")
    assert (again.code, again.state, desk.owed(again)) == (comment.code, "sent", [])


def test_a_change_told_in_two_steps_is_known_by_the_last(desk: Desk, standing: Event) -> None:
    desk.change(standing, location="Library")
    desk.round()
    first = desk.post("change")
    desk.send("revise", "comment")
    desk.change(standing, START + timedelta(days=1))
    desk.round(timedelta(minutes=5))
    [second] = [one for one in desk.posts() if one.kind == "change" and one.state == "due"]
    desk.found(first, "10001_1_8", under="10001_1")
    desk.found(second, "10001_1_9", under="10001_1")
    desk.forget("change")
    desk.believes(standing, location="Gym", start=START)
    desk.pause()
    desk.round()
    told = [one for one in desk.posts() if one.kind == "change"]
    assert {one.state for one in told} == {"sent"} and len(told) == 2  # both links open
    assert [one for row in told for one in desk.owed(row)] == []
    desk.change(standing, location="Library", start=START)  # as the first step said: but families know the second
    desk.round()
    [new] = [one for one in desk.posts() if one.kind == "change" and one.state == "due"]
    assert desk.owed(new) == [("comment", "due")] and new.code not in {one.code for one in told}


def test_a_post_whose_event_was_cancelled_meanwhile_is_known_too(desk: Desk) -> None:
    event = desk.add_event()
    desk.round()
    desk.found(first := desk.post(), "10001_7", text="Cancelled: Book fair")
    desk.forget()
    desk.change(event, status="cancelled")
    desk.pause()
    desk.round()
    assert (desk.post().code, desk.post().state, desk.owed(desk.post())) == (first.code, "sent", [])
    assert desk.round() == []
