import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.site_lines import Lines

TEXT = '''# a comment with [brackets] and key = 1
top = 1
"quoted key".inner = "x # no comment" # a comment

[school]
slug = """
several "" \\""" [x]
lines""""
languages = [ # the list
  "en",
  # "no"
  'es', ["deep",
  3],
]

[[pages]]
inline = {one = 1, two.three = [1, 2]}
[[pages]]
day = 2026-01-01 00:00:00
[pages.sub]
raw = \'\'\'it''s
two\'\'\'\'
[[pages.rows]]
q = 1.5e3
[[pages.rows]]
q = -inf
[ spaced . out ]
c=1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted key", "inner"), 3),
        (("school",), 5),
        (("school", "slug"), 6),
        (("school", "languages"), 9),
        (("school", "languages", 0), 10),
        (("school", "languages", 1), 12),
        (("school", "languages", 2, 1), 13),
        (("pages", 0), 16),
        (("pages", 0, "inline", "two", "three", 1), 17),
        (("pages", 1), 18),
        (("pages", 1, "day"), 19),
        (("pages", 1, "sub", "raw"), 21),
        (("pages", 1, "rows", 0, "q"), 24),
        (("pages", 1, "rows", 1), 25),
        (("spaced", "out", "c"), 28),
    ],
)
def test_every_table_key_and_item_has_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).of(path) == line


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    lines = Lines(TEXT)
    assert lines.of(("pages", 1, "token")) == 18
    assert lines.of(("school", "languages", 9)) == 9
    assert lines.of(("routing",)) == 1


def test_a_table_that_another_one_implies_stands_where_it_is_written_itself() -> None:
    lines = Lines("[a.b]\nx = 1\n[a]\n[c.d]\n")
    assert lines.of(("a",)) == 3
    assert lines.of(("c",)) == 4


def test_carriage_returns_count_no_lines() -> None:
    assert Lines(TEXT.replace("\n", "\r\n")).of(("spaced", "out", "c")) == 28


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inside for found in _paths(item, (*path, key)))]


PIECES = (
    *(
        "[a]",
        "[[b]]",
        "[b.c]",
        "[[b.d]]",
        "a.b = 1",
        '"x y" = "]"',
        "k = [",
        "1,",
        '"#",',
        "]",
        "k = {a = 1, b = [{c = 2}]}",
    ),
    *("# k = 2", "", 'm = """', '"""', "m = '''", "'''", "n = 'a'", 'o = "\\""', "p = 1979-05-27T07:32:00Z"),
    "'q' . r = [[], {}]",
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join))
def test_all_that_tomllib_reads_is_found_in_a_line_of_the_text(text: str) -> None:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = Lines(text)
    for path in _paths(read):
        if path and isinstance(path[-1], str):
            assert path[-1] in text.split("\n")[lines.of(path) - 1]
