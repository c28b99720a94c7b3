from __future__ import annotations

import pytest

from calendars.places import place


@pytest.mark.parametrize(
    "other", ["main gym", "  Main   GYM ", "Main-Gym", "Main gym.", "(Main) Gym", "Màin Gým", "MAIN\u00a0GYM"]
)
def test_what_a_person_would_call_the_same_place_is_the_same(other: str) -> None:
    assert place(other) == place("Main Gym")


@pytest.mark.parametrize("other", ["Gym", "Main Gym 2", "Main", "Gym Main", ""])
def test_other_places_are_others(other: str) -> None:
    assert place(other) != place("Main Gym")


def test_scripts_keep_their_letters_and_nothing_but_signs_is_no_place() -> None:
    assert place("体育馆") == "体育馆"
    assert place(" – ") == place("") == ""
