"""A Google calendar as an object store with versions: against a strict stand-in, never against Google itself."""

from __future__ import annotations

import pytest

from calendars.standing import fingerprint
from connector.errors import Conflict, NotAllowed, OutcomeUnknown, Refused
from connector.google.calendar import GoogleCalendar
from rehearsal.google.calendar import Calendar
from rehearsal.google.refusals import Refusal
from rehearsal.google.server import PretendGoogle
from tests.connector.google_calendar import (
    MOVED,
    NAME,
    WEEKLY,
    door,
    google,
    head,
    ics,
    open_door,
    own,
    theirs,
    vevent,
)

__all__ = ["door", "google", "theirs"]

FAIR = ics(vevent("LOCATION:Gym", "DESCRIPTION:Come\\, all", "URL:https://maple.example/e/1", "CATEGORIES:A\\,b,C"))
LATER = ics(vevent("LOCATION:Gym", start="20261208T190000"))
SERIES = ics(vevent(WEEKLY), MOVED)


def test_what_is_put_in_reads_back_the_same(door: GoogleCalendar) -> None:
    assert door.put(NAME, FAIR, etag=None) is not None
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(FAIR)


def test_its_icaluid_is_the_schools_and_it_is_made_by_import(
    door: GoogleCalendar, theirs: Calendar, google: PretendGoogle
) -> None:
    door.put(NAME, FAIR, etag=None)
    assert head(theirs)["iCalUID"] == "fair@school"
    assert [one.path.rsplit("/", 1)[-1] for one in google.calls if one.method == "POST"] == ["token", "import"]


def test_people_see_text_and_link_and_no_mark_of_ours(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    assert head(theirs)["description"] == "Come, all\n\nhttps://maple.example/e/1"
    assert head(theirs)["summary"] == "Book fair"


def test_the_etag_of_a_put_is_that_of_the_listing(door: GoogleCalendar) -> None:
    etag = door.put(NAME, FAIR, etag=None)
    assert door.listing().etags == {NAME: etag}


def test_a_second_creation_is_a_conflict_and_makes_no_second_event(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    with pytest.raises(Conflict) as told:
        door.put(NAME, LATER, etag=None)
    assert not told.value.uid_conflict
    assert "T18:00:00" in head(theirs)["start"]["dateTime"]


def test_an_event_of_the_same_uid_that_is_not_ours_is_left_alone(door: GoogleCalendar, theirs: Calendar) -> None:
    before = dict(theirs.add(own("Their fair", iCalUID="fair@school")))
    with pytest.raises(Conflict) as told:
        door.put(NAME, FAIR, etag=None)
    assert told.value.uid_conflict
    assert head(theirs) == before


def test_one_that_they_deleted_is_left_in_their_bin(door: GoogleCalendar, theirs: Calendar) -> None:
    theirs.delete(theirs.add(own("Their fair", iCalUID="fair@school"))["id"])
    with pytest.raises(Conflict) as told:
        door.put(NAME, FAIR, etag=None)
    assert told.value.uid_conflict
    assert "bin" in told.value.message


def test_a_change_names_only_what_the_school_changed(
    door: GoogleCalendar, theirs: Calendar, google: PretendGoogle
) -> None:
    etag = door.put(NAME, ics(vevent("LOCATION:Gym")), etag=None)
    door.put(NAME, LATER, etag=etag)
    [patch] = [one for one in google.calls if one.method == "PATCH"]
    assert set(patch.body) == {"start", "end"}
    assert patch.headers["if-match"] == etag


def test_what_the_center_added_stays(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    added = {
        "attendees": [{"email": "rosa@center.example"}],
        "colorId": "5",
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 30}]},
        "extendedProperties": {"private": {"room": "B2"}, "shared": {"x": "y"}},
    }
    theirs.patch(head(theirs)["id"], added)
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(FAIR)
    door.put(NAME, LATER, etag=stored.etag)
    event = head(theirs)
    assert {name: event[name] for name in ("attendees", "colorId", "reminders")} == {
        name: added[name] for name in ("attendees", "colorId", "reminders")
    }
    assert event["extendedProperties"]["private"]["room"] == "B2"
    assert "T19:00:00" in event["start"]["dateTime"]


def test_another_version_is_a_conflict_and_nothing_is_written(door: GoogleCalendar, theirs: Calendar) -> None:
    etag = door.put(NAME, FAIR, etag=None)
    theirs.patch(head(theirs)["id"], {"location": "Hall"})
    with pytest.raises(Conflict):
        door.put(NAME, LATER, etag=etag)
    assert "T18:00:00" in head(theirs)["start"]["dateTime"]


