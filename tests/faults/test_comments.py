"""Rows 10 and 19: too many calls, and what people do to comments, posts and pages on Facebook itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from config.settings import Settings
from connector.doors import Doors
from inbox.language.guess import Guesser
from inbox.replies import reply
from models.conversation import Conversation, Message
from models.database import Database
from models.delivery import Attempt, Delivery, deliveries
from models.page import Page, page
from models.school import School, schools
from models.staff import StaffMember
from models.vault import Vault
from outbox.deliver import deliver
from outbox.ledger import Outbox
from rehearsal.facebook import faults, happenings, towns
from rehearsal.facebook.server import PretendFacebook
from schedulers.house import House
from schedulers.report import RoundReport
from schedulers.round import run_round
from tests.inbox.conftest import *  # noqa: F403
from tests.inbox.conftest import NOW, Town
from tests.models import rows
from upkeep.examine_comments import of_pace
from upkeep.release import release

ENGLISH = "What time does the festival start, and is there parking?"
SPANISH = "¿A qué hora empieza la fiesta y podemos llevar a los abuelos?"
DAY = timedelta(days=1)
OTHER = "10002"


@dataclass
class Street:
    """Two pages of one school, one clock for everybody, and whole rounds."""

    db: Database
    facebook: PretendFacebook
    vault: Vault
    now: Any = NOW
    house: House = field(init=False)

    def __post_init__(self) -> None:
        world = self.facebook.world
        world.clock = lambda: self.now.timestamp()
        towns.add_page(world, OTHER, "Oak PTA", token=f"PAGE-{OTHER}")
        with self.db.write() as session:
            session.add(rows.school())
            session.flush()
            session.add(StaffMember(school="maple", email="o@maple.example", name="O", role="owner", made_by="site"))
            self._page(session, "pta", towns.PAGE_ID, towns.PAGE_TOKEN)
            self._page(session, "oak", OTHER, f"PAGE-{OTHER}")
        url = self.facebook.url
        self.house = House(
            self.db, Doors(graph_url=url), self.vault, Settings(graph_url=url), {}, Guesser(()), lambda: self.now
        )

    def _page(self, session: Any, slug: str, facebook_id: str, token: str) -> None:
        given = {"slug": slug, "facebook_id": facebook_id, "token_sealed": self.vault.seal(token)}
        session.add(rows.page(**given, connected_at=NOW, token_proven_at=NOW))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def round(self) -> RoundReport:
        return run_round(self.house, self.school(), everything=True)

    def school(self) -> School:
        with self.db.read() as session:
            return schools(session)[0]

    def page(self, slug: str = "pta") -> Page:
        with self.db.read() as session:
            return page(session, "maple", slug)

    def owe(self, slug: str, text: str, state: str = "due") -> None:
        """An answer under a family's comment; `unsure`: nobody knows whether it was sent, a while ago."""
        world, page_id = self.facebook.world, self.page(slug).facebook_id
        post = happenings.add_post(world, page_id, "Festival")
        comment = happenings.add_comment(world, post, ENGLISH, author_id=world.person_named("Ana").id)
        with self.db.write() as session:
            at = {"school": "maple", "page": slug, "post_external_id": post.id}
            talk = Conversation(
                **at, comment_external_id=comment.id, state="waiting", opened_at=self.now, updated_at=self.now
            )
            session.add(talk)
            session.flush()
            asked = Message(
                **at, conversation_id=talk.id, direction="received", text=ENGLISH, external_id=comment.id,
                parent_external_id=post.id, created_at=self.now,
            )  # fmt: skip
            answer = Message(
                **at, conversation_id=talk.id, direction="sent", text=text, parent_external_id=comment.id,
                author="o@maple.example", state="due", created_at=self.now,
            )  # fmt: skip
            session.add_all([asked, answer])
            session.flush()
            owed = Delivery(
                school="maple", kind="reply", lane=f"page:{slug}", target=answer.id, revision="first", state=state,
                created_at=self.now, next_at=self.now,
            )  # fmt: skip
            session.add(owed)
            session.flush()
            if state == "unsure":
                ago = self.now - timedelta(minutes=5)
                session.add(
                    Attempt(
                        school="maple", delivery_id=owed.id, number=1, process="x", started_at=ago, outcome="unsure"
                    )
                )

    def throttle(self, code: int) -> None:
        faults.add(
            self.facebook.world,
            {"kind": "throttle", "code": code, "minutes": 0, "match": {"page": towns.PAGE_ID}, "times": None},
        )

    def calls(self, page_id: str = towns.PAGE_ID, method: str = "") -> int:
        """How many calls a page got since this was last asked for it."""
        made = [one for one in self.facebook.world.calls if one["page"] == page_id and method in one["method"]]
        seen = self.seen.get((page_id, method), 0)
        self.seen[page_id, method] = len(made)
        return len(made) - seen

    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def standing(self, text: str) -> int:
        return sum(one.message == text for one in self.facebook.world.comments.values())

    def states(self) -> list[str]:
        with self.db.read() as session:
            return sorted(one.state for one in deliveries(session, "maple"))


