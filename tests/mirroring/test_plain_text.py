"""Cleaning, shortening and isolating plain text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirroring.plain_text import beside, clean, length, one_line, shortened, side_by_side


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("a\x00b\x07c", "abc"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one\n\n\n \n\ntwo", "one\n\ntwo"),
        ("  a \t\u00a0 b  ", "a b"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("@[123:Ana]", "[123:Ana]"),
        ("@\u200b[123:Ana]", "[123:Ana]"),
        ("#PTA and ##fun, (#1stDay)", "PTA and fun, (1stDay)"),
        ("Room #12, C#", "Room #12, C#"),
        ("https://example.org/page#about", "https://example.org/page#about"),
        ("see https://example.org/#about", "see https://example.org/#about"),
        ("ana@example.org", "ana@example.org"),
        ("<b>Bold</b> & more", "<b>Bold</b> & more"),
        ("👩\u200d🏫 می\u200cخواهم", "👩\u200d🏫 می\u200cخواهم"),
        ("\ud800broken", "broken"),
    ],
)
def test_text_is_cleaned_of_what_would_surprise(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_one_line_has_no_breaks() -> None:
    assert one_line("Gym\n12 Main St.\n\nuse the back door") == "Gym 12 Main St. use the back door"


@pytest.mark.parametrize(
    "text, limit, short",
    [
        ("Short.", 280, "Short."),
        ("First sentence here. Second sentence here. Third.", 45, "First sentence here. Second sentence here."),
        ("Doors open at 6 p.m. in the gym. Bring a friend along.", 35, "Doors open at 6 p.m. in the gym."),
        ("Doors open at 6 p.m. in the gym and we stay late", 30, "Doors open at 6 p.m. in the …"),
        ("No sentence ends in this long text", 20, "No sentence ends …"),
        ("大家好。欢迎参加阅读之夜。请带一本书。", 14, "大家好。欢迎参加阅读之夜。"),
        ("هل تحبون القراءة؟ تعالوا معنا إلى المدرسة", 25, "هل تحبون القراءة؟"),
        ("aaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaaa …"),
        ("xxxxxxx👩\u200d🏫xxxxxx", 11, "xxxxxxx …"),
        ("anything", 0, ""),
    ],
)
def test_text_is_cut_where_a_reader_would_pause(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.integers(0, 300))
def test_shortened_text_never_exceeds_its_limit_and_clean_text_stays_clean(text: str, limit: int) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(shortened(cleaned, limit)) <= limit
    assert length(cleaned) >= len(cleaned)


def test_only_words_of_the_other_direction_are_isolated() -> None:
    assert beside("Gym 5", "rtl") == "\u2068Gym 5\u2069"
    assert beside("قاعة 5", "ltr") == "\u2068قاعة 5\u2069"
    assert beside("Gym 5", "ltr") == "Gym 5"
    assert beside("قاعة 5", "rtl") == "قاعة 5"
    assert beside("12:30", "rtl") == "12:30"


def test_an_emoji_is_as_long_as_facebook_counts_it() -> None:
    assert length("a👩") == 3


def test_sentences_stand_beside_each_other_as_their_script_wants() -> None:
    assert side_by_side("Questions?", "More:") == "Questions? More:"
    assert side_by_side("我们会回复。", "查看详情：") == "我们会回复。查看详情："
