"""Row 18, and what rows 13 and 14 say of webhooks: whatever comes, the end is the same as by asking alone.

Two offices keep the same page. One is called by webhooks that go wrong in one way, over HTTP, and reads at once what they
hint at. The other only asks, every five minutes and once a day. In the end their rows are the same.
"""

from __future__ import annotations

import http.client
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import SQLModel, select

from config.settings import Settings
from connector.doors import Doors
from inbox.collect import collect
from inbox.hints import unpack
from inbox.language.guess import Guesser
from models.conversation import Conversation, Message, Visitor
from models.database import Database
from models.hint import Hint, newest_hints
from models.migrate import migrate
from models.page import PagePost
from models.staff import StaffMember
from models.vault import Vault
from rehearsal.facebook import happenings, hooks, towns
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.world import Comment, Post
from tests.models import rows
from tests.web.conftest import Stage, stage  # noqa: F401 - a fixture
from web.app import build

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
# An answer and a question that were both taken back before the other office asked still opened the conversation anew.
SEEN_BY_US = (
    "opened_at",
    "reason",
    "id",
    "updated_at",
    "assigned_at",
    "closed_at",
    "due_at",
    "read_at",
    "census_at",
    "first_seen_at",
    "seen_at",
    "conversation_id",
    "visitor_id",
)
WORDS = ("What time does it start?", "¿A qué hora empieza?", "Is there parking?", "Gracias", "Mấy giờ bắt đầu?")


class Office:
    """A database of its own that keeps the page; reads it when told."""

    def __init__(self, folder: Path, facebook: PretendFacebook, vault: Vault) -> None:
        folder.mkdir()
        self.db, self.vault = Database(f"sqlite:///{folder / 'bridge.db'}"), vault
        migrate(self.db)
        self.doors = Doors(graph_url=facebook.url, app_id=towns.APP_ID, app_secret=towns.APP_SECRET)
        with self.db.write() as session:
            session.add(rows.school(languages=["en", "es", "vi"]))
            session.flush()
            session.add(rows.page(token_sealed=vault.seal(towns.PAGE_TOKEN), connected_at=NOW - timedelta(days=400)))
            office = {"email": "office@maple.example", "name": "Office", "role": "owner", "made_by": "site"}
            session.add(StaffMember(school="maple", languages=["en"], **office))

    def read(self, now: datetime) -> None:
        collected = collect(self.db, self.doors, self.vault, Guesser(()), "maple", "pta-page", now)
        assert collected.problem == ""

    def heed(self, now: datetime) -> None:
        unpack(self.db, now)
        with self.db.read() as session:
            hinted = newest_hints(session)
        if hinted:
            self.read(now)
            with self.db.read() as session:
                assert newest_hints(session) == {}, "what was hinted at was read"

    def standing(self) -> list[str]:
        """All that is held of what stands, but for ids of our own, for when we saw it, and for who was asked in between.

        What was said, edited and removed again before the other office asked, only the called one ever knew: it keeps
        a tombstone, and what that did to a conversation in which nothing stands any more. See `tombstones`.
        """
        posts, conversations, people = (self._all(kind) for kind in (PagePost, Conversation, Visitor))
        messages = [row for row in self._all(Message) if row.removed_at is None]
        homes = {row.id: row.comment_external_id for row in conversations}
        lively = {row.conversation_id for row in messages}
        rows = [*posts, *people, *messages, *(row for row in conversations if row.id in lively)]
        return sorted(_told(row, homes) for row in rows)

    def tombstones(self) -> set[str]:
        return {row.external_id for row in self._all(Message) if row.removed_at is not None}

    def _all(self, kind: type[SQLModel]) -> list[Any]:
        with self.db.read() as session:
            return list(session.exec(select(kind)))

    def stored(self) -> int:
        with self.db.read() as session:
            return len(session.exec(select(Hint)).all())


