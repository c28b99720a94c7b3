"""One answer, followed through the log by its id: from the form on our page to where it stands on Facebook."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlmodel import select

from config.logs import ORDER, start_logging
from config.settings import Settings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.conversation import Conversation, Message
from models.delivery import Delivery
from models.page import Page as FacebookPage
from models.school import School
from models.vault import Vault, key_from
from rehearsal.facebook import faults, happenings
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_ID, PAGE_TOKEN
from schedulers.house import House
from schedulers.inward import collect_all, prove
from schedulers.outward import send
from schedulers.report import RoundReport
from tests.desk.conftest import Desk
from tests.desk.conftest import desk as desk
from tests.desk.conftest import maple as maple
from tests.desk.conftest import peopled as peopled
from tests.desk.conftest import serve as serve
from tests.desk.conftest import stage as stage
from tests.desk.conftest import wordings as wordings

QUESTION, ANSWER, FAMILY = "¿A qué hora empieza el concierto?", "Empieza a las seis en el gimnasio.", "Rosa Díaz"
REQUEST = "from-a-proxy.0123"


@dataclass
class Street:
    """A family has written, and Maria is about to answer."""

    desk: Desk
    facebook: PretendFacebook
    house: House

    def school(self) -> School:
        with self.desk.db.read() as session:
            return session.get_one(School, "maple")

    def send(self, later: timedelta = timedelta(0)) -> None:
        self.desk.site.now += later
        send(self.house, self.school(), RoundReport("maple"))

    def maria_answers(self) -> str:
        """The id of what is owed from then on."""
        with self.desk.db.read() as session:
            talk, asked = session.exec(select(Conversation)).one(), session.exec(select(Message)).one()
        client, form = self.desk.as_("maria"), {"text": ANSWER, "seen": asked.id}
        assert client.post(f"/c/{talk.id}/answer", headers={"X-Request-ID": REQUEST}, **form).status == 303
        with self.desk.db.read() as session:
            return session.exec(select(Delivery.id).where(Delivery.kind == "reply")).one()


@pytest.fixture
def street(desk: Desk) -> Iterator[Street]:
    site = desk.site
    with PretendFacebook() as facebook:
        vault = Vault(key_from("", site.folder))
        doors = Doors(graph_url=facebook.url, app_id=APP_ID, app_secret=APP_SECRET)
        settings = Settings(_env_file=None, data=site.folder, graph_url=facebook.url)  # type: ignore[call-arg]
        house = House(site.db, doors, vault, settings, {}, Guesser(()), lambda: site.now)
        world = facebook.world
        world.clock = lambda: site.now.timestamp()
        with site.db.write() as session:
            session.get_one(FacebookPage, ("maple", "pta-page")).token_sealed = vault.seal(PAGE_TOKEN)
        with world.lock:
            world.pages[PAGE_ID].access = "advanced"
            post = happenings.add_post(world, PAGE_ID, "Winter concert in the gym")
            happenings.add_comment(world, post, QUESTION, author_id=world.person_named(FAMILY).id)
        made = Street(desk, facebook, house)
        site.now += timedelta(minutes=2)
        prove(house, made.school(), RoundReport("maple"), True)
        collect_all(house, made.school(), RoundReport("maple"), True)
        yield made


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """All lines so far, as JSON."""
    before, lines = structlog.get_config(), list[dict[str, Any]]()
    start_logging("json")

    def read() -> list[dict[str, Any]]:
        lines.extend(json.loads(line) for line in capsys.readouterr().err.splitlines())
        return lines

    yield read
    structlog.configure(**before)
    logging.getLogger().handlers.clear()


def test_an_answer_is_followed_by_its_id_from_the_form_to_the_page(street: Street, log: Any) -> None:
    delivery = street.maria_answers()
    street.send()
    life = [line for line in log() if line.get("delivery") == delivery]
    assert [line["event"] for line in life] == ["owed", "claimed", "answered", "delivered"]
    owed, claimed, answered, delivered = life
    assert (owed["request"], owed["kind"]) == (REQUEST, "reply")
    assert (answered["method"], answered["status"]) == ("POST", 200) and answered["trace"]
    assert claimed["process"] == street.house.process
    for line in life:
        assert (line["school"], line["lane"]) == ("maple", "page:pta-page")
        named = [name for name in line if name in ORDER]
        assert list(line)[: len(named)] == named == [name for name in ORDER if name in line]
    [stands] = [one for one in street.facebook.world.comments.values() if one.message == ANSWER]
    assert delivered["external_id"].endswith(stands.id.rpartition("_")[2])


def test_so_is_one_whose_answer_was_lost_and_that_was_found_by_reading_back(street: Street, log: Any) -> None:
    faults.add(street.facebook.world, {"kind": "cut-after-store", "times": 1})
    delivery = street.maria_answers()
    street.send()
    street.send(later=timedelta(minutes=20))
    life = [line for line in log() if line.get("delivery") == delivery]
    events = [line["event"] for line in life]
    assert events[:4] == ["owed", "claimed", "no answer", "not delivered"]
    assert (life[2]["left"], life[3]["state"]) == (True, "unsure")
    assert set(events[4:-2]) == {"answered"}, "what was read to find it"
    assert (events[-2:], life[-2]["saw"], life[-1]["found"]) == (
        ["read back", "delivered"],
        "Stands",
        "by reading back",
    )
    assert sum(one.message == ANSWER for one in street.facebook.world.comments.values()) == 1


def test_the_log_holds_no_word_and_no_name_of_anybody(street: Street, log: Any) -> None:
    street.maria_answers()
    street.send()
    collect_all(street.house, street.school(), RoundReport("maple"), True)
    told = json.dumps(log(), ensure_ascii=False)
    assert "owed" in told
    for secret in (QUESTION, ANSWER, FAMILY, "maria", PAGE_TOKEN, APP_SECRET):
        assert secret not in told
