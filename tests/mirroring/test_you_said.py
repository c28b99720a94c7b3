""" "You said, we did": its words in each language, what it waits for, and that it goes out once. A real database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from config.hours import QuietHours
from config.mistake import Mistake
from config.wording import Wording, load_wordings
from mirroring.compose import BETWEEN
from mirroring.decide import approve, hold
from mirroring.gather import gather
from mirroring.plan import plan
from mirroring.planned import Telling
from mirroring.publish import Publisher, voice_of
from mirroring.telling_back import draft
from mirroring.you_said import Chosen, spoken, text_of
from models.conversation import Conversation
from models.database import Database
from models.delivery import Delivery, of_target
from models.page import Page
from models.post import Post
from models.school import School
from models.shared import Shared, untold
from models.staff import StaffMember
from tests.mirroring.test_plan import NOW, posted, rules, single, told
from tests.models import rows
from upkeep.erasing import erase_rows
from upkeep.whole_person import whole_person

WORDINGS = load_wordings()
LAMP, MENU = (
    ("It is dark at the bus stop.", "The city put up a lamp."),
    ("The menu comes late.", "It is sent on Fridays."),
)
OFFICE = "office@maple.example"


# --- the words


def test_each_language_is_told_by_what_a_person_typed_and_the_others_say_that_they_lack_it() -> None:
    chosen = [
        Chosen(
            {"en": LAMP, "es-MX": ("La parada está oscura.", "La ciudad puso una lámpara."), "vi": ("Tối.", "Có đèn.")}
        ),
        Chosen({"en": MENU, "es": ("El menú llega tarde.", "Ahora llega los viernes.")}),
    ]
    languages = ["en", "es", "vi", "ar"]
    assert spoken(chosen, languages, WORDINGS) == ["en", "es"], "of the second thing nothing is said in Vietnamese"
    english, spanish, end = text_of(chosen, languages, WORDINGS, "Maple PTA", "https://x.example/e/1").split(BETWEEN)
    assert english == (
        "You said, we did – Maple PTA\n\n"
        "You said: It is dark at the bus stop.\nWe did: The city put up a lamp.\n\n"
        "You said: The menu comes late.\nWe did: It is sent on Fridays."
    )
    assert spanish.startswith(
        "Ustedes dijeron, nosotros actuamos – Maple PTA\n\nUstedes dijeron: La parada está oscura.\n"
    )
    not_yet = [
        WORDINGS[one].asks.original.format(language=name) for one, name in (("vi", "tiếng Anh"), ("ar", "الإنجليزية"))
    ]
    assert end.split("\n") == [*not_yet, *[WORDINGS[one].asks.comment for one in languages], "https://x.example/e/1"]


def test_every_language_that_ships_has_words_around_the_two_sentences() -> None:
    assert [one for one, wording in WORDINGS.items() if wording.heard is None] == []


# --- when it goes out


def telling(id: str = "po_1", **changes: Any) -> Telling:
    given: dict[str, Any] = {"id": id, "purpose": f"you-said:{id}", "title": "You said, we did", "approved_at": NOW}
    return Telling(**{**given, "begun": False, "counts_today": False, **changes})


def waits(*tellings: Telling, **page: Any) -> list[tuple[str, str, str]]:
    found = plan(rules(**page), (), (), NOW, tellings)
    return [(one.action, one.kind, one.why) for one in found]


def test_what_was_approved_goes_out_and_what_was_begun_is_left_to_the_outbox() -> None:
    assert waits(telling()) == [("publish", "you-said", "was approved")]
    assert waits(telling(begun=True, counts_today=True)) == []


def test_it_waits_for_the_end_of_quiet_hours_for_tomorrow_and_for_an_address_that_families_reach() -> None:
    assert waits(telling(), quiet=QuietHours.parse("11:00-13:00")) == [("hold", "you-said", "quiet hours")]
    assert waits(telling(), hold="nobody reaches us") == [("hold", "you-said", "nobody reaches us")]
    limit = "the page's limit of 1 posts a day is reached"
    assert waits(telling(), telling("po_2"), daily_limit=1) == [
        ("publish", "you-said", "was approved"), ("hold", "you-said", limit),
    ]  # fmt: skip
    assert waits(telling(), telling("po_2", begun=True, counts_today=True), daily_limit=1) == [
        ("hold", "you-said", limit)
    ]


def test_events_go_first_and_it_counts_against_their_limit_too() -> None:
    one = single(1)
    assert told(plan(rules(daily_limit=1, remind=()), [one], (), NOW, [telling()])) == [
        ("publish", "announcement"), ("hold", "you-said"),
    ]  # fmt: skip
    sent = telling(begun=True, counts_today=True)
    assert told(plan(rules(daily_limit=1, remind=()), [one], (), NOW, [sent])) == [("hold", "announcement")]
    assert told(plan(rules(remind=()), [one], [posted(one)], NOW, [telling()])) == [("publish", "you-said")]


# --- rows


@pytest.fixture
def desk(any_db: Database) -> Desk:
    with any_db.write() as session:
        session.add(rows.school(languages=["en", "es", "so"]))
        session.flush()
        session.add_all([rows.page(languages=["en", "es", "so"]), StaffMember(school="maple", email=OFFICE, name="Office",
                                                                          role="owner", made_by="site")])  # fmt: skip
    return Desk(any_db)


class Desk:
    """One page whose people tell back, round by round."""

    def __init__(self, db: Database, wordings: Mapping[str, Wording] = WORDINGS) -> None:
        self.db, self.wordings, self.now = db, wordings, datetime(2026, 12, 1, 18, tzinfo=UTC)

    def closed(self, id: str, pair: tuple[str, str], **others: list[str]) -> str:
        with self.db.write() as session:
            session.add(Conversation(id=f"co_{id}", school="maple", page="pta-page", post_external_id="1", state="closed",
                                     comment_external_id=id, opened_at=self.now, updated_at=self.now))  # fmt: skip
            session.flush()
            session.add(Shared(id=id, school="maple", conversation_id=f"co_{id}", language="en", you_said=pair[0],
                               we_did=pair[1], in_others=others, by=OFFICE, at=self.now))  # fmt: skip
        return id

    def draft(self, *ids: str) -> Post:
        with self.db.write() as session:
            school, page = session.exec(select(School)).one(), session.exec(select(Page)).one()
            voice = voice_of(school, page, "Maple PTA", self.wordings, "https://maple.example")
            return draft(session, page, voice, ids, OFFICE, self.now)

    def decide(self, row: Post, decision: Any = approve) -> None:
        with self.db.write() as session:
            decision(session, "maple", row.id, OFFICE, self.now)

    def round(self, **later: float) -> list[tuple[str, str]]:
        self.now += timedelta(**later)
        with self.db.write() as session:
            school, page = session.exec(select(School)).one(), session.exec(select(Page)).one()
            found = gather(session, school, page, "", self.now)
            actions = plan(found.rules, found.events, found.standing, self.now, found.tellings)
            voice = voice_of(school, page, "Maple PTA", self.wordings, "https://maple.example")
            Publisher(session, school, page, voice, self.now).write(actions)
        return [(one.action, one.kind) for one in actions]

    def owed(self, row: Post) -> list[tuple[str, str]]:
        with self.db.read() as session:
            return [(one.kind, one.state) for one in of_target(session, "maple", row.id)]

    def now_is(self, row: Post) -> Post:
        with self.db.read() as session:
            return session.get_one(Post, row.id)

    def free(self) -> list[str]:
        with self.db.read() as session:
            return sorted(one.id for one in untold(session, "maple"))


def test_a_draft_waits_for_a_yes_and_is_owed_once(desk: Desk) -> None:
    lamp, menu = desk.closed("a", LAMP, es=["La parada está oscura.", "Hay una lámpara."]), desk.closed("b", MENU)
    row = desk.draft(lamp)
    assert (row.state, row.languages, row.event_id, desk.free()) == ("waiting", ["en", "es"], None, ["b"])
    assert row.text.count("https://maple.example/e/") == 1 and row.text.endswith(f"/e/{row.code}")
    assert row.said["words"]["es"] == [("La parada está oscura.", "Hay una lámpara.")]
    assert (desk.round(minutes=1), desk.owed(row)) == ([], [])
    with pytest.raises(Mistake, match="stands in a post already"):
        desk.draft(lamp, menu)
    desk.decide(row)
    assert desk.round(minutes=1) == [("publish", "you-said")]
    assert (desk.round(minutes=1), desk.owed(row)) == ([], [("publish", "due")])
    assert desk.now_is(row).text == row.text


def test_what_a_person_dropped_or_what_failed_is_not_owed_again(desk: Desk) -> None:
    row = desk.draft(desk.closed("a", LAMP))
    desk.decide(row)
    desk.round(minutes=1)
    for state in ("dropped", "failed", "needs-person", "unsure", "sent", "sending"):
        with desk.db.write() as session:
            session.exec(select(Delivery)).one().state = state
        assert desk.round(days=1) == []
    assert desk.owed(row) == [("publish", "sending")]


def test_a_draft_that_somebody_said_no_to_frees_its_words_and_may_be_made_again(desk: Desk) -> None:
    row = desk.draft(desk.closed("a", LAMP))
    desk.decide(row)
    desk.round(minutes=1)
    desk.decide(row, hold)
    assert (desk.owed(row), desk.free()) == ([("publish", "superseded")], ["a"])
    assert desk.round(minutes=1) == []
    again = desk.draft("a")
    assert (again.id, again.code, again.state, again.approved_at) == (row.id, row.code, "waiting", None)
    assert desk.round(minutes=1) == []
    desk.decide(again)
    assert desk.round(minutes=1) == [("publish", "you-said")]
    assert desk.owed(row) == [("publish", "due")]


def test_one_that_stands_already_in_a_restored_database_is_taken_for_it(desk: Desk) -> None:
    row = desk.draft(desk.closed("a", LAMP))
    found = {"external_id": "10001_77", "permalink": "https://f/77", "created_at": desk.now.isoformat(), "text": row.text,
             "under": ""}  # fmt: skip
    with desk.db.write() as session:
        session.exec(select(Page)).one().standing = {row.code: found}
    desk.decide(row)
    desk.round(minutes=1)
    assert (desk.now_is(row).state, desk.now_is(row).external_id, desk.owed(row)) == ("sent", "10001_77", [])


def test_a_draft_lacks_no_language_of_its_page_altogether_and_is_not_too_long(desk: Desk) -> None:
    with desk.db.write() as session:
        session.exec(select(Page)).one().languages = ["es"]
    with pytest.raises(Mistake, match="no language of this page in which all"):
        desk.draft(desk.closed("a", LAMP))
    long = ("x" * 280, "y" * 280)
    with pytest.raises(Mistake, match="5,000 letters"):
        desk.draft(*[desk.closed(f"c{n}", long, es=list(long)) for n in range(9)])
    with pytest.raises(Mistake, match="Nothing was chosen"):
        desk.draft()
    assert len(desk.free()) == 10


def test_what_an_erased_family_said_is_not_told_any_more(desk: Desk) -> None:
    row = desk.draft(desk.closed("a", LAMP), desk.closed("b", MENU))
    with desk.db.write() as session:
        erased = erase_rows(session, whole_person(session, "maple", "conversation:co_a"), "a key", desk.now)
    assert erased["shared"] == 1
    assert (desk.now_is(row).state, desk.now_is(row).text, desk.free()) == ("withdrawn", "", ["b"])