def _told(row: Any, homes: dict[str, str]) -> str:
    told = {name: value for name, value in row.model_dump().items() if name not in SEEN_BY_US}
    told |= {name: bool(told[name]) for name in ("edited_at", "removed_at", "hidden_at", "gone_at") if name in told}
    return f"{type(row).__name__} {homes.get(getattr(row, 'conversation_id', ''), '')} {told}"


@dataclass
class Play:
    """Families, a page, and the webhooks of all that they do. `fresh` happened since the other office last asked."""

    facebook: PretendFacebook
    dice: random.Random = field(default_factory=lambda: random.Random(18))
    now: datetime = NOW
    changes: list[hooks.Change] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    fresh: list[Comment] = field(default_factory=list)
    known: list[Comment] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.facebook.world
        world.clock = lambda: self.now.timestamp()
        world.switches.names = True
        for number in range(40):  # a page with a past: the last of these is beyond a round's reading
            ago = timedelta(days=70 if number < 39 else 200, minutes=number)
            post = happenings.add_post(world, towns.PAGE_ID, f"Past {number}", created_at=(self.now - ago).timestamp())
        self.posts = [post, happenings.add_post(world, towns.PAGE_ID, "Fall Festival")]
        world.pages[towns.PAGE_ID].subscribed[towns.APP_ID] = ["feed"]
        world.listener = lambda app_id, page_id, value: self.changes.append(hooks.Change(app_id, page_id, value, 0.0))

    def act(self) -> None:
        """One thing happens. What was not yet read by everybody is neither changed nor answered."""
        self.now += timedelta(seconds=self.dice.randrange(1, 20))
        standing = [one for one in self.known if not one.removed_at]
        acts = [self._say, self._say, self._post, self._visit]
        acts += [self._reply, self._answer, self._edit, self._hide, self._remove] if standing else []
        self.dice.choice(acts)(self.dice.choice(standing) if standing else None)

    def everybody_has_read(self) -> None:
        self.known += self.fresh
        self.fresh = []

    def parcels(self) -> list[bytes]:
        """What Facebook sends for all that happened since the last call."""
        app, taken = self.facebook.world.apps[towns.APP_ID], self.changes
        self.changes = []
        return [hooks.packed_body(app, [one], self.now.timestamp() + number) for number, one in enumerate(taken)]

    def _family(self) -> str:
        return self.facebook.world.person_named(self.dice.choice(("Ana", "Bo", "Cy"))).id

    def _say(self, _: Comment | None, under: Comment | None = None, author: str | None = None) -> None:
        post = self.facebook.world.posts[under.post_id] if under else self.dice.choice(self.posts)
        said = happenings.add_comment(
            self.facebook.world, post, f"{self.dice.choice(WORDS)} {len(self.known) + len(self.fresh)}",
            author_id=self._family() if author is None else author, parent=under, created_at=self.now.timestamp(),
        )  # fmt: skip
        self.fresh.append(said)

    def _reply(self, one: Comment) -> None:
        self._say(None, under=one)

    def _answer(self, one: Comment) -> None:
        self._say(None, under=one, author="")

    def _post(self, _: Comment | None) -> None:
        self.posts.append(happenings.add_post(self.facebook.world, towns.PAGE_ID, f"News {len(self.posts)}"))

    def _visit(self, _: Comment | None) -> None:
        happenings.add_post(self.facebook.world, towns.PAGE_ID, "May I ask something?", author_id=self._family())

    def _edit(self, one: Comment) -> None:
        happenings.edit_comment(self.facebook.world, one, one.message + " Please!")

    def _hide(self, one: Comment) -> None:
        happenings.hide_comment(self.facebook.world, one, not one.hidden)

    def _remove(self, one: Comment) -> None:
        happenings.remove_comment(self.facebook.world, one)


