"""What a page says and when: a table of cases. No database, no clock, no mocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendars.values import Rhythm
from config.hours import QuietHours
from mirroring.facts import Facts
from mirroring.plan import plan
from mirroring.planned import Action, EventDate, PageRules, PlannedEvent, Standing
from mirroring.wishes import wanted

NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)  # noon in Chicago
LONG_AGO = NOW - timedelta(days=90)


def rules(**changes: Any) -> PageRules:
    given: dict[str, Any] = {
        "slug": "pta", "zone": "America/Chicago", "categories": (), "include": (), "exclude": (),
        "announce": timedelta(days=14), "remind": (timedelta(days=1),), "needs_approval": False,
        "quiet": QuietHours.parse("21:00-07:00"), "daily_limit": 4,
    }  # fmt: skip
    return PageRules(**{**given, **changes})


def facts(start: datetime, **changes: Any) -> Facts:
    given: dict[str, Any] = {
        "title": "Book fair", "description": "", "location": "Gym", "starts_at": start, "ends_at": start + timedelta(hours=2),
        "all_day": False, "timezone": "America/Chicago", "status": "confirmed", "rhythm": None,
    }  # fmt: skip
    return Facts(**{**given, **changes})


def single(
    days: float, id: str = "ev", *, standing: str = "on", seen: datetime = LONG_AGO, **changes: Any
) -> PlannedEvent:
    told = facts(NOW + timedelta(days=days), **changes)
    return PlannedEvent(id, told, (EventDate(told.starts_at, told),), (), seen, standing, False)  # type: ignore[arg-type]


def weekly(first: float, count: int, **changes: Any) -> PlannedEvent:
    head = facts(NOW + timedelta(days=first), rhythm=Rhythm("weekly", weekdays=(1,)), **changes)
    dates = tuple(
        EventDate(start, facts(start, **changes))
        for start in (head.starts_at + timedelta(weeks=n) for n in range(count))
    )
    return PlannedEvent("series", head, dates, (), LONG_AGO, "on", True)


def posted(event: PlannedEvent, kind: str = "announcement", **changes: Any) -> Standing:
    given: dict[str, Any] = {
        "id": f"po_{kind}_{event.id}", "kind": kind, "event_id": event.id, "purpose": f"{kind}:{event.id}", "state": "sent",
        "said": event.facts, "busy": False, "queued": False, "approved": False, "due_at": NOW - timedelta(days=3),
        "sent_at": NOW - timedelta(days=3),
    }  # fmt: skip
    return Standing(**{**given, **changes})


def planned(
    events: Sequence[PlannedEvent],
    standing: Sequence[Standing] = (),
    page: PageRules | None = None,
    now: datetime = NOW,
) -> list[Action]:
    return plan(page or rules(), events, standing, now)


def told(actions: Sequence[Action]) -> list[tuple[str, str]]:
    return [(one.action, one.kind) for one in actions]


# --- what is announced


def test_an_event_is_announced_once_it_comes_within_the_time_for_it() -> None:
    assert told(planned([single(13)])) == [("publish", "announcement")]
    assert told(planned([single(15)])) == []


def test_an_event_that_has_ended_is_not_announced() -> None:
    assert told(planned([single(-1)])) == []


def test_an_event_that_is_already_cancelled_is_not_announced() -> None:
    assert told(planned([single(5, standing="cancelled", status="cancelled")])) == []


def test_what_stands_is_not_announced_again() -> None:
    event = single(5)
    assert told(planned([event], [posted(event)])) == []


def test_a_series_gets_one_announcement_when_its_next_date_comes_near() -> None:
    assert told(planned([weekly(10, 8)], page=rules(remind=()))) == [("publish", "announcement")]
    assert told(planned([weekly(20, 8)])) == []


def test_what_waits_for_a_person_is_written_down_and_held() -> None:
    [action] = planned([single(5)], page=rules(needs_approval=True))
    assert (action.action, action.draft, action.why) == ("hold", True, "waits for a person's yes")


def test_what_a_person_approved_goes_out() -> None:
    event = single(5)
    waiting = posted(event, state="due", approved=True, sent_at=None)
    assert told(planned([event], [waiting], rules(needs_approval=True))) == [("publish", "announcement")]


def test_what_a_person_refused_is_not_asked_again() -> None:
    event = single(5)
    assert told(planned([event], [posted(event, state="withdrawn", refused_by="pat@maple.example")])) == []


def test_nothing_is_posted_while_families_cannot_reach_the_links() -> None:
    [action] = planned([single(5)], page=rules(hold="not reachable"))
    assert (action.action, action.why, action.draft) == ("hold", "not reachable", False)


def test_quiet_hours_hold_until_they_end() -> None:
    night = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)  # 22:00 in Chicago
    [action] = planned([single(5)], now=night)
    assert (action.action, action.why) == ("hold", "quiet hours")
    assert action.at == datetime(2026, 12, 2, 13, 0, tzinfo=UTC)


def test_the_daily_limit_takes_the_soonest_events_first() -> None:
    actions = planned([single(9, "c"), single(3, "a"), single(5, "b")], page=rules(daily_limit=2))
    assert [(one.event_id, one.action) for one in actions] == [("a", "publish"), ("b", "publish"), ("c", "hold")]


def test_the_daily_limit_counts_what_went_out_today_in_the_schools_day() -> None:
    earlier = single(2, "a")
    this_morning = posted(earlier, sent_at=NOW - timedelta(hours=4))
    yesterday_night = posted(earlier, sent_at=NOW - timedelta(hours=13))
    page = rules(daily_limit=1, remind=())
    assert told(planned([earlier, single(3, "b")], [this_morning], page)) == [("hold", "announcement")]
    assert told(planned([earlier, single(3, "b")], [yesterday_night], page)) == [("publish", "announcement")]


@pytest.mark.parametrize(
    ("page", "lets_through"),
    [
        (rules(categories=("PTA",)), True),
        (rules(categories=("sports",)), False),
        (rules(include=("BOOK",)), True),
        (rules(include=("gym",)), True),
        (rules(include=("concert",)), False),
        (rules(exclude=("book Fair",)), False),
        (rules(include=("book",), exclude=("gym",)), False),
    ],
)
def test_a_page_lets_through_what_its_rules_name_whatever_the_case(page: PageRules, lets_through: bool) -> None:
    event = replace(single(5), categories=("pta",))
    assert wanted(page, event) is lets_through


# --- reminders


def test_a_reminder_comes_a_day_before_once_its_event_was_announced() -> None:
    event = single(0.9)
    actions = planned([event], [posted(event)])
    assert told(actions) == [("publish", "reminder")]
    assert actions[0].lead == timedelta(days=1)


def test_a_reminder_whose_time_had_passed_before_its_event_was_known_is_skipped() -> None:
    event = single(0.9, seen=NOW - timedelta(minutes=5))
    assert told(planned([event], [posted(event)])) == []


def test_a_reminder_whose_time_had_passed_before_its_announcement_is_skipped() -> None:
    event = single(0.9)
    assert told(planned([event], [posted(event, sent_at=NOW - timedelta(minutes=5))])) == []


def test_nothing_is_reminded_of_after_it_began() -> None:
    event = single(-0.04)
    assert told(planned([event], [posted(event)])) == []


def test_a_series_is_reminded_of_per_date() -> None:
    event = weekly(-7 + 0.9, 3)
    first = [one for one in planned([event], [posted(event)]) if one.kind == "reminder"]
    assert [one.occurrence_at for one in first] == [event.dates[1].original_at]
    later = planned([event], [posted(event)], now=NOW + timedelta(weeks=1))
    assert [one.occurrence_at for one in later] == [event.dates[2].original_at]
    assert first[0].purpose != later[0].purpose


def test_an_event_that_moves_within_its_day_is_not_reminded_of_twice() -> None:
    before, after = single(0.9), single(0.95)
    [reminder] = planned([before], [posted(before)])
    again = planned([after], [posted(after), posted(after, "reminder", purpose=reminder.purpose)])
    assert told(again) == []


# --- changes


def moved(event: PlannedEvent, **changes: Any) -> PlannedEvent:
    new = replace(event.facts, **changes)
    return replace(event, facts=new, dates=(EventDate(new.starts_at, new),))


def test_a_moved_event_is_edited_and_told_in_one_comment() -> None:
    event = single(5)
    [action] = planned([moved(event, starts_at=event.facts.starts_at + timedelta(hours=1))], [posted(event)])
    assert (action.action, action.kind) == ("revise", "change")
    assert action.comment is not None and not action.comment.urgent
    assert action.comment.pairs[0][0] == event.facts


def test_a_better_description_is_edited_without_a_comment() -> None:
    event = single(5)
    [action] = planned([moved(event, description="Bring a bag.")], [posted(event)])
    assert (action.action, action.kind, action.comment) == ("revise", "announcement", None)


def test_other_capitals_or_spaces_are_no_change() -> None:
    event = single(5)
    assert planned([moved(event, title="BOOK  FAIR")], [posted(event)]) == []


def test_a_cancelled_event_is_told_as_cancelled() -> None:
    event = single(5)
    [action] = planned([replace(moved(event, status="cancelled"), standing="cancelled")], [posted(event)])
    assert (action.action, action.kind) == ("revise", "cancellation")


def test_an_event_that_has_ended_is_not_told_as_cancelled() -> None:
    event = single(-1)
    assert planned([replace(moved(event, status="cancelled"), standing="cancelled")], [posted(event)]) == []


def test_a_missing_event_tells_nothing_and_withdraws_nothing() -> None:
    event = replace(single(5), standing="missing")
    assert planned([event], [posted(event)]) == []
    assert told(planned([event], [posted(event, state="waiting", sent_at=None)])) == [("hold", "announcement")]


def test_a_change_at_night_waits_for_the_morning_but_the_edit_does_not() -> None:
    night = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
    event = single(5)
    [action] = planned([moved(event, location="Library")], [posted(event)], now=night)
    assert action.comment is not None
    assert action.comment.at == datetime(2026, 12, 2, 13, 0, tzinfo=UTC)
    assert action.action == "revise"


def test_a_change_within_a_day_of_the_event_waits_for_nothing_and_goes_first() -> None:
    night = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
    soon, other = single(1, "soon"), single(9, "other")
    actions = planned([other, moved(soon, location="Library")], [posted(soon)], rules(daily_limit=1), night)
    assert (actions[0].event_id, actions[0].urgent) == ("soon", True)
    assert actions[0].comment is not None and actions[0].comment.at == night


def test_changes_need_no_second_yes_and_do_not_count_against_the_limit() -> None:
    event = single(5)
    today = posted(event, approved=True, sent_at=NOW - timedelta(hours=1))
    page = rules(needs_approval=True, daily_limit=1)
    assert told(planned([moved(event, location="Library")], [today], page)) == [("revise", "change")]


def test_a_second_change_overtakes_a_comment_that_was_not_said_yet() -> None:
    event = single(5)
    first = moved(event, location="Library")
    pending = posted(
        first,
        "change",
        id="po_pending",
        state="due",
        sent_at=None,
        under=posted(event).id,
        tells=((None, event.facts, first.facts),),
        queued=True,
    )
    [action] = planned([moved(event, location="Cafeteria")], [posted(event, said=first.facts), pending])
    assert action.comment is not None
    assert action.comment.replaces == "po_pending"
    assert action.comment.pairs == ((event.facts, replace(event.facts, location="Cafeteria")),)


def test_an_event_that_moves_back_before_it_was_told_is_not_told_at_all() -> None:
    event = single(5)
    first = moved(event, location="Library")
    pending = posted(
        first,
        "change",
        id="po_pending",
        state="due",
        sent_at=None,
        under=posted(event).id,
        tells=((None, event.facts, first.facts),),
        queued=True,
    )
    [action] = planned([event], [posted(event, said=first.facts), pending])
    assert action.comment is not None
    assert (action.comment.replaces, action.comment.pairs) == ("po_pending", ())


def test_with_a_reminder_standing_too_both_are_edited_and_one_comment_is_made() -> None:
    event = single(0.9)
    [due] = planned([event], [posted(event)])
    standing = [posted(event), posted(event, "reminder", occurrence_at=event.facts.starts_at, purpose=due.purpose)]
    actions = planned([moved(event, location="Library")], standing)
    assert [one.action for one in actions] == ["revise", "revise"]
    assert sum(1 for one in actions if one.comment) == 1


def test_a_moved_date_of_a_series_is_told_under_its_announcement() -> None:
    event = weekly(6, 4)
    date = event.dates[0]
    other = EventDate(date.original_at, replace(date.facts, starts_at=date.facts.starts_at + timedelta(hours=2)), True)
    changed = replace(event, dates=(other, *event.dates[1:]))
    [action] = [one for one in planned([changed], [posted(event)]) if one.action == "revise"]
    assert action.comment is not None
    assert action.comment.pairs[0][1] == other.facts
    again = posted(event, dates_said=action.dates_said)
    assert [one for one in planned([changed], [again]) if one.action == "revise"] == []


def said(event: PlannedEvent, action: Action) -> Standing:
    """The announcement as it stands once this edit was written down."""
    return posted(event, dates_said=action.dates_said, coming_said=action.coming_said)


def test_a_date_that_a_series_leaves_out_is_told_as_cancelled_once_and_as_back_on() -> None:
    event = weekly(6, 4)
    stands = posted(event, coming_said=tuple(one.original_at for one in event.dates))
    shorter = replace(event, dates=(event.dates[0], *event.dates[2:]))
    [action] = planned([shorter], [stands])
    assert action.comment is not None
    assert (action.kind, [after.starts_at for _, after in action.comment.pairs]) == (
        "cancellation",
        [event.dates[1].facts.starts_at],
    )
    assert planned([shorter], [said(shorter, action)]) == []
    [back] = planned([event], [said(shorter, action)])
    assert back.comment is not None
    assert [after.status for _, after in back.comment.pairs] == ["confirmed"]


def test_a_series_that_moves_to_another_hour_and_back_is_told_as_a_whole_each_time() -> None:
    event, hour = weekly(6, 4), timedelta(hours=1)
    stands = posted(event, coming_said=tuple(one.original_at for one in event.dates))
    head = replace(event.facts, starts_at=event.facts.starts_at + hour, ends_at=event.facts.ends_at + hour)
    dates = tuple(EventDate(one.original_at + hour, facts(one.original_at + hour)) for one in event.dates)
    later = replace(event, facts=head, dates=dates)
    [there] = planned([later], [stands])
    [back] = planned([event], [said(later, there)])
    assert there.comment is not None
    assert back.comment is not None
    assert (len(there.comment.pairs), len(back.comment.pairs)) == (1, 1)


def test_dates_beyond_a_new_end_of_a_series_are_not_told_one_by_one() -> None:
    event = weekly(6, 4)
    stands = posted(event, coming_said=tuple(one.original_at for one in event.dates))
    until = replace(Rhythm("weekly", weekdays=(1,)), until=event.dates[1].original_at)
    shorter = replace(event, dates=event.dates[:2], facts=replace(event.facts, rhythm=until))
    assert planned([shorter], [stands]) == []


def test_two_changes_of_dates_in_one_night_are_both_told_in_the_morning() -> None:
    event, night = weekly(6, 4), NOW + timedelta(hours=10)
    later = replace(event.dates[1].facts, starts_at=event.dates[1].facts.starts_at + timedelta(hours=1))
    off = replace(event.dates[2].facts, status="cancelled")
    once = replace(event, dates=(event.dates[0], EventDate(event.dates[1].original_at, later, True), *event.dates[2:]))
    twice = replace(once, dates=(*once.dates[:2], EventDate(event.dates[2].original_at, off, True), once.dates[3]))
    [first] = planned([once], [posted(event)], now=night)
    assert first.comment is not None
    stands = said(event, first)
    pending = posted(
        event, "change", id="po_pending", state="due", sent_at=None, under=stands.id, tells=first.comment.tells
    )
    [second] = planned([twice], [stands, pending], now=night)
    assert second.comment is not None
    assert [after for _, after in second.comment.pairs] == [later, off]


def test_a_better_description_leaves_a_waiting_comment_alone() -> None:
    event = single(5)
    first = moved(event, location="Library")
    pending = posted(
        first, "change", id="po_pending", state="due", sent_at=None, under=posted(event).id,
        tells=((None, event.facts, first.facts),),
    )  # fmt: skip
    better = moved(event, location="Library", description="Bring a bag.")
    [action] = planned([better], [posted(event, said=first.facts), pending])
    assert action.comment is None


def test_a_new_rhythm_within_a_day_of_the_next_date_waits_for_nothing() -> None:
    night = NOW + timedelta(hours=10)
    event = weekly(-13, 6)  # the next date is a day ahead
    changed = replace(event, facts=replace(event.facts, rhythm=Rhythm("weekly", weekdays=(3,))))
    [action] = [one for one in planned([changed], [posted(event)], now=night) if one.action == "revise"]
    assert action.comment is not None
    assert (action.urgent, action.comment.at) == (True, night)


def test_a_new_rhythm_is_a_change() -> None:
    event = weekly(6, 4)
    changed = replace(event, facts=replace(event.facts, rhythm=Rhythm("weekly", weekdays=(3,))))
    [action] = [one for one in planned([changed], [posted(event)]) if one.action == "revise"]
    assert action.kind == "change"


def test_what_is_under_way_is_not_touched() -> None:
    event = single(5)
    assert planned([moved(event, location="Library")], [posted(event, state="due", busy=True, sent_at=None)]) == []


# --- what is not yet sent


def test_what_is_not_yet_sent_is_withdrawn_when_its_event_is_cancelled() -> None:
    event = single(5)
    waiting = posted(event, state="waiting", sent_at=None)
    cancelled = replace(moved(event, status="cancelled"), standing="cancelled")
    assert told(planned([cancelled], [waiting])) == [("withdraw", "announcement")]


def test_a_draft_follows_its_event_without_a_comment() -> None:
    event = single(5)
    waiting = posted(event, state="waiting", sent_at=None)
    actions = planned([moved(event, location="Library")], [waiting], rules(needs_approval=True))
    assert told(actions) == [("revise", "announcement"), ("hold", "announcement")]
    assert actions[0].comment is None
