"""Whatever a person does by a command stands in the audit: who, what, and what it was done to. What is refused does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.audit import Audit
from models.card import Card
from models.center import CalendarEntry, Center
from models.delivery import Delivery
from models.page import Page, PagePost
from models.post import Post
from models.source import Source
from tests.commands.conftest import Shell
from tests.models import rows
from tests.upkeep.people_rows import fill
from tests.upkeep.sites import write

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
OFFICE = "office@maple.example"


def post(id: str, event_id: str, **more: object) -> Post:
    given = {
        "id": id, "school": "maple", "page": "pta-page", "kind": "announcement", "event_id": event_id, "purpose": id,
        "text": "Book fair", "fingerprint": "1", "state": "waiting", "created_at": NOW, "due_at": NOW,
    }  # fmt: skip
    return Post(**{**given, **more})


@pytest.fixture
def ids(shell: Shell) -> dict[str, str]:
    shell("runs")  # makes the database
    found = fill(shell.db)
    with shell.db.write() as session:
        session.add(rows.source(held_at=NOW, held_reason="Most of it vanished."))
        session.add(Center(school="maple", slug="eastside", name="Eastside", kind="caldav"))
        session.get_one(Page, ("maple", "pta-page")).blocked_at = NOW
        session.flush()
        event = rows.event()
        session.add(event)
        session.flush()
        by_hand = {"external_id": "10001_400", "permalink": "", "text": "Fall Festival"}
        session.add_all([post("po_1", event.id), post("po_2", event.id), post("po_3", event.id, looks_like=by_hand)])
        entry = CalendarEntry(
            school="maple", center="eastside", event_id=event.id, href="/x.ics", uid="one", body="", fingerprint="1",
            state="sent", changed_at=NOW, conflicts=[{"property": "SUMMARY", "of": "", "school": "a", "center": "b", "since": ""}],
        )  # fmt: skip
        unsure = Delivery(
            school="maple", kind="publish", lane="page:pta-page", target="po_9", revision="1", state="needs-person",
            created_at=NOW, next_at=NOW,
        )  # fmt: skip
        card = Card(school="maple", kind="duplicate", subject="po_8", message="Twice", opened_at=NOW)
        session.add_all([entry, unsure, card])
        session.flush()
        assert session.get(PagePost, ("maple", "pta-page", "10001_400"))
        return {**found, "entry": entry.id, "delivery": unsure.id, "card": card.id}


COMMANDS = [
    ("approve po_1 --as", "approve", "po_1"), ("hold po_2 --as", "hold", "po_2"), ("adopt po_3 --as", "adopt", "po_3"),
    ("take-back {entry} --as", "take back", "{entry}"), ("settle {delivery} --drop --as", "settle", "{delivery}"),
    ("release calendar --as", "release calendar", "calendar"), ("release pta-page --as", "release page", "pta-page"),
    ("cards done {card} --as", "close card", "{card}"), ("reply {talk} --text Hola --as", "reply", "{talk}"),
    ("close {other} --as", "close", "{other}"), ("assign {nameless} --to amina@maple.example --as", "assign", "{nameless}"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "what", "subject"), COMMANDS)
def test_a_decision_stands_in_the_audit_once_with_who_made_it(
    shell: Shell, ids: dict[str, str], line: str, what: str, subject: str
) -> None:
    wanted = (what, subject.format(**ids))
    refused = shell(*line.format(**ids).split(), "nobody@maple.example")
    assert refused.code == 2 and wanted not in _audit(shell)
    told = shell(*line.format(**ids).split(), OFFICE)
    assert told.code == 0, told.err
    assert _audit(shell).get(wanted) == [OFFICE]


def test_what_is_done_without_a_name_is_of_the_command_line(shell: Shell, ids: dict[str, str]) -> None:
    made = shell("feeds", "add", "--school", "maple", "--json").lines[0]["id"]
    shell("feeds", "revoke", made)
    shell("feeds", "revoke", made)
    shell("person", "add", "new@maple.example", "--role", "staff", "--school", "maple")
    shell("person", "off", "new@maple.example", "--school", "maple")
    shell("key", "rotate")
    found = _audit(shell)
    for what, subject in (
        ("give out calendar address", made), ("revoke calendar address", made), ("add person", "new@maple.example"),
        ("switch person off", "new@maple.example"), ("rotate key", "maple"), ("rotate key", "oak"),
    ):  # fmt: skip
        assert found.get((what, subject)) == [""], what


def test_loading_and_restoring_stand_in_it_and_a_load_that_changes_nothing_does_not(shell: Shell) -> None:
    shell("load", str(write(shell.folder)))
    shell("load", str(write(shell.folder)))
    shell("backup", "first.db")
    shell("restore", "first.db")
    found = _audit(shell)
    assert found[("load", "maple")] == [""] and found[("restore", "maple")] == [""]
    with shell.db.read() as session:
        assert session.exec(select(Source)).first() is not None


def _audit(shell: Shell) -> dict[tuple[str, str], list[str]]:
    """(what, subject) -> who, each time."""
    found: dict[tuple[str, str], list[str]] = {}
    with shell.db.read() as session:
        for row in session.exec(select(Audit)):
            found.setdefault((row.what, row.subject), []).append(row.by)
    return found
