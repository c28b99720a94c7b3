"""A round owes first words after it has collected, and the next one sends them."""

from __future__ import annotations

from datetime import timedelta

from cryptography.fernet import Fernet
from sqlmodel import select

from config.first_word import proposals
from config.settings import Settings
from config.wording import load_wordings
from connector.doors import Doors
from inbox.language.guess import Guesser
from models.conversation import Message
from models.database import Database
from models.school import School
from models.staff import StaffMember
from models.switched_on import FirstWord, SwitchedOn
from models.vault import Vault
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.server import PretendFacebook
from schedulers.house import House
from schedulers.round import run_round
from tests.inbox.conftest import NOW
from tests.models import rows


def test_a_family_writes_is_greeted_by_the_next_round_and_stays_open(db: Database) -> None:
    vault = Vault(Fernet.generate_key().decode())
    with db.write() as session:
        session.add(rows.school(hours="Mon-Sun 00:00-23:59"))
        session.flush()
        session.add(rows.page(token_sealed=vault.seal(towns.PAGE_TOKEN), connected_at=NOW - timedelta(days=1)))
        session.add(
            StaffMember(
                school="maple",
                email="m@maple.example",
                name="Maria Ortiz",
                role="owner",
                languages=["en"],
                made_by="site",
            )
        )
        session.add(SwitchedOn(school="maple", acknowledges_since=NOW - timedelta(days=1), changed_at=NOW))
        session.add(
            FirstWord(
                school="maple", language="en", text=proposals()["en"], approved_by="m@maple.example",
                approved_at=NOW - timedelta(days=1),
            )
        )  # fmt: skip
    with PretendFacebook() as facebook:
        world = facebook.world
        world.clock = NOW.timestamp
        post = happenings.add_post(world, towns.PAGE_ID, "Winter concert", created_at=NOW.timestamp() - 60)
        happenings.add_comment(
            world, post, "What time does the winter concert start on Tuesday evening?", author_id=world.person_named("Ann").id,
            created_at=NOW.timestamp() - 30,
        )  # fmt: skip
        house = House(
            db, Doors(graph_url=facebook.url), vault, Settings(graph_url=facebook.url), load_wordings(), Guesser(),
            lambda: NOW,
        )  # fmt: skip
        with db.read() as session:
            school = session.get_one(School, "maple")
        first, second = (run_round(house, school, everything=True) for _ in range(2))
        said = [one.message for one in world.comments.values() if one.by_page]
    assert (first.counts["first_words"], second.counts["first_words"]) == (1, 0)
    assert len(said) == 1 and said[0].startswith("Thank you for writing. Maria reads")
    with db.read() as session:
        [word] = session.exec(select(Message).where(Message.automatic)).all()
        assert word.state == "sent"
