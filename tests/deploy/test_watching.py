"""What wakes somebody, and the page about it, speak of numbers that there are."""

from __future__ import annotations

import re

import yaml

from models.database import Database
from tests.models.rows import NOW
from tests.program import ROOT
from web.context import WebhookCounts
from web.machines.metrics import Metrics

RULES, PAGE = ROOT / "deploy" / "alerts.yml", ROOT / "docs" / "watching.md"


def told(db: Database) -> set[str]:
    """The names of all numbers, also of those that there is nothing to tell of yet."""
    text = Metrics(db, WebhookCounts(), lambda: NOW).text().decode()
    return set(re.findall(r"# TYPE pta_bridge_(\w+) ", text))


def test_every_alarm_is_about_numbers_that_there_are(db: Database) -> None:
    [group] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    assert len(group["rules"]) == 5 and group["name"] == "pta-bridge"
    known = told(db)
    for rule in group["rules"]:
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert re.fullmatch(r"PtaBridge[A-Za-z]+", rule["alert"]) and re.fullmatch(r"\d+m", rule["for"])
        used = set(re.findall(r"pta_bridge_(\w+)", rule["expr"]))
        assert used and used <= known, rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert set(rule["annotations"]) == {"summary", "mend"}


def test_the_page_explains_every_number_and_no_other(db: Database) -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", PAGE.read_text(encoding="utf-8").partition("## Five")[0], re.M)
    explained = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}
    assert explained == told(db)
