"""Is every language heard: a month whose numbers were counted by hand, and each rule by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from models import heard as rows
from models.database import Database
from models.heard import GivenPromise, OwedComment
from models.page import Page
from models.school import School
from tests.models.rows import NOW
from tests.models.talks import school
from tests.models.test_inbox import plan
from tests.upkeep import heard_month
from tests.upkeep.heard_month import COMMENTS, a_month, at, conversation, message
from upkeep.heard import Heard, Line, heard
from upkeep.heard_counting import Counter, Week, begin_of, counter_of, last_weeks
from upkeep.heard_order import smallest_voice_first
from upkeep.heard_school import heard_at, voices
from upkeep.heard_waits import Wait, percentile


@pytest.fixture
def month(any_db: Database) -> Database:
    with any_db.write() as session:
        school(session)
        session.get_one(Page, ("maple", "pta-page")).connected_at = at("11-01 08:00")
        a_month(session)
    return any_db


def of_the_month(db: Database) -> Heard:
    with db.read() as session:
        return heard_at(session, session.get_one(School, "maple"), 4, NOW)


def test_a_month_has_the_numbers_that_were_counted_by_hand(month: Database) -> None:
    found = of_the_month(month)
    # language: owed, answered, elsewhere, closed, waiting, unsure, timed, median, 9 of 10, kept of promised, gap, flagged
    assert [table_row(one) for one in found.lines] == [
        ("so", 6, 5, 1, 0, 1, 1, 6, Wait(7), Wait(30.5, at_least=True), (0, 1), 3.5, True),
        ("es", 6, 5, 0, 1, 0, 1, 5, Wait(2.5), Wait(4.3), (1, 1), 1.25, False),
        ("en", 7, 6, 0, 0, 1, 0, 6, Wait(2), Wait(3.5), (1, 2), 1.0, False),
        ("hmn", 0, 0, 0, 0, 0, 0, 0, None, None, (0, 0), None, False),
        ("und", 1, 0, 0, 0, 1, 1, 1, Wait(25, at_least=True), Wait(25, at_least=True), (0, 0), None, False),
    ]
    assert {one.best for one in found.compared} == {"en"} and found.verdict == "unequal"


def table_row(one: Line) -> tuple[Any, ...]:
    nearly = Wait(round(one.ninth.hours, 9), one.ninth.at_least) if one.ninth else None
    return (
        one.language, one.owed, one.answered, one.elsewhere, one.closed, one.waiting, one.unsure, one.timed, one.median,
        nearly, (one.kept, one.promised), one.gap, one.is_flagged,
    )  # fmt: skip


def test_each_week_has_its_own_numbers_and_they_add_up(month: Database) -> None:
    found = of_the_month(month)
    assert [one.name for one in found.weeks] == ["2026-W46", "2026-W47", "2026-W48", "2026-W49"]
    by_week = {tag: [(one.owed, one.median) for one in lines] for tag, lines in found.by_week.items()}
    assert by_week == {
        "so": [(1, Wait(10)), (3, Wait(12)), (2, Wait(4)), (0, None)],
        "es": [(1, Wait(4)), (2, Wait(2.5)), (3, Wait(2.75)), (0, None)],
        "en": [(3, Wait(2)), (2, Wait(2)), (1, Wait(2)), (1, None)],
        "hmn": [(0, None)] * 4,
        "und": [(0, None), (0, None), (1, Wait(25, at_least=True)), (0, None)],
    }
    assert [(one.kept, one.promised) for one in found.by_week["en"]] == [(1, 1), (0, 1), (0, 0), (0, 0)]
    assert [(one.kept, one.promised) for one in found.by_week["es"]] == [(0, 0), (0, 0), (0, 0), (1, 1)]
    assert not any(one.gap for lines in found.by_week.values() for one in lines), "five in a week are needed to compare"
    for one in found.lines:
        for name in ("owed", "answered", "elsewhere", "closed", "waiting", "unsure", "timed", "promised", "kept"):
            assert sum(getattr(week, name) for week in found.by_week[one.language]) == getattr(one, name), name


def test_each_wait_is_that_of_the_table(month: Database) -> None:
    with month.read() as session:
        here = session.get_one(School, "maple")
        counter = counter_of(here, at("11-09 00:00"), NOW)
        found = sorted(rows.owed_comments(session, "maple", at("11-09 00:00"), NOW), key=lambda one: one.written_at)
    waits = [wait.hours if (wait := counter.came_of(one)[1]) else None for one in found]
    assert waits == [hours for _, _, _, hours in sorted(COMMENTS, key=lambda one: one[1])]


def test_what_nobody_owes_is_not_counted(month: Database) -> None:
    before = of_the_month(month)
    with month.write() as session:
        school(session, "oak")
        for slug, wrote, of_talk, of_comment in (
            ("maple", "11-10 09:00", {"closed_reason": "spam", "closed_at": NOW}, {}),
            ("maple", "11-11 09:00", {"closed_reason": "before-us", "closed_at": NOW}, {}),
            ("maple", "11-12 09:00", {}, {"removed_at": NOW}),
            ("maple", "11-12 10:00", {}, {"owed": False}),
            ("maple", "11-08 23:59", {}, {}),  # a minute before the first week begins
            ("oak", "11-12 09:00", {}, {}),
        ):
            message(session, conversation(session, slug, "pta-page", "so", wrote, **of_talk), wrote, **of_comment)
    assert of_the_month(month) == before


def test_comments_of_before_a_page_was_connected_are_not_counted(month: Database) -> None:
    with month.write() as session:
        session.get_one(Page, ("maple", "pta-page")).connected_at = at("11-30 08:00")
    assert {one.language: one.owed for one in of_the_month(month).lines} == {
        "en": 2,
        "es": 3,
        "so": 2,
        "und": 1,
        "hmn": 0,
    }


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        ({"author": "maria@maple.example"}, True), ({"author": ""}, True), ({"private": True}, True),
        ({"automatic": True}, False), ({"state": "due"}, False), ({"state": "failed"}, False),
        ({"state": "needs-person"}, False), ({"removed_at": NOW}, False), ({"direction": "note", "state": ""}, False),
        ({"created_at": at("11-10 07:59")}, False),
    ],
)  # fmt: skip
def test_only_what_a_person_sent_after_it_answers_a_comment(db: Database, sent: dict[str, Any], answers: bool) -> None:
    with db.write() as session:
        school(session)
        talk = conversation(session, "maple", "pta-page", "so", "11-10 08:00")
        message(session, talk, "11-10 08:00")
        message(session, talk, "11-10 09:00", **{"direction": "sent", "state": "sent", "owed": False, **sent})
        session.get_one(Page, ("maple", "pta-page")).connected_at = at("11-01 08:00")
    with db.read() as session:
        [one] = rows.owed_comments(session, "maple", at("11-09 00:00"), NOW)
    assert one.answered_at == (at("11-10 09:00") if answers else None)


def test_a_wordless_comment_counts_for_the_language_of_its_conversation(db: Database) -> None:
    with db.write() as session:
        school(session)
        session.get_one(Page, ("maple", "pta-page")).connected_at = at("11-01 08:00")
        message(session, conversation(session, "maple", "pta-page", "so", "11-10 08:00"), "11-10 08:00", language="und")
    with db.read() as session:
        [one] = rows.owed_comments(session, "maple", at("11-09 00:00"), NOW)
    assert (one.language, one.guessed) == ("so", "und")


def test_the_question_walks_along_the_owed_comments(month: Database) -> None:
    with month.write() as session:
        talk = conversation(session, "maple", "pta-page", "en", "11-12 12:00")
        for n in range(300):
            message(session, talk, f"11-12 12:{n % 60:02}", owed=False)
        if not month.is_sqlite:
            session.execute(text("ANALYZE"))
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
        told = plan(session, rows.owed_query("maple", at("11-09 00:00"), NOW))
    assert "ix_message_owed" in told and "ix_message_conversation" in told and "Seq Scan" not in told, told


# --- the rules, each by itself


@pytest.fixture
def counter() -> Counter:
    return maples()


def maples(now: datetime = NOW, **more: Any) -> Counter:
    here = School(
        slug="m", name="M", timezone="America/Chicago", fallback="", loaded_at=NOW, closed=heard_month.CLOSED, **more
    )
    return counter_of(here, at("10-01 00:00"), now)


def test_a_percentile_is_that_of_a_spreadsheet() -> None:
    waits = [Wait(hours) for hours in (4, 1, 3, 2)]
    assert percentile(waits, 0.5) == Wait(2.5)
    assert percentile(waits, 0.9) == Wait(pytest.approx(3.7))
    assert percentile(waits[:1], 0.9) == Wait(4)
    assert percentile([], 0.5) is None


def test_who_still_waits_counts_and_makes_a_middle_at_least_that() -> None:
    answered = [Wait(1), Wait(2)]
    assert percentile([*answered, Wait(9, at_least=True)], 0.5) == Wait(2)
    assert percentile([*answered, Wait(1.5, at_least=True)], 0.5) == Wait(1.5, at_least=True)


def test_who_waits_is_counted_among_the_waits_only_when_the_answer_is_late(counter: Counter) -> None:
    day = OwedComment("so", "so", NOW - timedelta(days=1))  # Monday 9:00, and now it is Tuesday 9:00
    assert counter.came_of(day) == ("waiting", None)
    assert maples(NOW + timedelta(minutes=1)).came_of(day) == (
        "waiting",
        Wait(pytest.approx(8 + 1 / 60), at_least=True),
    )


def test_clocks_that_change_take_no_hour_from_anybody(counter: Counter) -> None:
    one = OwedComment("so", "so", at("10-30 15:00"), answered_at=at("11-02 09:00"))  # they change on Sunday, November 1
    assert counter.came_of(one) == ("answered", Wait(2))


def test_a_week_is_the_school_s_from_monday_to_sunday(counter: Counter) -> None:
    late_sunday = datetime(2026, 11, 16, 5, 59, tzinfo=UTC)
    assert counter.week(late_sunday) == Week(date(2026, 11, 9))
    assert counter.week(late_sunday + timedelta(minutes=1)) == Week(date(2026, 11, 16))
    weeks = last_weeks(3, "America/Chicago", datetime(2027, 1, 4, 5, tzinfo=UTC))  # still Sunday there
    assert [one.name for one in weeks] == ["2026-W51", "2026-W52", "2026-W53"]
    assert begin_of(weeks[0], "America/Chicago") == datetime(2026, 12, 14, 6, tzinfo=UTC)


def test_portuguese_is_that_of_the_school_where_it_speaks_only_one() -> None:
    assert maples(languages=["en", "pt-BR"]).called("pt") == "pt-BR"
    assert maples(languages=["zh-Hans", "zh-Hant"]).called("zh") == "zh"
    assert maples(languages=["pt", "pt-BR"]).called("pt") == "pt"


def line(hours: dict[str, list[float]]) -> dict[str, Line]:
    return {one.language: one for one in span(maples(), hours).lines}


def span(counter: Counter, hours: dict[str, list[float]]) -> Heard:
    begin = at("11-09 08:00")
    said = [
        OwedComment(tag, tag, begin, counter.working.add(begin, timedelta(hours=one)))
        for tag, all in hours.items()
        for one in all
    ]
    return heard(counter, [counter.week(begin)], said, [])


def test_fewer_than_five_are_never_compared_nor_the_best() -> None:
    found = line({"en": [2] * 5, "so": [6] * 4, "vi": [0.5] * 4})
    assert (found["en"].gap, found["so"].gap, found["vi"].gap) == (1.0, None, None)


def test_what_can_be_said_of_a_span_is_said_with_care() -> None:
    counter = maples()
    said = {"nobody": {}, "too few": {"en": [2.0] * 5, "so": [9.0] * 4}, "equal": {"en": [2.0] * 5, "so": [2.5] * 5}}
    for verdict, hours in said.items():
        assert span(counter, hours).verdict == verdict


def test_who_is_closed_without_an_answer_oftener_than_others_is_told() -> None:
    lines = {tag: Line(tag, None, owed=owed, closed=closed) for tag, owed, closed in (("so", 12, 5), ("en", 30, 10))}
    assert [one.language for one in lines.values() if Heard((), tuple(lines.values()), {}).is_closed_oftener(one)] == []
    for closed, told in ((4, False), (6, True)):
        one = replace(lines["so"], closed=closed)
        assert Heard((), (one, lines["en"]), {}).is_closed_oftener(one) is told


def test_over_a_quarter_more_is_flagged_and_what_nobody_notices_is_not() -> None:
    found = line({"en": [2] * 5, "es": [2.5] * 5, "so": [2.7] * 5, "und": [7] * 9})
    assert [(tag, one.is_flagged) for tag, one in found.items()] == [
        ("so", True), ("es", False), ("en", False), ("und", False),
    ]  # fmt: skip
    assert not any(one.is_flagged for one in line({"en": [0] * 5, "es": [0.3] * 5}).values())
    assert line({"en": [0] * 5, "es": [1] * 5})["es"].gap == 4


def test_promises_are_kept_by_their_day_or_not(counter: Counter) -> None:
    due = date(2026, 11, 24)
    kept = {
        counter.promise(GivenPromise("so", due, kept_at=at("11-24 23:59"))): True,
        counter.promise(GivenPromise("so", due, kept_at=at("11-25 00:00"))): False,
        counter.promise(GivenPromise("so", due, dropped_at=at("11-25 00:00"))): False,
    }
    assert all(found is wanted for found, wanted in kept.items())
    assert counter.promise(GivenPromise("so", due, dropped_at=at("11-24 12:00"))) is None
    assert counter.promise(GivenPromise("so", date(2026, 12, 1))) is None


def test_the_smallest_voice_is_who_is_never_heard_then_who_waits_longest_then_who_is_fewest() -> None:
    waits = {
        "en": [Wait(2)] * 9, "es": [Wait(2.1)] * 3, "so": [Wait(7)], "vi": [Wait(30, at_least=True)] * 2, "hmn": [], "ar": [],
    }  # fmt: skip
    assert smallest_voice_first(waits) == ["ar", "hmn", "vi", "so", "es", "en"]


def test_the_order_of_a_school_is_that_of_the_last_four_weeks(month: Database) -> None:
    with month.read() as session:
        assert voices(session, session.get_one(School, "maple"), NOW) == ["und", "so", "es", "en"]
