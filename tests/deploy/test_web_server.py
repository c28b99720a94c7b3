"""The web server in front: Caddy's file, understood by Caddy where it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tests.program import ROOT
from web.machines.webhooks import LARGEST

CADDYFILE = ROOT / "deploy" / "Caddyfile"


def test_the_site_is_handed_on_to_where_the_service_listens() -> None:
    text, unit = CADDYFILE.read_text(), (ROOT / "deploy" / "pta-bridge.service").read_text()
    host, port = re.findall(r"--host (\S+) --port (\d+)", unit)[0]
    assert f"reverse_proxy {{$BRIDGE_WEBS:{host}:{port}}} " in text
    assert "flush_interval -1" in text, "live updates arrive at once"
    assert re.search(r"@operators path /metrics /readyz\n\s+respond @operators 404", text)
    assert text.count("{") == text.count("}")


def test_what_may_be_sent_is_a_little_more_than_the_largest_that_we_take() -> None:
    [allowed] = re.findall(r"max_size (\d+)MB", CADDYFILE.read_text())
    assert LARGEST < int(allowed) * 1_000_000 < 3 * LARGEST


def test_caddy_itself_understands_it(tmp_path: Path) -> None:
    caddy = shutil.which("caddy")
    if not caddy:  # on a machine without it the tests above are all that is known
        return
    told = subprocess.run(
        [caddy, "validate", "--adapter", "caddyfile", "--config", CADDYFILE],
        capture_output=True, text=True, timeout=60, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert told.returncode == 0 and "Valid configuration" in told.stdout + told.stderr, told.stderr
