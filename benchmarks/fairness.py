"""Is every language answered equally soon? Three terms of a school, our way and the usual way, with the same people and hours.

`python -m benchmarks.fairness` prints the whole table; `make bench` its figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.fairness_term import LANGUAGES, EachInTurn, SmallestVoiceFirst, Term, Way, shortfalls
from benchmarks.figures import Figure, at_most
from config.languages import language_name
from upkeep.heard_waits import Wait, percentile

SEEDS = (1, 2, 3)
# Comments on a school day. One person speaks Spanish, and can answer twenty a day; nobody speaks Somali.
ENOUGH = {"en": 44, "es": 9, "vi": 3, "so": 1}
TOO_MANY = {"en": 44, "es": 30, "vi": 3, "so": 1}
WAYS: Mapping[str, Way] = {
    "by the day it is due": Way(), "smallest voice first": SmallestVoiceFirst(), "each in turn, first in first out": EachInTurn(),
}  # fmt: skip
WANTED = 1.25


def medians(way: Way, daily: Mapping[str, int]) -> dict[str, float]:
    """language -> the middle first answer in working hours, of all the terms together."""
    waits: dict[str, list[Wait]] = {tag: [] for tag in LANGUAGES}
    for seed in SEEDS:
        for tag, found in Term(way).run(daily, seed).items():
            waits[tag] += found
    return {tag: middle.hours for tag, found in waits.items() if (middle := percentile(found, 0.5))}


def ratio(middle: Mapping[str, float], lacking: Mapping[str, float]) -> float:
    """The worst over the best of the languages that there are enough hours for."""
    served = [hours for tag, hours in middle.items() if not lacking[tag]]
    return max(served) / min(served)


def measure() -> Iterator[Figure]:
    lacking = shortfalls(ENOUGH)
    for name, way in WAYS.items():
        wanted = None if isinstance(way, EachInTurn) else at_most(WANTED)
        yield Figure(f"fairness: {name}", ratio(medians(way, ENOUGH), lacking), "x", wanted)
    for tag, hours in shortfalls(TOO_MANY).items():
        if hours:
            yield Figure(f"fairness: too many, {language_name(tag)} lacks", hours, "h a week")


def main() -> None:
    for title, daily in (("Staff hours allow it", ENOUGH), ("Too much Spanish for one person", TOO_MANY)):
        lacking = shortfalls(daily)
        said = ", ".join(f"{count} {language_name(tag)}" for tag, count in daily.items())
        print(f"\n{title}: {said} on a school day")
        print(
            f"{'middle first answer, in working hours':40}"
            + "".join(f"{language_name(tag):>12}" for tag in LANGUAGES)
            + "   worst/best"
        )
        for name, way in WAYS.items():
            middle = medians(way, daily)
            print(
                f"{name:40}" + "".join(f"{middle[tag]:12.2f}" for tag in LANGUAGES) + f"{ratio(middle, lacking):13.2f}"
            )
        print(f"{'staff hours a week that lack':40}" + "".join(f"{lacking[tag]:12.1f}" for tag in LANGUAGES))
    print(f"\nWorst over best counts the languages that there are enough hours for; wanted: at most {WANTED}.")


if __name__ == "__main__":
    main()
