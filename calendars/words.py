"""The texts of an event as people should read them: no markup, no entities, no characters that steer a screen."""

from __future__ import annotations

import html
import re

MOST_LETTERS = 30_000  # more than a post or a calendar shows
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TAG = re.compile(
    r"</?(?:a|b|body|br|center|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|pre|script|span|strong|style|table|tbody|td|th"
    r"|tr|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:\s[^<>]*)?)/?>")
_HREF = re.compile(r"""\shref\s*=\s*["']?(https?://[^\s"'<>]+)""", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|apos|gt|ldquo|lsquo|lt|mdash|nbsp|ndash|quot|rdquo|rsquo);", re.I
)
_NEW_LINE = {"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"}
_UNSEEN = {"head", "script", "style", "title"}


def plain(text: str) -> str:
    """Plain text of several lines; HTML (also with its entities only) is turned into text, links keep their address."""
    text = text[:MOST_LETTERS]
    text = _STEERING.sub("", _BREAKS.sub("\n", text))
    if _TAG.search(text):
        text = _without_markup(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    text = _STEERING.sub("", text.replace("\xa0", " "))
    rows = (row.rstrip() for row in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def one_line(text: str) -> str:
    """The same for titles and places."""
    return " ".join(plain(text).split())


def normal(text: str) -> str:
    """For comparing titles and places: case and spaces don't count."""
    return " ".join(text.casefold().split())


def _without_markup(text: str) -> str:
    """One walk over the tags, in time that grows with the text and no faster: the library's parser has endless cases."""
    reader = _Reader()
    at = 0
    text = _without_comments(text)
    for found in _ANY_TAG.finditer(text):
        reader.say(html.unescape(text[at : found.start()]))
        at = found.end()
        name = found[2].lower()
        if found[1]:
            reader.close(name)
        else:
            reader.open(name, found[3])
    reader.say(html.unescape(text[at:]))
    return "".join(reader.told)


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


class _Reader:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.unseen = 0
        self.link = ""
        self.link_at = 0

    def say(self, text: str) -> None:
        if text and not self.unseen:
            self.told.append(text)

    def open(self, name: str, attributes: str) -> None:
        self.unseen += name in _UNSEEN
        if name == "br" or (name in _NEW_LINE and self.told and not self.told[-1].endswith("\n")):
            self.say("\n")
        if name == "li":
            self.say("- ")
        if name == "a":
            found = _HREF.search(attributes)
            self.link, self.link_at = html.unescape(found[1] if found else ""), len(self.told)

    def close(self, name: str) -> None:
        if name in _UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        if name == "p":
            self.say("\n\n")
        elif name in _NEW_LINE - {"br", "hr"} and self.told and not self.told[-1].endswith("\n"):
            self.say("\n")
        if name == "a" and self.link:
            if self.link not in "".join(self.told[self.link_at :]):
                self.say(f" ({self.link})")
            self.link = ""
