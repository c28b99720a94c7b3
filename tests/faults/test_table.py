"""The table itself: no row is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.rows import row_of
from tests.faults.table import DOES_NOT_APPLY, FAULTS

_TEST = re.compile(r"^(?:async )?def (test_row_\w+)", re.MULTILINE)


def test_each_row_has_its_test_or_the_reason_why_it_does_not_apply() -> None:
    here = Path(__file__).parent
    names = [name for path in sorted(here.glob("test_*.py")) for name in _TEST.findall(path.read_text())]
    proven = {row_of(f"::{name}") for name in names}
    assert proven - FAULTS.keys() == set()
    assert FAULTS.keys() - proven == DOES_NOT_APPLY.keys()
