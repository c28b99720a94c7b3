"""`make faults`: runs every test of the fault table, and prints the table: row, test, result."""

from __future__ import annotations

import sys

import pytest

from tests.faults.rows import row_of
from tests.faults.table import DOES_NOT_APPLY, FAULTS


class Listener:
    """Notes how each test of a row ended."""

    def __init__(self) -> None:
        self.results: dict[int, dict[str, list[str]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        row = row_of(report.nodeid)
        if row is not None and (report.when == "call" or report.outcome != "passed"):
            name = report.nodeid.partition("[")[0].removeprefix("tests/faults/")
            self.results.setdefault(row, {}).setdefault(name, []).append(report.outcome)


def main() -> int:
    listener = Listener()
    code = pytest.main(["-q", "--no-header", "tests/faults"], plugins=[listener])
    print()
    for row, fault in FAULTS.items():
        print(f"{row:>3}  {fault}")
        if row in DOES_NOT_APPLY:
            print(f"       does not apply: {DOES_NOT_APPLY[row]}")
        for name, outcomes in sorted(listener.results.get(row, {}).items()):
            passed = outcomes.count("passed")
            print(f"       {'passed' if passed == len(outcomes) else 'FAILED'} {passed}/{len(outcomes)}  {name}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
