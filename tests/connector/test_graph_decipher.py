import json
from pathlib import Path
from typing import Any

import pytest

from connector.errors import (
    Gone,
    NotAllowed,
    OutcomeUnknown,
    OutsideError,
    Refused,
    SignInNeeded,
    Throttled,
    TooMuchData,
    TryLater,
    WritesBlocked,
)
from connector.graph.decipher import decipher

SAMPLES = Path(__file__).parent.parent / "samples" / "graph"


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def fault(code: int | str | None, subcode: int | None = None, message: str = "Something", **more: Any) -> bytes:
    error = {"message": message, "type": "OAuthException", "fbtrace_id": "AmF1", **more}
    error |= {} if code is None else {"code": code}
    error |= {} if subcode is None else {"error_subcode": subcode}
    return json.dumps({"error": error}).encode()


def refusal(status: int, body: bytes, method: str = "GET", **more: Any) -> OutsideError:
    with pytest.raises(OutsideError) as caught:
        decipher(status, more.pop("headers", {}), body, method, **more)
    return caught.value


@pytest.mark.parametrize("content_type", ["application/json", "text/javascript; charset=UTF-8", "text/html"])
def test_data_is_data_whatever_the_content_type_says(content_type: str) -> None:
    assert decipher(200, {"Content-Type": content_type}, b'{"data":[]}', "GET") == {"data": []}


def test_the_answer_to_a_batch_is_a_list() -> None:
    assert decipher(200, {}, b'[{"code":200,"body":"{}"},null]', "POST") == [{"code": 200, "body": "{}"}, None]


@pytest.mark.parametrize(
    "body", [b'{"id":"5551_9002"}', b'{"success":true}', b'{"success":"true"}', b'{"id":1,"post_id":"1_2"}']
)
def test_a_write_stands_when_an_id_or_success_comes_back(body: bytes) -> None:
    assert decipher(200, {}, body, "POST") == json.loads(body)


@pytest.mark.parametrize(
    ("code", "subcode", "status", "kind"),
    [
        (4, None, 400, Throttled),
        (17, None, 400, Throttled),
        (32, None, 403, Throttled),
        (341, None, 400, Throttled),
        (613, 1996, 400, Throttled),
        (80001, 2446079, 400, Throttled),
        (80014, None, 400, Throttled),
        (4, None, 500, Throttled),
        (None, None, 429, Throttled),
        (102, None, 400, SignInNeeded),
        (190, None, 401, SignInNeeded),
        (190, 463, 500, SignInNeeded),
        (459, None, 400, SignInNeeded),
        (3, None, 400, NotAllowed),
        (5, None, 400, NotAllowed),
        (10, None, 403, NotAllowed),
        (104, None, 400, NotAllowed),
        (200, None, 403, NotAllowed),
        (283, None, 403, NotAllowed),
        (299, None, 403, NotAllowed),
        (1705, None, 400, NotAllowed),
        (100, 33, 400, Gone),
        (803, None, 404, Gone),
        (10, 2018278, 400, Refused),
        (12, None, 400, Refused),
        (100, None, 400, Refused),
        (100, None, 500, Refused),
        (551, 1545041, 400, Refused),
        (2500, None, 400, Refused),
        (3001, None, 400, Refused),
        (1609005, None, 400, Refused),
        (987654, None, 400, Refused),
        (None, None, 400, Refused),
    ],
)
def test_reads_and_writes_with_a_clear_code_fail_alike(
    code: int | None, subcode: int | None, status: int, kind: type[OutsideError]
) -> None:
    for method in ("GET", "POST", "DELETE"):
        error = refusal(status, fault(code, subcode), method)
        assert type(error) is kind
        assert (error.code, error.subcode, error.trace) == (code, subcode, "AmF1")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, fault(1)),
        (503, fault(2, is_transient=True)),
        (400, fault(2)),
        (200, fault(1)),
        (500, fault(424242)),
        (400, fault(424242, is_transient=True)),
        (400, fault(424242, 1363047)),
        (200, fault(424242)),
        (500, b"{}"),
        (502, b"<html><h1>Bad Gateway</h1></html>"),
        (408, b""),
        (302, b""),
        (200, b""),
        (200, b"<html>Sign in to the school's network</html>"),
        (200, b'{"id":"10001_55'),
        (200, b"Service Unavailable"),
        (200, b'"Service Unavailable"'),
        (200, b"true"),
        (200, b'{"success":false}'),
        (200, b'{"success":"false"}'),
        (200, b"\xff\xfe\x00"),
        (200, b"[" * 100_000),
    ],
)
def test_without_a_clear_answer_a_write_is_unknown_and_a_read_comes_again(status: int, body: bytes) -> None:
    assert type(refusal(status, body, "POST")) is OutcomeUnknown
    assert type(refusal(status, body, "DELETE")) is OutcomeUnknown
    assert type(refusal(status, body, "GET")) is TryLater


@pytest.mark.parametrize(
    "body", [b"{}", b'{"id":""}', b'{"id":null}', b'{"data":[]}', b'{"message":"Service Unavailable"}']
)
def test_a_write_without_an_id_is_unknown(body: bytes) -> None:
    assert type(refusal(200, body, "POST")) is OutcomeUnknown