def test_a_change_between_our_reading_and_our_writing_is_a_conflict(
    door: GoogleCalendar, theirs: Calendar, google: PretendGoogle
) -> None:
    etag = door.put(NAME, FAIR, etag=None)
    google.faults.before["PATCH"] = lambda: theirs.patch(head(theirs)["id"], {"location": "Hall"})
    with pytest.raises(Conflict):
        door.put(NAME, LATER, etag=etag)
    assert head(theirs)["location"] == "Hall"
    assert "T18:00:00" in head(theirs)["start"]["dateTime"]


def test_a_lost_answer_to_a_creation_is_unknown_and_the_next_try_finds_it(
    door: GoogleCalendar, theirs: Calendar, google: PretendGoogle
) -> None:
    google.faults.lost.append("POST")
    with pytest.raises(OutcomeUnknown):
        door.put(NAME, FAIR, etag=None)
    with pytest.raises(Conflict):
        door.put(NAME, FAIR, etag=None)
    assert head(theirs)["summary"] == "Book fair"


def test_deleting_is_conditional_and_twice_is_as_once(door: GoogleCalendar, theirs: Calendar) -> None:
    etag = door.put(NAME, FAIR, etag=None)
    assert etag is not None
    theirs.patch(head(theirs)["id"], {"location": "Hall"})
    with pytest.raises(Conflict):
        door.delete(NAME, etag=etag)
    stored = door.get(NAME)
    assert stored is not None and stored.etag is not None
    door.delete(NAME, etag=stored.etag)
    assert door.get(NAME) is None
    door.delete(NAME, etag=stored.etag)


