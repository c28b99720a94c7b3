"""`make bench-language`: how well languages are told, beside plain langdetect and lingua, on the texts of LANGUAGE_DATA."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.figures import LeftOut
from benchmarks.language import goals, school
from benchmarks.language.child import Heard, hear
from benchmarks.language.pace import pace
from benchmarks.language.rows import LISTS, MEND, Row, given, read
from benchmarks.language.same import RUNS, THREADS, same

NAMES = ("ours", *goals.PEERS)
TIMES_FASTER = 5
PACED = 5  # every n-th text is timed
SAMPLE = 29  # every n-th text is asked again and again


def main() -> int:
    try:
        file = given()
    except (LeftOut, FileNotFoundError) as reason:
        print(f"Nothing to measure on: {reason}. {MEND} make bench-language.")
        return 0 if isinstance(reason, LeftOut) else 2
    rows = read(file)
    heard = hear_all(file)
    print(f"{len(rows)} texts of {file}\n\n{'':38}{'ours':>12}{'langdetect':>12}{'lingua':>12}   {'wanted':>10}")
    met = [_tell(*one) for one in goals.lines(paired(rows, heard))]
    met += [_told_school(rows, heard), _told_cost(heard), _told_pace(rows), _told_same(rows)]
    return 0 if all(met) else 1


def hear_all(file: Path) -> dict[tuple[str, str], Heard]:
    """Each detector in a process of its own; plain langdetect knows no lists, so once is enough."""
    found = {("ours", one): hear("ours", one, file) for one in LISTS}
    found |= {("lingua", one): hear("lingua", one, file) for one in LISTS}
    plain = hear("langdetect", "31", file)
    return found | {("langdetect", one): plain for one in LISTS}


def paired(rows: list[Row], heard: dict[tuple[str, str], Heard]) -> dict[tuple[str, str], list[goals.Pair]]:
    return {which: list(zip(rows, one.said, strict=True)) for which, one in heard.items()}


def _tell(line: str, met: bool | None) -> bool:
    print(line)
    return met is not False


def _told_school(rows: list[Row], heard: dict[tuple[str, str], Heard]) -> bool:
    for name in NAMES:
        pairs = list(zip(rows, heard[name, "4"].said, strict=True))
        wrong, open_ = school.wrong_desk(pairs), school.unsure(pairs)
        print(f"  of 100 comments, with 95 % interval: {name:11} wrong desk {wrong}, unsure {open_}")
    return True


def _told_cost(heard: dict[tuple[str, str], Heard]) -> bool:
    each = [heard[name, "31"] for name in NAMES]
    print(goals.line("memory, MB (aim: 200)", [one.memory for one in each], None, True, None))
    print(goals.line("load, s (aim: 2)", [one.load for one in each], None, True, None))
    return True


def _told_pace(rows: list[Row]) -> bool:
    """The ratio decides; how many texts a second depends on the machine and on what else it does."""
    rates = pace([row.text for row in rows[::PACED]], LISTS["31"])
    ratios = [rates[name] / rates["langdetect"] for name in NAMES]
    good = ratios[0] >= TIMES_FASTER
    print(goals.line("texts a second of a processor", [rates[name] for name in NAMES], None, False, None))
    print(goals.line("times as fast as langdetect", ratios, TIMES_FASTER, False, good))
    return good


def _told_same(rows: list[Row]) -> bool:
    texts = [row.text for row in rows[::SAMPLE]]
    share = same(texts, LISTS["31"])
    print(
        f"same guess in {RUNS} runs x {THREADS} threads ({len(texts)} texts): {share:.1%}   {'met' if share == 1 else 'NOT MET'}"
    )
    return share == 1


if __name__ == "__main__":
    sys.exit(main())
