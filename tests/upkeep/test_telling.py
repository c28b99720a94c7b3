"""Who is told what, once, and when: not at night, not forty times an evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.hours import working_time
from upkeep.letters import Desk, written
from upkeep.telling import DEFAULT, Day, Happening, Letter, Listener, letters, opening_today, who_hears_of_a_dead_token

NINE = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # Tuesday, in Chicago
NIGHT = NINE + timedelta(hours=12)
SATURDAY = NINE + timedelta(days=4)
MARIA = "maria@maple.example"
HOURS = working_time("Mon-Fri 08:00-16:00", "America/Chicago", ["2026-12-02"])
DESK = Desk("Maple Street", "America/Chicago", "https://bridge.example.org")


def somebody(email: str = MARIA, role: str = "staff", **more: Any) -> Listener:
    given = {"name": "Maria Ortiz", "language": "en", "working": HOURS, "moments": frozenset(DEFAULT[role]), **more}
    return Listener(email, role=role, **given)


def happening(subject: str = "as_1", moment: Any = "assigned", kind: str = "assigned", **more: Any) -> Happening:
    given = {"path": "/c/co_1", "at": NINE - timedelta(hours=2), "language": "es", **more}
    return Happening(given.pop("email", MARIA), moment, subject, kind, **given)


def told(*subjects: str, moment: str = "assigned", at: datetime = NINE) -> dict[tuple[str, str, str], datetime]:
    return {(MARIA, moment, one): at for one in subjects}


def test_several_of_one_kind_are_one_letter() -> None:
    (letter,) = letters([happening("as_1"), happening("as_2")], [], [somebody()], {}, NINE)
    assert (letter.to.email, letter.moment, letter.subjects) == (MARIA, "assigned", ("as_1", "as_2"))


def test_what_was_told_is_not_told_again() -> None:
    assert letters([happening("as_1")], [], [somebody()], told("as_1", at=NINE - timedelta(days=1)), NINE) == []


@pytest.mark.parametrize("at", [NIGHT, SATURDAY, NINE + timedelta(days=1)])
def test_at_night_on_weekends_and_closed_days_nobody_is_disturbed(at: datetime) -> None:
    assert letters([happening()], [], [somebody()], {}, at) == []


@pytest.mark.parametrize("at", [NIGHT, SATURDAY])
def test_a_late_cancellation_waits_for_no_morning(at: datetime) -> None:
    late = happening("missing ev_1", "late-cancellation", "missing", email="pat@maple.example")
    assert len(letters([late], [], [somebody("pat@maple.example", "volunteer")], {}, at)) == 1


def test_what_is_urgent_is_told_at_night_before_all_else_whatever_somebody_chose() -> None:
    urgent, late = happening("co_1 x", "urgent", "danger"), happening("missing ev_1", "late-cancellation", "missing")
    deaf = somebody(moments=frozenset({"late-cancellation"}))
    told_now = letters([late, urgent], [], [deaf], told("co_0 x", moment="urgent", at=NIGHT), NIGHT)
    assert [one.moment for one in told_now] == ["urgent", "late-cancellation"]
    assert letters([urgent], [], [somebody(reached=False)], {}, NIGHT) == []


def test_an_urgent_letter_says_what_it_is_and_what_it_is_not() -> None:
    these = (happening("co_1 x", "urgent", "self-harm"), happening("co_2 x", "urgent", "unseen", name="Lan Pham"))
    english = written(Letter(somebody(), "urgent", these), DESK)
    assert english.title == "Maple Street: URGENT, 2 families wrote"
    assert "Self-harm, Spanish, since Tue, Dec 1, 7:00 AM" in english.text
    assert "Lan Pham was told, and nobody has looked yet" in english.text and "no crisis line" in english.text
    spanish = written(Letter(somebody(language="es"), "urgent", these[:1]), DESK)
    assert spanish.title == "Maple Street: URGENTE, escribió una familia" and "Autolesión, Español" in spanish.text


def test_a_busy_evening_does_not_make_forty_letters() -> None:
    before = told("as_1", at=NINE - timedelta(minutes=10))
    assert letters([happening("as_2")], [], [somebody()], before, NINE) == []
    assert len(letters([happening("as_2")], [], [somebody()], before, NINE + timedelta(minutes=20))) == 1


def test_who_chose_otherwise_or_cannot_be_reached_gets_nothing() -> None:
    assert letters([happening()], [], [somebody(moments=frozenset({"overdue"}))], {}, NINE) == []
    assert letters([happening()], [], [somebody(reached=False)], {}, NINE) == []
    assert letters([happening(email="gone@maple.example")], [], [somebody()], {}, NINE) == []


# --- the daily letter


def test_a_day_is_told_once_and_only_when_something_waits() -> None:
    day = Day(MARIA, "2026-12-01", mine=(happening(),))
    assert len(letters([], [day], [somebody()], {}, NINE)) == 1
    assert letters([], [day], [somebody()], told("2026-12-01", moment="daily-digest"), NINE) == []
    assert letters([], [Day(MARIA, "2026-12-01")], [somebody()], {}, NINE) == []


@pytest.mark.parametrize(("hours", "opened"), [(-2, False), (-1, True), (0, True), (2.9, True), (3, False)])
def test_a_day_begins_with_the_persons_hours(hours: float, opened: bool) -> None:
    midnight = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert (opening_today(HOURS, midnight, NINE + timedelta(hours=hours)) is not None) is opened


@pytest.mark.parametrize("midnight", [datetime(2026, 12, 2, 6, 0, tzinfo=UTC), datetime(2026, 12, 5, 6, 0, tzinfo=UTC)])
def test_a_closed_day_has_no_letter(midnight: datetime) -> None:
    for hour in range(24):
        assert opening_today(HOURS, midnight, midnight + timedelta(hours=hour)) is None


# --- a dead token


def owner(name: str, *moments: str, **more: Any) -> Listener:
    return somebody(f"{name}@maple.example", "owner", moments=frozenset(moments), **more)


def test_no_owner_can_be_without_a_dead_token_unless_another_owner_hears_it() -> None:
    chose, quiet = owner("ann", "token-died"), owner("bob")
    volunteer = somebody("pat@maple.example", "volunteer")
    assert who_hears_of_a_dead_token([chose, quiet, volunteer]) == [chose, volunteer]
    assert who_hears_of_a_dead_token([quiet, volunteer]) == [quiet, volunteer]
    assert who_hears_of_a_dead_token([owner("ann", "token-died", reached=False), quiet]) == [
        owner("ann", "token-died", reached=False), quiet,
    ]  # fmt: skip


# --- what letters say


def test_a_letter_says_the_language_since_when_and_where_and_nothing_of_the_family() -> None:
    letter = Letter(somebody(), "assigned", (happening(), happening("as_2", language="und")))
    said = written(letter, DESK)
    assert said.title == "Maple Street: 2 families wait for you"
    assert "Spanish, since Tue, Dec 1, 7:00 AM: https://bridge.example.org/c/co_1" in said.text
    assert "Language not clear" in said.text and "https://bridge.example.org/you/notices" in said.text
    assert '<a href="https://bridge.example.org/c/co_1">' in said.html


def test_letters_speak_the_readers_language() -> None:
    letter = Letter(somebody(language="es"), "overdue", (happening(kind="handed", moment="overdue", name="Rosa <b>"),))
    said = written(letter, DESK)
    assert said.title == "Maple Street: hay algo atrasado"
    assert "Español, desde el mar, 1 dic, 7:00: nadie respondió a tiempo y ahora lo tiene Rosa <b>" in said.text
    assert "Rosa &lt;b&gt;" in said.html and "<b>" not in said.html


def test_the_daily_letter_counts_by_language_overdue_first() -> None:
    mine = (happening("co_1"), happening("co_2", language="vi", path="/c/co_2"), happening("co_3"))
    promise = happening("pr_1", kind="promise", path="/c/co_9")
    day = Day(MARIA, "2026-12-01", mine, (mine[1],), (promise,), (7, 2))
    said = written(Letter(somebody(role="owner"), "daily-digest", (), day), DESK)
    assert said.title == "Maple Street: your day, Tue, Dec 1"
    order = [
        "3 families wait", "One of them is overdue", "/c/co_2", "One promise", "/c/co_9", "Spanish 2, Vietnamese 1",
        "7 families wait, 2 overdue",
    ]  # fmt: skip
    places = [said.text.index(one) for one in order]
    assert places == sorted(places)


def test_a_long_list_is_cut_with_where_the_rest_is() -> None:
    letter = Letter(somebody(), "assigned", tuple(happening(f"as_{n}", path=f"/c/co_{n}") for n in range(14)))
    said = written(letter, DESK)
    assert said.text.count("/c/co_") == 10 and "And 4 more: https://bridge.example.org/" in said.text
