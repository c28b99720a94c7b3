from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calendars.uids import Named, first_name, published

T = datetime(2026, 12, 1, tzinfo=UTC)


def named(
    id: str, uid: str = "a", kept: str = "", hours: int = 0, variant: str = "", date: datetime | None = None
) -> Named:
    return Named(id, uid, variant, date, kept, T + timedelta(hours=hours))


def test_events_that_share_a_uid_in_one_calendar_are_told_apart_by_variant_and_date() -> None:
    assert first_name("a", "", None) == "a"
    assert first_name("a", "9f", None) == "a-9f"
    assert first_name("a", "", datetime.fromisoformat("2026-12-08T18:00-06:00")) == "a-20261209T000000Z"


def test_who_was_seen_first_keeps_a_name_that_two_would_have_whatever_the_order() -> None:
    first, second = named("ev_1", hours=0), named("ev_2", hours=1)
    assert published([first, second]) == published([second, first])
    names = published([first, second])
    assert names["ev_1"] == "a" and names["ev_2"].endswith("@pta-bridge")


def test_a_name_that_is_kept_is_not_given_to_a_later_event_of_that_uid() -> None:
    names = published([named("ev_1", uid="new", kept="a"), named("ev_2", uid="a", hours=5)])
    assert names["ev_1"] == "a" and names["ev_2"] != "a"


@given(st.lists(st.tuples(st.text(min_size=1), st.sampled_from(["", "v"]), st.integers(0, 3)), max_size=12))
def test_names_are_short_ascii_and_each_once_whatever_uids_there_are(told: list[tuple[str, str, int]]) -> None:
    names = published(named(f"ev_{n}", uid, "", hours, variant) for n, (uid, variant, hours) in enumerate(told))
    assert len(set(names.values())) == len(told)
    assert all(
        name.isascii() and name.isprintable() and " " not in name and 0 < len(name) < 200 for name in names.values()
    )
