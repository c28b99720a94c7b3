"""A post that somebody made by hand: when it counts as saying what we are about to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mirroring.by_hand import ByHand, found_by_hand, says_it
from mirroring.facts import Facts

START = datetime(2026, 12, 9, 0, 0, tzinfo=UTC)  # six in the evening of December 8 in Chicago
FAIR = Facts(
    title="Book fair", description="", location="Gym", starts_at=START, ends_at=START + timedelta(hours=2), all_day=False,
    timezone="America/Chicago", status="confirmed", rhythm=None,
)  # fmt: skip
TITLES = ["Book fair", "Feria del libro", "معرض الكتاب", "书展之夜活动"]
LANGUAGES = ["en", "es", "ar", "zh"]


def by_hand(text: str, days: int = 7) -> ByHand:
    return ByHand("10001_5", "https://facebook.example/5", text, START - timedelta(days=days))


@pytest.mark.parametrize(
    "text",
    [
        "Don't miss the BOOK FAIR on Tuesday, December 8th, in the gym!",
        "Book fair 12/8, 6 pm. Bring your neighbors.",
        "Save the date: 8 Dec — book   fair!",
        "Book fair, 2026-12-08",
        "¡Feria del libro! El martes 8 de diciembre a las 6.",
        "Feria del libro 08.12.",
        "معرض الكتاب يوم 8 ديسمبر",
        "书展之夜活动 12月8日 晚上6点",
    ],
)
def test_a_post_that_names_title_and_day_says_it(text: str) -> None:
    assert says_it(by_hand(text), FAIR, TITLES, LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "Book fair volunteers needed: who can help?",
        "See you on December 8!",
        "Book fair on December 18",
        "Book fair on November 8",
        "Book fair 12/18, 6 pm",
        "Book fair 12/80",
        "The fair has books. December 8.",
        "We need 8 people for the book fair in December's last week",
        "",
    ],
)
def test_a_post_that_lacks_one_of_them_does_not(text: str) -> None:
    assert not says_it(by_hand(text), FAIR, TITLES, LANGUAGES)


def test_a_post_about_another_year_or_after_the_event_does_not() -> None:
    assert not says_it(by_hand("Book fair, December 8", days=365), FAIR, TITLES, LANGUAGES)
    assert not says_it(by_hand("Book fair was on December 8, thank you!", days=-1), FAIR, TITLES, LANGUAGES)


def test_a_title_of_one_word_says_too_little() -> None:
    assert not says_it(by_hand("Gala on December 8"), replace(FAIR, title="Gala"), ["Gala"], LANGUAGES)


def test_one_post_may_say_several_events_and_the_newest_counts() -> None:
    both = by_hand("Book fair and Reading night, both on December 8")
    newer = by_hand("Reminder: Book fair, December 8", days=1)
    found = found_by_hand(
        [both, newer], {"a": (FAIR, TITLES), "b": (FAIR, ["Reading night"]), "c": (FAIR, ["Choir"])}, ["en"]
    )
    assert found == {"a": newer, "b": both}
