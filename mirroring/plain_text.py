"""Text as Facebook shows it: plain. Cleans what calendars hold, shortens it decently, keeps two writing directions apart."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Direction = Literal["ltr", "rtl"]
_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029\v\f]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Invisible characters that turn lines around or hide in words; joiners that scripts and emoji need are not among them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]")
_MENTION = re.compile(r"@+(?=\[)")
_HASHTAG = re.compile(r"(?<![\w/#＃])[#＃]+(?=\d*[^\W\d])")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[^\sa-zà-öø-ÿа-я])|[。！？؟۔]+[」』”’）]*|\n")
_FSI, _PDI = "\u2068", "\u2069"
_CUT = " …"


def clean(text: str) -> str:
    """Lines without control characters, at most one blank line in a row; no mention and no hashtag that nobody meant."""
    text = _LINE_ENDS.sub("\n", text)
    text = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Cn", "Co")
    )
    text = _HASHTAG.sub("", _MENTION.sub("", _INVISIBLE.sub("", text)))
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters: up to the end of a sentence if that leaves enough to read, else of a word."""
    if len(text) <= limit:
        return text
    if limit <= len(_CUT):
        return ""
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if found.end() <= limit]
    if ends and ends[-1] >= limit // 3:
        return text[: ends[-1]].strip()
    room = limit - len(_CUT)
    space = max(text.rfind(" ", 0, room + 1), text.rfind("\n", 0, room + 1))
    return text[: space if space >= room // 2 else _between_letters(text, room)].rstrip() + _CUT


def beside(text: str, direction: Direction) -> str:
    """`text` to be set beside words of `direction`: isolated (Unicode FSI … PDI) if it holds letters of the other one."""
    return f"{_FSI}{text}{_PDI}" if _turns(text, direction) else text


def side_by_side(first: str, second: str) -> str:
    """Two sentences in a row; a full-width full stop brings its own space."""
    return first + ("" if unicodedata.east_asian_width(first[-1:] or " ") in "WF" else " ") + second


def length(text: str) -> int:
    """How long Facebook finds it: UTF-16 units, so an emoji counts as two or more."""
    return len(text.encode("utf-16-le")) // 2


def _turns(text: str, direction: Direction) -> bool:
    other = ("L",) if direction == "rtl" else ("R", "AL")
    return any(unicodedata.bidirectional(char) in other for char in text)


def _between_letters(text: str, at: int) -> int:
    """The nearest place at or before `at` that does not cut a letter from its marks or an emoji from its parts."""
    while at > 0 and (_joins(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at


def _joins(char: str) -> bool:
    return char == "\u200d" or unicodedata.category(char) in ("Mn", "Mc", "Me") or "\U0001f3fb" <= char <= "\U0001f3ff"
