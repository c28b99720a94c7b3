from __future__ import annotations

from dataclasses import replace

from calendars.likeness import match
from calendars.values import EventValue
from tests.calendars.feeds import calendar, only

MASTER = only(calendar("UID:old\nDTSTART:20261103T100000\nSUMMARY:Story time\nLOCATION:North")).master
assert MASTER is not None
STORY: EventValue = MASTER


def test_an_event_under_a_new_uid_is_recognised() -> None:
    again = replace(STORY, uid="new", title="  story TIME ", location="South", description="other words")
    assert match([STORY], [again]) == {("old", ""): ("new", "")}


def test_another_time_title_or_kind_is_another_event() -> None:
    others = [replace(STORY, title="Craft time"), replace(STORY, all_day=True),
              replace(STORY, starts_at=STORY.ends_at.replace(hour=11))]  # fmt: skip
    assert match([STORY], others) == {}


def test_the_place_tells_several_apart() -> None:
    old = [STORY, replace(STORY, uid="old2", location="South")]
    new = [replace(STORY, uid="new2", location="south"), replace(STORY, uid="new")]
    assert match(old, new) == {("old", ""): ("new", ""), ("old2", ""): ("new2", "")}


def test_what_is_not_clear_is_left_out() -> None:
    twice = [replace(STORY, uid="new"), replace(STORY, uid="new2")]
    assert match([STORY], twice) == {}
    assert match([STORY, replace(STORY, uid="old2")], twice[:1]) == {}
    assert match([], twice) == {}


def test_variants_of_one_uid_are_told_apart() -> None:
    assert match([STORY], [replace(STORY, uid="new")], (["abc"], ["def"])) == {("old", "abc"): ("new", "def")}
