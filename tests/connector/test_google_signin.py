"""Signing in to Google, and what its refusals mean: by google-auth over our own fetcher, against the stand-in."""

from __future__ import annotations

import json
import logging
import re

import pytest

from connector.doors import Doors
from connector.errors import NotAllowed, OutcomeUnknown, OutsideError, Refused, SignInNeeded, Throttled, TryLater
from connector.google.calendar import GoogleCalendar
from connector.google.pace import LONGEST, Pace
from rehearsal.google.refusals import Refusal, throttled
from rehearsal.google.server import PretendGoogle
from tests.connector.google_calendar import ID, NAME, door, google, ics, open_door, vevent

__all__ = ["door", "google"]

FAIR = ics(vevent())


def test_a_service_account_signs_in_once_for_many_calls(door: GoogleCalendar, google: PretendGoogle) -> None:
    door.listing()
    door.listing()
    assert google.accounts.given == 1
    [asked] = [one for one in google.calls if one.path == "/token"]
    assert asked.body["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]


def test_a_person_signs_in_by_refresh_token(google: PretendGoogle) -> None:
    door = open_door(google, google.accounts.authorized_user())
    door.put(NAME, FAIR, etag=None)
    [event] = google.calendars[ID].events.values()
    assert event["creator"] == {"email": "rosa@center.example"}


def test_doors_keep_the_sign_in_from_round_to_round(google: PretendGoogle) -> None:
    doors, credentials = Doors(google_url=google.url), google.accounts.service_account()
    for _ in range(3):
        doors.google(ID, credentials, subject="x").listing()
    assert google.accounts.given == 1


def test_a_token_that_ran_out_early_is_asked_for_once_more(door: GoogleCalendar, google: PretendGoogle) -> None:
    door.listing()
    google.accounts.forget_tokens()
    door.listing()
    assert google.accounts.given == 2


def test_a_token_that_is_refused_twice_needs_a_person(door: GoogleCalendar, google: PretendGoogle) -> None:
    google.faults.refuse("GET", Refusal(401, "authError", "Invalid Credentials"), times=2)
    with pytest.raises(SignInNeeded):
        door.listing()


def test_a_revoked_key_names_its_account_and_the_mend(door: GoogleCalendar, google: PretendGoogle) -> None:
    google.accounts.revoked = True
    with pytest.raises(SignInNeeded) as told:
        door.listing()
    assert google.accounts.service in told.value.message
    assert "make a new key" in told.value.message


def test_a_revoked_consent_asks_for_a_new_sign_in(google: PretendGoogle) -> None:
    door = open_door(google, google.accounts.authorized_user("another"))
    with pytest.raises(SignInNeeded, match="sign in to Google again"):
        door.listing()


def test_a_wrong_clock_is_named_as_such(google: PretendGoogle) -> None:
    google.accounts.clock = lambda: 4e9
    with pytest.raises(SignInNeeded, match="clock"):
        open_door(google).listing()


@pytest.mark.parametrize(
    "credentials", ["", "{}", "[]", '{"type": "service_account"}', '{"type": "authorized_user", "client_id": "1"}']
)
def test_credentials_that_are_none_are_told_without_a_call(google: PretendGoogle, credentials: str) -> None:
    doors = Doors(google_url=google.url)
    with pytest.raises(SignInNeeded, match="whole JSON file"):
        doors.google(ID, credentials, subject="the calendar").listing()
    assert google.calls == []


def test_a_key_that_cannot_be_read_is_told_and_not_shown(google: PretendGoogle) -> None:
    said = json.loads(google.accounts.service_account())
    said["private_key"] = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    with pytest.raises(SignInNeeded) as told:
        open_door(google, json.dumps(said)).listing()
    assert "c2VjcmV0" not in told.value.message


def test_the_address_in_the_credentials_is_vetted_like_any_other(google: PretendGoogle) -> None:
    said = json.loads(google.accounts.service_account())
    with pytest.raises(Refused, match="private network"):
        open_door(google, json.dumps({**said, "token_uri": "http://169.254.169.254/token"})).listing()


@pytest.mark.parametrize(
    ("status", "kind"), [(500, TryLater), (503, TryLater), (429, Throttled)], ids=["500", "503", "429"]
)
def test_trouble_at_the_sign_in_is_told_at_once(
    door: GoogleCalendar, google: PretendGoogle, status: int, kind: type[OutsideError]
) -> None:
    google.faults.refuse("TOKEN", Refusal(status, "backendError", "Backend Error"))
    with pytest.raises(kind):
        door.put(NAME, FAIR, etag=None)
    assert [one.path for one in google.calls] == ["/token"]


# --- fewer calls


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
@pytest.mark.parametrize("status", [403, 429])
def test_a_throttle_is_a_throttle_by_either_status(
    door: GoogleCalendar, google: PretendGoogle, status: int, reason: str
) -> None:
    google.faults.refuse("GET", throttled(status, reason))
    with pytest.raises(Throttled) as told:
        door.listing()
    assert told.value.seconds == 30


def test_while_google_wants_to_be_left_alone_no_call_is_made(google: PretendGoogle) -> None:
    doors, credentials = Doors(google_url=google.url), google.accounts.service_account()
    google.faults.refuse("GET", throttled(429, retry_after=120))
    with pytest.raises(Throttled) as told:
        doors.google(ID, credentials, subject="one").listing()
    assert told.value.seconds == 120
    before = len(google.calls)
    with pytest.raises(Throttled, match=r"left alone for 1\d\d seconds"):
        doors.google("another@group.calendar.google.com", credentials, subject="another").listing()
    assert len(google.calls) == before


def test_each_throttle_waits_twice_as_long_until_a_call_is_answered() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    waits = [pace.throttled(None) for _ in range(9)]
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == LONGEST
    assert pace.throttled(7200) == 7200
    now[0] = 7199
    assert pace.remaining() == 1
    now[0] = 7200
    assert pace.remaining() == 0
    pace.answered()
    assert pace.throttled(None) == 30


# --- other refusals


@pytest.mark.parametrize(
    ("method", "refusal", "kind", "words"),
    [
        ("GET", Refusal(500, "backendError", "Backend Error"), TryLater, "tried again"),
        ("POST", Refusal(500, "backendError", "Backend Error"), OutcomeUnknown, "looked up"),
        ("POST", Refusal(400, "invalid", "Invalid recurrence rule."), Refused, "Invalid recurrence rule"),
        ("GET", Refusal(403, "accessNotConfigured", "Off"), NotAllowed, "turn on the Google Calendar API"),
        ("POST", Refusal(403, "forbiddenForNonOrganizer", "No"), Refused, "somebody else organizes"),
    ],
    ids=["500 at a read", "500 at a write", "400", "API off", "not the organizer"],
)
def test_every_refusal_is_one_sentence_with_its_mend(
    door: GoogleCalendar, google: PretendGoogle, method: str, refusal: Refusal, kind: type[OutsideError], words: str
) -> None:
    google.faults.refuse(method, refusal)
    with pytest.raises(kind) as told:
        door.put(NAME, FAIR, etag=None)
    assert re.fullmatch(r"the calendar of Eastside .*[^.]\.", told.value.message)
    assert words in told.value.message
    assert "ya29" not in told.value.message


def test_everything_goes_out_by_the_districts_proxy(google: PretendGoogle) -> None:
    doors = Doors(google_url=google.url, proxy="http://127.0.0.1:9")
    door = doors.google(ID, google.accounts.service_account(), subject="the calendar of Eastside")
    with pytest.raises(TryLater, match="through the proxy"):
        door.listing()
    assert google.calls == []


def test_no_log_holds_a_token_an_assertion_or_a_key(google: PretendGoogle, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    door = open_door(google, google.accounts.authorized_user())
    door.put(NAME, FAIR, etag=None)
    open_door(google).listing()
    google.faults.refuse("GET", Refusal(400, "invalid", "No"))
    with pytest.raises(Refused):
        door.listing()
    secrets = ["ya29.", "refresh-of-rosa", "client-secret-1", "PRIVATE KEY", "eyJ"]
    assert [secret for secret in secrets if secret in caplog.text] == []
