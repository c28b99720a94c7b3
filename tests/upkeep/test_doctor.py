from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.settings import Settings
from config.wording import load_wordings
from connector.doors import Doors
from models.card import show_card
from models.center import centers
from models.conversation import Conversation
from models.database import Database
from models.delivery import Delivery
from models.page import pages
from models.source import sources
from models.vault import Vault
from rehearsal.facebook import happenings
from rehearsal.facebook.server import PretendFacebook
from rehearsal.facebook.towns import APP_ID, APP_SECRET, PAGE_TOKEN, USER_TOKEN, VERIFY_TOKEN
from rehearsal.google.server import PretendGoogle
from rehearsal.radicale import CalendarServer
from tests.upkeep.sites import site, to_google, without
from upkeep.doctor import Finding, examine, of_database, of_settings
from upkeep.load import load

pytestmark = pytest.mark.usefixtures("unhurried")  # it looks how connections are opened

CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261208T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
NO_CENTER = without("centers", "eastside")


class House:
    """A school beside the pretend Facebook, and what its doctor says."""

    def __init__(self, db: Database, folder: Path, facebook: PretendFacebook) -> None:
        self.db, self.folder, self.facebook = db, folder, facebook
        self.vault = Vault(Fernet.generate_key().decode())
        self.app: dict[str, str] = {"fb_app_id": APP_ID, "fb_app_secret": APP_SECRET, "fb_verify_token": VERIFY_TOKEN}
        self.allow_hosts, self.google_url = "", "https://www.googleapis.com"
        (folder / "maple.ics").write_text(CALENDAR, encoding="utf-8")

    def load(self, *changes: tuple[str, str]) -> None:
        with self.db.write() as session:
            load(session, self.vault, site(self.folder, *changes), self.now)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def findings(self) -> dict[str, Finding]:
        settings = Settings(graph_url=self.facebook.url, data=self.folder, **self.app)
        doors = Doors(
            graph_url=settings.graph_url,
            app_id=settings.fb_app_id,
            app_secret=settings.fb_app_secret,
            allow_hosts=self.allow_hosts,
            google_url=self.google_url,
        )
        found = list(examine(self.db, doors, self.vault, settings, load_wordings(), self.now))
        assert len({one.what for one in found}) == len(found), "one line each"
        assert all(one.mend for one in found if not one.ok), "each problem has its mend"
        return {one.what: one for one in found}


@pytest.fixture(scope="module")
def facebook() -> Iterator[PretendFacebook]:
    with PretendFacebook() as running:
        yield running


@pytest.fixture
def house(db: Database, tmp_path: Path, facebook: PretendFacebook) -> Iterator[House]:
    yield House(db, tmp_path, facebook)
    facebook.world.pages["10001"].subscribed.clear()


def problems(found: dict[str, Finding]) -> list[str]:
    return [name for name, one in found.items() if not one.ok]


def test_all_is_well_where_all_is_well(house: House) -> None:
    house.load(NO_CENTER)
    house.facebook.world.pages["10001"].subscribed[APP_ID] = ["feed"]
    found = house.findings()
    assert problems(found) == []
    assert "1 events now; last good reading never" in found["maple: calendar calendar"].message
    assert "all scopes there" in found["maple: token of pta-page"].message
    assert found["maple: webhook of pta-page"].message == "Facebook sends feed."
    assert found["maple: languages"].message == "Somebody answers each of English (en), Spanish (es)."
    assert found["webhooks"].note


