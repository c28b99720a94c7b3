"""The number of a request: in its answer, and in the logs of all that comes of it."""

from __future__ import annotations

import re

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.web.conftest import Site


def test_a_number_that_a_proxy_gave_is_answered_back(site: Site) -> None:
    assert site.get("/healthz", X_Request_ID="0af7651916cd43dd8448eb211c80319c").headers["x-request-id"] == (
        "0af7651916cd43dd8448eb211c80319c"
    )


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "words of a family", "<b>12345678</b>", "ñandú-12345"])
def test_what_is_no_number_is_not_taken_over(site: Site, given: str) -> None:
    made = [site.get("/healthz", X_Request_ID=given).headers["x-request-id"] for _ in range(2)]
    assert all(re.fullmatch(r"rq_[0-9a-f]{10}_[0-9]+", one) for one in made) and made[0] != made[1]


def test_a_fault_is_logged_with_the_number_that_its_reader_got(site: Site) -> None:
    site.db.close()
    (site.folder / "bridge.db").write_bytes(b"no database any more")
    with capture_logs([merge_contextvars]) as logs:
        answer = site.get("/e/unknown")
    assert answer.status == 500
    (line,) = [one for one in logs if one["event"] == "a page failed"]
    assert line["request"] == answer.headers["x-request-id"]
