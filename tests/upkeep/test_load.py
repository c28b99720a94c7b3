from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlmodel import SQLModel, select

from config.site import Site
from models.account import Account, account
from models.center import CalendarEntry, Center, CenterObject
from models.database import Database
from models.page import Page, pages
from models.school import Group, School
from models.source import FeedItem, Source, SourceObject, object_etags, sources
from models.staff import StaffMember, member
from models.vault import Vault
from tests.models.rows import NOW, event
from tests.upkeep.sites import site, to_google, without
from upkeep.load import Change, left_alone, load

LATER = NOW + timedelta(days=1)


@pytest.fixture
def vault() -> Vault:
    return Vault(Fernet.generate_key().decode())


def loaded(db: Database, vault: Vault, said: Site, now=NOW) -> tuple[Change, ...]:  # type: ignore[no-untyped-def]
    with db.write() as session:
        return load(session, vault, said, now)


def every_row(db: Database) -> list[dict[str, object]]:
    models: tuple[type[SQLModel], ...] = (School, Group, Source, Page, Center, StaffMember)
    with db.read() as session:
        return [row.model_dump() for model in models for row in session.exec(select(model))]


def only(changes: tuple[Change, ...]) -> Change:
    assert len(changes) == 1
    return changes[0]


def test_the_first_load_adds_everything_in_the_order_of_the_file(
    any_db: Database, vault: Vault, tmp_path: Path
) -> None:
    changes = loaded(any_db, vault, site(tmp_path))
    assert [(one.what, one.slug) for one in changes] == [
        ("school", "maple"),
        ("group", "pta"),
        ("source", "calendar"),
        ("page", "pta-page"),
        ("center", "eastside"),
        ("person", "maria@maple.example"),
        ("person", "office@maple.example"),
    ]
    assert {one.how for one in changes} == {"added"}
    with any_db.read() as session:
        page = pages(session, "maple")[0]
        assert vault.open(page.token_sealed) == "PAGE-10001-REHEARSAL"
        assert (page.group, page.languages, page.connected_at) == ("pta", ["en", "es"], NOW)
        assert sources(session, "maple")[0].address == str(tmp_path / "maple.ics")


