"""`release`: a held feed is looked at, and let go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.migrate import migrate
from models.staff import StaffMember
from tests.commands.conftest import Shell
from tests.models import rows

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
DIFFERENCE = [
    {"change": "gone", "when": "2026-12-09T00:00:00+00:00", "title": "Book fair", "place": "Gym", "was": ""},
    {"change": "moved", "when": "2026-12-23", "title": "No school", "place": "", "was": "2026-12-22"},
    {
        "change": "moved",
        "when": "2026-12-11T01:00:00+00:00",
        "title": "Dance",
        "place": "",
        "was": "2026-12-11T00:00:00+00:00",
    },
    {"change": "more", "count": "40"},
]


@pytest.fixture
def held(shell: Shell) -> Shell:
    migrate(shell.db)
    with shell.db.write() as session:
        session.add(rows.school())
        session.flush()
        session.add(
            StaffMember(school="maple", email="pat@maple.example", name="Pat", role="volunteer", made_by="site")
        )
        session.add(rows.source(held_at=NOW, held_reason="9 of 10 vanished", held_difference=DIFFERENCE))
        session.add(rows.source(slug="other"))
    return shell


def test_what_it_would_change_is_shown_to_anybody_in_the_schools_time(held: Shell) -> None:
    told = held("release", "calendar", "--show", "--json")
    assert (told.code, told.lines) == (
        0,
        [
            {"change": "gone", "when": "2026-12-08T18:00-06:00", "title": "Book fair", "place": "Gym", "was": ""},
            {"change": "moved", "when": "2026-12-23", "title": "No school", "place": "", "was": "2026-12-22"},
            {
                "change": "moved",
                "when": "2026-12-10T19:00-06:00",
                "title": "Dance",
                "place": "",
                "was": "2026-12-10T18:00-06:00",
            },
        ],
    )
    assert "And 40 more." in told.err
    shown = held("release", "calendar", "--show")
    assert "Book fair" in shown.out and "9 of 10 vanished" in shown.err


def test_looking_releases_nothing(held: Shell) -> None:
    held("release", "calendar", "--show")
    assert "takes the calendar" in held("release", "calendar", "--as", "pat@maple.example").out
    assert held("release", "other", "--as", "pat@maple.example").code == 2


def test_where_nothing_is_held_there_is_nothing_to_show(held: Shell) -> None:
    told = held("release", "other", "--show")
    assert (told.code, told.out, told.err) == (0, "", "other is not held: there is nothing to show.\n")
    assert held("release", "nowhere", "--show").code == 2


def test_who_releases_must_say_who_they_are(held: Shell) -> None:
    told = held("release", "calendar")
    assert (told.code, "--as" in told.err) == (2, True)
