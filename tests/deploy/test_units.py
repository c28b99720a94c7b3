"""The units of systemd: they parse, what they start is there, and they may do little."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.main import TABLE
from tests.program import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
SERVICES = [one for one in UNITS if one.suffix == ".service"]
INSTALLED = "/opt/pta-bridge"
HARDENED = {
    "NoNewPrivileges": "true", "ProtectSystem": "strict", "ProtectHome": "true", "PrivateTmp": "true",
    "PrivateDevices": "true", "CapabilityBoundingSet": "", "RestrictNamespaces": "true", "UMask": "0077",
    "User": "pta-bridge", "StateDirectory": "pta-bridge", "WorkingDirectory": "/var/lib/pta-bridge",
    "LoadCredential": "BRIDGE_SECRET_KEY:/etc/pta-bridge/secret.key",
}  # fmt: skip


PARTS = [one for one in SERVICES if one.name.startswith(("pta-bridge-web", "pta-bridge-worker", "pta-bridge-clock"))]
COMMON = DEPLOY / "pta-bridge-.service.d" / "common.conf"  # systemd adds it to all whose names begin so


def settings(unit: Path) -> Iterator[tuple[str, str]]:
    """As systemd reads them: what is common comes after the unit's own."""
    yield from _lines(unit)
    if unit in PARTS:
        yield from _lines(COMMON)


def _lines(unit: Path) -> Iterator[tuple[str, str]]:
    for line in unit.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            name, _, value = line.partition("=")
            yield name, value


def test_all_that_the_guide_installs_is_here() -> None:
    assert [one.name for one in UNITS] == [
        "pta-bridge-backup.service", "pta-bridge-clock.service", "pta-bridge-web@.service", "pta-bridge-worker@.service",
        "pta-bridge.service", "pta-bridge-backup.timer",
    ]  # fmt: skip
    assert len(PARTS) == 3


def test_the_parts_of_many_machines_may_do_what_the_one_process_may() -> None:
    own = {"Restart", "RestartSec"}
    alone = [one for one in _lines(DEPLOY / "pta-bridge.service") if one[0] not in own]
    assert list(_lines(COMMON)) == [one for one in alone if one[0] not in ("Description", "Documentation", "Wants", "After",
                                                                          "ExecStart", "WantedBy")]  # fmt: skip
    for part in PARTS:
        assert dict(_lines(part))["Restart"] == "always"


def test_what_a_part_starts_is_a_command() -> None:
    for part in PARTS:
        started = dict(_lines(part))["ExecStart"].split("run.py ")[1].split()
        assert started[0] in TABLE and started[0] in part.name


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.name)
def test_a_service_may_write_its_own_folder_and_nothing_else(unit: Path) -> None:
    told = dict(settings(unit))
    assert {name: told.get(name) for name in HARDENED} == HARDENED
    assert not {"ReadWritePaths", "AmbientCapabilities"} & {name for name, value in told.items() if value}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda one: one.name)
def test_what_a_service_starts_is_in_the_repository(unit: Path) -> None:
    named = [
        word.removeprefix(INSTALLED)
        for name, value in settings(unit)
        if name in ("ExecStart", "Documentation")
        for word in value.removeprefix("file:").split()
        if word.startswith(INSTALLED)
    ]
    assert len(named) >= 2
    assert [one for one in named if not (ROOT / one.lstrip("/")).exists()] == []


def test_systemd_itself_understands_them(tmp_path: Path) -> None:
    """Where systemd is; it looks for what is started, so paths are those of this folder."""
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(INSTALLED, str(ROOT)))
    shutil.copytree(COMMON.parent, tmp_path / COMMON.parent.name)
    analyze = shutil.which("systemd-analyze")
    if not analyze:
        assert all("=" in line for unit in UNITS for line in unit.read_text().splitlines() if line[:1].isalpha())
        return
    told = subprocess.run(
        [analyze, "verify", *(tmp_path / unit.name for unit in UNITS)], capture_output=True, text=True, timeout=60
    )
    assert (told.returncode, [line for line in told.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


@pytest.mark.parametrize("script", ["backup.sh", "pta-bridge"])
def test_a_script_is_one_that_any_shell_reads(script: str) -> None:
    text = (DEPLOY / script).read_text()
    assert text.startswith("#!/bin/sh\n") and "set -eu" in text
    assert subprocess.run(["sh", "-n", DEPLOY / script]).returncode == 0
    assert (DEPLOY / script).stat().st_mode & 0o111
