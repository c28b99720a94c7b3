"""The lists of the inbox, on both databases: who is in them, in which order, page by page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models import inbox
from models.database import Database
from models.inbox import Wanted
from models.inbox_rows import rows_of
from models.page import PagePost
from models.paging import Place, place_of, told
from models.post import Post
from models.promise import Promise
from tests.models import rows
from tests.models.rows import NOW
from tests.models.talks import MARIA, OFFICE, say, school, talk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ids(session: Session, wanted: Wanted, place: Place | None = None) -> list[str]:
    return [one["id"] for one in inbox.listed(session, "maple", wanted, NOW, place).rows]


def mine(**more: Any) -> Wanted:
    return Wanted("mine", MARIA, ("es", "en"), **more)


def test_mine_is_what_i_owe_the_overdue_first(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        school(session, "oak")
        later = talk(session, ago=HOUR)
        overdue = talk(session, ago=3 * DAY)
        without_a_day = talk(session, ago=30 * HOUR, due_at=None)
        back = talk(session, ago=2 * HOUR, snoozed_until=NOW - HOUR)
        talk(session, snoozed_until=NOW + HOUR)
        talk(session, assignee=OFFICE)
        talk(session, state="waiting")
        talk(session, state="closed")
        talk(session, school="oak")
    with any_db.read() as session:
        assert ids(session, mine()) == [overdue.id, without_a_day.id, back.id, later.id]


def test_my_languages_are_everybody_s_open_ones_that_i_can_read(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        theirs = talk(session, assignee=OFFICE)
        english = talk(session, language="en", ago=DAY, assignee=None)
        talk(session, language="so")
        talk(session, language="es", snoozed_until=NOW + DAY)
    with any_db.read() as session:
        assert ids(session, Wanted("languages", MARIA, ("es", "en"))) == [english.id, theirs.id]
        assert ids(session, Wanted("languages", MARIA, ())) == []


def test_waiting_and_all_begin_with_what_changed_last(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        old, new = talk(session, state="waiting", ago=DAY), talk(session, state="waiting")
        closed = talk(session, state="closed", ago=3 * HOUR)
        put_off = talk(session, snoozed_until=NOW + DAY, ago=HOUR)
    with any_db.read() as session:
        assert ids(session, Wanted("waiting")) == [new.id, old.id]
        assert ids(session, Wanted("all")) == [put_off.id, new.id, closed.id, old.id]


def test_unsure_are_the_open_ones_whose_language_nobody_told(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "Waa goorma?", language="und")
        talk(session, language="und", state="closed")
        talk(session)
    with any_db.read() as session:
        assert ids(session, Wanted("unsure")) == [row.id]


def test_promised_are_those_with_an_open_promise_whatever_their_state(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        closed, open_, kept = talk(session, state="closed"), talk(session), talk(session)
        given = [promise(row.id, date(2026, 12, day)) for row, day in ((closed, 9), (closed, 3), (open_, 5), (kept, 1))]
        session.add_all(given)
        session.flush()
        given[-1].kept_at = NOW
    with any_db.read() as session:
        found = inbox.listed(session, "maple", Wanted("promised"), NOW)
        assert [(one["id"], one["promised_for"].day) for one in found.rows] == [(closed.id, 3), (open_.id, 5)]
    with any_db.write() as session:
        session.delete(session.get_one(Promise, given[1].id))
        session.get_one(Promise, given[2].id).dropped_at = NOW
    with any_db.read() as session:
        found = inbox.listed(session, "maple", Wanted("promised"), NOW)
        assert [(one["id"], one["promised_for"].day) for one in found.rows] == [(closed.id, 9)]


def promise(conversation_id: str, due_on: date) -> Promise:
    return Promise(
        school="maple", conversation_id=conversation_id, what="Ask the coach", due_on=due_on, owner=MARIA, made_by=MARIA,
        made_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("narrowed", "named"),
    [
        ({"language": "so"}, {"somali"}), ({"page": "other"}, set()), ({"state": "closed"}, {"closed"}),
        ({"state": "open"}, {"somali", "nobody's", "old"}), ({"person": OFFICE}, {"somali"}),
        ({"person": inbox.NOBODY}, {"nobody's"}), ({"before": NOW - 3 * DAY}, {"old"}),
        ({"language": "es", "person": MARIA, "state": "open"}, {"old"}), ({"text": "Gimnasio"}, {"closed"}),
    ],
)  # fmt: skip
def test_all_can_be_narrowed(db: Database, narrowed: dict[str, Any], named: set[str]) -> None:
    with db.write() as session:
        school(session)
        known = {
            "somali": talk(session, language="so", assignee=OFFICE), "closed": talk(session, "el gimnasio", state="closed"),
            "nobody's": talk(session, assignee=None), "old": talk(session, ago=5 * DAY),
        }  # fmt: skip
    with db.read() as session:
        assert set(ids(session, Wanted("all", **narrowed))) == {known[one].id for one in named}


def test_smallest_voice_first_goes_language_by_language_and_by_the_day_in_each(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        school(session, "oak")
        english, spanish = talk(session, language="en", ago=3 * DAY), talk(session, ago=2 * DAY)
        somali, later = talk(session, language="so", ago=DAY), talk(session, language="so", ago=HOUR)
        talk(session, language="so", ago=DAY, state="closed")
        talk(session, language="so", ago=DAY, school="oak")
    voices = ("so", "hmn", "es", "en")
    with any_db.read() as session:
        assert ids(session, mine(voices=voices)) == [somali.id, later.id, spanish.id, english.id]
        assert ids(session, Wanted("languages", MARIA, ("es", "en"), voices=voices)) == [spanish.id, english.id]
        assert ids(session, Wanted("all", state="open", voices=voices, language="so")) == [somali.id, later.id]
        assert ids(session, Wanted("all", voices=voices))[-1] == english.id, "what changed last first, as ever"


BY_VOICE = mine(voices=("so", "vi", "es", "en"))


@pytest.mark.parametrize(
    "wanted", [mine(), Wanted("waiting"), Wanted("promised"), Wanted("all", text="hora"), BY_VOICE]
)
def test_paging_forth_and_back_shows_each_row_once_and_in_order(any_db: Database, wanted: Wanted) -> None:
    with any_db.write() as session:
        school(session)
        for n in range(130):
            same = timedelta(minutes=n // 3)  # several at the same moment
            state, language = "waiting" if wanted.view == "waiting" else "open", ("es", "so", "en")[n % 7 % 3]
            row = talk(session, ago=same, state=state, language=language)
            session.add(promise(row.id, date(2026, 12, 1 + n // 20)))
    with any_db.read() as session:
        pages = [inbox.listed(session, "maple", wanted, NOW)]
        while (after := pages[-1].after) is not None:
            pages.append(
                inbox.listed(session, "maple", wanted, NOW, place_of(told(after), days=wanted.view == "promised"))
            )
        assert [len(one.rows) for one in pages] == [50, 50, 30]
        seen = [row["id"] for one in pages for row in one.rows]
        assert len(set(seen)) == 130
        assert pages[0].before is None
        back = [pages[-1]]
        while (before := back[0].before) is not None:
            back.insert(0, inbox.listed(session, "maple", wanted, NOW, before))
        assert [row["id"] for one in back for row in one.rows] == seen
        assert [one.after for one in back[:-1]] == [one.after for one in pages[:-1]]


@pytest.mark.parametrize(
    "strange", ["", "x", "Pg", "%%%", "PjIwMjY", told(Place(NOW, "x'; DROP TABLE")), "é" * 9, "A" * 5000]
)
def test_a_strange_address_leads_to_the_first_page(strange: str) -> None:
    assert place_of(strange) is None


def test_a_place_in_a_list_survives_the_way_through_an_address() -> None:
    for place in (Place(NOW, "co_1", back=True), Place(NOW + timedelta(microseconds=1), "co_2", part="pt-BR")):
        assert place_of(told(place)) == place
    assert place_of(told(Place(date(2026, 12, 3), "co_3")), days=True) == Place(date(2026, 12, 3), "co_3")
    assert place_of(told(Place(NOW, "co_1")), days=True) is None


def test_counts_stop_where_nobody_counts_any_more(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        for _ in range(103):
            talk(session)
        talk(session, state="waiting")
        session.add(promise(talk(session, language="und", assignee=OFFICE).id, date(2026, 12, 3)))
    with any_db.read() as session:
        found = inbox.counts(session, "maple", MARIA, ("es",), NOW)
        assert found == {"mine": 100, "languages": 100, "waiting": 1, "promised": 1, "unsure": 1}
        assert set(inbox.counts(session, "oak", MARIA, ("es",), NOW).values()) == {0}


def test_a_row_tells_the_newest_words_that_stand(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "First", ago=DAY, author_name="Rosa Díaz")
        say(session, row, "Newest\n of  hers", NOW - HOUR, language="en")
        say(session, row, "Taken back", NOW, removed_at=NOW)
        say(session, row, "Our answer", NOW, direction="sent", author=MARIA)
        say(session, row, "A note", NOW, direction="note", author=MARIA)
    with any_db.read() as session:
        [shown] = rows_of(session, "maple", inbox.listed(session, "maple", mine(), NOW).rows)
    assert (shown.words, shown.words_language, shown.name) == ("Newest of hers", "en", "Rosa Díaz")


def test_a_row_tells_what_it_was_about(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        session.add(rows.source())
        session.flush()
        event = rows.event(title="Winter concert")
        session.add(event)
        for id, message in (("10001_1", "…"), ("10001_2", "\n Lost and found\nis full"), ("10001_4", "Own words")):
            session.add(PagePost(school="maple", page="pta-page", external_id=id, created_at=NOW, message=message))
        session.flush()
        session.add(
            Post(
                school="maple", page="pta-page", kind="announcement", event_id=event.id, purpose="p", text="…", fingerprint="1",
                state="sent", external_id="10001_1", created_at=NOW, due_at=NOW,
            )
        )  # fmt: skip
        talk(session, ago=4 * HOUR, post="10001_1")
        talk(session, ago=3 * HOUR, post="10001_2")
        talk(session, ago=2 * HOUR, post="10001_3")
        talk(session, ago=HOUR, post="10001_4", comment_external_id="10001_4")
    with any_db.read() as session:
        shown = rows_of(session, "maple", inbox.listed(session, "maple", mine(), NOW).rows)
    assert [one.about for one in shown] == ["Winter concert", "Lost and found", "", "Own words"]
    assert [one.is_own_post for one in shown] == [False, False, False, True]


def test_a_row_tells_guesses_photos_and_promises(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        row = talk(session, "", language="und")
        say(
            session,
            row,
            "",
            NOW,
            attachment={"type": "photo"},
            guess={"candidates": [["so", 0.5], ["om", 0.3], ["en", 0.1]]},
        )
        session.add(promise(row.id, date(2026, 12, 3)))
    with any_db.read() as session:
        [shown] = rows_of(session, "maple", inbox.listed(session, "maple", mine(), NOW).rows)
    assert (shown.words, shown.is_photo, shown.guesses) == ("", True, ("so", "om"))
    assert (shown.promised_for, shown.promised_by) == (date(2026, 12, 3), MARIA)


def test_long_words_are_cut_between_words(db: Database) -> None:
    with db.write() as session:
        school(session)
        talk(session, "palabra " * 60)
        talk(session, "学" * 400)
    with db.read() as session:
        shown = rows_of(session, "maple", inbox.listed(session, "maple", mine(), NOW).rows)
    assert sorted(len(one.words) for one in shown) == [176, 181]
    assert all(one.words.endswith("…") for one in shown)


@pytest.mark.parametrize("view", inbox.VIEWS)
def test_every_list_walks_along_its_index(any_db: Database, view: inbox.View) -> None:
    """Not through all rows, and without sorting them."""
    day = NOW.date() if view == "promised" else NOW
    told_plan = walk(any_db, Wanted(view, MARIA, ("es", "en")), Place(day, "co_1"))
    assert f"ix_conversation_{EXPECTED[view]}" in told_plan, told_plan
    assert not any(wrong in told_plan for wrong in ("TEMP B-TREE", "Seq Scan", "Sort Key")), told_plan


def test_one_language_of_the_smallest_voices_walks_along_its_index(any_db: Database) -> None:
    told_plan = walk(any_db, Wanted("all", language="es", state="open"), Place(NOW, "co_1"))
    assert "ix_conversation_voice" in told_plan, told_plan
    assert not any(wrong in told_plan for wrong in ("TEMP B-TREE", "Seq Scan", "Sort Key")), told_plan


def walk(any_db: Database, wanted: Wanted, place: Place) -> str:
    """How the database goes through 300 conversations."""
    with any_db.write() as session:
        school(session)
        for n in range(300):
            talk(
                session,
                ago=timedelta(minutes=n),
                state=("open", "waiting", "closed")[n % 3],
                language=["es", "und"][n % 2],
                assignee=MARIA if n % 5 == 0 else OFFICE,  # were all hers, any index would do for her
            )
        if not any_db.is_sqlite:
            session.execute(text("ANALYZE conversation"))
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
            session.execute(text("SET LOCAL enable_sort = off"))  # as it would decide of itself for long lists
        return plan(
            session, inbox.list_query("sqlite" if any_db.is_sqlite else "postgresql", "maple", wanted, NOW, place)
        )


def test_what_is_urgent_is_found_along_an_index_of_its_own(any_db: Database) -> None:
    with any_db.write() as session:
        school(session)
        for n in range(300):
            alarms = {"urgent": "danger", "urgent_at": NOW - timedelta(minutes=n)} if n % 100 < 3 else {}
            talk(session, ago=timedelta(minutes=n), state=("open", "waiting", "closed")[n % 3], **alarms)
        if not any_db.is_sqlite:
            session.execute(text("ANALYZE conversation"))
        found = inbox.urgent_first(session, "maple")
        told_plan = plan(session, inbox.urgent_query("maple"))
    assert [NOW - one["urgent_at"] for one in found] == [timedelta(minutes=n) for n in (201, 102, 0)]
    assert "ix_conversation_urgent" in told_plan and "TEMP B-TREE" not in told_plan, told_plan


EXPECTED = {
    "mine": "mine", "languages": "owed", "waiting": "state", "promised": "promised", "unsure": "voice", "all": "updated",
}  # fmt: skip


def plan(session: Session, query: Any) -> str:
    compiled = query.compile(session.get_bind(), compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN" if session.get_bind().dialect.name == "sqlite" else "EXPLAIN"
    given = {name: compiled._bind_processors[name](value) if name in compiled._bind_processors else value
             for name, value in compiled.params.items()}  # fmt: skip
    parameters = tuple(given[name] for name in compiled.positiontup) if compiled.positiontup else given
    found = session.connection().exec_driver_sql(f"{explain} {compiled}", parameters)
    return "\n".join(" ".join(map(str, row)) for row in found)
