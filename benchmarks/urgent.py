"""`make bench-urgent`: how many ordinary comments the list of urgent words alarms at, on the texts of LANGUAGE_DATA.

None of these texts was written to a school: what alarms here is a false alarm, but for news of true violence. How much of
what is urgent the list finds is told by tests/inbox/test_urgent.py, on comments that were written for it.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.figures import Figure, LeftOut, at_most
from benchmarks.language.rows import MEND, Row, given, read
from config.urgent import LANGUAGES
from inbox.urgent.look import Urgent, urgent_words

AT_MOST = 0.005  # of ordinary texts
FASTEST = 50  # microseconds for one text
Judged = Sequence[tuple[Row, Urgent | None]]


def main() -> int:
    try:
        file = given()
    except (LeftOut, FileNotFoundError) as reason:
        print(f"Nothing to measure on: {reason}. {MEND} make bench-urgent.")
        return 0 if isinstance(reason, LeftOut) else 2
    judged, each = _judged(file)
    print(f"{len(judged)} texts of {file}; {each:.0f} µs of the processor for one (wanted: at most {FASTEST})\n")
    met = [_told(what, some) for what, some in _groups(judged).items()]
    _tell_phrases(judged)
    return 0 if all(met) and each <= FASTEST else 1


def measure() -> Iterator[Figure]:
    judged, each = _judged(given())
    yield Figure(
        "urgent words: false alarms, worst language",
        max(_share(one) for one in _groups(judged).values()),
        "%",
        at_most(100 * AT_MOST),
    )
    yield Figure("urgent words: one text, of the processor", each, "µs", at_most(FASTEST))


def _judged(file: Path) -> tuple[Judged, float]:
    """And microseconds for each."""
    rows, words = read(file), urgent_words()
    words.look("")
    begun = time.process_time()
    judged = [(row, words.look(row.text)) for row in rows]
    return judged, (time.process_time() - begun) / len(rows) * 1e6


def _groups(judged: Judged) -> dict[str, Judged]:
    return {"all": judged, **{tag: [one for one in judged if one[0].lang == tag] for tag in LANGUAGES}}


def _share(judged: Judged) -> float:
    """Of these, in percent."""
    return 100 * sum(hit is not None for _, hit in judged) / max(1, len(judged))


def _told(what: str, judged: Judged) -> bool:
    alarms = sum(hit is not None for _, hit in judged)
    share = _share(judged) / 100
    print(f"{what:>4}: {alarms} of {len(judged)} alarm, {share:.2%} (wanted: at most {AT_MOST:.1%})")
    return share <= AT_MOST


def _tell_phrases(judged: Judged) -> None:
    counted = Counter((hit.kind, hit.language, hit.phrase.casefold(), row.lang) for row, hit in judged if hit)
    for (kind, language, phrase, lang), n in counted.most_common(20):
        print(f"  {n} × {kind}, list {language}, text {lang}: “{phrase}”")


if __name__ == "__main__":
    sys.exit(main())
