from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.center import CalendarEntry, Center
from models.conversation import Conversation, Message
from models.delivery import Delivery
from models.event import Event, EventText, Occurrence
from models.post import Post
from models.run import Run
from tests.commands.conftest import Shell
from tests.models.rows import NOW, event, page, school, source

START = datetime(2026, 12, 8, 0, 0, tzinfo=UTC)
EMPTY = ("events", "posts", "calendar-entries", "conversations", "deliveries", "runs")


@pytest.fixture
def maple(shell: Shell) -> Shell:
    """One of everything, at two schools."""
    shell("runs")  # makes the database
    with shell.db.write() as session:
        for slug in ("maple", "oak"):
            session.add(school(slug))
            session.flush()
            session.add_all([source(slug), page(slug), Center(school=slug, slug="eastside", name="E", kind="caldav")])
            session.flush()
            session.add(event(slug, id=f"ev_{slug}"))
            session.flush()
            _more(session, slug)
    return shell


def _more(session, slug: str) -> None:  # type: ignore[no-untyped-def]
    head = f"ev_{slug}"
    session.add(
        EventText(school=slug, event_id=head, language="es", title="Feria", status="typed", by="maria@x.example")
    )
    session.add(
        Occurrence(
            school=slug,
            series=head,
            event_id=head,
            original_at=START,
            starts_at=START,
            ends_at=START,
            status="confirmed",
        )
    )
    session.add(
        Post(
            id=f"po_{slug}", school=slug, page="pta-page", kind="announcement", event_id=head, purpose="a", text="[red] Fair",
            occurrence_at=START, languages=["en"], fingerprint="f", state="sent", external_id="1_2", created_at=NOW, due_at=NOW,
        )
    )  # fmt: skip
    session.add(
        CalendarEntry(
            id=f"ce_{slug}", school=slug, center="eastside", event_id=head, href="a.ics", uid="one", body="b",
            fingerprint="f", state="sent", etag='"1"', changed_at=NOW,
        )
    )  # fmt: skip
    for target, kind in ((f"po_{slug}", "publish"), (f"ce_{slug}", "calendar-put"), ("me_x", "reply")):
        session.add(
            Delivery(
                school=slug, kind=kind, lane="page:pta-page", target=target, revision="1", state="sent", attempts=1,
                created_at=NOW, next_at=NOW,
            )
        )  # fmt: skip
    session.add(
        Conversation(
            id=f"co_{slug}", school=slug, page="pta-page", post_external_id="1_2", comment_external_id="2_3", state="open",
            language="es", assignee="maria@x.example", opened_at=NOW, updated_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        Message(
            school=slug, page="pta-page", conversation_id=f"co_{slug}", direction="received", text="¿A qué hora?\x1b[2J",
            external_id="2_3", created_at=NOW,
        )
    )  # fmt: skip
    session.add(Run(job="round", school=slug, started_at=NOW, ended_at=NOW, outcome="ok", counts={"posts": 1}))


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_is_no_json_line_and_one_sentence_for_people(shell: Shell, name: str) -> None:
    assert shell(name, "--json").lines == []
    told = shell(name)
    assert (told.code, told.out) == (0, "") and told.err.strip()


KEYS = {
    "events": """id school source uid recurrence_id title description location starts_at ends_at all_day timezone status
        categories fingerprint texts""",
    "posts": """id school page kind event_id occurrence_at languages text state external_id permalink code""",
    "calendar-entries": "id school center event_id href etag state",
    "conversations": """id school page post_external_id comment_external_id author_name author_external_id language
        confidence state closed_reason assignee reason due_at opened_at answered_at messages""",
    "deliveries": "id school kind target state attempts next_at external_id error",
    "runs": "id job school started_at ended_at outcome counts",
}


@pytest.mark.parametrize(("name", "keys"), KEYS.items())
def test_each_list_has_the_keys_that_scripts_rely_on(maple: Shell, name: str, keys: str) -> None:
    told = maple(name, "--json")
    assert told.code == 0 and told.lines
    assert all(set(keys.split()) <= line.keys() for line in told.lines)


@pytest.mark.parametrize("name", EMPTY)
def test_a_school_sees_only_its_own_and_no_school_sees_all(maple: Shell, name: str) -> None:
    assert {line["school"] for line in maple(name, "--json").lines} == {"maple", "oak"}
    assert {line["school"] for line in maple(name, "--school", "oak", "--json").lines} == {"oak"}


def test_a_school_that_does_not_exist_is_refused_with_those_that_do(maple: Shell) -> None:
    told = maple("posts", "--school", "elm", "--json")
    assert (told.code, told.out) == (2, "") and "maple, oak" in told.err


def test_an_event_s_times_are_in_its_own_zone_and_its_texts_by_language(maple: Shell) -> None:
    line = maple("events", "--school", "maple", "--json").lines[0]
    assert (line["starts_at"], line["timezone"]) == ("2026-12-07T18:00:00-06:00", "America/Chicago")
    assert line["texts"] == {"es": {"title": "Feria", "description": "", "status": "typed", "by": "maria@x.example"}}
    post = maple("posts", "--school", "maple", "--json").lines[0]
    assert post["occurrence_at"] == "2026-12-07T18:00:00-06:00"


def test_a_conversation_carries_its_messages(maple: Shell) -> None:
    line = maple("conversations", "--school", "maple", "--json").lines[0]
    keys = "id direction text language external_id created_at author edited_at removed_at hidden_at state"
    assert [one["external_id"] for one in line["messages"]] == ["2_3"]
    assert set(keys.split()) <= line["messages"][0].keys()
    assert line["opened_at"] == "2026-12-01T15:00:00+00:00"


def test_one_event_is_shown_with_all_that_came_of_it(maple: Shell) -> None:
    found = maple("events", "ev_maple", "--json").lines[0]
    assert [one["id"] for one in found["posts"]] == ["po_maple"]
    assert [one["id"] for one in found["calendar_entries"]] == ["ce_maple"]
    assert sorted(one["target"] for one in found["deliveries"]) == ["ce_maple", "po_maple"]
    assert [one["starts_at"] for one in found["occurrences"]] == ["2026-12-07T18:00:00-06:00"]
    assert "Book fair" in maple("events", "ev_maple").out


def test_an_event_tells_each_place_that_shows_it_and_whether_the_last_change_has_arrived(maple: Shell) -> None:
    maple("feeds", "add", "--school", "maple")
    found = {one["kind"]: one for one in maple("events", "ev_maple", "--json").lines[0]["receipts"]}
    assert found.keys() == {"announcement", "calendar-entry", "event-page"}, "a calendar without this event holds none"
    keys = {"place", "kind", "since", "up_to_date", "last_change_at", "note", "link"}
    assert all(one.keys() == keys for one in found.values())
    assert found["event-page"]["link"].startswith("http://127.0.0.1:8000/e/")
    assert found["event-page"]["since"] == "2026-12-01T09:00:00-06:00"
    told = maple("events", "ev_maple").out
    assert "Where it is shown" in told and "Always as the calendar says." in " ".join(told.split())


def test_an_exception_shows_the_receipts_of_its_series(maple: Shell) -> None:
    with maple.db.write() as session:
        session.add(Event(**{**event(id="ev_x", series="ev_maple", recurrence_id=START).model_dump()}))
    assert [one["id"] for one in maple("events", "ev_x", "--json").lines[0]["posts"]] == ["po_maple"]


def test_an_event_of_another_school_is_not_there(maple: Shell) -> None:
    told = maple("events", "ev_oak", "--school", "maple", "--json")
    assert (told.code, told.out) == (2, "") and "no event ev_oak" in told.err


@pytest.mark.parametrize("name", EMPTY)
def test_people_get_tables_without_anybody_s_markup_or_terminal_codes(maple: Shell, name: str) -> None:
    told = maple(name, "--school", "maple")
    assert told.code == 0 and "\x1b" not in told.out
    if name == "posts":
        assert "[red] Fair" in told.out


def test_what_people_do_with_a_conversation_comes_back_as_it_now_is(maple: Shell) -> None:
    maple("person", "add", "maria@x.example", "--role", "staff", "--school", "maple")
    told = maple("reply", "co_maple", "--as", "maria@x.example", "--text", "A las seis.", "--json")
    assert told.code == 0 and told.lines[0]["state"] == "waiting"
    assert "A las seis." in [one["text"] for one in told.lines[0]["messages"] if one["direction"] == "sent"]
    closed = maple("close", "co_maple", "--as", "maria@x.example", "--reason", "elsewhere", "--json").lines[0]
    assert (closed["state"], closed["closed_reason"]) == ("closed", "elsewhere")
    maple("person", "add", "jo@x.example", "--role", "owner", "--school", "maple")
    given = maple("assign", "co_maple", "--to", "jo@x.example", "--as", "maria@x.example", "--json").lines[0]
    assert given["assignee"] == "jo@x.example"


@pytest.mark.parametrize("conversation_id", ["co_none", "co_maple"])
def test_a_reply_by_a_stranger_or_to_nothing_is_refused_in_one_sentence(maple: Shell, conversation_id: str) -> None:
    told = maple("reply", conversation_id, "--as", "stranger@x.example", "--text", "Hello")
    assert (told.code, told.out) == (2, "") and len(told.err.strip().splitlines()) == 1


def test_bytes_that_are_no_text_are_refused_in_one_sentence(maple: Shell) -> None:
    maple("person", "add", "maria@x.example", "--role", "staff", "--school", "maple")
    told = maple("reply", "co_maple", "--as", "maria@x.example", "--text", "\udcff")
    assert (told.code, told.out) == (2, "") and "not UTF-8" in told.err
