"""`python -m tests.centers --runs N`: plays the state machine N times, each time other ones, and prints its count."""

from __future__ import annotations

import argparse
import os
import sys

import pytest


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m tests.centers", description=__doc__)
    ask.add_argument("--runs", type=int, default=100, help="how many (100)")
    ask.add_argument("--shrink", action="store_true", help="make a failure as small as can be: takes minutes")
    asked = ask.parse_args()
    os.environ["CENTERS_RUNS"] = str(asked.runs)
    if asked.shrink:
        os.environ["CENTERS_SHRINK"] = "1"
    return int(pytest.main(["tests/centers/test_machine.py", "-s", "-p", "no:warnings", "--show-capture=no"]))


if __name__ == "__main__":
    sys.exit(main())
