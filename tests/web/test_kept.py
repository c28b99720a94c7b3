from __future__ import annotations

from collections.abc import Callable

from web.families.kept import Kept


def counted() -> tuple[list[int], Callable[[], bytes]]:
    times: list[int] = []

    def make() -> bytes:
        times.append(1)
        return f"body {len(times)}".encode()

    return times, make


def test_a_body_is_made_once_for_the_same_things_and_anew_for_others() -> None:
    times, make = counted()
    kept = Kept()
    assert [kept.body("feed", ["a", 1], make) for _ in range(3)] == [b"body 1"] * 3
    assert kept.body("feed", ["a", 2], make) == b"body 2"
    assert kept.body("other", ["a", 2], make) == b"body 3"
    assert len(times) == 3


def test_those_that_nobody_asks_for_make_room() -> None:
    times, make = counted()
    kept = Kept(most=2)
    for key in ("a", "b", "a", "c", "a"):
        kept.body(key, [], make)
    assert len(times) == 3, "a was asked for again before c came: b made room"
    kept.body("b", [], make)
    assert len(times) == 4