def test_the_doctor_changes_nothing(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.read() as session:
        before = [row.model_dump() for row in (*pages(session, "maple"), *sources(session, "maple"))]
    house.findings()
    with house.db.read() as session:
        assert [row.model_dump() for row in (*pages(session, "maple"), *sources(session, "maple"))] == before


def test_before_a_school_is_loaded_the_next_step_is_told(house: House) -> None:
    found = house.findings()
    assert problems(found) == [] and "load" in found["schools"].mend


def test_without_an_app_webhooks_are_off_and_that_is_no_problem(house: House) -> None:
    house.app = {}
    house.load(NO_CENTER)
    found = house.findings()
    assert problems(found) == []
    assert found["webhooks"].note
    assert "not told without BRIDGE_FB_APP_ID" in found["maple: token of pta-page"].message
    assert "maple: webhook of pta-page" not in found


def test_a_page_that_is_not_subscribed_is_a_note(house: House) -> None:
    house.load(NO_CENTER)
    found = house.findings()
    assert problems(found) == [] and found["maple: webhook of pta-page"].note


def test_a_person_s_token_is_a_problem(house: House) -> None:
    house.load(NO_CENTER, (PAGE_TOKEN, USER_TOKEN))
    found = house.findings()
    assert problems(found) == ["maple: token of pta-page"]
    assert "person's token" in found["maple: token of pta-page"].message


def test_a_token_that_may_not_see_comments_is_a_problem(house: House) -> None:
    house.load(NO_CENTER)
    world = house.facebook.world
    post = happenings.add_post(world, "10001", "Book fair")
    happenings.add_comment(world, post, "When?", author_id=world.person_named("Ana").id)
    token = world.tokens[PAGE_TOKEN]
    token.tasks.remove("MODERATE")
    try:
        assert "MODERATE" in house.findings()["maple: token of pta-page"].message
    finally:
        token.tasks.append("MODERATE")
        happenings.remove_post(world, post)


def test_a_token_that_ends_soon_is_a_problem_that_names_the_day(house: House) -> None:
    house.load(NO_CENTER)
    token = house.facebook.world.tokens[PAGE_TOKEN]
    token.expires_at = time.time() + 86400
    ends = datetime.fromtimestamp(int(token.expires_at), UTC)
    try:
        found = house.findings()
    finally:
        token.expires_at = 0.0
    assert problems(found) == ["maple: token of pta-page"]
    assert f"{ends:%Y-%m-%d}" in found["maple: token of pta-page"].message


def test_a_token_that_ends_within_two_weeks_is_foretold_and_no_problem_yet(house: House) -> None:
    house.load(NO_CENTER)
    token = house.facebook.world.tokens[PAGE_TOKEN]
    token.expires_at = time.time() + 10 * 86400
    ends = datetime.fromtimestamp(int(token.expires_at), UTC)
    try:
        found = house.findings()
    finally:
        token.expires_at = 0.0
    assert problems(found) == []
    told = found["maple: token of pta-page"]
    assert told.note and f"expires on {ends:%Y-%m-%d}" in told.message


def test_open_cards_are_listed_with_whether_anybody_was_told(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        show_card(session, "maple", "duplicate", "po_1", "It stands twice: remove one.", house.now)
    (card,) = [one for name, one in house.findings().items() if "card" in name]
    assert card.ok and "It stands twice" in card.message and "BRIDGE_NOTIFY_URL is not set" in card.mend


@pytest.mark.parametrize(
    ("url", "well"), [("mailto://u:pw@mail.example.org?from=a@b.example", True), ("nonsense", False)]
)
def test_an_address_for_notices_that_cannot_be_used_is_a_problem(house: House, url: str, well: bool) -> None:
    house.app["notify_url"] = url
    assert ("notices" not in problems(house.findings())) == well


def test_a_missing_scope_is_named(house: House) -> None:
    house.load(NO_CENTER)
    token = house.facebook.world.tokens[PAGE_TOKEN]
    kept = list(token.scopes)
    token.scopes = [scope for scope in kept if scope != "pages_read_user_content"]
    try:
        found = house.findings()
    finally:
        token.scopes = kept
    assert "pages_read_user_content" in found["maple: token of pta-page"].message


def test_a_page_that_is_parked_is_not_asked(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        pages(session, "maple")[0].parked_until = house.now + timedelta(minutes=10)
    calls = len(house.facebook.world.calls)
    found = house.findings()
    assert found["maple: token of pta-page"].note and len(house.facebook.world.calls) == calls


def test_a_page_whose_writes_are_refused_is_a_problem(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        pages(session, "maple")[0].blocked_at = house.now
    assert "release pta-page" in house.findings()["maple: token of pta-page"].mend


@pytest.mark.parametrize("body", ["", "<html>Sign in</html>", CALENDAR[:60]])
def test_a_calendar_that_is_none_is_a_problem(house: House, body: str) -> None:
    (house.folder / "maple.ics").write_text(body, encoding="utf-8")
    house.load(NO_CENTER)
    assert problems(house.findings()) == ["maple: calendar calendar"]


def test_a_calendar_that_is_held_is_a_problem_until_somebody_releases_it(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        row = sources(session, "maple")[0]
        row.held_at, row.held_reason = house.now, "9 of 10 events vanished at once"
    found = house.findings()["maple: calendar calendar"]
    assert not found.ok and "9 of 10" in found.message and "release calendar" in found.mend


def test_a_center_answers_with_its_password_and_not_with_another(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "radicale"
    with CalendarServer(folder) as server:
        url = server.collection_url("eastside")
        house.allow_hosts = url.split("/")[2]
        given = ("https://cal.example.org/eastside/", url), ('"bridge"', f'"{server.user}"')
        house.load(*given, ('"first"', f'"{server.users[server.user]}"'))
        found = house.findings()
        assert problems(found) == [] and "0 entries" in found["maple: center eastside"].message
        house.load(*given, ('"first"', '"wrong"'))
        assert problems(house.findings()) == ["maple: center eastside"]


def test_a_center_on_a_private_network_is_not_called(house: House) -> None:
    house.load(("https://cal.example.org/", "https://10.0.0.7/"))
    assert problems(house.findings()) == ["maple: center eastside"]


def test_a_google_calendar_tells_whose_account_may_write_there(house: House) -> None:
    with PretendGoogle() as google:
        house.google_url = google.url
        calendar = google.calendar("center@group.calendar.google.com")
        house.load(to_google("center@group.calendar.google.com", google.accounts.service_account()))
        found = house.findings()
        assert problems(found) == []
        message = found["maple: center eastside"].message
        assert google.accounts.service in message and "as writer" in message and "0 entries" in message
        calendar.roles[google.accounts.service] = "reader"
        finding = house.findings()["maple: center eastside"]
        assert not finding.ok and "Make changes to events" in finding.message
        google.accounts.revoked = True
        finding = house.findings()["maple: center eastside"]
        assert not finding.ok and "working credentials" in finding.mend
        assert {one.method for one in google.calls if one.path != "/token"} == {"GET"}


def test_a_language_that_nobody_answers_is_a_problem(house: House) -> None:
    house.load(
        NO_CENTER,
        ('languages = ["en", "es"]', 'languages = ["en", "es-MX", "so"]'),
        ("token =", 'languages = ["en"]\ntoken ='),
    )
    found = house.findings()["maple: languages"]
    assert not found.ok and found.message == "Nobody answers Somali (so)."


def test_a_volunteer_s_languages_do_not_count_as_answered(house: House) -> None:
    house.load(NO_CENTER, ('role = "staff"', 'role = "volunteer"'))
    assert house.findings()["maple: languages"].message == "Nobody answers Spanish (es)."


def test_wording_that_nobody_has_read_is_a_note(house: House) -> None:
    house.load(NO_CENTER)
    unread = [tag for tag, one in load_wordings().items() if tag in ("en", "es") and not one.reviewed_by]
    found = house.findings()
    assert found["maple: wording"].note if unread else "maple: wording" not in found
    assert problems(found) == []


def test_a_delivery_that_needs_a_person_is_a_problem(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        session.add(
            Delivery(
                school="maple", kind="publish", lane="page:pta-page", target="po_1", revision="1",
                state="needs-person", created_at=house.now, next_at=house.now,
            )
        )  # fmt: skip
    assert problems(house.findings()) == ["maple: deliveries"]


def test_families_who_wait_too_long_are_told_of(house: House) -> None:
    house.load(NO_CENTER)
    with house.db.write() as session:
        session.add(
            Conversation(
                school="maple", page="pta-page", post_external_id="1", comment_external_id="2", state="open",
                assignee="maria@maple.example", opened_at=house.now, updated_at=house.now,
                due_at=house.now - timedelta(hours=1),
            )
        )  # fmt: skip
    assert "1 open conversations are overdue" in house.findings()["maple: for a person"].message


def test_a_public_address_that_families_cannot_open_is_a_problem(tmp_path: Path) -> None:
    found = next(of_settings(Settings(data=tmp_path, public_url="http://10.0.0.3:8000")))
    assert not found.ok and found.mend.startswith("Set it to the https:// address")
    assert next(of_settings(Settings(data=tmp_path, public_url="https://bridge.example.org"))).ok


def test_a_database_that_can_be_written_is_well_on_both_kinds(any_db: Database) -> None:
    assert of_database(any_db).ok


def test_a_center_that_was_switched_off_is_not_asked(house: House) -> None:
    house.load()
    house.load(NO_CENTER)
    with house.db.read() as session:
        assert centers(session, "maple") == []
    assert "maple: center eastside" not in house.findings()
