"""What axe finds against a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLORS = ("color-contrast", "link-in-text-block")  # what another color scheme can change

_AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# What a page does well is neither described nor sent: that took a quarter of the time.
_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
    told => told.violations.map(one => [one.id, one.nodes.map(node => node.html.slice(0, 200))]))"""


def violations(page: Page, rules: Sequence[str] = RULES) -> list[Any]:
    """[rule, the elements that break it], for each broken one."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)  # as no script of the page: its policy rightly forbids others
    return page.evaluate(_RUN, list(rules))  # type: ignore[no-any-return]
