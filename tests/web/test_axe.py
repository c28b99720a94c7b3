"""What looks for faults finds them, whatever a page's policy is."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.web.axe import COLORS, violations

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
FAULTY = f"""<!doctype html><html lang="en"><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>Faulty</title>
<style>p {{ color: #666 }} @media (prefers-color-scheme: dark) {{ body {{ background: #222 }} h1 {{ color: #fff }} }}</style>
<main><h1>Faulty</h1><p>Pale in the dark only.</p><input type="text"></main></html>"""


def test_a_fault_is_found_under_a_strict_policy_and_in_the_scheme_that_has_it(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FAULTY)
    light = violations(page)
    page.emulate_media(color_scheme="dark")
    dark = violations(page, COLORS)
    page.close()
    assert light == [["label", ['<input type="text">']]]
    assert dark == [["color-contrast", ["<p>Pale in the dark only.</p>"]]]
