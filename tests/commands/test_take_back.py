"""What a center changed is listed, and taken back by those who may."""

from __future__ import annotations

from models.card import show_card
from models.center import CalendarEntry, Center
from models.delivery import of_target
from models.staff import StaffMember
from tests.commands.conftest import Shell
from tests.models.rows import NOW, event, school, source

CONFLICT = {"property": "location", "of": "", "school": "Gym", "center": "Room 4", "since": NOW.isoformat()}


def edited(shell: Shell) -> None:
    shell("runs")  # makes the database
    with shell.db.write() as session:
        session.add(school())
        session.flush()
        session.add_all([source(), Center(school="maple", slug="eastside", name="Eastside", kind="caldav")])
        session.add(
            StaffMember(
                school="maple", email="jo@east.example", name="Jo", role="center", center="eastside", made_by="site"
            )
        )
        session.flush()
        session.add(event(id="ev_one"))
        session.flush()
        session.add(
            CalendarEntry(
                id="ce_one", school="maple", center="eastside", event_id="ev_one", href="a.ics", uid="one", body="b",
                fingerprint="f", state="sent", changed_at=NOW, conflicts=[CONFLICT],
            )
        )  # fmt: skip
        show_card(session, "maple", "double-booking", "eastside:ce_one:0123456789", "Booked twice: agree.", NOW)


def test_what_a_center_changed_and_what_is_booked_twice_is_listed(shell: Shell) -> None:
    edited(shell)
    [entry] = shell("calendar-entries", "--json").lines
    assert entry["conflicts"] == [CONFLICT]
    assert entry["double_bookings"] == ["Booked twice: agree."]
    shown = " ".join(shell("calendar-entries").out.split())
    assert "Room 4" in shown
    assert "Booked twice" in shown


def test_a_person_of_the_center_takes_it_back(shell: Shell) -> None:
    edited(shell)
    assert "next round" in shell("take-back", "ce_one", "--as", "jo@east.example").out
    with shell.db.read() as session:
        assert [(one.kind, one.state) for one in of_target(session, "maple", "ce_one")] == [("calendar-put", "due")]


def test_what_is_not_there_is_one_sentence(shell: Shell) -> None:
    edited(shell)
    outcome = shell("take-back", "ce_none", "--as", "jo@east.example")
    assert outcome.code == 2
    assert "ce_none" in outcome.err
    outcome = shell("take-back", "ce_one", "--as", "nobody@x.example")
    assert (outcome.code, "not known" in outcome.err) == (2, True)
