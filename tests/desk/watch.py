"""Eyes on a browser: whether anything ran, asked elsewhere, or went against a page's policy that is not ours."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.desk.conftest import Desk
from tests.desk.payloads import ELSEWHERE

_BEFORE_ALL_ELSE = """
window.ran = [];
window.canary = n => { window.ran.push(n) };
document.addEventListener("securitypolicyviolation", one => window.ran.push(`${one.effectiveDirective}: ${one.blockedURI} ${one.sample}`));
"""  # noqa: E501
# What people do with a page, done to all of it at once.
_TOUCH = """() => { for (const one of document.querySelectorAll("*"))
    for (const kind of ["mouseover", "mouseenter", "pointerover", "pointerenter", "focus", "scroll", "toggle"])
        one.dispatchEvent(new Event(kind)) }"""
# Elements and attributes that no template of ours has: had they come from somebody's words, those would be markup.
_STRANGE = r"""() => {
    const never = "iframe, frame, object, embed, base, portal, applet, math, marquee, body style, video, audio, foreignObject, " +
        "meta[http-equiv=refresh], link:not([href^='/static/']):not([rel=alternate]):not([rel=icon]), " +
        "script:not([src^='/static/']), img[src*='canary'], img[src='x']";
    const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "ping"];
    const badly = (name, value) => /^on|^(data-)?hx-on|^(data-)?hx-vars|^x-|^v-|^ng-/i.test(name)
        || addresses.includes(name) && /^[\u0000-\u0020]*(javascript|vbscript|data:text|data:image\/svg)/i.test(value)
        || /^(data-)?hx-|^formaction$|^action$/i.test(name) && /canary/.test(value);
    return [...document.querySelectorAll(never)].map(one => one.outerHTML.slice(0, 200))
        .concat([...document.querySelectorAll("*")].filter(one => [...one.attributes].some(a => badly(a.name, a.value)))
            .map(one => one.outerHTML.slice(0, 200)))
}"""


class Watch:
    """A browser of one person. `without_policy`: the pages' policy is off, so that their words alone must hold."""

    def __init__(self, browser: Browser, desk: Desk, who: str | None, *, without_policy: bool, **more: Any) -> None:
        self.desk, self.without_policy, self.seen = desk, without_policy, list[str]()
        self.context: BrowserContext = browser.new_context(bypass_csp=without_policy, **more)
        desk.opened.append(self.context)
        self.context.add_init_script(_BEFORE_ALL_ELSE)
        self.context.route(lambda url: ELSEWHERE in url.split("?")[0], self._elsewhere)
        if who:
            self.become(who)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("dialog", lambda one: (self.seen.append(f"dialog: {one.message}"), one.dismiss()))
        self.page.on("pageerror", lambda one: self.seen.append(f"error: {one}"))
        self.context.on("page", lambda one: self.seen.append(f"another window: {one.url}"))

    def become(self, who: str) -> None:
        self.context.add_cookies([{"name": "session", "value": self.desk.token(who), "url": self.desk.address}])

    def _elsewhere(self, route: Any) -> None:
        self.seen.append(f"asked {route.request.url}")
        route.abort()

    def open(self, path: str) -> Page:
        self.page.goto(self.desk.address + path)
        self.touch()
        return self.page

    def touch(self) -> None:
        """All that is open by now, looked at."""
        where = self.page.url
        self.page.evaluate(_TOUCH)
        self.seen += [f"{where}: ran {one}" for one in self.page.evaluate("window.ran")]
        self.seen += [f"{where}: stands there {one}" for one in self.page.evaluate(_STRANGE)]
        assert self.page.url == where, "the page led elsewhere by itself"
