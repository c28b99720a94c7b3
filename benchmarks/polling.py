"""Five thousand pages with nothing new: how many are looked at in a second, in how many calls, and in how much memory.

The floor is what as many threads can wait for, one page a request (threads / latency), and beside it runs the plain loop
that asks so. Whoever polls is a process of its own, and so is the pretend Facebook, which answers after 50 ms. How long
Facebook takes over a batch is not known, so both ends are measured: no longer than over one page, and as long as over all
its pages one after the other.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty
from time import perf_counter
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import select, update

from benchmarks.figures import Beside, Figure, Wanted, aim, at_least, at_most, exactly, peak
from benchmarks.many_pages import Stub, many_pages, same_shape
from benchmarks.servers import postgres
from benchmarks.state import THREADS, all_due, cycle, database, fill, house
from connector.doors import Doors
from inbox.held import WINDOW
from models.database import table
from models.page import Page
from rehearsal.facebook import happenings, towns
from rehearsal.facebook.server import PretendFacebook

PAGES, LATENCY = 5000, 0.05
FLOOR = THREADS / LATENCY  # pages a second
WANTED, MOST_MEMORY = 0.85, 300
BY_THE_LOOP = 1000  # pages: it takes its time


def measure() -> Iterator[Figure]:
    key = Fernet.generate_key().decode()
    with postgres() as server:
        url = database(server, "polling")
        with many_pages(0) as stub:
            in_a_child(_fill, url, key, stub.url, PAGES)
        with many_pages(LATENCY) as stub:
            yield Figure("the stub answers in the rehearsal's shape", _same_shapes(stub), wanted=exactly(1))
            plain = BY_THE_LOOP / in_a_child(_loop, url, key, stub.url, BY_THE_LOOP)
            yield Figure("one page a request, in a plain loop", plain, "/s", beside=Beside("the floor", FLOOR))
            yield from _polled("quiet pages polled", stub, url, key, at_least(WANTED))
        with many_pages(LATENCY, each_part=True) as stub:
            yield from _polled("the same, a batch taking as long as its parts", stub, url, key, None)


def _polled(name: str, stub: Stub, url: str, key: str, wanted: Wanted | None) -> Iterator[Figure]:
    before = stub.calls()
    seconds, news, memory = in_a_child(_poll, url, key, stub.url)
    requests, parts = (now - was for now, was in zip(stub.calls(), before, strict=True))
    yield Figure(name, PAGES / seconds, "/s", wanted, Beside("16 threads / 50 ms", FLOOR))
    yield Figure(f"{name}: calls a page, parts counted", parts / PAGES, wanted=at_most(1.0))
    yield Figure(f"{name}: requests", requests)
    yield Figure(f"{name}: taken for news", news, wanted=exactly(0))
    yield Figure(f"{name}: memory of the process", memory, "MB", aim(MOST_MEMORY))


# --- in a child


def in_a_child(work: Callable[..., Any], *args: Any) -> Any:
    """What `work` gives, from a process of its own."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    child = context.Process(target=_child, args=(answers, work, args), daemon=True)
    child.start()
    while True:
        try:
            return answers.get(timeout=1)
        except Empty:
            if not child.is_alive():
                raise RuntimeError(f"{work.__name__} failed") from None


def _child(answers: Any, work: Callable[..., Any], args: tuple[Any, ...]) -> None:
    answers.put(work(*args))


def _fill(url: str, key: str, graph: str, count: int) -> bool:
    fill(url, key, graph, count)
    return True


def _poll(url: str, key: str, graph: str) -> tuple[float, int, float]:
    here = house(url, key, graph)
    all_due(here)
    seconds, news = cycle(here)
    return seconds, news, peak()


def _loop(url: str, key: str, graph: str, count: int) -> float:
    """The same pages one by one, as one would write it down: read, compare, note."""
    here = house(url, key, graph)
    columns = table(Page).c
    with here.db.read() as session:
        query = select(columns.school, columns.slug, columns.facebook_id, columns.token_sealed, columns.quiet)
        rows = session.execute(query.limit(count)).all()

    def read(row: Any) -> None:
        now = here.clock()
        found = here.doors.page(row.facebook_id, here.vault.open(row.token_sealed)).read(now - WINDOW)
        if found.seal != row.quiet:
            raise RuntimeError("a page with news")
        with here.db.write() as session:
            named = (columns.school == row.school, columns.slug == row.slug)
            session.execute(update(table(Page)).where(*named).values(read_at=now))

    begun = perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(read, rows))
    return perf_counter() - begun


# --- the two pretend ones


def _same_shapes(stub: Stub) -> bool:
    """Whether ours shows a page as the rehearsal does, read by itself and in a batch."""
    with PretendFacebook() as facebook:
        post = happenings.add_post(facebook.world, towns.PAGE_ID, "Fall Festival")
        happenings.add_comment(facebook.world, post, "When?", author_id="77001")
        return all(map(same_shape, _asked(stub.url), _asked(facebook.url)))


def _asked(url: str) -> tuple[Any, Any, Any]:
    """A page by itself, the part of a batch about it, and what that holds."""
    page = Doors(graph_url=url).page(towns.PAGE_ID, towns.PAGE_TOKEN)
    path, args = page.first_ask()
    (part,) = page.door.together([page.door.asking(path, args)])
    return page.door.request(f"{page.door.version}/{path}", args), part, json.loads(part["body"])
