"""The stand-in of Google Calendar refuses what no document allows: each of its rules, by plain HTTP."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from rehearsal.google.server import PretendGoogle

ID = "center@group.calendar.google.com"
TIMED = {
    "start": {"dateTime": "2026-12-08T18:00:00-06:00", "timeZone": "America/Chicago"},
    "end": {"dateTime": "2026-12-08T19:00:00-06:00", "timeZone": "America/Chicago"},
}
FAIR = {"iCalUID": "fair@school", "summary": "Book fair", **TIMED}


class Client:
    def __init__(self, google: PretendGoogle) -> None:
        self.google = google
        form = {"grant_type": "refresh_token", "refresh_token": "refresh-of-rosa"}
        form |= dict(zip(("client_id", "client_secret"), google.accounts.client, strict=True))
        self.token = google.accounts.grant(form)["access_token"]

    def ask(
        self, method: str, path: str = "", body: Any = None, if_match: str = "", **query: str
    ) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.google.port, timeout=20)
        address = f"/calendar/v3/calendars/{quote(ID, safe='')}/events{path}?{urlencode(query)}"
        headers = {"Authorization": f"Bearer {self.token}", **({"If-Match": if_match} if if_match else {})}
        connection.request(method, address, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        raw = answer.read()
        connection.close()
        return answer.status, json.loads(raw) if raw else {}

    def reason(self, *asked: Any, **query: Any) -> tuple[int, str]:
        status, said = self.ask(*asked, **query)
        return status, said["error"]["errors"][0]["reason"]


@pytest.fixture
def client() -> Iterator[Client]:
    with PretendGoogle() as google:
        google.calendar(ID, zone="Europe/Berlin")
        yield Client(google)


def test_without_a_token_nothing_is_told(client: Client) -> None:
    client.token = "another"
    assert client.reason("GET") == (401, "authError")


def test_a_calendar_that_is_not_shared_is_not_there(client: Client) -> None:
    client.google.calendars[ID].roles.clear()
    assert client.reason("GET") == (404, "notFound")


@pytest.mark.parametrize(
    "wrong",
    [
        {"titel": "x"},
        {"etag": "x"},
        {"status": "off"},
        {"start": {"dateTime": "2026-12-08T18:00:00"}},
        {"start": {"date": "2026-12-08"}},
        {"start": {"dateTime": "2026-12-08T18:00:00-06:00", "timeZone": "Central"}},
        {"end": {"dateTime": "2026-12-08T17:00:00-06:00"}},
        {"start": {"date": "2026-12-08"}, "end": {"date": "2026-12-08"}},
        {"recurrence": ["DTSTART:20261208T180000Z"]},
        {"recurrence": ["RRULE:FREQ=SOMETIMES"]},
        {"recurrence": ["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z"]},
        {"recurrence": ["RRULE:FREQ=DAILY"], "start": {"dateTime": "2026-12-08T18:00:00-06:00"}},
        {"extendedProperties": {"private": {"x": "y" * 1025}}},
        {"extendedProperties": {"private": {"x" * 45: "y"}}},
        {"iCalUID": ""},
    ],
    ids=lambda one: "-".join(one),
)
def test_what_no_document_allows_is_refused(client: Client, wrong: dict[str, Any]) -> None:
    assert client.ask("POST", "/import", {**FAIR, **wrong})[0] == 400
    assert client.google.calendars[ID].events == {}


def test_parameters_that_no_document_names_are_refused(client: Client) -> None:
    assert client.ask("GET", sort="up")[0] == 400
    assert client.ask("GET", maxResults="2501")[0] == 400


def test_import_keeps_the_icaluid_once_even_after_a_deletion(client: Client) -> None:
    status, made = client.ask("POST", "/import", FAIR)
    assert (status, made["iCalUID"]) == (200, "fair@school")
    assert client.reason("POST", "/import", FAIR) == (409, "duplicate")
    assert client.ask("DELETE", f"/{made['id']}")[0] == 204
    assert client.reason("DELETE", f"/{made['id']}") == (410, "deleted")
    assert client.reason("POST", "/import", FAIR) == (409, "duplicate")


def test_insert_takes_an_id_of_ones_own_once(client: Client) -> None:
    assert client.ask("POST", "", {**TIMED, "id": "abc12"})[0] == 200
    assert client.reason("POST", "", {**TIMED, "id": "abc12"}) == (409, "duplicate")
    assert client.ask("POST", "", {**TIMED, "id": "xyz12"})[0] == 400
    assert client.ask("POST", "", {**TIMED, "id": "abc34", "iCalUID": "x"})[0] == 400


def test_times_are_answered_in_the_zone_of_the_calendar(client: Client) -> None:
    _, made = client.ask("POST", "/import", FAIR)
    assert made["start"] == {"dateTime": "2026-12-09T01:00:00+01:00", "timeZone": "America/Chicago"}


def test_another_version_is_412_and_each_change_makes_one(client: Client) -> None:
    _, made = client.ask("POST", "/import", FAIR)
    _, changed = client.ask("PATCH", f"/{made['id']}", {"location": "Gym"}, if_match=made["etag"])
    assert changed["etag"] != made["etag"]
    assert client.reason("PATCH", f"/{made['id']}", {"location": "Hall"}, if_match=made["etag"]) == (
        412,
        "conditionNotMet",
    )
    assert client.ask("DELETE", f"/{made['id']}", if_match=made["etag"])[0] == 412


def test_a_patch_merges_objects_replaces_lists_and_null_takes_away(client: Client) -> None:
    _, made = client.ask("POST", "/import", {**FAIR, "extendedProperties": {"private": {"a": "1"}}, "location": "Gym"})
    patch = {"extendedProperties": {"private": {"b": "2"}}, "location": None}
    _, changed = client.ask("PATCH", f"/{made['id']}", patch)
    assert changed["extendedProperties"] == {"private": {"a": "1", "b": "2"}}
    assert "location" not in changed


def test_a_sequence_may_not_fall(client: Client) -> None:
    _, made = client.ask("POST", "/import", {**FAIR, "sequence": 3})
    assert client.ask("PATCH", f"/{made['id']}", {"sequence": 2})[0] == 400


def test_a_sync_token_tells_changes_deletions_too_and_may_not_be_narrowed(client: Client) -> None:
    _, made = client.ask("POST", "/import", FAIR)
    token = client.ask("GET")[1]["nextSyncToken"]
    assert client.ask("GET", syncToken=token)[1]["items"] == []
    client.ask("DELETE", f"/{made['id']}")
    assert [one["status"] for one in client.ask("GET", syncToken=token)[1]["items"]] == ["cancelled"]
    assert client.ask("GET")[1]["items"] == []
    assert client.ask("GET", syncToken=token, iCalUID="fair@school")[0] == 400
    assert client.ask("GET", syncToken=token, showDeleted="false")[0] == 400
    client.google.calendars[ID].forget_tokens()
    assert client.reason("GET", syncToken=token) == (410, "fullSyncRequired")


def test_a_page_token_stands_where_more_follows_and_the_sync_token_only_at_the_end(client: Client) -> None:
    for number in range(3):
        client.ask("POST", "/import", {**FAIR, "iCalUID": str(number)})
    first = client.ask("GET", maxResults="2")[1]
    assert (len(first["items"]), "nextSyncToken" in first) == (2, False)
    last = client.ask("GET", maxResults="2", pageToken=first["nextPageToken"])[1]
    assert (len(last["items"]), "nextPageToken" in last, "nextSyncToken" in last) == (1, False, True)


def test_a_series_has_instances_and_a_changed_one_is_an_event_of_its_own(client: Client) -> None:
    _, made = client.ask("POST", "/import", {**FAIR, "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    _, said = client.ask("GET", f"/{made['id']}/instances")
    second = said["items"][1]
    assert len(said["items"]) == 3
    assert second["originalStartTime"]["dateTime"] == "2026-12-16T01:00:00+01:00"
    client.ask("PATCH", f"/{second['id']}", {"location": "Hall"})
    client.ask("DELETE", f"/{said['items'][2]['id']}")
    items = client.ask("GET")[1]["items"]
    assert sorted((one["status"], one.get("location", "")) for one in items) == [
        ("cancelled", ""),
        ("confirmed", ""),
        ("confirmed", "Hall"),
    ]
    cancelled = next(one for one in items if one["status"] == "cancelled")
    assert cancelled.keys() == {"kind", "etag", "id", "status", "recurringEventId", "originalStartTime"}
    assert len(client.ask("GET", f"/{made['id']}/instances")[1]["items"]) == 2


def test_a_reader_may_not_write(client: Client) -> None:
    client.google.calendars[ID].roles["rosa@center.example"] = "reader"
    assert client.ask("GET")[1]["accessRole"] == "reader"
    assert client.reason("POST", "/import", FAIR) == (403, "requiredAccessLevel")
