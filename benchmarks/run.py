"""`make bench`: every figure beside its floor or peer, and beside what it was when the baseline was kept.

Each part runs in a process of its own (`--part`), so that none pays for another's memory and imports; one that
dies or takes too long is told, and the others go on. ONLY=webhooks,inbox runs some. `--keep` makes what was measured the baseline.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, LeftOut
from benchmarks.table import HEAD, line
from config.logs import start_logging

HOME = Path(__file__).parent
BASELINE, LAST = HOME / "baseline.json", HOME / "last.json"
# Each with how many seconds it may take: three times what it takes on two processors.
PARTS = {
    "quiet": 300, "centers": 300, "feed": 300, "large_feed": 1200, "webhooks": 300, "webhooks_state": 900, "live": 300,
    "jobs": 600, "polling": 300, "growth": 300, "inbox": 1800, "state_inbox": 900, "fairness": 600, "start": 300,
    "small_school": 900, "year": 1800, "languages": 1800, "urgent": 300,
}  # fmt: skip
Baseline = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one part. `trouble` is why it did not end well, `left_out` why it could not begin."""

    figures: Sequence[Figure] = ()
    trouble: str = ""
    left_out: str = ""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        return not self.trouble and all(one.good for one in self.figures)


def main() -> int:
    asked = _asked()
    if asked.part:
        return _part(asked.part)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a part is never left behind
    before: Baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    outcomes: dict[str, Outcome] = {}
    print(HEAD, file=sys.stderr if asked.json else sys.stdout, flush=True)
    for name in asked.only or PARTS:
        outcomes[name] = _run(name)
        for told in _lines(name, outcomes[name], before.get(name, {})):
            print(told, file=sys.stderr if asked.json else sys.stdout, flush=True)
    LAST.write_text(_as_json(outcomes, before) + "\n")
    if asked.json:
        print(LAST.read_text(), end="")
    if asked.keep:
        BASELINE.write_text(json.dumps(before | _lasting(outcomes), indent=1, ensure_ascii=False) + "\n")
    return 0 if all(one.good for one in outcomes.values()) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run", description="Every figure beside its floor or peer."
    )
    parser.add_argument("--only", type=_names, metavar="PART,…", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--json", action="store_true", help="JSON on standard output; it is always in benchmarks/last.json"
    )
    parser.add_argument("--keep", action="store_true", help="what was measured is the baseline from now on")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    return parser.parse_args()


def _names(given: str) -> list[str]:
    names = [one.strip() for one in given.split(",") if one.strip()]
    for one in names:
        if one not in PARTS:
            raise argparse.ArgumentTypeError(f"no part is called {one}: take some of {', '.join(PARTS)}")
    return names


# --- one part, in its own process


def _part(name: str) -> int:
    """A figure a line, as soon as it is there."""
    start_logging("text", quiet=True)
    try:
        for figure in importlib.import_module(f"benchmarks.{name}").measure():
            print(json.dumps(figure.as_json(), ensure_ascii=False), flush=True)
    except LeftOut as reason:
        print(json.dumps({"left_out": str(reason)}), flush=True)
    return 0


def _run(name: str) -> Outcome:
    print(f"{name} …", file=sys.stderr, flush=True)
    begun = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.run", "--part", name],
        cwd=HOME.parent, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = child.communicate(timeout=PARTS[name])
        trouble = f"ended with {child.returncode}" if child.returncode else ""
    except subprocess.TimeoutExpired:
        _end_all(child)
        out, _ = child.communicate()
        trouble = f"took longer than {PARTS[name]} s"
    except BaseException:
        _end_all(child)
        raise
    told = [json.loads(one) for one in out.splitlines() if one.startswith("{")]
    seconds = time.monotonic() - begun
    left_out = next((one["left_out"] for one in told if "left_out" in one), "")
    print(f"{name}: {seconds:.0f} s{f', {trouble}' if trouble else ''}", file=sys.stderr, flush=True)
    return Outcome([Figure.from_json(one) for one in told if "name" in one], trouble, left_out, seconds)


def _end_all(child: subprocess.Popen[str]) -> None:
    """With the servers that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


# --- what is told, and what is kept


def _lines(name: str, outcome: Outcome, before: dict[str, float]) -> Iterator[str]:
    yield f"\n{name}" + (f", left out: {outcome.left_out}" if outcome.left_out else "")
    yield from (line(one, before.get(one.name)) for one in outcome.figures)
    if outcome.trouble:
        yield f"  FAILED: it {outcome.trouble}"


def _as_json(outcomes: dict[str, Outcome], before: Baseline) -> str:
    return json.dumps(
        {name: _told(one, before.get(name, {})) for name, one in outcomes.items()}, indent=1, ensure_ascii=False
    )


def _told(outcome: Outcome, before: dict[str, float]) -> dict[str, Any]:
    figures = []
    for one in outcome.figures:
        was = before.get(one.name)
        figures.append({**one.as_json(), "before": was, "worse": was is not None and one.is_worse_than(was)})
    return {
        "seconds": round(outcome.seconds, 1),
        "trouble": outcome.trouble,
        "left_out": outcome.left_out,
        "figures": figures,
    }


def _lasting(outcomes: dict[str, Outcome]) -> Baseline:
    """Of parts that ended well: half a part would forget the other half."""
    return {
        name: {one.name: round(one.lasting, 4) for one in outcome.figures if one.lasting is not None}
        for name, outcome in outcomes.items()
        if outcome.figures and not outcome.trouble
    }


if __name__ == "__main__":
    sys.exit(main())
