"""`make calendars-table`: runs the tests of the table of feeds, and prints it: case, what we do, tests and how they ended."""

from __future__ import annotations

import sys

import pytest

from tests.calendars.table import TABLE


class Listener:
    """Notes how each test ended, by its id below `tests/`."""

    def __init__(self) -> None:
        self.results: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.results[report.nodeid.removeprefix("tests/")] = report.outcome

    def of(self, test: str) -> list[str]:
        """The outcomes of one named test: of all its examples, if none is named; of a whole file."""
        return [end for name, end in self.results.items() if name == test or name.startswith((f"{test}[", f"{test}::"))]


def main() -> int:
    listener = Listener()
    named = sorted({f"tests/{test}" for row in TABLE for test in row.tests})
    pytest.main(["--no-header", *named], plugins=[listener])
    print()
    failed = 0
    for number, row in enumerate(TABLE, 1):
        print(f"{number:>3}  {row.case}: {row.expected}")
        for test in row.tests:
            outcomes = listener.of(test)
            good = bool(outcomes) and set(outcomes) == {"passed"}
            failed += not good
            print(f"       {'passed' if good else 'FAILED'} {outcomes.count('passed')}/{len(outcomes)}  {test}")
    print(f"\n{len(TABLE)} cases, {sum(len(row.tests) for row in TABLE)} tests named, {failed} failed or not there")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
