"""Content lines of iCalendar: unfold, fold, take apart, escape. Everything that touches raw lines does it through here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One content line. `name` and the parameters' names are upper case; the value is raw (still escaped)."""

    name: str
    params: dict[str, str]
    value: str


@dataclass(slots=True)
class Block:
    """A component: its own lines (unfolded, raw) and the components inside it."""

    name: str
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def named(self, *names: str) -> list[Line]:
        return [line for line in map(parse, self.lines) if line.name in names]

    def value(self, name: str) -> str:
        """The raw value of the first line of that name, else ""."""
        return next((line.value for line in self.named(name)), "")


def unfold(body: bytes) -> list[bytes]:
    """The lines of a body, unfolded as bytes since a fold may cut a character in two. Line ends of any kind."""
    return joined(body).split(b"\n")


def joined(body: bytes) -> bytes:
    """A body with its folds undone and one line end after each line, still in one piece."""
    body = body.removeprefix(BOM)
    if b"\r" in body:
        body = body.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
        body = body.replace(b"\r", b" " if b"\n" in body else b"\n")
    if b"\n\n" in body:  # a blank line means nothing, and some programs put one before each continuation
        body = re.sub(rb"\n{2,}", b"\n", body)
    return body.replace(b"\n ", b"").replace(b"\n\t", b"")


def decode(line: bytes) -> str:
    """UTF-8, else Windows' Latin-1, which every other byte means something in."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def boundary(line: bytes) -> tuple[bytes, bytes] | None:
    """(b"BEGIN" or b"END", component name) when the line opens or closes a component."""
    if line[:1] not in b"BbEe" or not line:
        return None
    word, colon, name = line.partition(b":")
    word, name = word.upper(), name.strip().upper()
    if not colon or word not in (b"BEGIN", b"END") or not name.replace(b"-", b"").isalnum():
        return None
    return word, name


def blocks(body: bytes) -> list[Block]:
    """The outermost components of a body. What is not closed, or stands outside, is forgiven."""
    root = Block("")
    path = [root]
    for raw in unfold(body):
        edge = boundary(raw)
        if edge is None:
            if raw.strip():
                path[-1].lines.append(decode(raw))
        elif edge[0] == b"BEGIN":
            path[-1].blocks.append(Block(edge[1].decode()))
            path.append(path[-1].blocks[-1])
        elif len(path) > 1 and path[-1].name == edge[1].decode():
            path.pop()
    return root.blocks


def parse(line: str) -> Line:
    """Takes a line apart. A line without a colon has name ""."""
    colon = line.find(":")
    if colon >= 0 and '"' in line[:colon]:
        colon = _outside_quotes(line, ":")
    if colon < 0:
        return Line("", {}, line)
    head, value = line[:colon], line[colon + 1 :]
    if ";" not in head:
        return Line(head.strip().upper(), {}, value)
    name, *params = _split_quoted(head)
    pairs = (param.partition("=") for param in params)
    return Line(name.strip().upper(), {key.strip().upper(): text.strip().strip('"') for key, _, text in pairs}, value)


def _outside_quotes(text: str, wanted: str) -> int:
    quoted = False
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == wanted and not quoted:
            return at
    return -1


def _split_quoted(head: str) -> list[str]:
    """At semicolons outside quotes, in one pass: a line may have a million of them."""
    parts: list[str] = []
    under_way: list[str] = []
    quotes = 0
    for piece in head.split(";"):
        under_way.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0:
            parts.append(";".join(under_way))
            under_way = []
    return [*parts, ";".join(under_way)] if under_way else parts


def escape(text: str) -> str:
    """As a TEXT value; control characters, which no value may hold, are left out."""
    text = without_controls(text.replace("\r\n", "\n"))
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text)


def unescape(value: str) -> str:
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def split_list(value: str) -> list[str]:
    """The raw items of a comma-separated value; escaped commas don't separate."""
    return re.split(r"(?<!\\),", value)


def fold(line: str) -> str:
    """Cuts a line after at most 75 octets, never inside a character nor between a backslash and what it escapes."""
    if len(line) <= 75 and line.isascii():
        return line
    rows, row, octets = [], "", 0
    for piece in re.findall(r"\\.|.", line, re.DOTALL):
        size = len(piece.encode())
        if octets + size > 75:
            rows.append(row)
            row, octets = " ", 1
        row += piece
        octets += size
    return "\r\n".join([*rows, row])


def folded(lines: Iterable[str]) -> str:
    """Lines, folded, with the line ends that the standard wants."""
    return "".join([f"{fold(line)}\r\n" for line in lines])


def body(lines: Iterable[str]) -> bytes:
    return folded(lines).encode()


def block_lines(block: Block) -> list[str]:
    """A component written out again."""
    inside = [line for child in block.blocks for line in block_lines(child)]
    return [f"BEGIN:{block.name}", *block.lines, *inside, f"END:{block.name}"]