@pytest.fixture
def street(any_db: Database) -> Iterator[Street]:
    with PretendFacebook() as facebook:
        yield Street(any_db, facebook, Vault(Fernet.generate_key().decode()))


# Too many calls


@pytest.mark.parametrize("proof", ["due", "not due"])
@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
def test_row_10_a_throttled_page_is_asked_once_after_each_pause_and_others_go_on(
    street: Street, code: int, proof: str
) -> None:
    for number, state in enumerate(("unsure", "unsure", "due", "due")):
        street.owe("pta", f"Answer {number}", state)
    street.owe("oak", "Meanwhile elsewhere")
    street.throttle(code)
    if proof == "due":
        street.later(days=2)
    report = street.round()
    assert (street.calls(), report.troubles) == (1, [])
    assert any("asked too often" in one or "too many calls" in one for one in report.notes)
    assert street.standing("Meanwhile elsewhere") == 1 and street.page("oak").read_at == street.now
    street.later(minutes=14)
    street.round()
    assert street.calls() == 0
    for _ in range(2):
        street.later(minutes=15)
        street.round()
        assert street.calls() == 1
    street.facebook.world.faults.clear()
    for _ in range(8):
        street.later(minutes=15)
        street.round()
    assert [street.standing(f"Answer {number}") for number in range(4)] == [1, 1, 1, 1]
    assert street.states() == ["sent"] * 5
    assert street.page().read_at == street.now


def test_row_10_a_quota_that_is_used_up_is_not_made_worse(street: Street) -> None:
    """As Facebook really counts: each call while the page is throttled puts off the end."""
    for number, state in enumerate(("unsure", "due", "due")):
        street.owe("pta", f"Answer {number}", state)
    there = street.facebook.world.pages[towns.PAGE_ID]
    there.engaged, there.calls = 1, [street.now.timestamp()] * 4_800
    street.round()
    until = there.throttled_until
    assert street.page().parked_until.timestamp() == until == street.now.timestamp() + 15 * 60
    for _ in range(3):
        street.later(minutes=4)
        street.round()
    assert (street.calls(), there.throttled_until) == (1, until)
    street.later(minutes=3)
    street.round()
    assert there.throttled_until == 0
    assert street.standing("Answer 1") == 1 and street.page().read_at == street.now