def test_the_second_load_changes_no_row_at_all(any_db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(any_db, vault, site(tmp_path))
    before = every_row(any_db)
    assert loaded(any_db, vault, site(tmp_path), LATER) == ()
    assert every_row(any_db) == before


def test_a_change_is_told_with_its_old_and_new_value(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    change = only(loaded(db, vault, site(tmp_path, ('"10001"', '"10001"\nannounce = "7d"'))))
    assert (change.what, change.slug, change.how, change.details) == (
        "page",
        "pta-page",
        "changed",
        ("announce: 14d → 7d",),
    )


@pytest.mark.parametrize(
    ("table", "slug"),
    [("sources", "calendar"), ("pages", "pta-page"), ("centers", "eastside"), ("staff", "maria@maple.example")],
)
def test_what_the_file_no_longer_names_is_switched_off_and_stays_and_comes_back(
    db: Database, vault: Vault, tmp_path: Path, table: str, slug: str
) -> None:
    loaded(db, vault, site(tmp_path))
    count = len(every_row(db))
    gone = only(loaded(db, vault, site(tmp_path, without(table, slug)), LATER))
    assert (gone.slug, gone.how) == (slug, "switched off")
    assert len(every_row(db)) == count
    assert [row["off_at"] for row in every_row(db) if row["off_at"]] == [LATER]
    assert loaded(db, vault, site(tmp_path, without(table, slug)), LATER) == ()
    assert only(loaded(db, vault, site(tmp_path), LATER)).how == "switched on"
    assert not any(row["off_at"] for row in every_row(db))


def test_a_new_token_is_told_without_showing_it_and_clears_what_was_said_of_the_old_one(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        row = pages(session, "maple")[0]
        row.token_kind, row.token_proven_at, row.dead_since = "user", NOW, NOW
        row.token_problem = row.problem = "dead"
    change = only(loaded(db, vault, site(tmp_path, ("PAGE-10001-REHEARSAL", "PAGE-NEW"))))
    assert change.details == ("token: a new one",)
    with db.read() as session:
        row = pages(session, "maple")[0]
        assert vault.open(row.token_sealed) == "PAGE-NEW"
        assert (row.token_kind, row.token_proven_at, row.dead_since, row.token_problem) == ("", None, None, "")
        assert (row.problem, row.connected_at) == ("", NOW)


def test_a_secret_sealed_with_a_lost_key_is_sealed_anew(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, Vault(Fernet.generate_key().decode()), site(tmp_path))
    changes = loaded(db, vault, site(tmp_path))
    assert [one.slug for one in changes] == ["pta-page", "eastside"]
    with db.read() as session:
        assert vault.open(pages(session, "maple")[0].token_sealed) == "PAGE-10001-REHEARSAL"


def test_another_page_behind_a_slug_is_connected_from_now_on(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    loaded(db, vault, site(tmp_path, ('"10001"', '"10002"')), LATER)
    with db.read() as session:
        assert pages(session, "maple")[0].connected_at == LATER


def test_what_was_remembered_of_a_collection_goes_with_its_address(db: Database, vault: Vault, tmp_path: Path) -> None:
    collection = ('kind = "ics"\npath = "maple.ics"', 'kind = "caldav"\nurl = "https://dav.example/maple/"')
    loaded(db, vault, site(tmp_path, collection))
    with db.write() as session:
        row = sources(session, "maple")[0]
        row.sync_token, row.listed_at, row.held_difference = "t1", NOW, [{"change": "gone"}]
        session.add(SourceObject(school="maple", source="calendar", name="1.ics", body="BEGIN:VCALENDAR"))
    loaded(db, vault, site(tmp_path, collection, ("example/maple", "example/oak")))
    with db.read() as session:
        row = sources(session, "maple")[0]
        assert (row.sync_token, row.listed_at, row.held_difference) == ("", None, [])
        assert object_etags(session, "maple", "calendar") == {}


def test_another_address_is_read_from_the_start_and_held_no_longer(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        row = sources(session, "maple")[0]
        row.etag, row.body_digest, row.held_at, row.held_reason = "1", "2", NOW, "9 of 10 events vanished"
    loaded(db, vault, site(tmp_path, ('"maple.ics"', '"other.ics"')))
    with db.read() as session:
        row = sources(session, "maple")[0]
        assert (row.etag, row.body_digest, row.held_at, row.held_reason) == (None, None, None, "")


def test_another_time_zone_makes_every_event_be_read_anew(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        sources(session, "maple")[0].body_digest = "2"
        session.add(FeedItem(school="maple", source="calendar", uid="one", digest="3"))
    loaded(db, vault, site(tmp_path, ("America/Chicago", "America/Denver")))
    with db.read() as session:
        assert sources(session, "maple")[0].body_digest is None
        assert session.exec(select(FeedItem)).one().digest == ""


def test_another_calendar_of_a_center_has_nothing_of_ours_yet(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        session.add(event(id="ev_1"))
        session.flush()
        for number, state in enumerate(("sent", "waiting", "removed")):
            place = {"event_id": "ev_1", "href": f"{number}.ics", "uid": str(number)}
            center = "eastside" if number == 0 else f"other-{number}"
            if number:
                session.add(Center(school="maple", slug=center, name=center, kind="caldav"))
                session.flush()
            session.add(
                CalendarEntry(
                    school="maple", center=center, **place, body="b", fingerprint="f", made_from="m", etag="e",
                    state=state, changed_at=NOW,
                )
            )  # fmt: skip
    loaded(db, vault, site(tmp_path, ("/eastside/", "/moved/")))
    with db.read() as session:
        found = {one.center: one for one in session.exec(select(CalendarEntry))}
    moved = found["eastside"]
    assert (moved.state, moved.etag, moved.fingerprint, moved.made_from) == ("due", None, "", "")
    assert (found["other-1"].etag, found["other-2"].state) == ("e", "removed")


def test_another_google_calendar_has_nothing_of_ours_yet(db: Database, vault: Vault, tmp_path: Path) -> None:
    google = to_google(
        "one@center.example",
        '{"type": "authorized_user", "client_id": "1", "client_secret": "2", "refresh_token": "3"}',
    )
    loaded(db, vault, site(tmp_path, google))
    with db.write() as session:
        session.add(event(id="ev_1"))
        session.flush()
        center = session.exec(select(Center)).one()
        center.sync_token, center.listed_at = "token", NOW
        given = {"href": "1.ics", "uid": "1", "body": "b", "fingerprint": "f", "etag": "e", "state": "sent"}
        known = {"sent_body": "b", "kept_body": "k", "tried": ["c"], "conflicts": [{"property": "title"}]}
        session.add(CalendarEntry(school="maple", center="eastside", event_id="ev_1", changed_at=NOW, **given, **known))
        session.add(CenterObject(school="maple", center="eastside", name="yoga.ics", body="BEGIN:VCALENDAR"))
    loaded(db, vault, site(tmp_path, google, ("one@", "other@")))
    with db.read() as session:
        [entry], [center] = session.exec(select(CalendarEntry)).all(), session.exec(select(Center)).all()
        assert session.exec(select(CenterObject)).all() == []
    assert (entry.state, entry.etag, center.sync_token, center.listed_at) == ("due", None, "", None)
    assert (entry.said(), entry.conflicts) == ([], [])


def test_people_made_by_a_person_are_never_touched(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        session.add(
            StaffMember(school="maple", email="pat@maple.example", name="Pat", role="volunteer", made_by="person")
        )
        maria = member(session, "maple", "maria@maple.example")
        assert maria is not None
        maria.made_by, maria.name = "person", "Maria O."
    said = site(tmp_path, ("Maria Ortiz", "Maria Ortiz-Lopez"))
    assert loaded(db, vault, said) == ()
    with db.read() as session:
        assert left_alone(session, said) == ("maria@maple.example",)
        kept = member(session, "maple", "maria@maple.example")
        assert kept is not None and kept.name == "Maria O."
        assert member(session, "maple", "pat@maple.example")


def test_a_password_outlives_a_load(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    with db.write() as session:
        maria = member(session, "maple", "maria@maple.example")
        assert maria is not None
        session.add(Account(email=maria.email, password_hash="hash", made_at=NOW))
    loaded(db, vault, site(tmp_path, ("Maria Ortiz", "Maria Ortiz-Lopez")))
    with db.read() as session:
        maria = member(session, "maple", "maria@maple.example")
        known = account(session, "maria@maple.example")
        assert maria is not None and maria.name == "Maria Ortiz-Lopez"
        assert known is not None and known.password_hash == "hash"


def test_one_school_s_file_never_touches_another_school(db: Database, vault: Vault, tmp_path: Path) -> None:
    loaded(db, vault, site(tmp_path))
    loaded(db, vault, site(tmp_path, ('slug = "maple"', 'slug = "oak"')))
    before = [row for row in every_row(db) if "maple" in (row.get("school"), row.get("slug"))]
    loaded(db, vault, site(tmp_path, ('slug = "maple"', 'slug = "oak"'), without("pages", "pta-page")), LATER)
    assert [row for row in every_row(db) if "maple" in (row.get("school"), row.get("slug"))] == before


def test_a_page_without_a_group_has_none_where_there_are_several(db: Database, vault: Vault, tmp_path: Path) -> None:
    two = ("[[sources]]", '[[groups]]\nslug = "elac"\nkind = "parent-support"\nname = "ELAC"\n\n[[sources]]')
    loaded(db, vault, site(tmp_path, two))
    with db.read() as session:
        assert pages(session, "maple")[0].group is None