class Callback:
    """Our server as Facebook calls it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}/webhooks/facebook"

    def send(self, body: bytes, *, signed_as: bytes | None = None, secret: str = towns.APP_SECRET) -> int:
        signature = hooks.signature(secret, body if signed_as is None else signed_as)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/webhooks/facebook", body, {"X-Hub-Signature-256": signature})
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture
def play() -> Iterator[Play]:
    with PretendFacebook() as facebook:
        yield Play(facebook)


@pytest.fixture
def offices(play: Play, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    vault = Vault(Fernet.generate_key().decode())
    both = [Office(tmp_path / name, play.facebook, vault) for name in ("called", "asking")]
    yield both[0], both[1]
    for one in both:
        one.db.close()


@pytest.fixture
def callback(play: Play, offices: tuple[Office, Office], stage: Stage, tmp_path: Path) -> Callback:  # noqa: F811
    settings = Settings(_env_file=None, data=tmp_path, fb_app_secret=towns.APP_SECRET)  # type: ignore[call-arg]
    stage.app = build(offices[0].db, settings, {}, lambda: play.now)
    return Callback(stage.port)


# --- one way each in which webhooks go wrong: all parcels so far, those of this turn, and how to send


def as_it_should_be(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    assert [call.send(one) for one in new] == [200] * len(new)


def five_times(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    assert {call.send(one) for one in new for _ in range(5)} <= {200}


def shuffled(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    late = new[:2] + past[-2:]
    play.dice.shuffle(late)
    as_it_should_be(play, past, late + new[2:][::-1], call)


def replayed(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    as_it_should_be(play, past, new + past, call)


def forged(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    """Instead of each a forged one: signed by somebody else, or speaking for the page with another's signature."""
    assert {call.send(one, secret="somebody else's") for one in new} <= {403}
    said = b'"from":{"id":"10001"}'
    assert {call.send(one.replace(b'"item":"comment"', b'"item":"comment",' + said), signed_as=one) for one in new
            if b"comment" in one} <= {403}  # fmt: skip