def test_a_family_may_write_that_a_service_is_unavailable() -> None:
    body = b'{"data":[{"id":"1_2","message":"Service Unavailable"}]}'
    assert decipher(200, {}, body, "GET")["data"][0]["message"] == "Service Unavailable"


def test_a_duplicate_may_be_our_own_post_that_stands() -> None:
    error = refusal(400, sample("error_506_duplicate"), "POST")
    assert type(error) is OutcomeUnknown
    assert (error.code, error.subcode, error.trace) == (506, 1455006, "F1")
    assert "read back" in error.message


def test_abuse_stops_all_writes_of_the_page() -> None:
    assert type(refusal(400, fault(368), "POST")) is WritesBlocked
    assert type(refusal(400, fault(368), "GET")) is WritesBlocked


def test_a_read_that_was_too_large_asks_for_less() -> None:
    assert type(refusal(500, sample("error_1_too_much_data"), "GET")) is TooMuchData
    assert type(refusal(500, sample("error_1_too_much_data"), "POST")) is OutcomeUnknown


def test_the_pause_is_what_facebook_names_for_this_page_in_minutes() -> None:
    headers = {
        "X-Business-Use-Case-Usage": '{"10001":[{"call_count":101,"estimated_time_to_regain_access":12}],'
        '"10002":[{"call_count":101,"estimated_time_to_regain_access":55}]}'
    }
    error = refusal(400, sample("error_80001_throttled"), "GET", headers=headers, page_id="10001")
    assert isinstance(error, Throttled)
    assert error.seconds == 720
    assert "12 minutes" in error.message


def test_a_pause_without_a_time_says_so() -> None:
    error = refusal(400, sample("error_80001_throttled"))
    assert isinstance(error, Throttled)
    assert error.seconds is None


@pytest.mark.parametrize(
    ("subcode", "words"),
    [
        (None, "does not accept the token"),
        (458, "removed our app"),
        (459, "check their account"),
        (460, "password"),
        (463, "has expired"),
        (464, "not confirmed"),
        (467, "no longer valid"),
        (492, "no longer has a role"),
        (999, "does not accept the token"),
    ],
)
def test_each_death_of_a_token_has_its_own_sentence_and_the_mend(subcode: int | None, words: str) -> None:
    error = refusal(400, fault(190, subcode))
    assert words in error.message
    assert "connect the Page again" in error.message


def test_a_call_without_a_token_needs_a_sign_in() -> None:
    message = "An active access token must be used to query information about the current user."
    assert type(refusal(400, fault(2500, message=message))) is SignInNeeded


def test_missing_scopes_are_named_as_facebook_names_them() -> None:
    error = refusal(403, sample("error_200_scopes"), "POST")
    assert type(error) is NotAllowed
    assert "pages_read_engagement and pages_manage_posts" in error.message
    assert "groups" not in error.message


def test_a_wrong_signature_of_the_token_names_the_setting() -> None:
    error = refusal(400, fault(100, message="Invalid appsecret_proof provided in the API argument"))
    assert type(error) is NotAllowed
    assert "BRIDGE_FB_APP_SECRET" in error.message


def test_an_object_that_is_not_shown_is_gone_but_not_proven_deleted() -> None:
    error = refusal(400, sample("error_100_33_gone"))
    assert type(error) is Gone
    assert "token" in error.message


def test_a_link_that_facebook_cannot_open_names_the_setting() -> None:
    assert "BRIDGE_PUBLIC_URL" in refusal(400, fault(1609005), "POST").message


def test_codes_as_text_and_odd_extras_are_understood() -> None:
    error = refusal(400, fault("190", error_data='{"blame":"x"}', error_user_msg=None))
    assert type(error) is SignInNeeded


@pytest.mark.parametrize("error", ["invalid_request", ["x"], {"code": "none", "message": None}, {"code": None}])
def test_an_error_of_another_shape_is_still_an_error(error: object) -> None:
    assert type(refusal(400, json.dumps({"error": error}).encode())) is Refused


def test_facebooks_own_words_are_told_without_tokens() -> None:
    said = "(#100) Malformed access token EAAGm0PX4ZCpsBAKZB and https://x.example/v26.0/me?access_token=abc&limit=1 for TOKEN"
    error = refusal(400, fault(100, message=said), secrets=["TOKEN", ""])
    assert "Malformed access token" in error.message
    for secret in ("EAAGm0PX4ZCpsBAKZB", "abc", "TOKEN"):
        assert secret not in error.message


@pytest.mark.parametrize(
    "code", [1, 2, 3, 4, 5, 10, 12, 100, 104, 190, 200, 368, 459, 506, 551, 803, 1705, 2500, 3001, 1609005]
)
def test_every_message_is_one_sentence_that_names_facebook_or_the_page(code: int) -> None:
    for method in ("GET", "POST"):
        error = refusal(400, fault(code, message="(#1) It went wrong."), method)
        assert error.subject == "Facebook"
        assert error.message.endswith(".") and ". " not in error.message
        assert "Facebook" in error.message or "Page" in error.message
