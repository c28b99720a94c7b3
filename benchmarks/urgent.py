"""`make bench-urgent`: how many ordinary comments the list of urgent words alarms at, on the texts of LANGUAGE_DATA.

None of these texts was written to a school: what alarms here is a false alarm, but for news of true violence. How much of
what is urgent the list finds is told by tests/inbox/test_urgent.py, on comments that were written for it.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.language.rows import Row, read
from config.urgent import LANGUAGES
from inbox.urgent.look import Urgent, urgent_words

AT_MOST = 0.005  # of ordinary texts
FASTEST = 50  # microseconds for one text
Judged = Sequence[tuple[Row, Urgent | None]]


def main() -> int:
    given = os.environ.get("LANGUAGE_DATA", "")
    if not given or not Path(given).is_file():
        where = f"LANGUAGE_DATA names {given}, which is not there" if given else "LANGUAGE_DATA is not set"
        print(
            f"Nothing to measure on: {where}. Point it to labelled texts, as LANGUAGE_DATA=texts.jsonl make bench-urgent."
        )
        return 2 if given else 0
    rows, words = read(Path(given)), urgent_words()
    words.look("")
    begun = time.process_time()
    judged = [(row, words.look(row.text)) for row in rows]
    each = (time.process_time() - begun) / len(rows) * 1e6
    print(f"{len(rows)} texts of {given}; {each:.0f} µs of the processor for one (wanted: at most {FASTEST})\n")
    met = [_told("all", judged), *(_told(tag, [one for one in judged if one[0].lang == tag]) for tag in LANGUAGES)]
    _tell_phrases(judged)
    return 0 if all(met) and each <= FASTEST else 1


def _told(what: str, judged: Judged) -> bool:
    alarms = sum(hit is not None for _, hit in judged)
    share = alarms / max(1, len(judged))
    print(f"{what:>4}: {alarms} of {len(judged)} alarm, {share:.2%} (wanted: at most {AT_MOST:.1%})")
    return share <= AT_MOST


def _tell_phrases(judged: Judged) -> None:
    counted = Counter((hit.kind, hit.language, hit.phrase.casefold(), row.lang) for row, hit in judged if hit)
    for (kind, language, phrase, lang), n in counted.most_common(20):
        print(f"  {n} × {kind}, list {language}, text {lang}: “{phrase}”")


if __name__ == "__main__":
    sys.exit(main())
