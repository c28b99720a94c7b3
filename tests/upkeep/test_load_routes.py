"""Who answers what, as a site file says it: loaded once, changed by the next file, and left alone where a person decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from config.site import Site, SiteRefused
from models.database import Database
from models.routing_rule import Away, Partner, RoutingRule, away_on, partners, routing_rules
from models.staff import StaffMember
from models.switched_on import SwitchedOn, switched_on
from models.vault import Vault
from tests.models.rows import NOW
from tests.upkeep.sites import site
from upkeep.load import load

MORE = """
no_speaker = "maria@maple.example"

[[routes]]
topic = "bus"
people = ["maria@maple.example"]
why = "She knows the drivers."

[[routes]]
languages = ["so", "und"]
page = "pta-page"
group = "pta"
event = ["choir"]
people = ["office@maple.example"]

[[partners]]
name = "East African Center"
languages = ["so"]
contact = "612-555-0100"
"""
FALLBACK = 'fallback = "office@maple.example"\n'
MARIA = 'languages = ["es", "en"]\n'
WHOLE = (
    (FALLBACK, FALLBACK + MORE),
    (MARIA, MARIA + 'away = ["2026-12-21/2027-01-03"]\nlanguage_hours = { es = 4 }\n'),
)
VAULT = Vault(Fernet.generate_key().decode())


def loaded(db: Database, said: Site) -> list[str]:
    with db.write() as session:
        return [f"{one.how}: {one.what} {one.slug}" for one in load(session, VAULT, said, NOW)]


def change(db: Database, row: Any, **values: object) -> None:
    with db.write() as session:
        found = session.get_one(type(row), row.id)
        for name, value in values.items():
            setattr(found, name, value)


def standing(db: Database) -> tuple[list[RoutingRule], list[Partner], list[Away], SwitchedOn | None]:
    with db.read() as session:
        return (
            routing_rules(session, "maple"), partners(session, "maple"), away_on(session, "maple", NOW.date()),
            switched_on(session, "maple"),
        )  # fmt: skip


def test_a_site_file_says_who_answers_what_and_a_second_load_changes_nothing(any_db: Database, tmp_path: Path) -> None:
    assert loaded(any_db, site(tmp_path, *WHOLE))[7:] == [
        "added: rule bus → maria@maple.example",
        "added: rule so, und, pta-page, pta, choir → office@maple.example",
        "added: partner East African Center",
        "added: days away maria@maple.example, 2026-12-21 to 2027-01-03",
        "changed: routing no_speaker",
    ]
    assert loaded(any_db, site(tmp_path, *WHOLE)) == []
    (bus, choir), (helper,), (gone,), chosen = standing(any_db)
    assert (bus.topic, bus.people, bus.why, bus.position, bus.made_by) == (
        "bus", ["maria@maple.example"], "She knows the drivers.", 1, "site",
    )  # fmt: skip
    assert (choir.languages, choir.event_words, choir.position) == (["so", "und"], ["choir"], 2)
    assert (helper.languages, helper.contact) == (["so"], "612-555-0100")
    assert (gone.first_day, gone.last_day) == (date(2026, 12, 21), date(2027, 1, 3))
    assert chosen is not None and chosen.no_speaker_person == "maria@maple.example"
    with any_db.read() as session:
        assert session.get_one(StaffMember, ("maple", "maria@maple.example")).language_hours == {"es": 4.0}


def test_what_the_next_file_no_longer_says_is_switched_off_and_what_it_changes_takes_its_place(
    any_db: Database, tmp_path: Path
) -> None:
    loaded(any_db, site(tmp_path, *WHOLE))
    other = (FALLBACK, FALLBACK + MORE.replace('topic = "bus"', 'topic = "food"'))
    assert loaded(any_db, site(tmp_path, other, WHOLE[1])) == [
        "added: rule food → maria@maple.example", "switched off: rule bus → maria@maple.example",
    ]  # fmt: skip
    assert len(loaded(any_db, site(tmp_path))) == 6  # and her hours for Spanish
    assert standing(any_db)[:3] == ([], [], [])
    assert "switched on: rule bus → maria@maple.example" in loaded(any_db, site(tmp_path, *WHOLE))


def test_what_a_person_changed_or_switched_off_on_the_pages_stays(any_db: Database, tmp_path: Path) -> None:
    loaded(any_db, site(tmp_path, *WHOLE))
    (bus, choir), _, _, chosen = standing(any_db)
    assert chosen is not None
    change(any_db, bus, topic="food", made_by="office@maple.example")
    change(any_db, choir, off_at=NOW, made_by="office@maple.example")
    with any_db.write() as session:
        row = session.get_one(SwitchedOn, "maple")
        row.no_speaker_person, row.no_speaker_by = "office@maple.example", "office@maple.example"
    assert loaded(any_db, site(tmp_path, *WHOLE)) == []
    assert [one.topic for one in standing(any_db)[0]] == ["food"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[[routes]]\ntopic = "buss"\npeople = ["maria@maple.example"]', 'routes] topic: "buss" is not one of'),
        ('[[routes]]\npeople = ["pat@maple.example"]', "nobody in [[staff]] who answers families"),
        ('[[routes]]\ntopic = "bus"', "people: names nobody"),
        ('[[routes]]\npage = "pta"\npeople = ["maria@maple.example"]', 'is no page of this file; write "pta-page"'),
        ('[[routes]]\nlanguages = ["spanish"]\npeople = ["maria@maple.example"]', 'write "es" for Spanish'),
        ('[[partners]]\nname = "X"\ncontact = "1"', "names no language"),
    ],
)
def test_what_is_wrong_is_told_with_its_mend(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(SiteRefused) as refused:
        site(tmp_path, (FALLBACK, f"{FALLBACK}\n{table}\n"))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("hours", "told"),
    [("{ vi = 4 }", "does not speak"), ("{ es = -1 }", "has no hours a week"), ('"4"', "is no table of hours")],
)
def test_hours_for_a_language_are_checked(tmp_path: Path, hours: str, told: str) -> None:
    with pytest.raises(SiteRefused) as refused:
        site(tmp_path, (MARIA, f"{MARIA}language_hours = {hours}\n"))
    assert told in str(refused.value)
