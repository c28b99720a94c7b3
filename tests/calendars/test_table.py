"""The table itself: every case has its tests, and they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.calendars.table import TABLE, Row

_TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.case)
def test_each_case_has_its_tests(row: Row) -> None:
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition("::")
        source = (_TESTS / file).read_text("utf-8")
        function, _, example = name.rstrip("]").partition("[")
        assert not function or f"def {function}(" in source, test
        assert not example or f'"{example}"' in source, test
