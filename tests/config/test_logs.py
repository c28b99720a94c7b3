"""What is logged, where, and what never is."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog

from config.logs import hide, scrub, start_logging, uncaught


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


def test_logs_go_to_standard_error_and_nothing_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("json")
    structlog.get_logger().info("delivered", delivery="de_1")
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads(told.err)["delivery"] == "de_1"


@pytest.mark.parametrize(
    "line",
    [
        "GET /v26.0/me?access_token=PAGE-SECRET&limit=5",
        "GET /debug_token?input_token=PAGE-SECRET",
        '{"access_token": "PAGE-SECRET"}',
        "client_secret=PAGE-SECRET",
        "appsecret_proof=PAGE-SECRET",
    ],
)
def test_secrets_are_washed_out_of_every_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text")
    structlog.get_logger().warning(line)
    logging.getLogger("urllib3").warning(line)
    assert "PAGE-SECRET" not in capsys.readouterr().err
    assert "PAGE-SECRET" not in scrub(line)


def test_a_secret_that_is_a_part_of_a_name_hides_the_value_all_the_same() -> None:
    hide("secret")
    assert "VALUE" not in scrub("client_secret=VALUE&appsecret_proof=VALUE")


def test_a_person_at_a_command_sees_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text", quiet=True)
    structlog.get_logger().info("delivered")
    structlog.get_logger().warning("not delivered")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and "not delivered" in told[0]


def test_what_was_hidden_is_washed_out_in_every_spelling_and_at_every_depth(capsys: pytest.CaptureFixture[str]) -> None:
    secret = 'pass+word/é"='
    hide(secret)
    start_logging("json")
    spelled = [secret, quote(secret, safe=""), json.dumps(secret), base64.b64encode(secret.encode()).decode()]
    structlog.get_logger().warning(
        "a line", deep={"list": spelled, "path": Path(f"/x/{secret}")}, wrong=ValueError(secret)
    )
    logging.getLogger("some.library").warning("Signed in with %s and %r", secret, secret)
    told = capsys.readouterr().err
    assert not [one for one in spelled if one.strip('"') in told]
    assert [json.loads(line)["level"] for line in told.splitlines()] == ["warning", "warning"], "JSON all the same"


@pytest.mark.parametrize("form", ["text", "json"])
def test_tracebacks_are_washed_ours_and_those_of_libraries(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    hide("a-secret-of-ours")
    start_logging(form)
    try:
        raise ValueError("GET https://mail.example.org/x?key=abcdef failed for a-secret-of-ours")
    except ValueError:
        structlog.get_logger().exception("a job failed")
        logging.getLogger("some.server").exception("Exception in ASGI application")
    told = capsys.readouterr().err
    assert told.count("ValueError: GET") == 2
    assert "a-secret-of-ours" not in told and "abcdef" not in told


def test_what_nobody_caught_is_washed_too(capsys: pytest.CaptureFixture[str]) -> None:
    hide("a-secret-of-ours")
    uncaught(RuntimeError, RuntimeError("no way through with a-secret-of-ours"), None)
    assert capsys.readouterr().err == "RuntimeError: no way through with …\n"


@pytest.mark.parametrize(
    "line",
    [
        "http://bridge:HIDDEN@proxy.example:8080 refused",
        "Authorization: Basic HIDDEN12345==",
        "Authorization: Bearer HIDDEN-token-1",
        '"GET /calendar.ics?key=HIDDEN HTTP/1.1" 200',
        "webcal://example.org/a.ics?HIDDEN",
        "GET /feeds/HIDDEN-abc.ics",
        "https://calendar.google.com/calendar/ical/x/private-HIDDEN/basic.ics",
    ],
)
def test_addresses_lose_what_may_be_secret_in_them(line: str) -> None:
    assert "HIDDEN" not in scrub(line)


def test_an_ordinary_line_stays_as_it_is() -> None:
    line = "Facebook asks for fewer calls: leave it alone for about 5 minutes (page pta-page, 3/4?)."
    assert scrub(line) == line


def test_thousands_of_secrets_are_hidden_each_and_the_longer_before_the_shorter() -> None:
    hide(*(f"EAAB-token-{number}" for number in range(5_000)), "EAAB-token")
    told = scrub("tokens EAAB-token-4999, EAAB-token-49990, EAAB-token; EAAB-other")
    assert told == "tokens …, …0, …; EAAB-other"