def test_row_10_at_95_percent_reading_stops_and_answers_are_sent(street: Street) -> None:
    there = street.facebook.world.pages[towns.PAGE_ID]
    there.engaged, there.calls = 1, [street.now.timestamp()] * (4_800 * 95 // 100)
    street.round()
    assert street.calls(method="GET") == 1
    street.later(minutes=5)
    street.owe("pta", "At five.")
    report = street.round()
    assert (street.calls(method="GET"), street.standing("At five.")) == (0, 1)
    assert report.troubles == []
    [pace] = [one for one in report.notes if "95 % of its calls" in one]
    [told] = of_pace(street.page(), street.now)
    assert (told.message, told.note) == (pace, True)
    street.later(minutes=10)
    street.round()
    assert street.calls(method="GET") == 1


def test_row_10_from_75_percent_on_a_page_is_read_less_often(street: Street) -> None:
    there = street.facebook.world.pages[towns.PAGE_ID]
    there.engaged, there.calls = 1, [street.now.timestamp()] * (4_800 * 80 // 100)
    reads = []
    for _ in range(7):
        street.round()
        reads.append(street.calls())
        street.later(minutes=5)
    assert reads == [1, 0, 1, 0, 1, 0, 1]


def test_what_facebook_refuses_blocks_the_writes_and_is_tried_once_a_day_until_a_person_releases_it(
    street: Street,
) -> None:
    for number in range(3):
        street.owe("pta", f"Answer {number}")
    blocked = {"kind": "error", "code": 368, "times": None, "match": {"method": "POST", "page": towns.PAGE_ID}}
    faults.add(street.facebook.world, blocked)
    report = street.round()
    assert street.calls(method="POST") == 1 and report.troubles
    for hours in (1, 22):
        street.later(hours=hours)
        report = street.round()
        assert street.calls(method="POST") == 0
        assert any("release pta" in one for one in report.troubles)
        assert street.page().read_at == street.now  # families are heard all the same
    street.later(hours=1)
    for minutes in (0, 5, 60):
        street.later(minutes=minutes)
        street.round()
    assert street.calls(method="POST") == 1
    street.facebook.world.faults.clear()
    with street.db.write() as session:
        release(session, "maple", "pta", "o@maple.example", street.now)
    for _ in range(5):
        street.later(minutes=6)
        street.round()
    assert [street.standing(f"Answer {number}") for number in range(3)] == [1, 1, 1]


# What people do on Facebook


@pytest.mark.parametrize("depth", ["newest", "deep"])
def test_row_19_edits_removals_and_hiding_are_seen_and_leave_tombstones(town: Town, depth: str) -> None:
    post = town.post()
    touched = [town.say(post, ENGLISH) for _ in range(3)]
    if depth == "deep":
        for number in range(120):
            town.say(post, f"{number}: ¿?")
    town.collect()
    world = town.facebook.world
    happenings.edit_comment(world, touched[0], SPANISH)
    happenings.remove_comment(world, touched[1])
    happenings.hide_comment(world, touched[2], True)
    if depth == "deep":
        town.pass_time(days=1)
    counts = town.collect().counts
    assert (counts["edited"], counts["removed"], counts["hidden"]) == (1, 1, 1)
    edited, removed, hidden = (_message(town, one.id) for one in touched)
    assert (edited.text, edited.language) == (SPANISH, "es") and edited.edited_at
    assert removed.removed_at and removed.text == ENGLISH
    assert hidden.hidden_at and not hidden.removed_at
    assert len(town.messages()) == len(world.comments)


def test_row_19_all_comments_of_a_blocked_author_go_and_everybody_elses_stay(named: Town) -> None:
    posts = [named.post("Festival"), named.post("Bake sale")]
    theirs = [named.say(post, ENGLISH, by="Rude") for post in posts for _ in range(3)]
    others = [named.say(post, SPANISH, by="Ana", under=theirs[0] if post is posts[0] else None) for post in posts]
    named.collect()
    for comment in theirs[1:]:
        happenings.remove_comment(named.facebook.world, comment)
    assert named.collect().counts["removed"] == 5
    assert not any(_message(named, one.id).removed_at for one in (theirs[0], *others))


def test_row_19_a_parent_that_is_deleted_takes_its_replies_along(town: Town) -> None:
    post = town.post()
    parent, other = town.say(post, ENGLISH), town.say(post, SPANISH)
    replies = [town.say(post, f"Reply {number}", under=parent) for number in range(20)]
    town.collect()
    happenings.remove_comment(town.facebook.world, parent)
    town.collect()
    gone = {row.external_id for row in town.messages() if row.removed_at}
    assert gone == {parent.id, *(one.id for one in replies)}
    assert {row.comment_external_id: row.state for row in town.conversations()}[other.id] == "open"


@pytest.mark.parametrize("gone", ["comment", "post"])
def test_row_19_an_answer_to_what_is_gone_goes_to_a_person_and_nowhere_else(town: Town, gone: str) -> None:
    post = town.post()
    comment = town.say(post, ENGLISH)
    town.say(town.post("Another"), SPANISH)
    town.collect()
    talk = next(row.id for row in town.conversations() if row.comment_external_id == comment.id)
    with town.db.write() as session:
        reply(session, "maple", talk, "maria@maple.example", "At five.", town.now)
    world = town.facebook.world
    happenings.remove_comment(world, comment) if gone == "comment" else happenings.remove_post(world, post)
    wait = timedelta(minutes=15)
    deliver(Outbox(town.db, town.doors, town.vault, lambda: town.now, wait, "test"), "maple")
    town.collect()
    with town.db.read() as session:
        (owed,) = deliveries(session, "maple")
    assert owed.state == "needs-person"
    assert not any(one.message == "At five." for one in world.comments.values())


def test_row_19_a_post_that_is_deleted_takes_no_familys_words_along(town: Town) -> None:
    post, other = town.post(), town.post("Another")
    town.say(post, ENGLISH)
    town.say(other, SPANISH)
    town.collect()
    happenings.remove_post(town.facebook.world, post)
    town.collect()
    assert {row.external_id: bool(row.gone_at) for row in town.page_posts()} == {post.id: True, other.id: False}
    assert not any(row.removed_at for row in town.messages())


def test_row_19_a_page_that_is_unpublished_is_paused_and_not_emptied(town: Town) -> None:
    for number in range(3):
        town.say(town.post(f"Post {number}"), ENGLISH)
    town.post("Is there a lost and found?", by="A visitor")
    town.collect()
    before, world = town.everything(), town.facebook.world
    world.pages[towns.PAGE_ID].published = False
    town.fault("empty", match={"path": "/feed$"}, times=None)
    town.fault("error", code=100, subcode=33, message="Unsupported get request.", match={"path": r"_\d+$"}, times=None)
    for _ in range(3):
        assert "not published" in town.collect().problem
        town.pass_time(days=1)
    assert town.everything() == before
    world.faults.clear()
    assert town.collect().problem == ""
    assert town.everything() == before


def _message(town: Town, external_id: str) -> Message:
    return next(row for row in town.messages() if row.external_id == external_id)
