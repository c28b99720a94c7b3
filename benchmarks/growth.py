"""What a quiet page costs where there are 50, 500 and 5,000: one thread, and a pretend Facebook that answers at once.

So the time is that of all who work for it, one after the other: the poller, PostgreSQL, and the pretend one. In turns, since
other work on the machine comes and goes: the quarter of the looks that was quickest counts, and the quickest picking.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter

from cryptography.fernet import Fernet

from benchmarks.figures import Beside, Figure, at_most
from benchmarks.many_pages import many_pages
from benchmarks.polling import in_a_child
from benchmarks.servers import postgres
from benchmarks.state import all_due, database, fill, house, picked
from connector.graph.batch import MOST
from schedulers.house import House
from schedulers.poll import look

SIZES = (50, 500, 5000)
WANTED = 1.3
TURNS, LOOKS = 3, 40  # looks at fifty pages in each turn, at least


def measure() -> Iterator[Figure]:
    key = Fernet.generate_key().decode()
    with postgres() as server, many_pages(0) as stub:
        urls = {size: database(server, f"growth{size}") for size in SIZES}
        costs: dict[int, float] = in_a_child(_costs, urls, key, stub.url)
    for size, cost in costs.items():
        yield Figure(f"a quiet page among {size:,}", cost * 1000, "ms")
    least, most = min(costs.values()), max(costs.values())
    yield Figure(
        "a quiet page, at its dearest", most * 1000, "ms", at_most(WANTED), Beside("its cheapest", least * 1000)
    )


def _costs(urls: dict[int, str], key: str, graph: str) -> dict[int, float]:
    """Seconds a page, by how many pages there are."""
    for size, url in urls.items():
        fill(url, key, graph, size)
    houses = {size: house(url, key, graph) for size, url in urls.items()}
    looks: dict[int, list[float]] = {size: [] for size in urls}
    picks: dict[int, list[float]] = {size: [] for size in urls}
    for _ in range(TURNS):
        for size, here in houses.items():
            for _ in range(-(-LOOKS * MOST // size)):
                all_due(here)
                picks[size].append(_cycle(here, looks[size]) / size)
    return {size: quantiles(looks[size], n=4)[0] / MOST + min(picks[size]) for size in urls}


def _cycle(here: House, looks: list[float]) -> float:
    """Looks once at every page. Seconds that it took to pick them."""
    begun, picking = perf_counter(), 0.0
    while chunks := picked(here):
        picking += perf_counter() - begun
        for chunk in chunks:
            begun = perf_counter()
            look(here, lambda session, *wishes: None, chunk)
            looks.append(perf_counter() - begun)
        begun = perf_counter()
    return picking + perf_counter() - begun
