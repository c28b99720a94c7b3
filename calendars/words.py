"""The texts of an event as people should read them: no markup, no entities, no characters that steer a screen."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TAG = re.compile(
    r"</?(?:a|b|body|br|center|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|pre|script|span|strong|style|table|tbody|td|th"
    r"|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|apos|gt|ldquo|lsquo|lt|mdash|nbsp|ndash|quot|rdquo|rsquo);", re.I
)
_NEW_LINE = {"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"}
_UNSEEN = {"head", "script", "style", "title"}


def plain(text: str) -> str:
    """Plain text of several lines; HTML (also with its entities only) is turned into text, links keep their address."""
    text = _STEERING.sub("", _BREAKS.sub("\n", text))
    if _TAG.search(text):
        text = _without_markup(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    text = _STEERING.sub("", text.replace("\xa0", " "))
    rows = (" ".join(row.split(" ")).rstrip() for row in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def one_line(text: str) -> str:
    """The same for titles and places."""
    return " ".join(plain(text).split())


def normal(text: str) -> str:
    """For comparing titles and places: case and spaces don't count."""
    return " ".join(text.casefold().split())


def _without_markup(text: str) -> str:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return "".join(reader.told)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self.unseen = 0
        self.link = ""
        self.link_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in _UNSEEN
        if tag == "br" or (tag in _NEW_LINE and self.told and not self.told[-1].endswith("\n")):
            self.told.append("\n")
        if tag == "li":
            self.told.append("- ")
        if tag == "a":
            self.link, self.link_at = dict(attrs).get("href") or "", len(self.told)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if tag == "p":
            self.told.append("\n\n")
        elif tag in _NEW_LINE - {"br", "hr"} and self.told and not self.told[-1].endswith("\n"):
            self.told.append("\n")
        if tag == "a" and self.link:
            said = "".join(self.told[self.link_at :])
            if self.link.startswith(("http://", "https://")) and self.link not in said:
                self.told.append(f" ({self.link})")
            self.link = ""

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.told.append(data)
