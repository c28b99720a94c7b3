"""Which row of the fault table a test proves: its name tells."""

from __future__ import annotations

import re

_NAMED = re.compile(r"::test_row_(\d\d)_")


def row_of(nodeid: str) -> int | None:
    found = _NAMED.search(nodeid)
    return int(found.group(1)) if found else None
