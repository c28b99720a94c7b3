"""Owners and the people of their school: who is here, invitations, roles, last days, and the last owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from models.account import Account, Invitation
from models.audit import Audit
from models.conversation import Conversation
from models.staff import StaffMember
from tests.desk.conftest import PEOPLE, Client, Desk
from tests.desk.test_sign_in import GOOD, MARIA, MINUTE, OFFICE, Outsider
from tests.web.axe import violations
from tests.web.conftest import Answer, Site
from upkeep.staffing import id_of

NEW = {"email": "lee@maple.example", "name": "Lee Park", "role": "volunteer", "languages": "en"}


def page_of(who: str) -> str:
    return f"/people/{id_of(PEOPLE[who])}"


def as_is(who: str, **changes: str) -> dict[str, str | list[str]]:
    """The form about this person as it stands, and what is changed in it."""
    one = PEOPLE[who]
    known = {"name": one.name, "role": one.role, "languages": list(one.languages), "hours": "", "daily_limit": "20"}
    return {**known, "center": one.center, "last_day": "", "more_languages": "", **changes}


def person(desk: Desk, who: str) -> StaffMember:
    with desk.db.read() as session:
        return session.get_one(StaffMember, (PEOPLE[who].school, PEOPLE[who].email))


def link_in(answer: Answer) -> str:
    return answer.text.partition('value="http://127.0.0.1/invitation/')[2].partition('"')[0]


def test_somebody_is_invited_and_comes_in_by_the_link(desk: Desk, browser: Browser) -> None:
    page = desk.open(browser, "office", "/people", width=390)
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("E-mail").fill("lee@maple.example")
    page.get_by_label("Name", exact=True).fill("Lee Park")
    page.get_by_role("radio", name="volunteer").check()
    page.get_by_label("Last day").fill("2027-06-30")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link").input_value()
    assert violations(page) == []
    page.get_by_role("link", name="I have it").click()
    page.get_by_text("A link is under way").wait_for()

    lee = desk.open(browser, None, link.removeprefix("http://127.0.0.1"))
    lee.get_by_label("New password").fill(GOOD)
    lee.keyboard.press("Enter")
    lee.wait_for_url("**/posts")
    page.goto(f"{desk.address}/people")
    row = page.get_by_role("row").filter(has_text="Lee Park")
    assert "Jun 30, 2027" in row.inner_text() and "ago" in row.inner_text()


def test_a_poor_form_keeps_what_was_typed_and_says_what_to_mend(desk: Desk) -> None:
    office = desk.as_("office")
    for wrong in (
        {"email": "lee"},
        {"hours": "now and then"},
        {"last_day": "2020-01-01"},
        {"role": "boss"},
        {"last_day": "x"},
    ):
        answer = office.post("/people/invite", **{**NEW, **wrong})
        assert answer.status == 422 and 'value="Lee Park"' in answer.text, wrong
    assert office.post("/people/invite", **{**NEW, "is_admin": "1"}).status == 422
    again = office.post("/people/invite", **{**NEW, "email": MARIA})
    assert again.status == 422 and "is at maple already" in again.text


def test_an_invitation_that_is_sent_twice_makes_one_person_and_one_link(desk: Desk) -> None:
    office = desk.as_("office")
    for _ in range(2):
        office.post("/people/invite", once="the-same-form-sent-twice", **NEW)
    with desk.db.read() as session:
        assert len(session.exec(select(Invitation)).all()) == 1


def test_whoever_works_elsewhere_already_is_added_without_a_link(desk: Desk) -> None:
    """Or the owner of one school could come in as them at the other."""
    office = desk.as_("office")
    answer = office.post("/people/invite", **{**NEW, "email": PEOPLE["zoe"].email})
    assert answer.status == 303 and "signs in as they do already" in office.follow(answer).text
    with desk.db.read() as session:
        assert session.exec(select(Invitation)).all() == []


def test_no_owner_gets_a_link_that_opens_another_school(desk: Desk) -> None:
    office = desk.as_("office")
    with desk.db.write() as session:
        session.add(StaffMember(**{**PEOPLE["maria"].model_dump(), "school": "oak"}))
    answer = office.post(f"{page_of('maria')}/link")
    assert answer.status == 303 and "at another school, too" in office.follow(answer).text


def test_a_new_link_withdraws_the_one_before(desk: Desk) -> None:
    office = desk.as_("office")
    old, new = (link_in(office.post(f"{page_of('maria')}/link")) for _ in range(2))
    outsider = Outsider(desk)
    assert outsider.get(f"/invitation/{old}").status == 410
    assert outsider.get(f"/invitation/{new}").status == 200


def test_with_a_mail_server_no_owner_sees_a_link(desk: Desk, serve: Callable[..., Site]) -> None:
    serve(desk.site, public_url="http://127.0.0.1", notify_url="mailto://127.0.0.1:9?from=x@maple.example")
    office = desk.as_("office")
    answer = office.post("/people/invite", **NEW)
    assert "on its way to lee@maple.example" in office.follow(answer).text
    with desk.db.read() as session:
        assert session.exec(select(Invitation)).one().link_sealed


def test_another_role_is_what_they_may_from_now_on_and_ends_their_sign_ins(desk: Desk) -> None:
    office, maria = desk.as_("office"), desk.as_("maria")
    talk = desk.hear("¿Hay clase mañana?", to=MARIA)
    assert office.post(page_of("maria"), **as_is("maria", role="volunteer")).status == 303
    assert maria.get("/").status == 303
    assert person(desk, "maria").made_by == "person", "no site file changes it back"
    with desk.db.read() as session:
        assert session.get_one(Conversation, talk.id).assignee != MARIA
        (row,) = session.exec(select(Audit).where(Audit.what == "change person"))
    assert (row.by, row.subject, row.details["changed"]) == (OFFICE, MARIA, ["role"])


def test_saving_without_a_change_changes_nothing(desk: Desk) -> None:
    office, maria = desk.as_("office"), desk.as_("maria")
    assert office.post(page_of("maria"), **as_is("maria")).status == 303
    assert person(desk, "maria").made_by == "site" and maria.get("/you").status == 200
    with desk.db.read() as session:
        assert session.exec(select(Audit)).all() == []


def test_languages_hours_and_a_last_day_are_set(desk: Desk) -> None:
    office = desk.as_("office")
    changes = {"more_languages": "so, vi", "hours": "Mon-Fri 08:00-12:00", "last_day": "2027-06-30", "daily_limit": "5"}
    assert office.post(page_of("maria"), **as_is("maria", **changes)).status == 303
    row = person(desk, "maria")
    assert (row.languages, row.hours, row.daily_limit) == (["es", "en", "so", "vi"], "Mon-Fri 08:00-12:00", 5)
    assert row.ends_at and row.ends_at.isoformat() == "2027-07-01T05:00:00+00:00", "the end of that day in Chicago"


def test_from_the_day_after_the_last_nobody_comes_in(desk: Desk) -> None:
    desk.as_("office").post(page_of("maria"), **as_is("maria", last_day="2026-12-05"))
    outsider = Outsider(desk)
    desk.site.now = desk.now.replace(day=6, hour=5, minute=59)
    assert outsider.signs_in().status == 303 and outsider.is_in
    desk.site.now += MINUTE
    assert not outsider.is_in and Outsider(desk).signs_in().status == 401


def test_switched_off_is_out_at_once_and_their_families_go_to_others(desk: Desk, browser: Browser) -> None:
    maria, talk = desk.as_("maria"), desk.hear("¿Hay clase mañana?", to=MARIA)
    page = desk.open(browser, "office", page_of("maria"))
    page.get_by_text("1 open conversation goes to somebody else").wait_for()
    page.get_by_role("button", name="Switch Maria Ortiz off").click()
    page.get_by_text("is switched off and signed out. 1 conversation went to somebody else.").wait_for()
    assert maria.get("/you").status == 303
    with desk.db.read() as session:
        assert session.get_one(Conversation, talk.id).assignee not in (None, MARIA)
    page.get_by_text("1 person who is no longer here").click()
    page.get_by_role("link", name="Maria Ortiz").click()
    page.get_by_role("button", name="Switch Maria Ortiz on again").click()
    page.get_by_text("Maria Ortiz is here again.").wait_for()
    assert Outsider(desk).signs_in().status == 303


@pytest.mark.parametrize("change", [{"role": "staff"}, {"last_day": "2027-06-30"}])
def test_the_last_owner_stays_one(desk: Desk, change: dict[str, str]) -> None:
    office = desk.as_("office")
    answer = office.post(page_of("office"), **as_is("office", **change))
    assert answer.status == 422 and "no owner left" in answer.text
    assert office.post(f"{page_of('office')}/off").status == 422
    assert office.get("/people").status == 200
    assert office.post(page_of("maria"), **as_is("maria", role="owner")).status == 303
    assert office.post(page_of("office"), **as_is("office", **change)).status == 303


def test_an_owner_with_a_last_day_does_not_count_as_one_who_stays(desk: Desk) -> None:
    office = desk.as_("office")
    office.post(page_of("maria"), **as_is("maria", role="owner", last_day="2027-06-30"))
    assert office.post(f"{page_of('office')}/off").status == 422


def test_whoever_has_not_shown_it_lately_shows_first_that_it_is_them(desk: Desk) -> None:
    office = desk.as_("office")
    desk.site.now += timedelta(minutes=11)
    for path, fields in (
        ("/people/invite", NEW),
        (page_of("maria"), as_is("maria", role="owner")),
        (f"{page_of('maria')}/off", {}),
        (f"{page_of('maria')}/link", {}),
    ):
        assert office.post(path, **fields).headers["location"].startswith("/prove?next="), path
    assert person(desk, "maria").role == "staff"


def test_people_of_another_school_are_not_there(desk: Desk) -> None:
    office, zoe = desk.as_("office"), desk.as_("zoe")
    assert zoe.get(page_of("maria")).status == 404
    for path in ("", "/off", "/on", "/link"):
        assert zoe.post(page_of("maria") + path, **(as_is("maria") if not path else {})).status == 404
    assert "Zoe Kim" not in office.get("/people").text and MARIA not in zoe.get("/people").text


def test_owners_without_a_second_step_are_told_and_others_are_not(desk: Desk) -> None:
    assert "your password alone opens everything" in desk.as_("office").get("/people").text
    assert "your password alone opens everything" not in desk.as_("maria").get("/you").text
    with desk.db.write() as session:
        session.get_one(Account, OFFICE).totp_on_at = desk.now
    assert "your password alone opens everything" not in desk.as_("office").get("/people").text


def test_a_name_is_shown_as_text(desk: Desk) -> None:
    office: Client = desk.as_("office")
    office.post("/people/invite", **{**NEW, "name": "<img src=x onerror=alert(1)>"})
    assert "<img src=x" not in office.get("/people").text and "&lt;img src=x" in office.get("/people").text
