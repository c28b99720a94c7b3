from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.site import Site, SiteRefused, read_site
from tests.upkeep.sites import to_google, write

SERVICE = {
    "type": "service_account",
    "client_email": "bridge@school.iam.gserviceaccount.com",
    "private_key": "-----BEGIN PRIVATE KEY-----\nHIDDEN\n-----END PRIVATE KEY-----\n",
}
USER = {"type": "authorized_user", "client_id": "1", "client_secret": "HIDDEN", "refresh_token": "HIDDEN"}
ID = "c_1a2b@group.calendar.google.com"


def read(folder: Path, calendar: str, credentials: str) -> Site:
    return read_site(
        write(folder, to_google(calendar, "env:GOOGLE")), {"GOOGLE": credentials}, wording_languages=("en", "es")
    )


@pytest.mark.parametrize("credentials", [SERVICE, USER], ids=["service account", "authorized user"])
@pytest.mark.parametrize("calendar", [ID, "office@center.example", "primary"])
def test_both_kinds_of_credentials_and_every_usual_id_are_taken(
    tmp_path: Path, calendar: str, credentials: dict[str, str]
) -> None:
    [center] = read(tmp_path, calendar, json.dumps(credentials)).centers
    assert (center.kind, center.calendar) == ("google", calendar)
    assert json.loads(center.credentials.get_secret_value()) == credentials


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ("HIDDEN", "is not JSON"),
        ('"HIDDEN"', "not credentials of the type"),
        ('{"installed": {"client_secret": "HIDDEN"}}', "not credentials of the type"),
        (json.dumps({**SERVICE, "type": "external_account"}), '"service_account" or "authorized_user"'),
        (json.dumps({**SERVICE, "client_email": ""}), "lacks client_email"),
        (json.dumps({**SERVICE, "private_key": "HIDDEN"}), "private_key that is none"),
        (json.dumps({"type": "authorized_user"}), "lacks client_id and client_secret and refresh_token"),
    ],
)
def test_credentials_that_cannot_work_are_told_without_showing_them(
    tmp_path: Path, credentials: str, words: str
) -> None:
    with pytest.raises(SiteRefused) as refused:
        read(tmp_path, ID, credentials)
    [only] = refused.value.problems
    assert (only.table, only.key) == ("centers", "credentials")
    assert words in only.message
    assert "HIDDEN" not in str(refused.value)


@pytest.mark.parametrize("calendar", ["Eastside", "https://calendar.google.com/calendar/u/0?cid=abc", "a b@c"])
def test_what_is_no_id_is_told_with_where_to_find_it(tmp_path: Path, calendar: str) -> None:
    with pytest.raises(SiteRefused, match="under Integrate calendar"):
        read(tmp_path, calendar, json.dumps(SERVICE))
