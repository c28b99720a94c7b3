"""What is logged, where, and what never is."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import scrub, start_logging


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


def test_a_person_at_a_command_sees_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("text", quiet=True)
    structlog.get_logger().info("delivered")
    structlog.get_logger().warning("not delivered")
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1 and "not delivered" in told[0]
