"""The site file: what one school connects. `read_site` reads it, checks it whole, and tells all that is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config import site_routes as routes
from config import site_rows as rows
from config.mistake import Mistake
from config.site_lines import Lines
from config.site_table import Reading, SiteProblem, Table
from config.site_values import Center, Group, Page, Routing, School, Site, Source, StaffMember

__all__ = [
    "Center",
    "Group",
    "Page",
    "Routing",
    "School",
    "Site",
    "SiteProblem",
    "SiteRefused",
    "Source",
    "StaffMember",
    "read_site",
]

_LARGEST = 1_000_000  # bytes; a school's file has a few thousand
_SINGLE = ("school", "routing")
_LISTS = ("groups", "sources", "pages", "centers", "staff", "routes", "partners")
_MAY_BE_FALLBACK = ("owner", "staff")
_AT_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)


class SiteRefused(Exception):
    """A site file that cannot be used: `problems`, in the order of their lines. As text: one sentence a line."""

    def __init__(self, problems: Iterable[SiteProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


def read_site(path: Path, environ: Mapping[str, str], *, wording_languages: Collection[str]) -> Site:
    """The site of the file at `path`, or SiteRefused with all that is wrong.

    `environ` answers "env:NAME"; "file:PATH" and a source's path are relative to the site file. `wording_languages` are
    the tags that pages can speak. Nothing but these files is read, and nobody is called.
    """
    text = _read(path)
    raw, lines = _parsed(path, text)
    reading = Reading(path, lines, environ, wording_languages)
    site = _site(reading, raw)
    if reading.problems:
        raise SiteRefused(reading.problems)
    return site


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > _LARGEST:
            raise _refused(path, 0, "is larger than a megabyte", "give the site file (TOML) of one school")
        return raw.decode("utf-8-sig")
    except OSError as wrong:
        reason = wrong.strerror or "unknown reason"
        raise _refused(path, 0, f"cannot be read ({reason})", "correct the path or the file's permissions") from None
    except UnicodeDecodeError as wrong:
        line = raw.count(b"\n", 0, wrong.start) + 1
        raise _refused(path, line, "holds bytes that are not UTF-8", "save the file as UTF-8") from None


def _parsed(path: Path, text: str) -> tuple[dict[str, Any], Lines]:
    try:
        return tomllib.loads(text), Lines(text)
    except tomllib.TOMLDecodeError as wrong:
        found = _AT_LINE.match(str(wrong))
        message = found[1] if found else str(wrong)
        line = int(found[2]) if found and found[2] else text.count("\n") + 1
        mend = "correct this line, or an unclosed quote or bracket before it"
        raise _refused(path, line, f"is not TOML here ({message})", mend) from None
    except RecursionError:
        raise _refused(path, 1, "nests lists too deeply", "write lists of plain texts") from None
    except ValueError:  # Python reads no number of more than 4300 digits
        raise _refused(path, 0, "holds a number that is too long to be read", "write a shorter one") from None


def _refused(path: Path, line: int, message: str, mend: str) -> SiteRefused:
    return SiteRefused([SiteProblem(str(path), "", "", line, message, mend)])


def _site(reading: Reading, raw: Mapping[str, Any]) -> Site:
    Table(reading, (), raw).only(rows.KEYS)
    single = {name: _single(reading, raw, name) for name in _SINGLE}
    lists = {name: _list(reading, raw, name) for name in _LISTS}
    groups, centers = _texts(lists["groups"], "slug"), _texts(lists["centers"], "slug")
    school = rows.school(single["school"])
    staff = tuple(rows.person(table, school, centers) for table in lists["staff"])
    _each_once(lists)
    pages, answering = _texts(lists["pages"], "slug"), _answering(staff)
    return Site(
        school=school,
        groups=tuple(rows.group(table) for table in lists["groups"]),
        sources=tuple(rows.source(table, groups) for table in lists["sources"]),
        pages=tuple(rows.page(table, school, groups) for table in lists["pages"]),
        centers=tuple(rows.center(table) for table in lists["centers"]),
        staff=staff,
        routing=_routing(single["routing"], staff),
        routes=tuple(routes.rule(table, pages, groups, answering) for table in lists["routes"]),
        partners=tuple(routes.partner(table) for table in lists["partners"]),
    )


def _routing(table: Table, staff: Sequence[StaffMember]) -> Routing:
    answering = _answering(staff)
    return rows.routing(table, answering, [person.email for person in staff if person.email not in answering])


def _answering(staff: Sequence[StaffMember]) -> list[str]:
    return [person.email for person in staff if person.role in (*_MAY_BE_FALLBACK, "")]


def _each_once(lists: Mapping[str, Sequence[Table]]) -> None:
    """Notes what must not stand twice: the name of a row, and a Facebook Page."""
    for name, tables in lists.items():
        _once(tables, {"staff": "email", "partners": "name"}.get(name, "slug"))
    _once(lists["pages"], "facebook_id")


def _once(tables: Sequence[Table], key: str) -> None:
    lines: dict[str, int] = {}
    for table in tables:
        value = table.raw.get(key)
        if not isinstance(value, str) or not value.strip():
            continue
        value = value.strip().lower()
        if value in lines:
            mistake = Mistake(
                f'"{value}" is already used in line {lines[value]}', "write another one, or remove one of the two"
            )
            table.note(key, mistake)
        lines.setdefault(value, table.reading.lines.of((*table.place, key)))


def _single(reading: Reading, raw: Mapping[str, Any], name: str) -> Table:
    """The table [name]; empty and silent after its own problem when it is missing or no table."""
    found = raw.get(name)
    if isinstance(found, dict):
        return Table(reading, (name,), found)
    needed = {"school": "slug, name and timezone", "routing": "fallback"}[name]
    message = "is missing" if found is None else "is not one table"
    reading.note((name,), name, "", Mistake(message, f"write [{name}] (once, in single brackets) with {needed}"))
    return Table(reading, (name,), {}, absent=True)


def _list(reading: Reading, raw: Mapping[str, Any], name: str) -> list[Table]:
    """The tables [[name]]."""
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        reading.note(
            (name,), name, "", Mistake("is not a list of tables", f"write [[{name}]], in double brackets, for each")
        )
        return []
    return [Table(reading, (name, position), row) for position, row in enumerate(found)]


def _texts(tables: Sequence[Table], key: str) -> list[str]:
    return [table.raw[key] for table in tables if isinstance(table.raw.get(key), str)]