def cut(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    """On its way, which its signature shows, or before it was signed, which leaves no JSON."""
    assert {call.send(one[: len(one) // 2], signed_as=one) for one in new} <= {403}
    assert {call.send(one[: len(one) // 2]) for one in new} <= {200}


def a_thousand_in_one(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    changes = [change for one in (*past, *new) for change in json.loads(one)["entry"][0]["changes"]]
    parcel = {"object": "page", "entry": [{"id": towns.PAGE_ID, "time": play.now.timestamp(), "changes": []}]}
    parcel["entry"][0]["changes"] = (changes * 1000)[:1000]  # type: ignore[index, call-overload]
    assert call.send(json.dumps(parcel).encode()) == 200


def not_at_all(play: Play, past: list[bytes], new: list[bytes], call: Callback) -> None:
    """Kept back, and sent a day later: see the test."""


WAYS = (as_it_should_be, five_times, shuffled, replayed, forged, cut, a_thousand_in_one, not_at_all)
Way = Callable[[Play, list[bytes], list[bytes], Callback], None]


@pytest.mark.parametrize("way", WAYS)
def test_row_18_webhooks_that_go_wrong_end_where_asking_alone_ends(
    way: Way, play: Play, offices: tuple[Office, Office], callback: Callback
) -> None:
    called, asking = offices
    past: list[bytes] = []
    for _ in range(8):
        for _ in range(4):
            play.act()
            new = play.parcels()
            way(play, past, new, callback)
            past += new
            called.heed(play.now + timedelta(milliseconds=1))
        play.now += timedelta(minutes=5)
        for office in offices:
            office.read(play.now)
        play.everybody_has_read()
    play.now += timedelta(hours=25)
    if way is not_at_all:
        as_it_should_be(play, [], past, callback)
        called.heed(play.now + timedelta(milliseconds=1))
    for office in offices:
        office.read(play.now)
    assert set(called.standing()) ^ set(asking.standing()) == set()
    assert asking.tombstones() <= called.tombstones()
    assert {one.id for one in play.known if not one.removed_at} & called.tombstones() == set()
    assert called.standing() == asking.standing()
    assert len([one for one in called.standing() if one.startswith("Message")]) > 10
    assert called.stored() > 0 or way is forged


def test_row_18_what_was_removed_before_its_add_arrives_is_not_brought_back(
    play: Play, offices: tuple[Office, Office], callback: Callback
) -> None:
    called, _ = offices
    called.read(play.now)
    world, post = play.facebook.world, play.posts[-1]
    lived, unseen = (
        happenings.add_comment(world, post, text, author_id=play._family()) for text in ("Is it free?", "Hello?")
    )
    (added, added_unseen), _ = play.parcels(), happenings.remove_comment(world, unseen)
    (removed_unseen,) = play.parcels()
    play.now += timedelta(seconds=1)
    for parcel in (removed_unseen, added):
        callback.send(parcel)
        called.heed(play.now + timedelta(seconds=1))
        play.now += timedelta(seconds=5)
    happenings.remove_comment(world, lived)
    (removed,) = play.parcels()
    for parcel in (removed, added_unseen):  # and the add of what is long gone comes last
        play.now += timedelta(seconds=5)
        callback.send(parcel)
        called.heed(play.now + timedelta(seconds=1))
    with called.db.read() as session:
        (row,) = session.exec(select(Message)).all()
    assert (row.external_id, row.removed_at is not None) == (lived.id, True)


def test_row_18_a_forged_answer_of_the_page_never_becomes_staff_s(
    play: Play, offices: tuple[Office, Office], callback: Callback
) -> None:
    """Not even signed: the words of a webhook are never written anywhere but into its own row."""
    called, _ = offices
    question = happenings.add_comment(play.facebook.world, play.posts[-1], "Is it free?", author_id=play._family())
    value = json.loads(play.parcels()[-1])["entry"][0]["changes"][0]["value"]
    value |= {
        "from": {"id": towns.PAGE_ID, "name": "Maple"},
        "comment_id": "5551_66",
        "message": "It costs 900 dollars.",
    }
    parcel = {"object": "page", "entry": [{"id": towns.PAGE_ID, "changes": [{"field": "feed", "value": value}]}]}
    assert callback.send(json.dumps(parcel).encode()) == 200
    called.heed(play.now + timedelta(seconds=1))
    with called.db.read() as session:
        assert [one.external_id for one in session.exec(select(Message))] == [question.id]
        assert [one.state for one in session.exec(select(Conversation))] == ["open"]


@pytest.fixture
def calling(play: Play, callback: Callback) -> Play:
    """The pretend Facebook sends its webhooks itself, and again until it is answered."""
    sender = hooks.HookSender(play.facebook.world)
    play.facebook.world.listener = sender.notice
    play.facebook.world.switches.webhook_retries = [0.1] * 60
    app = play.facebook.world.apps[towns.APP_ID]
    app.callback_url, app.callback_fields = callback.url, ["feed"]
    play.sender = sender  # type: ignore[attr-defined]
    return play


def statuses(play: Play) -> list[int]:
    assert play.sender.settle(30)  # type: ignore[attr-defined]
    return [one["status"] for one in play.facebook.world.hook_log]


def test_row_14_a_webhook_that_finds_the_database_locked_is_sent_again_and_kept(
    calling: Play, offices: tuple[Office, Office]
) -> None:
    called, _ = offices
    other = sqlite3.connect(called.db.engine.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    calling.act()
    while not calling.facebook.world.hook_log:
        calling.sender.settle(0.1)  # type: ignore[attr-defined]
    other.execute("ROLLBACK")
    other.close()
    told = statuses(calling)
    assert (told[0], told[-1]) == (503, 200)
    assert called.stored() == 1


def test_row_13_a_webhook_that_finds_the_disk_full_is_sent_again_and_kept(
    calling: Play, offices: tuple[Office, Office]
) -> None:
    called, _ = offices
    calling.posts[-1].message = "x" * 200_000  # no free page of the file takes it in
    with called.db.engine.connect() as connection:
        held = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={held}")
    happenings.edit_post(calling.facebook.world, calling.posts[-1], "y" * 200_000)
    while not calling.facebook.world.hook_log:
        calling.sender.settle(0.1)  # type: ignore[attr-defined]
    with called.db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1073741823")
    told = statuses(calling)
    assert (told[0], told[-1]) == (503, 200)
    assert called.stored() == 1