def test_a_deleted_event_of_ours_is_taken_out_of_the_bin(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    theirs.delete(head(theirs)["id"])
    door.put(NAME, LATER, etag=None)
    assert len(theirs.events) == 1
    assert "T19:00:00" in head(theirs)["start"]["dateTime"]


def test_where_google_gives_nothing_back_from_its_bin_a_person_is_asked(door: GoogleCalendar, theirs: Calendar) -> None:
    theirs.restorable = False
    door.put(NAME, FAIR, etag=None)
    theirs.delete(head(theirs)["id"])
    with pytest.raises(Conflict) as told:
        door.put(NAME, LATER, etag=None)
    assert told.value.uid_conflict


@pytest.mark.parametrize("name", ["google-abc.ics", "x.ics", "../0a.ics", "0a1b2c"])
def test_only_names_of_our_making_are_written(door: GoogleCalendar, google: PretendGoogle, name: str) -> None:
    with pytest.raises(Refused):
        door.put(name, FAIR, etag=None)
    with pytest.raises(Refused):
        door.delete(name, etag="x")
    assert google.methods() == []


def test_a_copy_that_somebody_made_of_ours_is_theirs(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    marks = head(theirs)["extendedProperties"]
    copied = theirs.add(own("Book fair (copy)", extendedProperties=marks))
    assert door.listing().etags.keys() == {NAME, f"google-{copied['id']}.ics"}
    stored = door.get(NAME)
    assert stored is not None
    assert b"copy" not in stored.body


# --- cancelled


def test_a_cancelled_event_stays_in_view_as_free_time_with_a_word_before_its_title(
    google: PretendGoogle, theirs: Calendar
) -> None:
    door = open_door(google, language="es-MX")
    etag = door.put(NAME, ics(vevent()), etag=None)
    cancelled = ics(vevent("STATUS:CANCELLED"))
    door.put(NAME, cancelled, etag=etag)
    event = head(theirs)
    assert (event["summary"], event["status"], event["transparency"]) == (
        "Cancelado: Book fair",
        "confirmed",
        "transparent",
    )
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(cancelled)
    door.put(NAME, ics(vevent()), etag=stored.etag)
    event = head(theirs)
    assert (event["summary"], event["transparency"]) == ("Book fair", "opaque")


def test_where_the_word_was_taken_away_it_no_longer_stands_as_cancelled(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, ics(vevent("STATUS:CANCELLED")), etag=None)
    theirs.patch(head(theirs)["id"], {"summary": "Book fair"})
    stored = door.get(NAME)
    assert stored is not None
    assert b"STATUS:CONFIRMED" in stored.body


# --- series


def test_a_series_with_a_moved_date_reads_back_the_same(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, SERIES, etag=None)
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(SERIES)
    [moved] = theirs.exceptions(head(theirs)["id"])
    assert (moved["originalStartTime"]["dateTime"], moved["location"]) == ("2026-12-16T00:00:00+00:00", "Library")


def test_a_date_that_is_as_its_series_again_is_put_back(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, SERIES, etag=None)
    stored = door.get(NAME)
    assert stored is not None
    door.put(NAME, ics(vevent(WEEKLY)), etag=stored.etag)
    again = door.get(NAME)
    assert again is not None
    assert fingerprint(again.body) == fingerprint(ics(vevent(WEEKLY)))


def test_a_date_that_a_person_changed_is_seen_and_that_they_added_a_guest_is_not(
    door: GoogleCalendar, theirs: Calendar
) -> None:
    door.put(NAME, ics(vevent(WEEKLY)), etag=None)
    before = door.listing().etags[NAME]
    second, third = theirs.instances(head(theirs)["id"])[1:3]
    theirs.patch(second["id"], {"attendees": [{"email": "rosa@center.example"}]})
    stored = door.get(NAME)
    assert stored is not None
    assert stored.etag != before
    assert b"RECURRENCE-ID" not in stored.body
    theirs.patch(third["id"], {"location": "Hall"})
    stored = door.get(NAME)
    assert stored is not None
    assert stored.body.count(b"RECURRENCE-ID") == 1
    assert b"LOCATION:Hall" in stored.body


def test_a_date_that_a_person_took_out_is_an_exdate_and_comes_back_when_the_school_says_so(
    door: GoogleCalendar, theirs: Calendar
) -> None:
    door.put(NAME, ics(vevent(WEEKLY)), etag=None)
    theirs.delete(theirs.instances(head(theirs)["id"])[1]["id"])
    stored = door.get(NAME)
    assert stored is not None
    assert b"EXDATE;TZID=America/Chicago:20261215T180000" in stored.body
    door.put(NAME, ics(vevent(WEEKLY, "EXDATE;TZID=America/Chicago:20261215T180000")), etag=stored.etag)
    assert [one["status"] for one in theirs.exceptions(head(theirs)["id"])] == ["cancelled"]
    stored = door.get(NAME)
    assert stored is not None
    door.put(NAME, ics(vevent(WEEKLY)), etag=stored.etag)
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(ics(vevent(WEEKLY)))


def test_a_new_time_of_the_series_reaches_the_dates_that_people_touched(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, ics(vevent(WEEKLY)), etag=None)
    third = theirs.instances(head(theirs)["id"])[2]
    theirs.patch(third["id"], {"attendees": [{"email": "rosa@center.example"}]})
    stored = door.get(NAME)
    assert stored is not None
    later = ics(vevent(WEEKLY, start="20261208T190000"))
    door.put(NAME, later, etag=stored.etag)
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(later)
    starts = {one["start"]["dateTime"] for one in theirs.instances(head(theirs)["id"]) if one["status"] != "cancelled"}
    assert len(starts) == 4
    assert not any("T18:00" in one for one in starts)


def test_one_date_that_is_cancelled_stays_in_view(door: GoogleCalendar, theirs: Calendar) -> None:
    off = vevent("RECURRENCE-ID;TZID=America/Chicago:20261215T180000", "STATUS:CANCELLED", start="20261215T180000")
    body = ics(vevent(WEEKLY), off)
    door.put(NAME, body, etag=None)
    [one] = theirs.exceptions(head(theirs)["id"])
    assert (one["summary"], one["status"]) == ("Cancelled: Book fair", "confirmed")
    stored = door.get(NAME)
    assert stored is not None
    assert fingerprint(stored.body) == fingerprint(body)


def test_what_google_cannot_hold_is_refused_in_a_sentence(door: GoogleCalendar, google: PretendGoogle) -> None:
    all_later = MOVED.replace("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;")
    with pytest.raises(Refused, match="end it and to begin a new one"):
        door.put(NAME, ics(vevent(WEEKLY), all_later), etag=None)
    with pytest.raises(Refused, match="no date 2026-12-16"):
        door.put(NAME, ics(vevent(WEEKLY), MOVED.replace("20261215", "20261216")), etag=None)


# --- reading many


def test_a_listing_is_complete_over_many_pages(door: GoogleCalendar, theirs: Calendar) -> None:
    for number in range(7):
        theirs.add(own(f"Yoga {number}"))
    theirs.largest_page = 3
    listing = door.listing()
    assert len(listing.etags) == 7
    assert listing.token


def test_bodies_come_with_the_listing(door: GoogleCalendar, theirs: Calendar, google: PretendGoogle) -> None:
    door.put(NAME, SERIES, etag=None)
    theirs.add(own())
    names = door.listing().etags
    before = len(google.calls)
    bodies = door.get_many([*names, "0dead0.ics"])
    assert bodies.keys() == names.keys()
    assert fingerprint(bodies[NAME].body) == fingerprint(SERIES)
    assert len(google.calls) == before + 1  # for the one that no listing showed


def test_many_that_were_not_seen_are_read_at_once(door: GoogleCalendar, google: PretendGoogle) -> None:
    names = [f"{number:06x}.ics" for number in range(20)]
    for number, name in enumerate(names):
        door.put(name, ics(vevent(uid=f"e{number}")), etag=None)
    fresh, before = open_door(google), len(google.methods())
    assert len(fresh.get_many(names)) == 20
    assert len(google.methods()) == before + 1


def test_a_sync_token_brings_only_what_changed(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    door.put("0bad.ics", ics(vevent(uid="other")), etag=None)
    token = door.listing().token
    quiet = door.changes(token)
    assert quiet is not None
    assert (quiet.etags, quiet.gone) == ({}, frozenset())
    event = next(one for one in theirs.events.values() if one["iCalUID"] == "fair@school")
    theirs.patch(event["id"], {"location": "Hall"})
    added = theirs.add(own())
    changed = door.changes(quiet.token)
    assert changed is not None
    assert changed.etags.keys() == {NAME, f"google-{added['id']}.ics"}
    assert b"LOCATION:Hall" in door.get_many([NAME])[NAME].body


def test_a_changed_date_brings_its_whole_series(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, SERIES, etag=None)
    token = door.listing().token
    theirs.patch(theirs.instances(head(theirs)["id"])[2]["id"], {"location": "Hall"})
    changed = door.changes(token)
    assert changed is not None
    assert changed.etags == door.listing().etags


def test_what_is_gone_is_told_by_name_where_google_tells_whose_it_was(door: GoogleCalendar, theirs: Calendar) -> None:
    door.put(NAME, FAIR, etag=None)
    token = door.listing().token
    theirs.delete(head(theirs)["id"])
    changed = door.changes(token)
    assert changed is not None
    assert changed.gone == {NAME}
    theirs.tells_deleted = False
    assert door.changes(token) is None


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_a_token_that_google_does_not_know_means_list_anew(door: GoogleCalendar, token: str) -> None:
    assert door.changes(token) is None


def test_a_token_that_is_too_old_means_list_anew(door: GoogleCalendar, theirs: Calendar) -> None:
    token = door.listing().token
    theirs.forget_tokens()
    assert door.changes(token) is None


def test_somebody_elses_event_can_be_read_by_its_name(door: GoogleCalendar, theirs: Calendar) -> None:
    event = theirs.add(own(recurrence=["RRULE:FREQ=DAILY;COUNT=2"]))
    stored = door.get(f"google-{event['id']}.ics")
    assert stored is not None
    assert b"SUMMARY:Yoga" in stored.body
    assert door.get("google-unknown.ics") is None


# --- rights


def test_a_calendar_that_is_not_shared_names_who_it_must_be_shared_with(google: PretendGoogle) -> None:
    with pytest.raises(NotAllowed) as told:
        open_door(google, id="other@group.calendar.google.com").listing()
    assert google.accounts.service in told.value.message
    assert "Make changes to events" in told.value.message


def test_a_reader_may_not_write_and_is_told_the_mend(google: PretendGoogle) -> None:
    google.calendar("seen@group.calendar.google.com", role="reader")
    door = open_door(google, id="seen@group.calendar.google.com")
    assert door.listing().etags == {}
    for call in (door.may_write, lambda: door.put(NAME, FAIR, etag=None)):
        with pytest.raises(NotAllowed, match="Make changes to events"):
            call()


def test_a_calendar_that_shows_only_busy_times_is_not_taken_for_an_empty_one(google: PretendGoogle) -> None:
    google.calendar("busy@group.calendar.google.com", role="freeBusyReader")
    with pytest.raises(NotAllowed):
        open_door(google, id="busy@group.calendar.google.com").listing()


def test_one_entry_that_google_keeps_from_us_is_not_taken_for_the_whole_calendar(
    door: GoogleCalendar, google: PretendGoogle
) -> None:
    google.faults.refuse("POST", Refusal(403, "forbidden", "Forbidden"))
    with pytest.raises(Refused, match="though we may write there"):
        door.put(NAME, FAIR, etag=None)


def test_what_is_no_event_is_refused(door: GoogleCalendar, google: PretendGoogle) -> None:
    with pytest.raises(Refused):
        door.put(NAME, b"BEGIN:VCALENDAR\r\nhello\r\n", etag=None)
    assert google.calls == []
