"""The containers of a state: each starts what there is, may do little, and nothing secret stands in the file."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from commands.main import TABLE
from config.settings import Settings
from tests.program import ROOT

TEXT = (ROOT / "deploy" / "compose.yaml").read_text()
ENTRYPOINT = (ROOT / "deploy" / "Containerfile").read_text().partition("\nENTRYPOINT ")[2].partition("\n")[0]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
PARTS = {name: one for name, one in SERVICES.items() if one["image"] == "pta-bridge"}


def test_there_are_two_web_processes_two_workers_a_clock_and_one_who_migrates_first() -> None:
    started = {name: one["command"][0] for name, one in PARTS.items()}
    assert started == {"migrate": "migrate", "web1": "web", "web2": "web", "worker": "worker", "clock": "clock"}
    assert set(started.values()) <= set(TABLE)
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    for name in PARTS.keys() - {"migrate"}:
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert SERVICES["migrate"]["restart"] == "no"


@pytest.mark.parametrize("name", PARTS)
def test_a_part_may_write_its_volume_and_nothing_else(name: str) -> None:
    part = PARTS[name]
    assert part["read_only"] and part["cap_drop"] == ["ALL"] and "no-new-privileges:true" in part["security_opt"]
    assert part["volumes"] == ["data:/var/lib/pta-bridge"] and not {"privileged", "cap_add", "ports"} & part.keys()
    assert part["stop_grace_period"] == "90s", "as long as systemd gives it"


def test_each_part_that_goes_on_is_asked_whether_it_is_well() -> None:
    assert PARTS["migrate"]["healthcheck"] == {"disable": True}, "it ends"
    assert not any("healthcheck" in PARTS[name] for name in ("web1", "web2")), "the image's own asks for /readyz"
    for role in ("worker", "clock"):
        *program, command, asked = PARTS[role]["healthcheck"]["test"]
        assert program == ["CMD", *json.loads(ENTRYPOINT)] and command in TABLE and asked == role


def test_secrets_are_files_and_go_by_the_names_of_settings() -> None:
    secrets = yaml.safe_load(TEXT)["secrets"]
    assert all(one == {"file": f"./secrets/{name}"} for name, one in secrets.items())
    ours = {name for part in PARTS.values() for name in part["secrets"]}
    assert ours | {"POSTGRES_PASSWORD"} == set(secrets)
    assert {name.removeprefix("BRIDGE_").lower() for name in ours} <= set(Settings.model_fields)
    for kept in ("deploy/secrets", "deploy/compose.env"):
        assert kept in (ROOT / ".containerignore").read_text()
        assert kept in (ROOT / ".gitignore").read_text()


def test_caddy_finds_the_web_processes_and_is_believed() -> None:
    caddy, part = SERVICES["caddy"], PARTS["web1"]
    address = caddy["networks"]["inside"]["ipv4_address"]
    assert part["environment"]["BRIDGE_TRUSTED_PROXIES"] == address
    ports = {f"{name}:{PARTS[name]['command'][-1]}" for name in ("web1", "web2")}
    assert set(caddy["environment"]["BRIDGE_WEBS"].split()) == ports
    named = set(re.findall(r"\{\$(\w+)", (ROOT / "deploy" / "Caddyfile").read_text()))
    assert named == {"BRIDGE_WEBS", "BRIDGE_SITE"} == named & caddy["environment"].keys()
    assert (ROOT / "deploy" / caddy["volumes"][0].split(":")[0]).is_file()


def test_postgres_keeps_the_log_of_changes_and_takes_as_many_connections_as_the_parts_may_want() -> None:
    told = dict(one.split("=", 1) for one in SERVICES["postgres"]["command"] if "=" in one)
    assert told["archive_mode"] == "on" and "/archive/%f" in told["archive_command"]
    assert int(told["max_connections"]) >= 300
