"""Thousands of feeds that are hurt: the reader refuses, or names what is wrong, and never breaks, hangs or lets dirt through.

`MALFORMED=50000 pytest tests/calendars/test_malformed.py` tries others, and more.
"""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.gates import check
from calendars.lines import parse as parse_line
from calendars.read import restored
from calendars.split import split
from calendars.values import EventValue, FeedRefused
from mirroring.dated import DATES_A_SERIES, Parsed, parse
from tests.calendars.malformed import WHOLE, hurt, malformed

HOW_MANY = int(os.environ.get("MALFORMED", "5000"))
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
CHICAGO = "America/Chicago"
DIRT = re.compile("[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def test_the_feed_that_is_hurt_is_a_good_one() -> None:
    check(WHOLE)
    read = read_all(WHOLE)
    assert sorted(read) == ["break", "club", "council", "fair"]
    assert all(one.series and not one.problems for one in read.values())


@settings(
    max_examples=HOW_MANY, derandomize="MALFORMED" not in os.environ, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(malformed)
def test_no_malformed_feed_breaks_the_reader_or_brings_dirt_into_it(body: bytes) -> None:
    begun = time.thread_time()
    try:
        check(body)
    except FeedRefused as refused:
        assert str(refused).endswith(".")
    for one in read_all(body).values():  # also what the gates refuse: `split` and what follows must bear anything
        sound(one)
    assert time.thread_time() - begun < 5


def read_all(body: bytes) -> dict[str, Parsed]:
    parts = split(body)
    return {uid: parse(parts, uid, CHICAGO, NOW) for uid in parts.groups}


def sound(one: Parsed) -> None:
    assert all(problem.message.endswith(".") for problem in one.problems)
    for series, dates in one.series:
        for value in [*series.exceptions, *([series.master] if series.master else [])]:
            assert clean(value), value
        assert len(dates) <= DATES_A_SERIES
        assert all(date.starts_at <= date.ends_at for date in dates)
        again = restored(series.ics, CHICAGO, series.variant)
        assert (again.uid, again.master is None) == (series.uid, series.master is None)


def clean(value: EventValue) -> bool:
    texts = (value.title, value.location, value.url, value.timezone, *value.categories)
    lines = value.description.replace("\n", "").replace("\t", "")
    key_is_clean = value.uid.isascii() or not set(value.uid) & set(map(chr, range(32)))
    return value.starts_at <= value.ends_at and key_is_clean and not any(DIRT.search(text) for text in (*texts, lines))


def test_what_hurts_is_the_same_for_the_same_number_and_much_of_it_passes_the_gates() -> None:
    assert hurt(7) == hurt(7)
    passed = sum(1 for number in range(400) if passes(hurt(number)))
    assert 60 < passed < 340


def passes(body: bytes) -> bool:
    try:
        check(body)
    except FeedRefused:
        return False
    return True


# --- what a feed of 20 MB can hold, small enough to be quick: each took minutes at full size once


@pytest.mark.parametrize("deep", [17, 100_000])
def test_parts_inside_parts_without_end_are_refused_at_once(deep: int) -> None:
    nested = b"BEGIN:VCALENDAR\n" + b"BEGIN:A\n" * deep + b"BEGIN:B\nEND:B\n" * deep + b"END:A\n" * deep
    with pytest.raises(FeedRefused, match="inside each other"):
        check(nested + b"END:VCALENDAR\n")


def test_a_line_of_a_million_parameters_is_read_in_one_pass() -> None:
    begun = time.thread_time()
    line = parse_line("X" + ";A=1" * 1_000_000 + ';B="1;2:3";C=4:value')
    assert (line.params, line.value) == ({"A": "1", "B": "1;2:3", "C": "4"}, "value")
    assert time.thread_time() - begun < 10


@given(st.text(alphabet='AB;"=:', max_size=30))
def test_parameters_are_cut_at_semicolons_outside_quotes_only(text: str) -> None:
    line = parse_line(f'X;K="{text.replace(chr(34), "")}";L=2:v')
    assert (line.params["K"], line.params["L"], line.value) == (text.replace('"', ""), "2", "v")


@pytest.mark.parametrize("uid", ["u" * 501, "\u00fc" * 20_000])
def test_a_uid_of_any_length_becomes_a_key_that_a_database_keeps(uid: str) -> None:
    body = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:%s\nDTSTART:20261208T180000\nEND:VEVENT\nEND:VCALENDAR" % uid.encode()
    [found] = split(body).groups
    assert found.startswith("long-uid-")
    assert list(split(body).groups) == [found]
    assert read_all(body)[found].series[0][0].uid == found


@pytest.mark.parametrize(
    "url", ["https://x.example/\x00", "https://x.example/\u202e", "https://x.example/" + "a" * 2000]
)
def test_an_events_address_that_nobody_could_open_is_left_out(url: str) -> None:
    body = WHOLE.replace(b"https://maple.example/fair", url.encode())
    [(series, _)] = read_all(body)["fair"].series
    assert series.master is not None
    assert series.master.url == ""
