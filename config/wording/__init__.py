"""What people read, in every language we speak: one folder a language here, and a school's own over it.

A school changes the wording by `wording/<language>/catalog.toml` in its data folder: only the keys it wants otherwise.
A language that we don't bring can be added there too, whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.languages import wider_tags
from config.mistake import Mistake
from config.wording.shape import OwnDates, PluralForm, RhythmWords, Wording, locale_of

__all__ = [
    "OwnDates",
    "PluralForm",
    "RhythmWords",
    "Wording",
    "WordingUnusable",
    "load_wordings",
    "locale_of",
    "wording_for",
    "wording_languages",
]

_SHIPPED = Path(__file__).parent
_CATALOG = "catalog.toml"
_MEND = "correct it, or remove the key to have our own wording back"


class WordingUnusable(Mistake):
    """A catalogue cannot be used; one sentence with the file, the key and the mend."""


def wording_languages(extra: Path | None = None) -> tuple[str, ...]:
    """The languages that have a catalogue, ours and those in `extra`, sorted."""
    return tuple(sorted({*_folders(_SHIPPED), *_folders(extra)}))


def load_wordings(extra: Path | None = None) -> Mapping[str, Wording]:
    """Every language's wording, with the school's own words from `extra` laid over ours.

    A folder `extra` that does not exist is no error: most schools have none. Raises WordingUnusable.
    """
    ours, theirs = _folders(_SHIPPED), _folders(extra)
    languages = sorted({*ours, *theirs})
    return MappingProxyType({one: _wording(one, ours.get(one), theirs.get(one)) for one in languages})


def wording_for(tag: str, wordings: Mapping[str, Wording]) -> Wording | None:
    """The wording for a tag, by its full form or ever shorter ones: es-MX is said in es, zh-TW in zh."""
    known = {language.lower(): wording for language, wording in wordings.items()}
    return next((known[part] for part in wider_tags(tag.replace("_", "-").lower()) if part in known), None)


def _folders(root: Path | None) -> dict[str, Path]:
    if root is None or not root.is_dir():
        return {}
    return {file.parent.name: file for file in sorted(root.glob(f"*/{_CATALOG}"))}


def _wording(language: str, ours: Path | None, theirs: Path | None) -> Wording:
    merged = _merged(_table(ours) if ours else {}, _table(theirs) if theirs else {})
    try:
        return Wording.model_validate({**merged, "language": language})
    except ValidationError as wrong:
        raise WordingUnusable(_told_all(theirs or ours, wrong.errors()), _MEND) from None


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise WordingUnusable(f"{file} cannot be read as TOML ({wrong})", "correct it, or remove it") from None


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`, table by table, so that a catalogue may name single keys."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _told_all(file: Path | None, problems: list[ErrorDetails]) -> str:
    told = ", ".join(_told(one) for one in problems[:5])
    more = f", and {len(problems) - 5} more" if len(problems) > 5 else ""
    return f"{file}: {told}{more}"


def _told(one: ErrorDetails) -> str:
    key = ".".join(str(part) for part in one["loc"] if part != "[key]")
    if one["type"] == "missing":
        return f"{key} is missing"
    if one["type"] == "extra_forbidden":
        return f"{key} is not a key we know{_nearest(one['loc'])}"
    if one["type"] in ("model_type", "mapping_type", "dict_type"):
        return f"{key} must be a table"
    if one["type"] in ("too_short", "too_long"):
        needed = one["ctx"].get("min_length", one["ctx"].get("max_length"))
        return f"{key} must list {needed} words"
    said = one["msg"].removeprefix("Value error, ")
    return f"{key} {said[:1].lower()}{said[1:]}".strip()


def _nearest(loc: tuple[int | str, ...]) -> str:
    fields = set(Wording.model_fields)
    for part in loc[:-1]:
        model = Wording.model_fields[str(part)].annotation if str(part) in fields else None
        fields = set(getattr(model, "model_fields", {}))
    near = get_close_matches(str(loc[-1]), fields, n=1)
    return f" (did you mean {near[0]}?)" if near else ""
