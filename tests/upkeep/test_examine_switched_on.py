"""The doctor says what a school switched on, and where words go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from models.database import Database
from models.school import School
from models.switched_on import FirstWord, SwitchedOn
from models.vault import Vault, new_key
from upkeep.examine_switched_on import of_switched_on
from upkeep.findings import Finding

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
VAULT = Vault(new_key())


def told(db: Database, on: SwitchedOn | None, *words: str, folder: Path) -> list[Finding]:
    home = School(
        slug="maple", name="Maple", timezone="America/Chicago", fallback="x", languages=["en", "es-MX"], loaded_at=NOW
    )
    with db.write() as session:
        session.add(home)
        session.flush()
        for tag in words:
            session.add(FirstWord(school="maple", language=tag, text="x", approved_by="x", approved_at=NOW))
        if on is not None:
            session.add(on)
    with db.read() as session:
        settings = Settings(_env_file=None, data=folder)  # type: ignore[call-arg]
        return list(of_switched_on(session, session.get_one(School, "maple"), VAULT, settings))


def test_what_is_off_is_not_spoken_of(db: Database, tmp_path: Path) -> None:
    assert told(db, SwitchedOn(school="maple", changed_at=NOW), folder=tmp_path) == []


def test_it_says_which_words_leave_and_which_languages_have_a_first_word(db: Database, tmp_path: Path) -> None:
    on = SwitchedOn(
        school="maple", acknowledges_since=NOW, translates_with="deepl", translate_key_sealed=VAULT.seal("k:fx"),
        changed_by="office@maple.example", changed_at=NOW,
    )  # fmt: skip
    first, translation = told(db, on, "es", folder=tmp_path)
    assert first.message == "Families get a first word in Spanish." and first.mend.startswith(
        "Somebody who reads English"
    )
    assert "to DeepL (https://api-free.deepl.com)" in translation.message and translation.ok
    assert "office@maple.example" in translation.message


def test_an_address_that_may_not_be_reached_and_a_lost_key_are_problems(db: Database, tmp_path: Path) -> None:
    inside = SwitchedOn(
        school="maple", translates_with="libretranslate", translate_url="http://10.0.0.7", changed_at=NOW
    )
    [finding] = told(db, inside, folder=tmp_path)
    assert not finding.ok and "BRIDGE_ALLOW_HOSTS" in finding.message
