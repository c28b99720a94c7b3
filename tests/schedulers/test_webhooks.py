"""Facebook goes on calling: what is lost is asked for again; and what it calls about is read soon, and not too often."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlmodel import select

from commands.outside import open_doors
from config.settings import Settings
from inbox.language.guess import Guesser
from models.card import open_cards
from models.database import Database
from models.delivery import Delivery
from models.hint import keep, newest_hints
from models.page import page
from models.school import schools
from models.vault import Vault
from rehearsal.facebook import faults
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN, VERIFY_TOKEN
from schedulers.house import House
from schedulers.inward import HINTS_APART
from schedulers.round import run_round
from schedulers.wishes import HEED_LATER
from tests.models import rows
from tests.schedulers.at_once import AtOnce
from tests.web.conftest import Stage, stage  # noqa: F401 - a fixture
from web.app import build


@dataclass
class Served:
    """A school whose clock runs beside its web server, and the Facebook that calls it."""

    facebook: PretendFacebook
    db: Database
    vault: Vault
    settings: Settings
    later: timedelta = timedelta(0)
    house: House = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As a process that begins: nothing is remembered but what is in the database."""
        self.house = House(self.db, open_doors(self.settings), self.vault, self.settings, {}, Guesser(()), self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    def round(self, *, everything: bool = False) -> list[str]:
        with self.db.read() as session:
            (school,) = schools(session)
        return run_round(self.house, school, everything=everything).troubles

    @property
    def subscribed(self) -> list[str]:
        return self.facebook.world.pages[PAGE_ID].subscribed.get(APP_ID, [])

    def calls(self, path: str, method: str = "GET") -> int:
        return sum((one["path"], one["method"]) == (path, method) for one in self.facebook.world.calls)

    def owed(self) -> list[str]:
        with self.db.read() as session:
            return [one.state for one in session.exec(select(Delivery)) if one.kind == "subscribe"]

    def cards(self) -> list[str]:
        with self.db.read() as session:
            return [one.message for one in open_cards(session, "maple") if one.kind == "subscription"]

    def hint(self, number: int) -> None:
        value = {"item": "comment", "verb": "add", "post_id": f"{PAGE_ID}_{number}"}
        entry = {"id": PAGE_ID, "time": number, "changes": [{"field": "feed", "value": value}]}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        with self.db.write() as session:
            keep(session, {sha256(body).hexdigest(): body}, self.now())


@pytest.fixture
def served(db: Database, tmp_path: Path, stage: Stage) -> Iterator[Served]:  # noqa: F811
    vault = Vault(Fernet.generate_key().decode())
    with db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(rows.page(token_sealed=vault.seal(PAGE_TOKEN), token_proven_at=None))
    with PretendFacebook() as facebook:
        given: Any = {"fb_app_id": APP_ID, "fb_app_secret": APP_SECRET, "fb_verify_token": VERIFY_TOKEN}
        address = f"http://127.0.0.1:{stage.port}"
        settings = Settings(_env_file=None, data=tmp_path, graph_url=facebook.url, public_url=address, **given)  # type: ignore[call-arg]
        stage.app = build(db, settings, {}, lambda: datetime.now(UTC))
        yield Served(facebook, db, vault, settings)


# --- the subscription


def test_the_clock_sets_up_the_callback_and_the_page_and_asks_no_more_that_day(served: Served) -> None:
    assert served.round() == []
    assert (served.subscribed, served.owed(), served.cards()) == (["feed"], ["sent"], [])
    app = served.facebook.world.apps[APP_ID]
    assert app.callback_url == f"{served.settings.public_url}/webhooks/facebook" and app.include_values
    asked = served.calls(f"/{PAGE_ID}/subscribed_apps")
    served.later = timedelta(hours=23)
    served.round()
    assert served.calls(f"/{PAGE_ID}/subscribed_apps") == asked


@pytest.mark.parametrize("everything", [False, True])
def test_a_lost_subscription_is_renewed_the_next_day_by_the_clock_and_by_sync(served: Served, everything: bool) -> None:
    served.round()
    served.facebook.world.pages[PAGE_ID].subscribed.clear()
    served.later = timedelta(hours=25)
    assert served.round(everything=everything) == []
    assert (served.subscribed, served.owed()) == (["feed"], ["sent", "sent"])


def test_sync_alone_sets_nothing_up(served: Served) -> None:
    assert served.round(everything=True) == []
    assert (served.subscribed, served.owed(), served.facebook.world.apps[APP_ID].callback_url) == ([], [], "")


def test_without_a_verify_token_nobody_is_asked(served: Served) -> None:
    served.settings = served.settings.model_copy(update={"fb_verify_token": ""})
    served.start()
    served.round()
    assert served.calls(f"/{PAGE_ID}/subscribed_apps") == served.calls(f"/{APP_ID}/subscriptions") == 0


def test_a_callback_that_somebody_else_set_is_never_replaced_and_a_card_tells_the_mend(served: Served) -> None:
    app = served.facebook.world.apps[APP_ID]
    app.callback_url, app.callback_fields = "https://other.example/hook", ["feed"]
    assert "https://other.example/hook" in served.round()[0]
    assert (app.callback_url, served.subscribed, served.owed()) == ("https://other.example/hook", [], ["failed"])
    (card,) = served.cards()
    assert "https://other.example/hook" in card and "BRIDGE_FB_VERIFY_TOKEN" in card
    app.callback_url = ""
    served.start()
    assert served.round() == []
    assert (served.subscribed, served.cards()) == (["feed"], [])


def test_a_token_that_may_not_subscribe_gets_a_card_and_goes_on_posting_and_reading(served: Served) -> None:
    token = served.facebook.world.tokens[PAGE_TOKEN]
    token.scopes.remove("pages_manage_metadata")
    served.round()
    with served.db.read() as session:
        row = page(session, "maple", "pta-page")
    assert row.token_problem == "" and row.read_at is not None
    assert len(served.cards()) == 1 and served.subscribed == []
    token.scopes.append("pages_manage_metadata")
    served.start()
    assert served.round() == []
    assert (served.subscribed, served.cards()) == (["feed"], [])


def test_a_subscription_whose_answer_is_lost_is_asked_for_again(served: Served) -> None:
    faults.add(served.facebook.world, {"kind": "cut-after-store", "match": {"path": "subscribed_apps"}})
    served.round()
    assert served.owed() == ["due"]
    served.later = timedelta(minutes=2)
    served.round()
    assert (served.owed(), served.subscribed) == (["sent"], ["feed"])


# --- reading what was hinted at


def test_a_burst_of_webhooks_is_one_reading_and_then_one_every_few_seconds(served: Served) -> None:
    served.round()
    before = served.calls(f"/{PAGE_ID}/feed")
    served.later = HINTS_APART
    for number in range(200):
        served.hint(number)
    jobs = AtOnce(served.house)
    jobs.run("heed")
    assert jobs.drain() == []
    assert served.calls(f"/{PAGE_ID}/feed") == before + 1
    served.hint(900)
    jobs.run("heed")
    assert jobs.drain() == [HEED_LATER], "it was read just now"
    assert served.calls(f"/{PAGE_ID}/feed") == before + 1
    served.later += timedelta(seconds=HEED_LATER.after)
    jobs.run("heed")
    jobs.drain()
    assert served.calls(f"/{PAGE_ID}/feed") == before + 2


def test_a_page_that_cannot_be_read_is_not_asked_again_and_again_for_the_same_hint(served: Served) -> None:
    served.round()
    faults.add(served.facebook.world, {"kind": "html502", "match": {"path": "/feed$"}, "times": None})
    before = served.calls(f"/{PAGE_ID}/feed")
    served.later = HINTS_APART
    served.hint(1)
    jobs = AtOnce(served.house)
    for _ in range(2):
        jobs.run("heed")
        assert jobs.drain() == []
        served.later += HINTS_APART
    assert served.calls(f"/{PAGE_ID}/feed") == before + 1
    with served.db.read() as session:
        assert newest_hints(session) != {}, "the hint waits for the next reading that goes well"


def test_a_program_that_is_asked_to_end_heeds_nothing_more(served: Served) -> None:
    served.hint(1)
    served.house.stopping.set()
    jobs = AtOnce(served.house)
    jobs.run("heed")
    jobs.drain()
    assert served.calls(f"/{PAGE_ID}/feed") == 0
